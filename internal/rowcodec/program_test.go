package rowcodec_test

import (
	"context"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/rowcodec"
)

// shoutCodec is an application's codec for text.
type shoutCodec struct{ pgtype.TextCodec }

type shoutPlan struct{}

func (shoutCodec) PlanScan(_ *pgtype.Map, _ uint32, _ int16, target any) pgtype.ScanPlan {
	if _, ok := target.(*loud); ok {
		return shoutPlan{}
	}
	return nil
}

func (shoutPlan) Scan(src []byte, target any) error {
	*target.(*loud) = loud(strings.ToUpper(string(src)))
	return nil
}

type loud string

// decimalCodec reads numeric into decimal.Decimal without its Scan method.
type decimalCodec struct{ pgtype.NumericCodec }

type decimalPlan struct{ next pgtype.ScanPlan }

func (c decimalCodec) PlanScan(m *pgtype.Map, oid uint32, format int16, target any) pgtype.ScanPlan {
	if _, ok := target.(*decimal.Decimal); ok {
		return decimalPlan{c.NumericCodec.PlanScan(m, oid, format, new(pgtype.Numeric))}
	}
	return c.NumericCodec.PlanScan(m, oid, format, target)
}

func (p decimalPlan) Scan(src []byte, target any) error {
	var n pgtype.Numeric
	if err := p.next.Scan(src, &n); err != nil {
		return err
	}
	// The Scan method would not negate the number.
	*target.(*decimal.Decimal) = decimal.NewFromBigInt(n.Int, n.Exp).Neg()
	return nil
}

func one[V any](t *testing.T, conn *pgx.Conn, shape *rowcodec.Shape, expr string, args ...any) V {
	t.Helper()
	got, err := scanOne[plainRow[V]](t.Context(), query(t, conn, "SELECT 1::int8 AS id, "+expr+" AS v", args...), shape)
	require.NoError(t, err)
	return got.V
}

// A codec that the application registered is used on its connection, also for
// types that have a fast code or a Scan method.
func TestRegisteredCodecWins(t *testing.T) {
	t.Parallel()
	url := databaseURL(t)
	conn, other := connect(t, url), connect(t, url)
	conn.TypeMap().RegisterType(&pgtype.Type{Name: "text", OID: pgtype.TextOID, Codec: shoutCodec{}})
	conn.TypeMap().RegisterType(&pgtype.Type{Name: "numeric", OID: pgtype.NumericOID, Codec: decimalCodec{}})

	text, number, pointer := shapeOf[plainRow[loud]](t), shapeOf[plainRow[decimal.Decimal]](t), shapeOf[plainRow[*decimal.Decimal]](t)
	for range 2 {
		require.Equal(t, loud("A"), one[loud](t, conn, text, "'a'::text"))
		require.Equal(t, loud("a"), one[loud](t, other, text, "'a'::text"))
		require.Equal(t, "-1.5", one[decimal.Decimal](t, conn, number, "1.5::numeric").String())
		require.Equal(t, "1.5", one[decimal.Decimal](t, other, number, "1.5::numeric").String())
		require.Equal(t, "-1.5", one[*decimal.Decimal](t, conn, pointer, "1.5::numeric").String())
		require.Nil(t, one[*decimal.Decimal](t, conn, pointer, "NULL::numeric"))
	}
}

// Times are in the location of the connection's codecs.
func TestScanLocation(t *testing.T) {
	t.Parallel()
	url := databaseURL(t)
	conn, plain := connect(t, url), connect(t, url)
	zone, err := time.LoadLocation("America/New_York")
	require.NoError(t, err)
	conn.TypeMap().RegisterType(&pgtype.Type{Name: "timestamptz", OID: pgtype.TimestamptzOID, Codec: &pgtype.TimestamptzCodec{ScanLocation: zone}})
	conn.TypeMap().RegisterType(&pgtype.Type{Name: "timestamp", OID: pgtype.TimestampOID, Codec: &pgtype.TimestampCodec{ScanLocation: zone}})
	shape := shapeOf[plainRow[time.Time]](t)
	const instant, clock = "'2026-11-22 12:00:00Z'::timestamptz", "'2026-11-22 12:00:00'::timestamp"
	for range 2 {
		require.Equal(t, time.Date(2026, 11, 22, 7, 0, 0, 0, zone), one[time.Time](t, conn, shape, instant))
		require.Equal(t, time.Date(2026, 11, 22, 12, 0, 0, 0, zone), one[time.Time](t, conn, shape, clock))
		require.Equal(t, time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC).Local(), one[time.Time](t, plain, shape, instant))
		require.Equal(t, time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), one[time.Time](t, plain, shape, clock))
	}
}

type arrayRow[V any] struct {
	ID int64
	V  V `gorm:"type:bytes"`
}

func other[V any](t *testing.T, conn *pgx.Conn, expr string, want V) {
	t.Helper()
	for _, m := range []mode{recommended, pgxDefault, simple} {
		rows := query(t, conn, "SELECT 1::int8 AS id, "+expr+" AS v", m.args...)
		got, err := scanOne[arrayRow[V]](context.Background(), rows, shapeOf[arrayRow[V]](t))
		require.NoError(t, err, m.name)
		require.Equal(t, want, got.V, m.name)
	}
}

// Values that database/sql cannot read are read by pgx.
func TestBeyondDatabaseSQL(t *testing.T) {
	t.Parallel()
	conn := connect(t, databaseURL(t))
	other(t, conn, "ARRAY['a', 'b,c', '']", []string{"a", "b,c", ""})
	other(t, conn, "'{}'::text[]", []string{})
	other[[]string](t, conn, "NULL::text[]", nil)
	other(t, conn, "ARRAY[1, 2]::int8[]", []int64{1, 2})
	other(t, conn, `'{"a": 1}'::jsonb`, map[string]any{"a": 1.0})
	other(t, conn, "'10.0.0.1'::inet", netip.MustParseAddr("10.0.0.1"))
	a := "a"
	other(t, conn, "ARRAY['a', NULL]", []*string{&a, nil})
}

// An infinite time is an error for time.Time, as in pgx, and a value for types
// that have one.
func TestInfinity(t *testing.T) {
	t.Parallel()
	conn := connect(t, databaseURL(t))
	for _, expr := range []string{"'infinity'::timestamptz", "'-infinity'::timestamp", "'infinity'::date"} {
		_, err := scanOne[plainRow[time.Time]](t.Context(), query(t, conn, "SELECT 1::int8, "+expr), shapeOf[plainRow[time.Time]](t))
		require.ErrorIs(t, err, rowcodec.ErrInfinity)
		require.Error(t, conn.QueryRow(t.Context(), "SELECT "+expr).Scan(new(time.Time)))
	}
	require.Equal(t, pgtype.Infinity, one[pgtype.Timestamptz](t, conn, shapeOf[plainRow[pgtype.Timestamptz]](t), "'infinity'::timestamptz").InfinityModifier)
	require.Equal(t, pgtype.NegativeInfinity, one[pgtype.Date](t, conn, shapeOf[plainRow[pgtype.Date]](t), "'-infinity'::date").InfinityModifier)
}
