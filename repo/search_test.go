package repo_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/repo"
)

func TestParamsSearch(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	ann, bob := l.author(t, "Ann Lee"), l.author(t, "Bob 7")
	for i, title := range []string{"Go in practice", "Practice of go", "SQL, the 100% way", "Go 7", "go"} {
		author := ann
		if i > 2 {
			author = bob
		}
		l.book(t, title, author, func(b *Book) { b.Pages = 100 * (i + 1) })
	}
	params := repo.Params[Book]{
		Search:    []repo.Lookup[Book]{"title__icontains", "author__name__istartswith", "pages"},
		Orderings: []repo.Ordering[Book]{"pages"},
		Filters:   []repo.Lookup[Book]{"pages__gte"},
	}
	for q, want := range map[string][]string{
		"":                      {"Go in practice", "Practice of go", "SQL, the 100% way", "Go 7", "go"},
		" \t ":                  {"Go in practice", "Practice of go", "SQL, the 100% way", "Go 7", "go"},
		"go":                    {"Go in practice", "Practice of go", "Go 7", "go"},
		"go practice":           {"Go in practice", "Practice of go"},
		`"go in" practice`:      {"Go in practice"},
		`"of go`:                {"Practice of go"},
		"lee":                   {},
		"ann go":                {"Go in practice", "Practice of go"},
		"100":                   {"Go in practice", "SQL, the 100% way"},
		"100%":                  {"SQL, the 100% way"},
		"500 bob":               {"go"},
		"99999999999999999999 ": {},
		"'; DROP TABLE books":   {},
	} {
		page, err := params.Page(ctx, l.books, map[string][]string{"q": {q}})
		require.NoError(t, err, q)
		got := []string{}
		for _, b := range page.Items {
			got = append(got, b.Title)
		}
		require.Equal(t, want, got, "q = %s", q)
		require.EqualValues(t, len(want), page.Total)
	}
	page, err := params.PageAfter(ctx, l.books, query(t, "q=go&pages__gte=400&limit=1"))
	require.NoError(t, err)
	require.Equal(t, "Go 7", page.Items[0].Title)
	require.True(t, page.HasNext())

	// A relation to many repeats no author.
	authors := repo.Params[Author]{Search: []repo.Lookup[Author]{"books__title__icontains", "name__icontains"}}
	for q, want := range map[string]int64{"go": 2, "practice": 1, "go 7": 1, "go practice": 1, "nothing": 0} {
		page, err := authors.Page(ctx, l.authors, map[string][]string{"q": {q}})
		require.NoError(t, err, q)
		require.Equal(t, want, page.Total, q)
	}

	var bad *repo.ParamError
	for _, q := range []string{"a\x00b", "\xff", strings.Repeat("x", 1001), strings.Repeat("ab cd ", 20)} {
		_, err := params.Page(ctx, l.books, map[string][]string{"q": {q}})
		require.ErrorAs(t, err, &bad)
		require.Equal(t, "q", bad.Param)
	}
	_, err = params.Page(ctx, l.books, query(t, "q=a&q=b"))
	require.EqualError(t, err, `repo: parameter "q" is not one value`)
	_, err = params.Page(ctx, l.books, query(t, "p=a"))
	require.ErrorContains(t, err, "limit, offset, order_by, pages__gte, q")
	_, err = bookParams.Page(ctx, l.books, query(t, "q=a"))
	require.ErrorContains(t, err, `unknown parameter "q"`)
	_, err = repo.Params[Book]{Search: []repo.Lookup[Book]{"nam__icontains"}}.Page(ctx, l.books, query(t, "q=a"))
	var field *repo.FieldError
	require.ErrorAs(t, err, &field)
	require.Contains(t, fmt.Sprint(err), "nam")
}
