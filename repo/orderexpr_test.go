package repo_test

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repo/fn"
)

// OrderByExpr takes every expression that Annotate takes: the rows come as they
// do when the annotation orders them.
func TestOrderByEveryExpression(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	ann, bob := l.author(t, "Ann"), l.author(t, "Bob")
	for i, title := range []string{"A", "B", "C", "D", "E"} {
		author := []*Author{bob, ann}[i%2]
		l.book(t, title, author, func(b *Book) { b.Pages, b.Stock = i*7%5, int32(i*i%4) })
	}
	own := l.authors.Filter("pk", repo.OuterRef("author_id"))
	one := own.Columns("name").Limit(1)
	rank := repo.Window(fn.Rank()).PartitionBy(repo.F("author")).OrderBy(repo.F("pages").Desc())
	for name, e := range map[string]repo.Operand{
		"window": rank, "aggregate as a window": repo.Window(repo.Sum(repo.F("pages"))).PartitionBy(repo.F("author")),
		"window in an expression": rank.Mul(repo.F("stock")), "window in a Case": repo.Case(l.books.Q("pages__gt", 2), rank).Else(0),
		"subquery": repo.Sub(own.Limit(1), "name"), "QuerySet": one, "QuerySet of a set operation": l.tags.Columns("name").Union(l.tags.Columns("name")),
		"QuerySet in an expression": repo.Coalesce(one, "x"), "Exists": repo.Exists(own.Filter("name", "Ann")), "array": repo.ArraySub(own, "name"),
		"condition": l.books.Q("pages__gt", 2), "comparison with a QuerySet": repo.F("author_id").In(own.Filter("name", "Ann")), "column": repo.F("author__name"), "constant": repo.Value(1),
		"grouped QuerySet": l.books.Filter("author", repo.OuterRef("author")).GroupBy("author").Annotate("n", repo.Max(repo.F("pages"))).Columns("n"),
	} {
		t.Run(name, func(t *testing.T) {
			for order, terms := range map[string][]repo.Term{
				"asc":  {repo.Asc(e), repo.F("title").Asc()},
				"desc": {repo.Desc(e).NullsLast(), repo.F("title").Asc()},
			} {
				names := []repo.Ordering[Book]{"x", "title"}
				if order == "desc" {
					names[0] = "-x nulls last"
				}
				want := titles(t, l.books.Annotate("x", e).OrderBy(names...))
				require.Len(t, want, 5)
				qs := l.books.OrderByExpr(terms...)
				back := slices.Clone(want)
				slices.Reverse(back)
				require.Equal(t, want, titles(t, qs))
				require.Equal(t, back, titles(t, qs.Reverse()))
				require.Equal(t, want[1:3], titles(t, qs.Slice(1, 3)))
				require.Equal(t, want, titles(t, qs.Distinct()))
				require.Equal(t, want, titles(t, l.books.SelectRelated("author").OrderByExpr(terms...)))
				require.Equal(t, want, titles(t, l.books.OrderByExpr(terms...).Filter("author__in", l.authors)))
				n, err := qs.Distinct().Count(ctx)
				require.NoError(t, err)
				require.EqualValues(t, 5, n)
				first, err := qs.First(ctx)
				require.NoError(t, err)
				require.Equal(t, want[0], first.Title)
				got, err := repo.Values[string](ctx, qs, "title")
				require.NoError(t, err)
				require.Equal(t, want, got)
				got, err = repo.Values[string](ctx, qs.Distinct(), "title")
				require.NoError(t, err)
				require.Equal(t, want, got)
				in, err := repo.Values[string](ctx, l.authors.Annotate("x", repo.Sub(l.books.Filter("author", repo.OuterRef("pk")).OrderByExpr(terms...).Limit(1), "title")).OrderBy("id"), "x")
				require.NoError(t, err)
				require.Len(t, in, 2)
				require.Equal(t, want, pagesOf(t, ctx, qs))
				require.ElementsMatch(t, want, titles(t, l.books.Filter("pages__gt", 2).Union(l.books.Filter("pages__lte", 2)).OrderByExpr(terms...)))
				on := titles(t, l.books.Distinct("author").OrderByExpr(append([]repo.Term{repo.F("author_id").Asc()}, terms...)...))
				require.Len(t, on, 2)
				groups, err := repo.Values[[]any](ctx, l.books.GroupBy("author").Annotate("n", repo.Count(repo.F("id"))).OrderByExpr(repo.F("n").Asc()), "n")
				require.NoError(t, err)
				require.Len(t, groups, 2)
			}
		})
	}
	// Groups may be ordered by a window over what groups them, alone or not.
	groups := l.books.GroupBy("author").Annotate("n", repo.Count(repo.F("id")))
	over := repo.Window(fn.Rank()).OrderBy(repo.F("n").Desc())
	for _, e := range []repo.Expr{over.Expr, over.Add(1), over.Mul(repo.F("author_id")), repo.F("n").Neg(), repo.Value(1).Sub(repo.F("n"))} {
		got, err := repo.Values[[]any](ctx, groups.OrderByExpr(e.Asc()), "author", "n")
		require.NoError(t, err)
		require.Equal(t, [][]any{{bob.ID, int64(3)}, {ann.ID, int64(2)}}, got)
	}
	var field *repo.FieldError
	for name, qs := range map[string]*repo.QuerySet[Book]{
		"an aggregate":                        l.books.OrderByExpr(repo.Count(repo.F("tags")).Asc()),
		"a QuerySet of objects":               l.books.OrderByExpr(repo.Asc(own.Limit(1))),
		"a QuerySet of two columns":           l.books.OrderByExpr(repo.Asc(own.Columns("id", "name"))),
		"no operand":                          l.books.OrderByExpr(repo.Asc(nil)),
		"a name that nothing has":             l.books.OrderByExpr(repo.F("nope").Asc()),
		"a window over a name nothing has":    l.books.OrderByExpr(repo.Window(fn.Rank()).OrderBy(repo.F("nope").Asc()).Asc()),
		"a window over what is no window's":   l.books.OrderByExpr(repo.Window(fn.Lower(repo.F("title"))).Asc()),
		"columns without that of the order":   l.books.Columns("title").Union(l.books.Columns("title")).OrderByExpr(rank.Asc()),
		"an aggregate of a QuerySet of a row": l.books.OrderByExpr(repo.Max(one).Desc()),
	} {
		_, err := qs.All(ctx)
		if name == "columns without that of the order" {
			_, err = repo.Values[[]any](ctx, qs)
		}
		require.ErrorAs(t, err, &field, "%s: %v", name, err)
	}
}

