package pgpool

import (
	"math"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/stretchr/testify/require"
)

// What is read directly equals what pgx's own plan gives to database/sql; wrong lengths are errors.
func TestDirectEqualsThePlan(t *testing.T) {
	t.Parallel()
	m := pgtype.NewMap()
	m.RegisterType(&pgtype.Type{Name: "timestamptz", OID: pgtype.TimestamptzOID, Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC}})
	at := time.Date(1999, 12, 31, 23, 59, 59, 999999000, time.UTC)
	for _, c := range []struct {
		oid    uint32
		values []any
	}{
		{pgtype.BoolOID, []any{true, false}},
		{pgtype.Int2OID, []any{int16(0), int16(math.MinInt16), int16(math.MaxInt16)}},
		{pgtype.Int4OID, []any{int32(-1), int32(math.MinInt32), int32(math.MaxInt32)}},
		{pgtype.Int8OID, []any{int64(7), int64(math.MinInt64), int64(math.MaxInt64)}},
		{pgtype.Float4OID, []any{float32(1.5), float32(math.Inf(1)), float32(-0.1)}},
		{pgtype.Float8OID, []any{0.1, math.Inf(-1), math.MaxFloat64}},
		{pgtype.TimestamptzOID, []any{at, at.AddDate(30, 0, 0), at.AddDate(-3000, 0, 0),
			pgtype.Timestamptz{InfinityModifier: pgtype.Infinity, Valid: true}, pgtype.Timestamptz{InfinityModifier: pgtype.NegativeInfinity, Valid: true}}},
	} {
		f := pgconn.FieldDescription{DataTypeOID: c.oid, Format: pgtype.BinaryFormatCode}
		code, zone := direct(m, &f)
		require.NotEqual(t, planWanted, code, c.oid)
		for _, v := range c.values {
			raw, err := m.Encode(c.oid, pgtype.BinaryFormatCode, v, nil)
			require.NoError(t, err)
			typ, _ := m.TypeForOID(c.oid)
			want, err := typ.Codec.DecodeDatabaseSQLValue(m, c.oid, pgtype.BinaryFormatCode, raw)
			require.NoError(t, err)
			got, err := code.read(raw, zone)
			require.NoError(t, err)
			require.Equal(t, want, got, "%d %v", c.oid, v)
		}
		_, err := code.read([]byte{1, 2, 3}, zone)
		require.Error(t, err)
		code, _ = direct(m, &pgconn.FieldDescription{DataTypeOID: c.oid, Format: pgtype.TextFormatCode})
		require.Equal(t, planWanted, code, "text goes the other way")
	}
	type own struct{ pgtype.Int4Codec }
	m.RegisterType(&pgtype.Type{Name: "int4", OID: pgtype.Int4OID, Codec: own{}})
	code, _ := direct(m, &pgconn.FieldDescription{DataTypeOID: pgtype.Int4OID, Format: pgtype.BinaryFormatCode})
	require.Equal(t, planWanted, code, "a codec of the application's own is asked")
}
