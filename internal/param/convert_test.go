package param_test

import (
	"database/sql"
	"math"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/param"
	"github.com/gormango/gormango/models"
)

type (
	convOwner struct {
		models.AutoKey
		Name string
	}
	convItem struct {
		models.AutoKey
		Level       int16
		Data        map[string]int `gorm:"type:text;serializer:json"`
		ConvOwnerID int64
		ConvOwner   *convOwner
	}
)

func TestConverterValue(t *testing.T) {
	t.Parallel()
	id := uuid.MustParse("6ba7b810-9dad-11d1-80b4-00c04fd430c8")
	at := time.Date(2024, 2, 29, 12, 0, 0, 5000, time.UTC)
	half := decimal.RequireFromString("0.5")
	for _, c := range []struct {
		typ  string
		from any
		want param.Value
	}{
		{"integer", nil, param.Value{Null: true}},
		{"integer", (*int)(nil), param.Value{Null: true}},
		{"integer", sql.NullInt64{}, param.Value{Null: true}},
		{"integer", number(7), param.Value{Arg: int64(7)}},
		{"integer", ptr(ptr(uint8(7))), param.Value{Arg: int64(7)}},
		{"integer", sql.NullInt64{Int64: 7, Valid: true}, param.Value{Arg: int64(7)}},
		{"smallint", 32768, param.Value{Arg: int64(32768), Beyond: 1}},
		{"smallint", -32769, param.Value{Arg: int64(-32769), Beyond: -1}},
		{"smallint", uint16(32767), param.Value{Arg: int64(32767)}},
		{"bigint", uint64(math.MaxUint64), param.Value{Arg: int64(math.MaxInt64), Beyond: 1}},
		{"text", word("a"), param.Value{Arg: "a"}},
		{"text", sql.NullString{String: "a", Valid: true}, param.Value{Arg: "a"}},
		{"real", float32(0.5), param.Value{Arg: 0.5}},
		{"real", -7, param.Value{Arg: -7.0}},
		{"real", uint(7), param.Value{Arg: 7.0}},
		{"numeric", half, param.Value{Arg: half}},
		{"numeric", "0.5", param.Value{Arg: half}},
		{"numeric", 0.5, param.Value{Arg: decimal.NewFromFloat(0.5)}},
		{"numeric", uint64(7), param.Value{Arg: decimal.NewFromUint64(7)}},
		{"numeric", math.NaN(), param.Value{Arg: "NaN"}},
		{"numeric", math.Inf(-1), param.Value{Arg: "-Infinity"}},
		{"numeric", math.Inf(1), param.Value{Arg: "Infinity"}},
		{"boolean", true, param.Value{Arg: true}},
		{"timestamptz", at, param.Value{Arg: at}},
		{"date", sql.NullTime{Time: at, Valid: true}, param.Value{Arg: at}},
		{"uuid", id, param.Value{Arg: id}},
		{"uuid", [16]byte(id), param.Value{Arg: id}},
		{"uuid", id.String(), param.Value{Arg: id}},
		{"interval", time.Minute, param.Value{Arg: time.Minute}},
		{"time", at, param.Value{Arg: "12:00:00.000005"}},
		{"time", "23:59:00", param.Value{Arg: "23:59:00"}},
		{"jsonb", map[string]int{"a": 1}, param.Value{Arg: `{"a":1}`}},
		{"jsonb", sql.NullString{String: "[1]", Valid: true}, param.Value{Arg: "[1]"}},
		{"inet", "::1", param.Value{Arg: "::1"}},
	} {
		got, ok := param.Converter{Type: lookup.TypeOf(c.typ)}.Value(c.from)
		require.True(t, ok, "%s of %v", c.typ, c.from)
		require.Equal(t, c.want, got, "%s of %v", c.typ, c.from)
	}
	for _, c := range []struct {
		typ  string
		from any
	}{
		{"integer", "7"}, {"integer", 7.0}, {"integer", sql.NullString{String: "7", Valid: true}}, {"text", 7}, {"real", "0.5"},
		{"numeric", "x"}, {"numeric", true}, {"boolean", 1}, {"timestamptz", "2024-02-29"}, {"date", 7}, {"uuid", "x"}, {"uuid", 7},
		{"interval", int64(7)}, {"time", "25:00:00"}, {"time", 7}, {"jsonb", make(chan int)},
	} {
		_, ok := param.Converter{Type: lookup.TypeOf(c.typ)}.Value(c.from)
		require.False(t, ok, "%s of %v", c.typ, c.from)
	}
}

