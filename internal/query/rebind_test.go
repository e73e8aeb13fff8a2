package query_test

import (
	"errors"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
)

// A query over another database is the same one: its text does not change, and
// it holds no model of the first.
func TestRebound(t *testing.T) {
	t.Parallel()
	find := registry()
	q := query.New(thing)
	filtered := q.FilterRelation(must(q.NewFiltered("big", "parts", query.Call(query.Comparison("parts__num__gt", 1)))))
	number := &query.Annotation{Name: "x", Expr: must(q.Expr(op(f("num"), "+", constant(1))))}
	expr := func(e *query.Expr) *query.Query {
		return q.Annotate(&query.Annotation{Name: "x", Expr: must(q.Expr(e))})
	}
	path := [][]*modelinfo.Relation{{thing.Relation("self"), thing.Relation("owner")}}
	list := []query.Prefetch{{Path: []query.Link{{Rel: thing.Relation("parts"), Field: "Parts"}}, With: query.New(thing).With(must(q.Resolve(query.Lookup("num", 1))))}}
	where := func(q *query.Query, text string, v any) *query.Query {
		return q.With(must(q.Resolve(query.Lookup(text, v))))
	}
	for name, c := range map[string]*query.Query{
		"conditions":  where(where(q, "owner__name", "x"), "num__in", []any{1, f("small")}),
		"annotations": where(q.Annotate(number), "x__gt", f("num")).Select(&query.Columns{Grouped: true, Names: []query.Column{{Name: "x", Ann: number}}}),
		"tuples":      query.New(pair).With(query.Call(query.In(pair.Key, [][]any{{int64(1), int64(2)}}))),
		"orders":      q.OrderBy(ordered(q, "self__name", "-id")).Unique([]*query.Expr{must(q.Name("owner__id"))}),
		"filtered":    where(filtered, "big__name", "x"),
		"subqueries":  where(q, "owner__in", rows(query.New(owner))),
		"windows":     expr(over(call("RANK"), f("owner"))),
		"each":        q.With(query.Call(must(q.Resolve(query.Holds(&query.Expr{Kind: query.Each, Name: "parts", Cond: query.Lookup("name", "x")}))))),
		"combined":    q.Combine(query.OR, where(q, "name", "x")),
		"sets":        q.Combined(query.Union, false, []*query.Query{where(q, "name", "x")}),
		"related":     q.SelectRelated(path).Prefetch(list),
	} {
		r, err := c.Rebound(find)
		require.NoError(t, err)
		require.Equal(t, dump(c), dump(r), name)
		require.Empty(t, held(reflect.ValueOf(r), thing.DB, map[any]bool{}), name)
	}
	_, err := q.Rebound(func(reflect.Type) (*modelinfo.Model, error) { return nil, errors.New("unknown") })
	require.EqualError(t, err, "unknown")
	a := must(where(q.Annotate(number), "x", 1).Rebound(find))
	require.Same(t, a.Anns[0], a.Steps[1].Cond.Kids[0].Leaf.Left.Ann, "an annotation is copied once")
}

// held returns the type of something in v that belongs to db.
func held(v reflect.Value, db *modelinfo.Registry, seen map[any]bool) string {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return ""
		}
		if v.Kind() == reflect.Pointer {
			if seen[v.Pointer()] {
				return ""
			}
			seen[v.Pointer()] = true
			m := reflect.TypeFor[*modelinfo.Model]()
			switch v.Type() {
			case m:
				if v.Elem().FieldByName("DB").Pointer() == reflect.ValueOf(db).Pointer() {
					return "a model"
				}
				return ""
			case reflect.TypeFor[*modelinfo.Field]():
				return held(v.Elem().FieldByName("Model"), db, seen)
			case reflect.TypeFor[*modelinfo.Relation]():
				return held(v.Elem().FieldByName("From"), db, seen)
			}
		}
		return held(v.Elem(), db, seen)
	case reflect.Slice:
		for i := range v.Len() {
			if s := held(v.Index(i), db, seen); s != "" {
				return s
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if s := held(v.Field(i), db, seen); s != "" {
				return v.Type().Field(i).Name + ": " + s
			}
		}
	}
	return ""
}
