package valuematrix_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
)

type ledger struct {
	models.AutoKey
	Map   map[string]any    `gorm:"type:jsonb;serializer:json"`
	Any   any               `gorm:"type:json;serializer:json"`
	Boxed *struct{ N any }  `gorm:"type:jsonb;serializer:json"`
	Texts []any             `gorm:"type:text;serializer:json"`
	Whole struct{ N int64 } `gorm:"type:jsonb;serializer:json"`
}

// An object that is read and saved again keeps the digits of each number in its
// JSON; what a float64 holds exactly is one, as GORM reads it.
func TestDigitsOfSerializedJSON(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	db := openTypes(t, nil, gormango.Config{}, &ledger{})
	r := repo.New[ledger](db)
	const long = "123456789012345678901234567890"
	o := &ledger{
		Map:   map[string]any{"a": int64(9007199254740993), "b": []any{1, 2.5, map[string]any{"c": json.Number(long)}}, "d": "9007199254740993"},
		Any:   int64(-9007199254740993),
		Boxed: &struct{ N any }{int64(1<<63 - 1)},
		Texts: []any{json.Number(long), "1", nil, true},
	}
	o.Whole.N = 9007199254740993
	require.NoError(t, r.Create(ctx, o))
	texts := func() (out []string) {
		row := db.Raw(`SELECT "map"::text, "any"::text, boxed::text, texts, whole::text FROM ledgers`).Row()
		out = make([]string, 5)
		require.NoError(t, row.Scan(&out[0], &out[1], &out[2], &out[3], &out[4]))
		return out
	}
	before := texts()
	read, err := r.Get(ctx)
	require.NoError(t, err)
	require.Equal(t, json.Number("9007199254740993"), read.Map["a"])
	require.Equal(t, []any{1.0, 2.5, map[string]any{"c": json.Number(long)}}, read.Map["b"])
	require.Equal(t, "9007199254740993", read.Map["d"])
	require.Equal(t, []any{json.Number(long), "1", nil, true}, read.Texts)
	require.Equal(t, json.Number("9223372036854775807"), read.Boxed.N)
	require.NoError(t, r.Save(ctx, read))
	require.Equal(t, before, texts())
	_, err = r.BulkUpdate(ctx, []*ledger{read}, "map", "any", "boxed", "texts", "whole")
	require.NoError(t, err)
	require.Equal(t, before, texts())
}
