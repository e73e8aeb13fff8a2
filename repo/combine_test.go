package repo_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// Conditions of a query that is itself combined stay with its own joins.
func TestCombineWithin(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	ann := l.author(t, "Ann")
	tags := map[string]*Tag{"x": {Name: "x"}, "y": {Name: "y"}, "z": {Name: "z"}}
	for _, title := range []string{"x", "xy", "xyz", "yz", "z"} {
		book := l.book(t, title, ann)
		for _, c := range title {
			if tags[string(c)].ID == 0 {
				require.NoError(t, l.tags.Create(ctx, tags[string(c)]))
			}
			require.NoError(t, l.db.Model(book).Association("Tags").Append(tags[string(c)]))
		}
	}
	x, y, z := l.books.Filter("tags__name", "x"), l.books.Filter("tags__name", "y"), l.books.Filter("tags__name__gt", "y").Filter("author__name", "Ann")
	require.Equal(t, []string{"xyz"}, titles(t, x.CombineAnd(y.CombineAnd(z)).OrderBy("title")))
	require.Equal(t, []string{"xyz"}, titles(t, x.CombineAnd(y).CombineAnd(z).OrderBy("title")))
	require.Equal(t, []string{"x", "xy", "xyz", "yz"}, slices.Compact(titles(t, x.CombineOr(y.CombineAnd(z)).OrderBy("title"))))
}
