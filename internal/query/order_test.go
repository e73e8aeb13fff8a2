package query_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/query"
)

func TestOrders(t *testing.T) {
	t.Parallel()
	m := thing
	show := func(orders []query.Order) (out []string) {
		for _, o := range orders {
			s := ""
			for _, r := range o.Expr.Path {
				s += r.Name + "."
			}
			s += o.Expr.Field.Column
			if o.Desc {
				s = "-" + s
			}
			out = append(out, s+[]string{"", " first", " last"}[o.Nulls])
		}
		return out
	}
	for term, want := range map[string][]string{
		"name":               {"name"},
		"-name":              {"-name"},
		"-name nulls last":   {"-name last"},
		"name NULLS  FIRST":  {"name first"},
		"owner":              {"owner.name", "-owner.id first"},
		"-owner":             {"-owner.name", "owner.id last"},
		"owner nulls last":   {"owner.name last", "-owner.id last"},
		"owner_id":           {"owner_id"},
		"owner__pk":          {"owner.id"},
		"-self__owner__name": {"-self.owner.name"},
		"self":               {"self.owner.name", "-self.owner.id first"},
	} {
		orders, err := query.New(m).NewOrder(term)
		require.NoError(t, err, term)
		require.Equal(t, want, show(orders), term)
	}
	q := query.New(m)
	orders, err := q.Orders()
	require.NoError(t, err)
	require.Equal(t, []string{"owner.name", "-owner.id first"}, show(orders), "the model's own")
	orders, err = q.Reverse().Orders()
	require.NoError(t, err)
	require.Equal(t, []string{"-owner.name", "owner.id last"}, show(orders))
	orders, err = q.OrderBy(nil).Orders()
	require.NoError(t, err)
	require.Empty(t, orders)
	for term, want := range map[string]string{
		"name nulls up":  `ordering "name nulls up": "nulls up" is neither "nulls first" nor "nulls last"`,
		"nmae":           `Thing has no field "nmae" (did you mean "name"?); choices are at, code, data, day, id, name, num, on, owner, owner_id, parts, price, real, self, self_id, small`,
		"--name":         `Thing has no field "-name" (did you mean "name"?); choices are at, code, data, day, id, name, num, on, owner, owner_id, parts, price, real, self, self_id, small`,
		"name__contains": `Thing has no field "contains" in "name__contains"; choices are at, code, data, day, id, name, num, on, owner, owner_id, parts, price, real, self, self_id, small`,
		"at__yaer":       `Thing has no field "yaer" in "at__yaer"; choices are at, code, data, day, id, name, num, on, owner, owner_id, parts, price, real, self, self_id, small`,
	} {
		_, err := query.New(m).NewOrder(term)
		require.EqualError(t, err, want)
	}
}

func TestOrderThatNeverEnds(t *testing.T) {
	t.Parallel()
	_, err := query.New(snake).Orders()
	require.ErrorContains(t, err, "never ends: Snake.tail orders by itself")
}

func TestOrderBehindARelation(t *testing.T) {
	t.Parallel()
	q := query.New(thing)
	named := q.Annotate(&query.Annotation{Name: "x", Expr: must(q.Expr(op(f("num"), "+", f("self__num"))))})
	order := func(q *query.Query, term string) golden {
		return golden{term, got(terms)(q.NewOrder(term))}
	}
	compare(t, "order.txt", []golden{
		order(q, "owner"), order(q, "self__owner"), order(q, "-self__self"), order(q, "owner nulls last"), order(q, "self__at__year"), order(named, "-x"), order(q, "?"), order(q, "-?"), order(q, "name nulls up"),
		{"the model's own", got(terms)(q.Orders())}, {"the key", terms(query.ByKey(pair))},
		{"a leaf of a field", got(cond)(query.FieldLeaf("num", thing.Field("num"), lookup.Gt, 1))}, {"a wrong leaf", got(cond)(query.FieldLeaf("num", thing.Field("num"), lookup.Gt, "x"))},
	})
}
