package compile_test

import (
	"testing"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/query"
)

func TestTransform(t *testing.T) {
	t.Parallel()
	var cases []golden
	for _, name := range []string{
		"at__year", "at__iso_year", "at__month", "at__day", "at__week", "at__iso_week_day", "at__week_day", "at__quarter", "at__hour", "at__minute", "at__second", "at__date", "at__time",
		"day__month", "clock__hour", "title__unaccent", "tags__len", "tags__1", "tags__1_3", "attrs__keys", "attrs__values", "attrs__a", "attrs__keys__0",
		"span__startswith", "span__endswith", "span__isempty", "span__lower_inc", "span__lower_inf", "span__upper_inc", "span__upper_inf",
		"data__a", "data__0", "data__a__b__1",
	} {
		cases = append(cases, golden{name, expr(of(note), f(name))})
	}
	text := func(e *query.Expr) *query.Expr {
		return &query.Expr{Kind: query.Transformed, Transform: lookup.Transform{Name: "keytext"}, Args: []*query.Expr{e}, Type: lookup.TextType}
	}
	matrix := &query.Expr{Kind: query.Transformed, Transform: lookup.Transform{Name: "index", Key: "1"}, Args: []*query.Expr{f("tags__0")}, Type: lookup.TextType}
	compare(t, "transform.sql", append(cases,
		golden{"a part", expr(of(note), &query.Expr{Kind: query.Transformed, Transform: lookup.Transform{Name: "extract", Key: "EPOCH"}, Args: []*query.Expr{f("at")}, Type: lookup.IntType})},
		golden{"an element of an element", expr(of(note), matrix)},
		golden{"a key as text", expr(of(note), text(f("data__a")))},
		golden{"a path as text", expr(of(note), text(f("data__a__b")))},
		golden{"text without a key", expr(of(note), text(f("data")))},
		golden{"an operation's element", expr(of(note), &query.Expr{Kind: query.Transformed, Transform: lookup.Transform{Name: "index", Key: "0"}, Args: []*query.Expr{typed(op(f("tags"), "||", f("tags")), "text[]")}, Type: lookup.TextType})},
	))
}
