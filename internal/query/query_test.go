package query_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
)

func TestQueriesAreValues(t *testing.T) {
	t.Parallel()
	m := thing
	a := &query.Cond{Kids: []*query.Cond{{Leaf: &query.Leaf{}}}}
	base := query.New(m).With(a)
	one, two := base.With(a), base.With(query.Not(a))
	require.Len(t, base.Steps, 1)
	require.NotSame(t, one.Steps[1].Cond, two.Steps[1].Cond)
	require.Len(t, one.Extend(a).Steps, 2)
	require.Same(t, base, base.With(nil))
	require.False(t, base.Sliced())
	require.True(t, base.WithLimit(0).Sliced())
	require.True(t, base.WithOffset(1).Sliced())
}

func TestSlices(t *testing.T) {
	t.Parallel()
	q := query.New(thing)
	for _, c := range []struct {
		q             *query.Query
		offset, limit int
		none          bool
	}{
		{q.Slice(2, 10), 2, 8, false},
		{q.Slice(2, 10).Slice(3, 5), 5, 2, false},
		{q.Slice(2, 10).Slice(3, 100), 5, 5, false},
		{q.Slice(2, 10).Slice(8, -1), 10, 0, true},
		{q.Slice(5, -1).Slice(5, -1), 10, -1, false},
		{q.Slice(0, 0), 0, 0, true},
		{q.WithLimit(5).WithOffset(3), 3, 5, false},
		{q.WithOffset(3).WithLimit(5), 3, 5, false},
		{q.WithLimit(5).WithLimit(9), 0, 9, false},
	} {
		require.Equal(t, c.offset, c.q.Low)
		require.Equal(t, c.limit, c.q.Limit())
		require.Equal(t, c.none, c.q.None)
	}
}

func TestQuery(t *testing.T) {
	t.Parallel()
	q := query.New(thing)
	a, x := query.Lookup("a", 1), &query.Annotation{Name: "x", Expr: must(q.Name("num"))}
	y := &query.Annotation{Name: "x", Expr: must(q.Name("small"))}
	names := q.Select(must(q.NewColumns([]string{"name"})))
	self, owners := thing.Relation("self"), thing.Relation("owner")
	compare(t, "query.txt", []golden{
		{"conditions", dump(q.With(a).Tied(a).With(nil))}, {"a condition replaced", dump(q.With(a).With(a).Extend(query.Not(a)))},
		{"an annotation", dump(q.Annotate(x))}, {"an annotation replaced", dump(q.Annotate(x).Annotate(y).Select(q.Annotate(x).Annotate(y).EveryColumn()))},
		{"an annotation of columns", dump(names.Annotate(x))}, {"an alias of columns", dump(names.Annotate(&query.Annotation{Name: "x", Expr: x.Expr, Hidden: true}))},
		{"columns replace what objects load", dump(must(q.Only([]string{"name"})).SelectRelated([][]*modelinfo.Relation{{self}}).Select(names.Columns))},
		{"combined", dump(q.Combine(query.OR, q.OrderBy(ordered(q, "name"))))}, {"combined of nothing", dump(q.Nothing().Combine(query.OR, q.Nothing()))}, {"combined with nothing", dump(q.Combine(query.OR, q.Nothing()))},
		{"an order", dump(q.Reverse().OrderBy(ordered(q, "name")))}, {"an order that forgets reverse", dump(q.Reverse().Sorted(ordered(q, "name")))}, {"no order", dump(q.OrderBy(nil))}, {"reversed twice", dump(q.Reverse().Reverse())},
		{"a set", dump(q.Slice(1, 2).OrderBy(ordered(q, "name")).Combined(query.Except, true, []*query.Query{q}))}, {"distinct", dump(q.Unique(nil))}, {"distinct on", dump(q.Unique([]*query.Expr{must(q.Name("name"))}))},
		{"nothing", dump(q.Nothing())}, {"every row", dump(q.Every())}, {"deleted", dump(q.Seeing(query.OnlyDeleted))}, {"locked", dump(q.Locked(query.Lock{}))},
		{"related", dump(q.SelectRelated([][]*modelinfo.Relation{{self, owners}, {owners}}).SelectRelated([][]*modelinfo.Relation{{self, self}, {}}))}, {"related no more", dump(q.SelectRelated([][]*modelinfo.Relation{{self}}).Unrelated())},
		{"prefetched", dump(q.Prefetch([]query.Prefetch{{Path: []query.Link{{Rel: self}}}}).Prefetch([]query.Prefetch{{Path: []query.Link{{Rel: owners, Field: "X"}}, With: query.New(owner)}}))},
		{"prefetched no more", dump(q.Prefetch([]query.Prefetch{{Path: []query.Link{{Rel: self}}}}).Prefetch(nil))},
		{"a whole query", dump(q.With(a).Whole())}, {"a slice as a whole", dump(q.Seeing(query.WithDeleted).Slice(0, 3).Whole())}, {"a slice of a key of two", dump(query.New(pair).Slice(0, 3).Whole())},
	})
	require.Equal(t, math.MaxInt, q.Slice(5, math.MaxInt).Slice(math.MaxInt, -1).Low)
	require.True(t, q.Slice(3, 3).Empty())
	require.False(t, q.Slice(3, 4).Empty())
	require.Nil(t, q.Annotation("x"))
}
