package query_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/query"
)

func TestCondsFlatten(t *testing.T) {
	t.Parallel()
	x := func() *query.Cond { return query.Lookup("x", 1) }
	require.Nil(t, query.And())
	require.Nil(t, query.Or(nil, nil))
	require.Nil(t, query.Not(nil))
	require.Len(t, query.Or(query.Or(x(), x()), x()).Kids, 3)
	require.Len(t, query.And(query.Or(x(), x()), x()).Kids, 2)
	require.Len(t, query.Or(query.Not(query.Or(x(), x())), x()).Kids, 2, "a negated part stays whole")
	require.False(t, query.Not(query.Not(x())).Not)
	ext := query.Extended(query.Not(x()), x())
	require.True(t, ext.Not)
	require.Len(t, ext.Kids, 2, "one negation over both")
}

func TestConds(t *testing.T) {
	t.Parallel()
	a, b, c := query.Lookup("a", 1), query.Lookup("b", 2), query.Lookup("c", 3)
	compare(t, "cond.txt", []golden{
		{"and", cond(query.And(a, b, c))}, {"or", cond(query.Or(a, b, c))}, {"xor", cond(query.Xor(a, b, c))}, {"or in and", cond(query.And(query.Or(a, b), c))}, {"and in or", cond(query.Or(a, query.And(b, c)))},
		{"or in or", cond(query.Or(a, query.Or(b, c)))}, {"not", cond(query.Not(query.And(a, b)))}, {"not in and", cond(query.And(query.Not(query.And(a, b)), c))}, {"not twice", cond(query.Not(query.Not(a)))},
		{"neutral parts", cond(query.Or(nil, a, nil))}, {"a call", cond(query.Call(a, nil, b))}, {"a call extended", cond(query.Extended(query.Not(query.Call(a)), query.Call(b)))},
		{"an expression", cond(query.Holds(&query.Expr{Kind: query.Raw, Name: "x"}))}, {"an empty text", cond(query.Comparison("", 1))},
	})
	require.Nil(t, query.Call(nil, nil))
	require.EqualError(t, query.And(a, query.Or(b, query.Lookup("", 1))).FirstErr(), "a lookup is empty")
	require.NoError(t, query.And(a, b).FirstErr())
}
