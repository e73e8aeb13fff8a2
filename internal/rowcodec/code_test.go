package rowcodec

import (
	"database/sql"
	"net"
	"reflect"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgtype"
	"github.com/stretchr/testify/require"
)

type (
	textual  string
	scanText string
	instant  time.Time
)

func (*scanText) ScanText(pgtype.Text) error { return nil }

func TestPlain(t *testing.T) {
	t.Parallel()
	for _, typ := range []reflect.Type{
		reflect.TypeFor[int](), reflect.TypeFor[textual](), reflect.TypeFor[time.Time](), reflect.TypeFor[instant](), reflect.TypeFor[[]byte](),
	} {
		require.True(t, plain(typ), "%s", typ)
	}
	for _, typ := range []reflect.Type{
		reflect.TypeFor[scanText](), reflect.TypeFor[sql.NullInt64](), reflect.TypeFor[net.IP](), reflect.TypeFor[pgtype.Text](),
	} {
		require.False(t, plain(typ), "%s", typ)
	}
}

// A pair of types that fits exactly has a code of its own. Other pairs have
// none.
func TestFast(t *testing.T) {
	t.Parallel()
	binary, text := int16(pgtype.BinaryFormatCode), int16(pgtype.TextFormatCode)
	for _, c := range []struct {
		oid    uint32
		format int16
		typ    reflect.Type
		want   code
	}{
		{pgtype.Int8OID, binary, reflect.TypeFor[int64](), codeInt64},
		{pgtype.Int4OID, binary, reflect.TypeFor[int32](), codeInt32},
		{pgtype.Int4OID, binary, reflect.TypeFor[int64](), codeInt},
		{pgtype.Int2OID, binary, reflect.TypeFor[uint8](), codeInt},
		{pgtype.Float4OID, binary, reflect.TypeFor[float64](), codeFloat4To64},
		{pgtype.Float8OID, binary, reflect.TypeFor[float64](), codeFloat64},
		{pgtype.BoolOID, binary, reflect.TypeFor[bool](), codeBool},
		{pgtype.TextOID, text, reflect.TypeFor[string](), codeString},
		{pgtype.VarcharOID, binary, reflect.TypeFor[textual](), codeString},
		{pgtype.JSONBOID, text, reflect.TypeFor[[]byte](), codeBytes},
		{pgtype.TimestamptzOID, binary, reflect.TypeFor[time.Time](), codeTimestamptz},
		{pgtype.TimestampOID, binary, reflect.TypeFor[instant](), codeTimestamp},
		{pgtype.DateOID, binary, reflect.TypeFor[time.Time](), codeDate},
		{pgtype.UUIDOID, binary, uuidType, codeUUID},
		{pgtype.NumericOID, text, reflect.TypeFor[string](), codeString},

		{pgtype.Int8OID, text, reflect.TypeFor[int64](), codeSkip},
		{pgtype.Int8OID, binary, reflect.TypeFor[string](), codeSkip},
		{pgtype.Float8OID, binary, reflect.TypeFor[float32](), codeSkip},
		{pgtype.TextOID, text, reflect.TypeFor[scanText](), codeSkip},
		{pgtype.UUIDOID, text, uuidType, codeSkip},
		{pgtype.JSONBOID, binary, reflect.TypeFor[string](), codeSkip},
	} {
		col := column{oid: c.oid, format: c.format, typ: c.typ, origin: originPgx}
		col.how = howFor(&col)
		require.Equal(t, c.want, col.fast(), "oid %d, format %d, %s", c.oid, c.format, c.typ)
	}
}
