package query_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/query"
)

// Joins that only lead to a key are left out.
func TestNames(t *testing.T) {
	t.Parallel()
	m := thing
	for text, want := range map[string]struct {
		joins int
		field string
	}{
		"owner": {1, "id"}, "owner__pk": {1, "id"}, "owner_id": {0, "owner_id"}, "owner__name": {1, "name"},
		"self__owner": {2, "id"}, "self__self__name": {2, "name"}, "parts": {1, "id"}, "parts__parts__owner__name": {3, "name"},
	} {
		e, err := query.New(m).Name(text)
		require.NoError(t, err)
		require.Equal(t, query.Ref, e.Kind)
		require.Len(t, e.Path, want.joins, text)
		require.Equal(t, want.field, e.Field.Column, text)
	}
	e, err := query.New(m).Name("at__year")
	require.NoError(t, err)
	require.Equal(t, query.Transformed, e.Kind)
	q := query.New(m).Annotate(&query.Annotation{Name: "total", Expr: &query.Expr{Kind: query.Const, Value: int64(1), Type: lookup.Type{Kind: lookup.Int}}})
	e, err = q.Name("total")
	require.NoError(t, err)
	require.Equal(t, query.Annotated, e.Kind)
	_, err = q.Name("totl")
	require.ErrorContains(t, err, `did you mean "total"?`)
	_, err = query.New(m).Name("total")
	require.Error(t, err, "the parent does not have it")
}

func TestResolve(t *testing.T) {
	t.Parallel()
	q := query.New(thing)
	named := q.Annotate(&query.Annotation{Name: "x__y", Expr: must(q.Name("at"))})
	filtered := func(relation string, conds ...*query.Cond) (*query.Query, error) {
		r, err := q.NewFiltered("some", relation, query.Call(conds...))
		if err != nil {
			return nil, err
		}
		return q.FilterRelation(r), nil
	}
	some := must(filtered("parts", query.Comparison("parts__num__gt", 1)))
	keyed := func(r *query.Query, err error) string { return got(dump)(r, err) }
	resolve := func(name string, q *query.Query, c *query.Cond) golden { return golden{name, got(cond)(q.Resolve(c))} }
	name := func(q *query.Query, text string) golden { return golden{text, got(show)(q.Name(text))} }
	of := func(q *query.Query, text string, v any) golden { return golden{text, got(leaf)(q.Leaf(text, v))} }
	compare(t, "resolve.txt", []golden{
		name(q, "owner__name"), name(q, "at__year"), name(q, "at__date__year"), name(q, "at__yaer"), name(q, "owner__year"), name(named, "x__y"), name(named, "x__y__year"), name(named, "x__y__yaer"), name(named, "x"),
		name(some, "some"), name(some, "some__name"), name(some, "some__owner"), name(some, "some__owner__name"), name(some, "some__nmae"), name(query.New(mark), "pair"), name(query.New(mark), "pair__a"),
		of(q, "name", "x"), of(q, "name__in", []string{"x"}), of(q, "owner__gt", 1), of(q, "owner__contains", "x"), of(q, "owner__isnull", true), of(named, "x__y__gte", f("day")), of(some, "some__isnull", true), of(some, "some__in", []int{1}),
		of(q, "name__cotnains", "x"), of(q, "nmae", "x"), of(q, "num", f("nmae")), of(q, "num__in", []any{f("nmae")}),
		resolve("a tree", q, query.And(query.Or(query.Lookup("name", "x"), query.Not(query.Lookup("num", 1))), query.Lookup("on", true))), resolve("xor", q, query.Xor(query.Lookup("name", "x"), query.Lookup("num", 1))),
		resolve("an expression", q, query.Holds(f("on"))), resolve("an expression that is no condition", q, query.Holds(f("num"))), resolve("a mistake", q, query.Lookup("", 1)), resolve("a mistake in a tree", q, query.Or(query.Lookup("name", "x"), query.Lookup("nmae", 1))),
		resolve("a comparison of an expression", q, query.Compare(op(f("num"), "+", constant(1)), "gt", 2)), resolve("with transforms", q, query.Compare(f("at"), "year__gt", 2026)), resolve("without an operator", q, query.Compare(f("at"), "year", 2026)),
		resolve("of an unknown name", q, query.Compare(f("nmae"), "gt", 2)), resolve("by an unknown operator", q, query.Compare(f("at"), "gth", 2)), resolve("what is resolved", q, must(q.Resolve(query.Lookup("name", "x")))),
		{"a filtered relation", keyed(filtered("parts", query.Comparison("parts__num__gt", 1), query.Comparison("name", "x"), query.Comparison("parts", 3), query.Comparison("parts__owner", 1)))},
		{"a filtered relation by its own key", keyed(filtered("owner", query.Comparison("owner__in", []int{1})))},
		{"a filtered relation about another", keyed(filtered("parts", query.Comparison("owner__name", "x")))},
		{"a filtered relation about one behind it", keyed(filtered("parts", query.Comparison("parts__owner__name", "x")))},
		{"a filtered relation about rows behind it", keyed(filtered("parts", query.Comparison("parts__parts", 1)))},
		{"a filtered column", keyed(filtered("name", query.Comparison("name", "x")))},
		{"a filtered relation with an unknown name", keyed(filtered("parts", query.Comparison("nmae", "x")))},
		{"a filtered relation of two", keyed(filtered("self__parts", query.Comparison("self__parts__num", 1)))},
		{"a filtered relation of columns that differ", keyed(filtered("parts", query.Call(query.Not(query.Lookup("parts__num", f("small"))))))},
	})
	var none *query.Cond
	require.Nil(t, must(q.Resolve(none)))
	_, err := query.KeyOf(mark.Relation("pair"))
	require.EqualError(t, err, "Mark.pair has a key of several columns")
	_, err = query.KeyOf(special.Relation("pairs"))
	require.EqualError(t, err, "Special.pairs has a key of several columns")
	require.Equal(t, "id", must(query.KeyOf(thing.Relation("parts"))).Column)
	require.Equal(t, "id", must(query.KeyOf(thing.Relation("owner"))).Column)
}

// An array of several dimensions has elements, and no rows.
func TestElements(t *testing.T) {
	t.Parallel()
	q := query.New(gridded)
	for _, text := range []string{"grid__0", "grid__0__in", "grid__0__len", "grid__0__isnull", "grid__0__0_1", "grid__0_2__0"} {
		_, err := q.Leaf(text, []int{1, 2})
		require.ErrorContains(t, err, "an index for each", text)
	}
	_, err := q.Name("grid__0")
	require.ErrorContains(t, err, "an index for each")
	for text, v := range map[string]any{"grid__0__1": 5, "grid__0__1__gt": 5, "grid": [][]int{{1}}, "grid__len": 1, "grid__0_2": [][]int{{1}}} {
		_, err := q.Leaf(text, v)
		require.NoError(t, err, text)
	}
}
