package exec_test

import (
	"context"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/exec"
	"github.com/gormango/gormango/internal/lookup"
)

func literal[R any](t *testing.T, vals ...any) (R, error) {
	t.Helper()
	rd, err := exec.NewReader[R](&compile.Stmt{Columns: []compile.Column{
		{Name: "sum", Type: lookup.DecimalType}, {Name: "count", Type: lookup.BigIntType}, {Name: "name", Type: lookup.TextType},
	}[:len(vals)]}, offline(t))
	require.NoError(t, err)
	return rd.Literal(context.Background(), vals)
}

func TestLiteral(t *testing.T) {
	t.Parallel()
	type totals struct {
		Sum   *decimal.Decimal
		Count int32
		Name  string
	}
	vals := []any{float32(0.5), int8(7), nil}
	half := decimal.NewFromFloat(0.5)

	record, err := literal[totals](t, half, 7, nil)
	require.NoError(t, err)
	require.Equal(t, totals{Sum: &half, Count: 7}, record)

	byName, err := literal[map[string]any](t, vals...)
	require.NoError(t, err)
	require.Equal(t, map[string]any{"sum": half, "count": int64(7), "name": nil}, byName)
	list, err := literal[[]any](t, vals...)
	require.NoError(t, err)
	require.Equal(t, []any{half, int64(7), nil}, list)
	require.Equal(t, []any{float32(0.5), int8(7), nil}, vals, "the caller's own values stay")

	one, err := literal[float64](t, half)
	require.NoError(t, err)
	require.Equal(t, 0.5, one)

	_, err = literal[map[string]any](t, "x")
	require.ErrorContains(t, err, `gormango: column "sum": a special number does not fit decimal.Decimal`)
	_, err = literal[int](t, "x")
	require.EqualError(t, err, `gormango: column "sum": a value of type string does not fit int`)
}
