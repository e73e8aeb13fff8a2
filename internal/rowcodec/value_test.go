package rowcodec_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
	"gorm.io/gorm/schema"
	"pgregory.net/rapid"

	"github.com/gormango/gormango/internal/longtest"
	"github.com/gormango/gormango/internal/rowcodec"
)

// The models of the comparison: one column of the type under test, in each
// position that a field can have.
type plainRow[V any] struct {
	ID int64
	V  V
}

type jsonRow[V any] struct {
	ID int64
	V  V `gorm:"serializer:json"`
}

type unixRow[V any] struct {
	ID int64
	V  V `gorm:"serializer:unixtime"`
}

type seenRow struct {
	ID int64
	V  string `gorm:"serializer:seen"`
}

type Part[V any] struct {
	V V
}

type embeddedRow[V any] struct {
	ID   int64
	Part Part[V] `gorm:"embedded"`
}

type pointerRow[V any] struct {
	ID   int64
	Part *Part[V] `gorm:"embedded"`
}

type (
	name   string
	level  int8
	toggle bool
	moment time.Time
	point  struct{ X, Y int }
)

// seen is a Scan method and a serializer that record their arguments.
type seen struct{ What string }

func (s *seen) Scan(src any) error {
	s.What = fmt.Sprintf("%T %v", src, src)
	return nil
}

func (seen) GormDataType() string { return "text" }

type seenSerializer struct{}

func (seenSerializer) Scan(ctx context.Context, f *schema.Field, dst reflect.Value, v any) error {
	f.ReflectValueOf(ctx, dst).SetString(fmt.Sprintf("%T %v", v, v))
	return nil
}

func (seenSerializer) Value(context.Context, *schema.Field, reflect.Value, any) (any, error) {
	return nil, errors.New("not written here")
}

func init() { schema.RegisterSerializer("seen", seenSerializer{}) }

