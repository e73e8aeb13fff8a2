package compile_test

import (
	"testing"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/query"
)

func TestPlace(t *testing.T) {
	t.Parallel()
	x, y := "x", "7"
	behind := func(values []*string, at bool, terms ...string) string {
		q := of(note).order(terms...)
		return where(chain{q.With(query.Call(query.After(must(q.Orders()), values, at)))})
	}
	null := func(null bool) *query.Cond {
		return query.Call(&query.Cond{Leaf: &query.Leaf{Left: query.FieldRef(note.Field("pages")), Op: lookup.IsNull, Value: query.Value{Kind: query.Place, Arg: null}}})
	}
	compare(t, "place.sql", []golden{
		{"a term that is never null", behind([]*string{&x}, false, "title")},
		{"at the place", behind([]*string{&x}, true, "-title")},
		{"a row of terms", behind([]*string{&x, &y}, false, "title", "size")},
		{"terms of two directions", behind([]*string{&x, &y}, false, "title", "-id")},
		{"a term that may be null", behind([]*string{&y, &x}, false, "pages", "title")},
		{"at null", behind([]*string{nil, &x}, false, "-pages", "title")},
		{"behind the last null", behind([]*string{nil}, false, "pages")},
		{"null", where(chain{of(note).With(null(true))})},
		{"not null", where(chain{of(note).With(null(false))})},
		{"a condition that needs no database", where(func() chain {
			q := of(note).alias("c", truth("size__in", []int{})).order("c", "id")
			return chain{q.With(query.Call(query.After(must(q.Orders()), []*string{&x, &y}, false)))}
		}())},
	})
}