func TestConverterText(t *testing.T) {
	t.Parallel()
	c := param.Converter{Type: lookup.IntType, Text: true}
	id := uuid.MustParse("6ba7b810-9dad-11d1-80b4-00c04fd430c8")
	for from, want := range map[any]string{
		word("a"): "a", -7: "-7", uint8(7): "7", id: id.String(), sql.NullString{String: "a", Valid: true}: "a", time.Minute: "60000000000",
		time.February: "2",
	} {
		got, ok := c.Value(from)
		require.True(t, ok)
		require.Equal(t, want, got.Arg)
	}
	got, ok := c.Value(decimal.RequireFromString("0.50"))
	require.True(t, ok)
	require.Equal(t, "0.5", got.Arg)
	_, ok = c.Value(0.5)
	require.False(t, ok)
	require.Equal(t, "text", c.Want())
}

func TestConverterOfAField(t *testing.T) {
	t.Parallel()
	m := model[convItem](t)
	c := param.Converter{Type: m.Field("data").Type, Field: m.Field("data")}
	got, ok := c.Value(map[string]int{"a": 1})
	require.True(t, ok)
	args, err := param.Sent(t.Context(), []any{1, got.Arg, []param.Late{got.Arg.(param.Late)}})
	require.NoError(t, err)
	require.Equal(t, []any{1, `{"a":1}`, []string{`{"a":1}`}}, args, "a serializer writes it")

	c = param.Converter{Type: lookup.BigIntType, Rel: m.Relation("conv_owner")}
	saved, unsaved := &convOwner{Name: "a"}, convOwner{}
	saved.ID = 7
	got, ok = c.Value(saved)
	require.True(t, ok)
	require.Equal(t, param.Value{Arg: int64(7)}, got, "an object stands for its key")
	_, ok = c.Value(unsaved)
	require.False(t, ok, "one without a key belongs to no row")
	got, ok = c.Value(8)
	require.True(t, ok)
	require.Equal(t, param.Value{Arg: int64(8)}, got)
	require.Equal(t, "an object of convOwner or its key, an integer", c.Want())
	require.Equal(t, "a value of type inet", param.Converter{Type: lookup.TypeOf("inet")}.Want())
}

func TestConverterList(t *testing.T) {
	t.Parallel()
	small := param.Converter{Type: lookup.TypeOf("smallint")}
	for _, c := range []struct {
		conv param.Converter
		from any
		want []any
	}{
		{small, []int{1, 70000, 2}, []any{int64(1), int64(2)}},
		{small, []*int{ptr(1), nil}, []any{int64(1)}},
		{small, [2]number{1, 2}, []any{int64(1), int64(2)}},
		{param.Converter{Type: lookup.TextType}, []any{"a", nil}, []any{"a"}},
		{param.Converter{Type: lookup.TypeOf("integer[]")}, [][]int{{1}, nil}, []any{[]int64{1}}},
	} {
		got, ok := c.conv.List(c.from)
		require.True(t, ok)
		require.Equal(t, c.want, got)
	}
	for _, bad := range []any{nil, 7, "a", []string{"a"}, []byte("a")} {
		_, ok := small.List(bad)
		require.False(t, ok, "%v", bad)
	}
}

func TestPlain(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from, want any
		null       bool
	}{
		{nil, nil, true}, {(*int)(nil), nil, true}, {ptr((*int)(nil)), nil, true}, {sql.NullString{}, nil, true},
		{7, 7, false}, {ptr(ptr(7)), 7, false}, {ptr(sql.NullInt64{Int64: 7, Valid: true}), sql.NullInt64{Int64: 7, Valid: true}, false},
	} {
		got, null := param.Plain(c.from)
		require.Equal(t, c.null, null)
		require.Equal(t, c.want, got)
	}
}