var (
	ints = rapid.OneOf(
		rapid.SampledFrom([]string{"0", "1", "-1", "127", "128", "-128", "-129", "255", "256", "32767", "-32768"}),
		rapid.Map(rapid.Int16(), func(n int16) string { return strconv.Itoa(int(n)) }),
	)
	ints4 = rapid.OneOf(ints, rapid.SampledFrom([]string{"2147483647", "-2147483648", "65535", "65536"}),
		rapid.Map(rapid.Int32(), func(n int32) string { return strconv.Itoa(int(n)) }))
	ints8 = rapid.OneOf(ints4, rapid.SampledFrom([]string{"9223372036854775807", "-9223372036854775808", "4294967295", "4294967296"}),
		rapid.Map(rapid.Int64(), func(n int64) string { return strconv.FormatInt(n, 10) }))
	floats = rapid.OneOf(
		rapid.SampledFrom([]string{"0", "-0", "1.0000000596046448", "0.1", "3.4028235e38", "1e39", "Infinity", "-Infinity", "5e-324", "1.7976931348623157e308"}),
		rapid.Map(rapid.Float64(), func(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }),
	)
	floats4 = rapid.OneOf(
		rapid.SampledFrom([]string{"0", "0.1", "3.4028235e38", "Infinity", "-Infinity", "1e-45"}),
		rapid.Map(rapid.Float32(), func(f float32) string { return strconv.FormatFloat(float64(f), 'g', -1, 32) }),
	)
	numerics = rapid.OneOf(
		rapid.SampledFrom([]string{"0", "0.00", "-0.010", "1000", "10000", "10000.0001", "0.00001", "100000000.50", "NaN", "1e30", "1e-30", "-99999999999999999999.99999"}),
		rapid.Map(rapid.StringMatching(`-?[1-9][0-9]{0,30}(\.[0-9]{1,30})?`), func(s string) string { return s }),
		ints8,
	)
	texts = rapid.OneOf(
		rapid.SampledFrom([]string{"", " ", "0", "1", "42", "true", "t", "1.5", "null", "\u00e4\u65e5\U0001f600", "NULL", `"\`}),
		rapid.Map(rapid.String(), func(s string) string { return strings.ReplaceAll(s, "\x00", "") }),
	)
	bools = rapid.SampledFrom([]string{"true", "false"})
	uuids = rapid.Map(rapid.SliceOfN(rapid.Byte(), 16, 16), func(b []byte) string { return uuid.UUID(b).String() })
	dates = rapid.OneOf(
		rapid.SampledFrom([]string{"infinity", "-infinity", "0044-03-15 BC", "4713-11-24 BC", "5874897-12-31", "0001-01-01", "9999-12-31", "10000-01-01", "1970-01-01", "2000-02-29"}),
		rapid.Map(rapid.IntRange(-800000, 3000000), func(d int) string {
			return time.Date(2000, 1, 1+d, 0, 0, 0, 0, time.UTC).Format("2006-01-02")
		}).Filter(func(s string) bool { return len(s) == 10 && s[0] != '-' }),
	)
	times = rapid.OneOf(
		rapid.SampledFrom([]string{"infinity", "-infinity", "0044-03-15 12:00:00 BC", "4713-11-24 00:00:00 BC", "294276-12-31 23:59:59.999999", "0001-01-01 00:00:00", "1999-12-31 23:59:59.999999", "2026-03-29 02:30:00"}),
		rapid.Map(rapid.Int64Range(-62135596800e6, 253402300799e6), func(us int64) string {
			return time.UnixMicro(us).UTC().Format("2006-01-02 15:04:05.999999")
		}),
	)
	jsons = rapid.OneOf(
		rapid.SampledFrom([]string{`null`, `{}`, `[]`, `{"X":1,"Y":2}`, `{"a":{"b":[1,2.50,"x"]}}`, `"text"`, `1`, `[1,2]`, `"\u00e4"`}),
		rapid.Map(texts, func(s string) string { b, _ := json.Marshal(s); return strings.ReplaceAll(string(b), `\ufffd`, "") }),
	)
	intervals = rapid.SampledFrom([]string{"1 mon 2 days 03:04:05", "-1 days", "0", "1 year", "00:00:00.000001"})
	arrays    = rapid.SampledFrom([]string{"{}", "{a}", `{"a b",NULL,c}`, `{{a,b},{c,d}}`})
)

// By default few random values are checked for each pair of types.
func init() {
	if err := flag.Set("rapid.checks", strconv.Itoa(longtest.Count(20, 100))); err != nil {
		panic(err)
	}
}

// mode is a way to request the columns.
type mode struct {
	name string
	args []any
}

var (
	recommended = mode{"formats", []any{rowcodec.ResultFormats()}}
	pgxDefault  = mode{"pgx", nil}
	simple      = mode{"simple", []any{pgx.QueryExecModeSimpleProtocol}}
)

type pair struct {
	name string
	run  func(t *testing.T, db *gorm.DB, conn *pgx.Conn)
}

// as compares GORM's Find with Collect for the model M, whose column v is the
// SQL expression applied to a text. They agree if both fail or both return
// equal rows.
func as[M any](expr string, values *rapid.Generator[string], modes ...mode) pair {
	if modes == nil {
		modes = []mode{recommended, pgxDefault, simple}
	}
	label := strings.ReplaceAll(reflect.TypeFor[M]().String(), "github.com/gormango/gormango/internal/", "")
	return pair{expr + "/" + label, func(t *testing.T, db *gorm.DB, conn *pgx.Conn) {
		shape := shapeOf[M](t, "id", "v")
		text := "SELECT ord AS id, " + expr + " AS v FROM unnest(%s::text::text[]) WITH ORDINALITY AS u(v, ord) ORDER BY ord"
		rapid.Check(t, func(rt *rapid.T) {
			array := arrayLiteral(rapid.SliceOfN(rapid.Ptr(values, true), 1, 3).Draw(rt, "values"))
			want := []*M{}
			wantErr := db.Raw(fmt.Sprintf(text, "?"), array).Find(&want).Error
			for _, m := range modes {
				rows, err := conn.Query(context.Background(), fmt.Sprintf(text, "$1"), append(m.args[:len(m.args):len(m.args)], array)...)
				require.NoError(rt, err)
				got, err := rowcodec.Collect[*M](context.Background(), rows, shape, 0)
				if wantErr != nil {
					require.Error(rt, err, "%s: GORM says %v", m.name, wantErr)
					var column *rowcodec.ColumnError
					require.ErrorAs(rt, err, &column)
					continue
				}
				require.NoError(rt, err, m.name)
				require.Equal(rt, want, got, m.name)
			}
		})
	}}
}

func arrayLiteral(values []*string) string {
	parts := make([]string, len(values))
	for i, v := range values {
		if v == nil {
			parts[i] = "NULL"
			continue
		}
		parts[i] = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(*v) + `"`
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// TestValuesAsGORM checks the promise of the package: for each pair of a column
// type and a field type that GORM can read, both read the same or both return
// an error.
func TestValuesAsGORM(t *testing.T) {
	t.Parallel()
	url := databaseURL(t)
	setup := connect(t, url)
	exec(t, setup, "CREATE TYPE mood AS ENUM ('', '0', 'sad', 'happy')")
	moods := rapid.SampledFrom([]string{"", "0", "sad", "happy"})

	pairs := []pair{
		as[plainRow[int64]]("v::int8", ints8), as[plainRow[*int64]]("v::int8", ints8),
		as[plainRow[int]]("v::int8", ints8), as[plainRow[int8]]("v::int8", ints8),
		as[plainRow[int16]]("v::int8", ints8), as[plainRow[int32]]("v::int8", ints8),
		as[plainRow[uint]]("v::int8", ints8), as[plainRow[uint8]]("v::int8", ints8),
		as[plainRow[uint16]]("v::int8", ints8), as[plainRow[uint32]]("v::int8", ints8),
		as[plainRow[uint64]]("v::int8", ints8), as[plainRow[*uint8]]("v::int8", ints8),
		as[plainRow[level]]("v::int8", ints8), as[plainRow[*level]]("v::int8", ints8),
		as[plainRow[string]]("v::int8", ints8), as[plainRow[float64]]("v::int8", ints8),
		as[plainRow[bool]]("v::int8", ints8), as[plainRow[[]byte]]("v::int8", ints8),
		as[plainRow[time.Duration]]("v::int8", ints8),
		as[plainRow[int32]]("v::int4", ints4), as[plainRow[int64]]("v::int4", ints4),
		as[plainRow[int]]("v::int4", ints4), as[plainRow[int16]]("v::int4", ints4),
		as[plainRow[uint32]]("v::int4", ints4), as[plainRow[*int32]]("v::int4", ints4),
		as[plainRow[int16]]("v::int2", ints), as[plainRow[int64]]("v::int2", ints),
		as[plainRow[int8]]("v::int2", ints), as[plainRow[*int]]("v::int2", ints),
		as[plainRow[sql.NullInt64]]("v::int8", ints8), as[plainRow[sql.NullInt32]]("v::int8", ints8),
		as[plainRow[*sql.NullInt64]]("v::int8", ints8), as[plainRow[sql.Null[int16]]]("v::int8", ints8),
		as[plainRow[seen]]("v::int8", ints8), as[plainRow[seen]]("v::int2", ints),
		as[plainRow[int64]]("v::oid", rapid.SampledFrom([]string{"0", "4294967295"})),
		as[plainRow[seen]]("v::oid", rapid.SampledFrom([]string{"0", "4294967295"}), recommended, pgxDefault),

		as[plainRow[float64]]("v::float8", floats), as[plainRow[*float64]]("v::float8", floats),
		as[plainRow[float32]]("v::float8", floats), as[plainRow[string]]("v::float8", floats),
		as[plainRow[int64]]("v::float8", floats), as[plainRow[sql.NullFloat64]]("v::float8", floats),
		as[plainRow[float32]]("v::float4", floats4), as[plainRow[float64]]("v::float4", floats4),
		as[plainRow[*float32]]("v::float4", floats4), as[plainRow[seen]]("v::float4", floats4, recommended, pgxDefault),
		as[plainRow[decimal.Decimal]]("v::float8", floats),

		as[plainRow[decimal.Decimal]]("v::numeric", numerics), as[plainRow[*decimal.Decimal]]("v::numeric", numerics),
		as[plainRow[decimal.NullDecimal]]("v::numeric", numerics), as[plainRow[seen]]("v::numeric", numerics),
		as[plainRow[string]]("v::numeric", numerics), as[plainRow[int64]]("v::numeric", numerics),
		as[plainRow[float64]]("nullif(v, 'NaN')::numeric", numerics), as[plainRow[[]byte]]("v::numeric", numerics),
		as[plainRow[decimal.Decimal]]("nullif(v, 'NaN')::numeric::numeric(60,8)", numerics.Filter(func(s string) bool { return len(s) < 20 })),

		as[plainRow[bool]]("v::bool", bools), as[plainRow[*bool]]("v::bool", bools), as[plainRow[toggle]]("v::bool", bools),
		as[plainRow[string]]("v::bool", bools), as[plainRow[sql.NullBool]]("v::bool", bools), as[plainRow[seen]]("v::bool", bools),

		as[plainRow[string]]("v", texts), as[plainRow[*string]]("v", texts), as[plainRow[name]]("v", texts),
		as[plainRow[*name]]("v", texts), as[plainRow[[]byte]]("v", texts), as[plainRow[*[]byte]]("v", texts),
		as[plainRow[sql.NullString]]("v", texts), as[plainRow[seen]]("v", texts), as[plainRow[*seen]]("v", texts),
		as[plainRow[int64]]("v", texts), as[plainRow[float64]]("v", texts), as[plainRow[bool]]("v", texts),
		as[plainRow[string]]("v::varchar(300)", texts), as[plainRow[string]]("v::char(4)", texts), as[plainRow[string]]("v::name", texts),
		as[plainRow[string]]("v::mood", moods), as[plainRow[name]]("v::mood", moods), as[plainRow[*name]]("v::mood", moods),
		as[plainRow[seen]]("v::mood", moods),

		as[plainRow[[]byte]]("convert_to(v, 'UTF8')", texts), as[plainRow[*[]byte]]("convert_to(v, 'UTF8')", texts),
		as[plainRow[json.RawMessage]]("convert_to(v, 'UTF8')", texts), as[plainRow[string]]("convert_to(v, 'UTF8')", texts),
		as[plainRow[seen]]("convert_to(v, 'UTF8')", texts),

		as[plainRow[uuid.UUID]]("v::uuid", uuids), as[plainRow[*uuid.UUID]]("v::uuid", uuids),
		as[plainRow[uuid.NullUUID]]("v::uuid", uuids), as[plainRow[string]]("v::uuid", uuids), as[plainRow[[]byte]]("v::uuid", uuids),
		as[plainRow[seen]]("v::uuid", uuids), as[plainRow[uuid.UUID]]("v", uuids),

		as[plainRow[time.Time]]("v::date", dates), as[plainRow[*time.Time]]("v::date", dates), as[plainRow[string]]("v::date", dates),
		as[plainRow[sql.NullTime]]("v::date", dates), as[plainRow[seen]]("v::date", dates), as[plainRow[pgtype.Date]]("v::date", dates),
		as[plainRow[time.Time]]("v::timestamp", times), as[plainRow[*time.Time]]("v::timestamp", times), as[plainRow[seen]]("v::timestamp", times),
		as[plainRow[time.Time]]("(v || ' UTC')::timestamptz", zoned()), as[plainRow[*time.Time]]("(v || ' UTC')::timestamptz", zoned()),
		as[plainRow[moment]]("(v || ' UTC')::timestamptz", zoned()), as[plainRow[gorm.DeletedAt]]("(v || ' UTC')::timestamptz", zoned()),
		as[plainRow[sql.NullTime]]("v::timestamptz", times), as[plainRow[string]]("(v || ' UTC')::timestamptz", zoned()),
		as[plainRow[seen]]("v::timestamptz", times), as[plainRow[time.Time]]("v::timestamptz", times),
		as[plainRow[string]]("v::time", rapid.SampledFrom([]string{"00:00:00", "23:59:59.5", "24:00:00"}), recommended, simple),
		as[plainRow[string]]("v::interval", intervals, recommended, simple), as[plainRow[seen]]("v::interval", intervals, recommended, simple),

		as[plainRow[string]]("v::jsonb", jsons), as[plainRow[[]byte]]("v::jsonb", jsons), as[plainRow[json.RawMessage]]("v::json", jsons),
		as[plainRow[seen]]("v::jsonb", jsons), as[plainRow[seen]]("v::json", jsons), as[plainRow[*string]]("v::json", jsons),
		as[plainRow[string]]("v::text[]", arrays, recommended, simple), as[plainRow[seen]]("v::text[]", arrays, recommended, simple),
		as[plainRow[string]]("v::inet", rapid.SampledFrom([]string{"10.0.0.1", "::1", "10.0.0.0/8"}), recommended, simple),

		as[jsonRow[point]]("v::jsonb", jsons), as[jsonRow[*point]]("v::jsonb", jsons), as[jsonRow[map[string]any]]("v::jsonb", jsons),
		as[jsonRow[[]int]]("v::json", jsons), as[jsonRow[string]]("v", texts), as[jsonRow[[]int]]("v", jsons),
		as[unixRow[int64]]("v::timestamptz", times), as[unixRow[*int64]]("v::timestamptz", times), as[unixRow[uint32]]("v::timestamp", times),
		as[seenRow]("v::jsonb", jsons), as[seenRow]("v", texts), as[seenRow]("v::numeric", numerics), as[seenRow]("v::mood", moods),
		as[seenRow]("v::uuid", uuids), as[seenRow]("convert_to(v, 'UTF8')", texts), as[seenRow]("v::int4", ints4), as[seenRow]("v::date", dates),

		as[embeddedRow[string]]("v", texts), as[embeddedRow[*int32]]("v::int4", ints4), as[embeddedRow[decimal.Decimal]]("v::numeric", numerics),
		as[pointerRow[string]]("v", texts), as[pointerRow[*string]]("v", texts), as[pointerRow[name]]("v", texts),
		as[pointerRow[int16]]("v::int8", ints8), as[pointerRow[*time.Time]]("v::timestamptz", times),
		as[pointerRow[decimal.Decimal]]("v::numeric", numerics), as[pointerRow[*decimal.Decimal]]("v::numeric", numerics),
		as[pointerRow[uuid.UUID]]("v::uuid", uuids), as[pointerRow[[]byte]]("v", texts),
	}
	for _, p := range pairs {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			p.run(t, open(t, url), connect(t, url))
		})
	}
}

// zoned generates finite times with a zone.
func zoned() *rapid.Generator[string] {
	return times.Filter(func(s string) bool { return !strings.Contains(s, "infinity") && !strings.Contains(s, "BC") })
}

func TestValueNaN(t *testing.T) {
	t.Parallel()
	conn := connect(t, databaseURL(t))
	for _, expr := range []string{"'NaN'::float8", "'NaN'::numeric"} {
		for _, m := range []mode{recommended, pgxDefault, simple} {
			rows := query(t, conn, "SELECT 1::int8, "+expr, m.args...)
			got, err := scanOne[plainRow[float64]](t.Context(), rows, shapeOf[plainRow[float64]](t))
			require.NoError(t, err)
			require.True(t, math.IsNaN(got.V))
		}
	}
}
