package query_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/query"
)

func TestRawParts(t *testing.T) {
	t.Parallel()
	for sql, want := range map[string][]string{"": {""}, "a": {"a"}, "a ? b": {"a ", " b"}, "?": {"", ""}, "a ?? b": {"a ? b"}, "a ??? b": {"a ?", " b"}, "??": {"?"}, "'why?' || ? || \"a?\" -- ?": {"'why?' || ", " || \"a?\" -- ?"}} {
		require.Equal(t, want, query.RawParts(sql), sql)
	}
}

func TestConditional(t *testing.T) {
	t.Parallel()
	for _, k := range []query.ExprKind{query.Truth, query.Exists, query.Each} {
		require.True(t, (&query.Expr{Kind: k}).Conditional())
	}
	require.True(t, (&query.Expr{Kind: query.Func, Type: lookup.BoolType}).Conditional())
	require.False(t, f("name").Conditional())
}
