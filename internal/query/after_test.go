package query_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/query"
)

// ordered returns the terms of an order.
func ordered(q *query.Query, texts ...string) []query.Order {
	var list []query.Order
	for _, t := range texts {
		list = append(list, must(q.NewOrder(t))...)
	}
	return list
}

func TestAfter(t *testing.T) {
	t.Parallel()
	x, y := "x", "y"
	q := query.New(thing)
	ranked := q.Annotate(&query.Annotation{Name: "r", Expr: must(q.Expr(over(call("RANK"), f("name"))))})
	after := func(q *query.Query, values []*string, at bool, texts ...string) string {
		return cond(query.After(ordered(q, texts...), values, at))
	}
	key := func(texts ...string) string { return terms(query.Keyed(thing, ordered(q, texts...))) }
	many := func(q *query.Query, text string) string {
		if r := ordered(q, text)[0].Many(); r != nil {
			return r.Name
		}
		return "none"
	}
	counted := query.New(owner)
	counted = counted.Annotate(&query.Annotation{Name: "n", Expr: must(counted.Expr(&query.Expr{Kind: query.Func, Name: "COUNT", Agg: true, Args: []*query.Expr{f("things")}}))})
	compare(t, "after.txt", []golden{
		{"one term", after(q, []*string{&x}, false, "name")},
		{"one term, at the place", after(q, []*string{&x}, true, "-name")},
		{"two terms", after(q, []*string{&x, &y}, false, "name", "-id")},
		{"two terms, one direction", after(q, []*string{&x, &y}, true, "-name", "-id")},
		{"a row of terms", after(query.New(pair), []*string{&x, &y}, true, "-a", "-b")},
		{"terms of two directions", after(query.New(pair), []*string{&x, &y}, false, "a", "-b")},
		{"a row of terms that may be null", after(q, []*string{&x, &y}, false, "num", "id")},
		{"nulls first", after(q, []*string{&x, &y}, false, "num nulls first", "id")},
		{"at null", after(q, []*string{nil, &y}, false, "num", "id")},
		{"at null, nulls first", after(q, []*string{nil}, false, "-num")},
		{"behind the last null", after(q, []*string{nil}, false, "num")},
		{"descending, nulls last", after(q, []*string{&x}, false, "-num nulls last")},
		{"behind a relation", after(q, []*string{&x, &y}, false, "self__name", "id")},
		{"a window", after(ranked, []*string{&x, &y}, false, "r", "-id")},
		{"keyed", key("name")}, {"keyed, descending", key("-name")}, {"keyed by the key already", key("-id", "name")}, {"keyed without an order", key()},
		{"keyed by a key of two", terms(query.Keyed(pair, ordered(query.New(pair), "-b")))},
		{"keyed by a key behind a relation", key("self__id")},
		{"the place of a row", show(query.KeyText(ordered(q, "name", "-id")).Expr)},
		{"a term of many", many(query.New(owner), "things__name")}, {"a term of one", many(q, "self__name")}, {"a term of an aggregate", many(counted, "n")}, {"a random term", many(q, "?")},
	})
	require.True(t, ranked.With(must(ranked.Resolve(query.Lookup("r", 1)))).Windowed())
	require.True(t, q.Combine(query.AND, ranked.With(must(ranked.Resolve(query.Lookup("r", 1))))).Windowed())
	require.False(t, ranked.With(must(ranked.Resolve(query.Lookup("id", 1)))).Windowed())
}

func TestSignature(t *testing.T) {
	t.Parallel()
	q := query.New(thing)
	seen := map[string]string{}
	for _, text := range []string{"name", "-name", "id", "self__id", "owner__id", "at__year", "at__month", "num nulls first"} {
		s := ordered(q, text)[0].Signature()
		require.Empty(t, seen[s], text)
		seen[s] = text
	}
	at := func(v any) string { return query.Order{Expr: must(q.Expr(op(f("num"), "+", constant(v))))}.Signature() }
	require.Equal(t, at(1), at(2), "constants are no part of it")
	require.Equal(t, ordered(q, "num nulls last")[0].Signature(), ordered(q, "num")[0].Signature(), "nulls are last anyway")
	named := func(name string) string {
		return query.Order{Expr: &query.Expr{Kind: query.Annotated, Ann: &query.Annotation{Name: name, Expr: must(q.Name("id"))}}}.Signature()
	}
	require.NotEqual(t, named("a"), named("b"))
	require.NotPanics(t, func() { query.Order{Random: true}.Signature() })
}

func TestTakes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		term, text string
		ok, judged bool
	}{
		{"num", "-5", true, false}, {"num", "5.0", false, false}, {"real", "1e3", true, false}, {"real", "NaN", true, false}, {"real", "x", false, false},
		{"price", "1.50", true, false}, {"on", "true", true, true}, {"on", "yes", false, true}, {"code", "0b7a6e6e-2c6b-4b3c-9b8d-5c2f8f1e7a11", true, true},
		{"code", "{0b7a6e6e-2c6b-4b3c-9b8d-5c2f8f1e7a11}", false, true}, {"at", "2026-01-02 03:04:05+00", true, false}, {"at", "x'y", false, false}, {"day", "2026-01-02", true, false},
		{"name", "x", true, true}, {"data", "{}", true, false}, {"at__year", "2026.0", true, false},
	} {
		ok, judged := ordered(query.New(thing), c.term)[0].Takes(c.text)
		require.Equal(t, []bool{c.ok, c.judged}, []bool{ok, judged}, "%s %s", c.term, c.text)
	}
}