// pagesOf reads the titles of a QuerySet by cursors, two a page.
func pagesOf(t *testing.T, ctx context.Context, qs *repo.QuerySet[Book]) (all []string) {
	t.Helper()
	for cursor := ""; ; {
		page, err := repo.PaginateAfter(ctx, qs, cursor, 2)
		require.NoError(t, err)
		for _, b := range page.Items {
			all = append(all, b.Title)
		}
		if page.Next == "" {
			return all
		}
		cursor = page.Next
	}
}

// A QuerySet that stands for a value has one column, wherever it stands.
func TestQuerySetAsValueHasOneColumn(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	ann := l.author(t, "Ann")
	l.book(t, "A", ann)
	own := l.authors.Filter("pk", repo.OuterRef("author_id"))
	uses := map[string]func(rows repo.AnySource) error{
		"Annotate": func(rows repo.AnySource) error { return l.books.Annotate("x", rows).Err() },
		"Alias":    func(rows repo.AnySource) error { return l.books.Alias("x", rows).Err() },
		"ArrayOf":  func(rows repo.AnySource) error { return l.books.Annotate("x", repo.ArrayOf(rows)).Err() },
		"Case": func(rows repo.AnySource) error {
			return l.books.Annotate("x", repo.Case(l.books.Q("pages", 1), rows)).Err()
		},
		"Coalesce":       func(rows repo.AnySource) error { return l.books.Annotate("x", repo.Coalesce(rows, repo.F("id"))).Err() },
		"arithmetic":     func(rows repo.AnySource) error { return l.books.Annotate("x", repo.F("id").Add(rows)).Err() },
		"aggregate":      func(rows repo.AnySource) error { return l.books.Annotate("x", repo.Max(rows)).Err() },
		"function":       func(rows repo.AnySource) error { return l.books.Annotate("x", repo.Cast(rows, repo.TypeText)).Err() },
		"gt":             func(rows repo.AnySource) error { return l.books.Filter("author_id__gt", rows).Err() },
		"member of in":   func(rows repo.AnySource) error { return l.books.Filter("author_id__in", []any{1, rows}).Err() },
		"end of a range": func(rows repo.AnySource) error { return l.books.Filter("author_id__range", []any{1, rows}).Err() },
		"left side":      func(rows repo.AnySource) error { return l.books.Where(repo.Holds[Book](repo.Value(rows).Eq(1))).Err() },
		"order":          func(rows repo.AnySource) error { return l.books.OrderByExpr(repo.Desc(rows)).Err() },
		"Set": func(rows repo.AnySource) error {
			_, err := l.books.AllRows().Update(ctx, l.books.Set("pages", rows))
			return err
		},
	}
	exists := func(rows repo.AnySource) error {
		_, err := l.books.Annotate("x", repo.Exists(rows)).Where(repo.Holds[Book](repo.Exists(rows))).All(ctx)
		return err
	}
	for name, rows := range map[string]repo.AnySource{
		"objects": own.Limit(1), "two columns": own.Columns("id", "name").Limit(1), "a column and an annotation": own.Columns("id").Annotate("y", repo.F("name")).Limit(1),
		"a set operation": l.authors.Union(l.authors).Limit(1), "groups": own.GroupBy("id").Annotate("n", repo.Count(repo.F("books"))).Limit(1),
	} {
		for use, err := range uses {
			var field *repo.FieldError
			var value *repo.LookupValueError
			if err := err(rows); use == "gt" {
				require.ErrorAs(t, err, &value, "%s as %s: %v", name, use, err)
			} else {
				require.ErrorAs(t, err, &field, "%s as %s: %v", name, use, err)
			}
		}
		require.NoError(t, exists(rows), name)
	}
	for name, rows := range map[string]repo.AnySource{
		"a column": own.Columns("id").Limit(1), "the key alone": own.Only("id").Limit(1), "a set operation": own.Columns("id").Union(own.Columns("id")).Limit(1),
		"an annotation": own.Alias("y", repo.F("id")).GroupBy("id").Limit(1),
	} {
		for use, err := range uses {
			require.NoError(t, err(rows), "%s as %s", name, use)
		}
		require.NoError(t, exists(rows), name)
	}
	// exact and in choose the key of objects.
	for _, qs := range []*repo.QuerySet[Book]{l.books.Filter("author", l.authors.Limit(1)), l.books.Filter("author_id__in", l.authors), l.books.Filter("author__in", own)} {
		require.Equal(t, []string{"A"}, titles(t, qs))
	}
}
