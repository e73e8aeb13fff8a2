package query_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/query"
)

// Chains cost time in proportion to their length, and what is too long for any
// query ends before it grows further.
func TestChains(t *testing.T) {
	t.Parallel()
	x := func() *query.Cond { return query.Lookup("num", 1) }
	chain := func(join func(...*query.Cond) *query.Cond, n int) *query.Cond {
		c := x()
		for range n {
			c = join(c, x())
		}
		return c
	}
	cases := func(n int) *query.Expr {
		e := &query.Expr{Kind: query.Case}
		for range n {
			e = e.When(x(), &query.Expr{Kind: query.Const, Value: 1})
		}
		return e
	}
	for name, c := range map[string]struct {
		make  func() error
		large bool
	}{
		"and":               {func() error { _, err := query.New(thing).Resolve(chain(query.And, 30_000)); return err }, false},
		"or":                {func() error { _, err := query.New(thing).Resolve(chain(query.Or, 30_000)); return err }, false},
		"xor":               {func() error { _, err := query.New(thing).Resolve(chain(query.Xor, 400)); return err }, false},
		"case":              {func() error { _, err := query.New(thing).Expr(cases(16_000)); return err }, false},
		"and, too long":     {func() error { _, err := query.New(thing).Resolve(chain(query.And, 200_000)); return err }, true},
		"and, before":       {func() error { return chain(query.And, 60_000).FirstErr() }, true},
		"xor, too deep":     {func() error { _, err := query.New(thing).Resolve(chain(query.Xor, 20_000)); return err }, true},
		"case, too long":    {func() error { _, err := query.New(thing).Expr(cases(200_000)); return err }, true},
		"case, before":      {func() error { return cases(60_000).Err }, true},
		"too long, negated": {func() error { _, err := query.New(thing).Resolve(query.Not(chain(query.Or, 60_000))); return err }, true},
		"too long, joined": {func() error {
			_, err := query.New(thing).Resolve(query.And(x(), query.Or(chain(query.Or, 60_000), x())))
			return err
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			if err := c.make(); c.large {
				require.ErrorIs(t, err, lookup.ErrTooLarge)
			} else {
				require.NoError(t, err)
			}
			require.Less(t, time.Since(start), 5*time.Second)
		})
	}
}

// The branches of a Case belong to each value that has them.
func TestWhens(t *testing.T) {
	t.Parallel()
	e := &query.Expr{Kind: query.Case}
	for i := range 20 {
		e = e.When(query.Lookup("num", i), query.F("num"))
	}
	one, other := e.When(query.Lookup("num", "one"), nil), e.When(query.Lookup("num", "other"), nil)
	require.Len(t, e.Whens, 20)
	require.Equal(t, "one", one.Whens[20].Cond.Kids[0].Value)
	require.Equal(t, "other", other.Whens[20].Cond.Kids[0].Value)
}

func TestDeepJSON(t *testing.T) {
	t.Parallel()
	nested := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	q := query.New(thing)
	for _, v := range []any{[]byte(nested(9_000)), []byte(`{"a":` + nested(600) + "}")} {
		for text, value := range map[string]any{"data": v, "data__k": v, "data__contains": v, "data__contained_by": v, "data__in": []any{1, v}, "data__gt": v} {
			_, err := q.Leaf(text, value)
			require.ErrorIs(t, err, lookup.ErrTooLarge, text)
		}
	}
	_, err := q.Leaf("data", []byte(nested(20_000)))
	require.ErrorIs(t, err, lookup.ErrTooLarge, "beyond what encoding/json reads")
	for _, text := range []string{nested(500), `"` + strings.Repeat(`[\"{`, 600) + `"`, "[" + strings.Repeat("[],", 600) + "1]"} {
		_, err := q.Leaf("data", []byte(text))
		require.NoError(t, err)
	}
}

// A comparison is measured before what it holds is resolved.
func TestNarrowedMeasuresFirst(t *testing.T) {
	t.Parallel()
	e := query.F("num")
	for range 600 {
		e = &query.Expr{Kind: query.Arith, Name: "+", Args: []*query.Expr{e, query.F("not a column")}}
	}
	_, err := query.New(thing).Narrowed("num", e, false)
	require.ErrorIs(t, err, lookup.ErrTooLarge)
}
