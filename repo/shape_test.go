package repo

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/repotest"
)

// A query's tree is data: two chains of the same calls have equal ones, other
// calls others, so that a shape can be told by its tree.
func TestTreesCompare(t *testing.T) {
	t.Parallel()
	shelves := New[shelf](repotest.Open(t))
	part := DefineFunc(FuncDef{Name: "Part", SQL: "LEFT($1::text, $2)", Type: TypeText})
	build := func(n int) *QuerySet[shelf] {
		return shelves.Filter("id__gt", n).Annotate("a", Cast(F("id"), TypeText).Slice(0, 2)).OrderByExpr(part(F("id"), 2).Desc())
	}
	require.Equal(t, build(1).st().Query, build(1).st().Query)
	require.NotEqual(t, build(1).st().Query, build(2).st().Query)
}
