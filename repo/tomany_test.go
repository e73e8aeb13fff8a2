package repo_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/repo"
)

// tagged are books with tags: a has go and sql, b has go, c has none.
func tagged(t *testing.T) (context.Context, *library) {
	t.Helper()
	ctx, l := setup(t)
	ann := l.author(t, "Ann")
	tags := map[string]*Tag{"go": {Name: "go"}, "sql": {Name: "sql"}}
	require.NoError(t, l.tags.Create(ctx, tags["go"], tags["sql"]))
	for title, names := range map[string][]string{"a": {"go", "sql"}, "b": {"go"}, "c": nil} {
		b := l.book(t, title, ann)
		for _, n := range names {
			require.NoError(t, l.db.Exec("INSERT INTO book_tags (book_id, tag_id) VALUES (?, ?)", b.ID, tags[n].ID).Error)
		}
	}
	return ctx, l
}

// One call is about one related row; each further call about another; Exclude
// about all of them.
func TestRelationsToMany(t *testing.T) {
	t.Parallel()
	ctx, l := tagged(t)
	b := l.books.OrderBy("title")
	for name, c := range map[string]struct {
		qs   *repo.QuerySet[Book]
		want []string
	}{
		"filter":                  {b.Filter("tags__name", "go"), []string{"a", "b"}},
		"a row for each match":    {b.Filter("tags__name__in", []string{"go", "sql"}), []string{"a", "a", "b"}},
		"distinct":                {b.Filter("tags__name__in", []string{"go", "sql"}).Distinct(), []string{"a", "b"}},
		"one call, one row":       {b.Filter("tags__name", "go").And("tags__name", "sql"), []string{}},
		"two calls, two rows":     {b.Filter("tags__name", "go").Filter("tags__name", "sql"), []string{"a"}},
		"exclude":                 {b.Exclude("tags__name", "sql"), []string{"b", "c"}},
		"exclude both":            {b.Exclude("tags__name", "go").And("tags__name", "sql"), []string{"b", "c"}},
		"none at all":             {b.Filter("tags__isnull", true), []string{"c"}},
		"some":                    {b.Filter("tags__isnull", false).Distinct(), []string{"a", "b"}},
		"not isnull":              {b.Exclude("tags__isnull", true).Distinct(), []string{"a", "b"}},
		"or":                      {b.Where(b.Q("tags__name", "sql").Or(b.Q("title", "c"))), []string{"a", "c"}},
		"not in or":               {b.Where(b.Q("tags__name", "sql").Not().Or(b.Q("title", "x"))), []string{"b", "c"}},
		"through two relations":   {b.Filter("author__books__tags__name", "sql"), []string{"a", "b", "c"}},
		"exclude through two":     {b.Exclude("author__books__tags__name", "sql"), []string{}},
		"a QuerySet":              {b.Filter("tags__in", l.tags.Filter("name", "sql")), []string{"a"}},
		"a subquery":              {b.Filter("id__in", repo.Sub(l.tags.Filter("name", "go"), "books")), []string{"a", "b"}},
		"exists":                  {b.Where(repo.Holds[Book](repo.Exists(l.tags.Filter("books", repo.OuterRef("pk")).Filter("name", "sql")))), []string{"a"}},
		"does not exist":          {b.Where(repo.Holds[Book](repo.Exists(l.tags.Filter("books", repo.OuterRef("pk")))).Not()), []string{"c"}},
		"impossible":              {b.Filter("tags__in", []int64{}), []string{}},
		"not impossible":          {b.Exclude("tags__in", []int64{}), []string{"a", "b", "c"}},
		"xor":                     {b.Where(b.Q("title__in", []string{"a", "b"}).Xor(b.Q("tags__name", "sql"))), []string{"a", "b"}},
		"union":                   {b.Filter("title", "c").Union(b.Filter("tags__name", "sql")).OrderBy("title"), []string{"a", "c"}},
		"difference":              {b.Difference(b.Filter("tags__name", "go")).OrderBy("title"), []string{"c"}},
		"both":                    {b.Filter("tags__name", "go").CombineAnd(b.Filter("tags__name", "sql")), []string{"a"}},
		"either":                  {b.Filter("tags__name", "sql").CombineOr(b.Filter("title", "c")), []string{"a", "c"}},
		"a slice of a slice":      {b.Slice(1, 3).Slice(1, repo.End), []string{"c"}},
		"ordered by a far column": {l.books.Filter("tags__isnull", false).OrderBy("-tags__name", "title"), []string{"a", "a", "b"}},
	} {
		if c.want == nil {
			continue
		}
		require.Equal(t, c.want, titles(t, c.qs), name)
		n, err := c.qs.Count(ctx)
		require.NoError(t, err, name)
		require.EqualValues(t, len(c.want), n, name)
		some, err := c.qs.Exists(ctx)
		require.NoError(t, err, name)
		require.Equal(t, len(c.want) > 0, some, name)
	}
}

// The condition of a filtered relation stands in its join, where no other table
// is at hand.
func TestFilteredRelationStaysWithin(t *testing.T) {
	t.Parallel()
	_, l := setup(t)
	b := l.books
	require.NoError(t, b.FilteredRelation("g", "tags", b.Q("tags__name", "go").And(b.Q("pages__gt", 3))).Err())
	require.NoError(t, b.FilteredRelation("g", "author__books", b.Q("author__books__editor", 3)).Err())
	for _, text := range []repo.Lookup[Book]{"tags__books__title", "author__name", "tags__books", "tags__books__isnull"} {
		err := b.FilteredRelation("g", "tags", b.Q(text, nil)).Err()
		if text == "tags__books__isnull" {
			err = b.FilteredRelation("g", "tags", b.Q(text, true)).Err()
		}
		require.ErrorContains(t, err, `knows columns of "tags" and of Book itself, not "`+string(text)+`"`)
	}
}

// Goroutines refine and run QuerySets that share parents: none sees a
// refinement of another.
func TestSharedParents(t *testing.T) {
	t.Parallel()
	ctx, l := tagged(t)
	base := l.books.Filter("author__name", "Ann").OrderBy("title")
	withTag := base.Filter("tags__name", "go").Annotate("n", repo.Value(1))
	var wg sync.WaitGroup
	for i := range 64 {
		wg.Go(func() {
			for range 5 {
				if got := fmt.Sprint(titlesOf(ctx, base.Filter("title__in", []string{"a", "c"}).Slice(0, 5))); got != "[a c]" {
					t.Errorf("%d: %s", i, got)
				}
				if got := fmt.Sprint(titlesOf(ctx, withTag.Exclude("tags__name", "sql").OrderBy("-title"))); got != "[b]" {
					t.Errorf("%d: %s", i, got)
				}
				if got := fmt.Sprint(titlesOf(ctx, base.Filter("title", "b").Union(base.Filter("title", "c")).OrderBy("-title"))); got != "[c b]" {
					t.Errorf("%d: %s", i, got)
				}
				if n, err := base.Filter("n__gt", 0).Count(ctx); err == nil {
					t.Errorf("%d: the parent knows its child's annotation: %d", i, n)
				}
			}
		})
	}
	wg.Wait()
	require.Equal(t, []string{"a", "b", "c"}, titles(t, base))
}

func titlesOf(ctx context.Context, qs *repo.QuerySet[Book]) (out []string) {
	books, err := qs.All(ctx)
	if err != nil {
		return []string{err.Error()}
	}
	for _, b := range books {
		out = append(out, b.Title)
	}
	return out
}
