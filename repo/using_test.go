package repo_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/repo"
)

// What a QuerySet was told goes with it to another database, every part of it.
func TestUsing(t *testing.T) {
	t.Parallel()
	ctx, here := tagged(t)
	_, there := tagged(t)
	there.book(t, "d", there.author(t, "Bob"))
	require.NoError(t, there.db.Exec("UPDATE books SET title = 'z' WHERE title = 'b'").Error)
	b := here.books
	withTag := repo.Exists(here.tags.Filter("books", repo.OuterRef("pk")))
	for name, c := range map[string]struct {
		qs   *repo.QuerySet[Book]
		want []string
	}{
		"filter":     {b.Filter("tags__name", "go").Exclude("tags__name", "sql"), []string{"z"}},
		"expression": {b.Annotate("n", repo.F("author__id").Add(1)).Filter("n__gt", 0).Filter("author__name", "Bob"), []string{"d"}},
		"condition":  {b.Where(b.Q("title", "z").Or(b.Q("author__name", "Bob"))).OrderBy("title"), []string{"d", "z"}},
		"exists":     {b.Where(repo.Holds[Book](withTag)).OrderBy("title"), []string{"a", "z"}},
		"in":         {b.Filter("tags__in", here.tags.Filter("name", "sql")), []string{"a"}},
		"union":      {b.Filter("title", "d").Union(b.Filter("title", "z")).OrderBy("-title"), []string{"z", "d"}},
		"either":     {b.Filter("title", "d").CombineOr(b.Filter("title", "z")).OrderBy("title"), []string{"d", "z"}},
		"relation":   {b.FilteredRelation("g", "tags", b.Q("tags__name", "go")).Filter("g__isnull", false).OrderBy("title"), []string{"a", "z"}},
		"distinct":   {b.OrderBy("author_id", "-title").Distinct("author_id"), []string{"z", "d"}},
		"all":        {b.OrderBy("author__name", "title"), []string{"a", "c", "z", "d"}},
	} {
		require.Equal(t, c.want, titles(t, c.qs.Using(there.db)), name)
	}
	loaded, err := b.SelectRelated("author").PrefetchRelated("tags").Filter("title", "z").Using(there.db).Get(ctx)
	require.NoError(t, err)
	require.Equal(t, "Ann", loaded.Author.Name)
	require.Len(t, loaded.Tags, 1)
	names, err := repo.Values[string](ctx, b.Columns("title").OrderBy("title").Using(there.db))
	require.NoError(t, err)
	require.Equal(t, []string{"a", "c", "d", "z"}, names)
	require.Equal(t, []string{"a", "b", "c"}, titles(t, b.OrderBy("title")), "the repository stays where it was")
	require.ErrorIs(t, b.Using(nil).Err(), repo.ErrUnbound)
}
