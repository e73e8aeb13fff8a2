package compile_test

import (
	"testing"
	"time"

	"github.com/gormango/gormango/internal/query"
)

func TestPredicate(t *testing.T) {
	t.Parallel()
	q := of(note)
	x := func(text string, v any) golden { return golden{text, where(q.filter(text, v))} }
	long := make([]any, query.LongList+2)
	for i := range long {
		long[i] = "m"
	}
	long[0] = f("body")
	few := where(q.filter("title__in", long))
	upper := call("UPPER", f("title"))
	compare(t, "predicate.sql", append(impossible("size", "gt", 1, "size", "in", []any{1, f("pages")}, "size", "in", rowsOf("pages"), "title", "icontains", "x", "size", "isnull", true, "size", "range", []int{1, 2}), []golden{
		x("pages", 1), x("pages", nil), x("pages__isnull", true), x("pages__isnull", false), x("pages__gt", 1), x("pages__gte", 1), x("pages__lt", 1), x("pages__lte", 1),
		x("pages__in", []int{1, 2}), x("pages__in", []int{}), x("pages__range", []int{1, 2}), x("pages__range", []any{f("size"), 2}),
		x("size", 40000), x("size__lt", 40000), x("size__gt", -40000), x("size__gt", 40000), x("size__lte", -40000), x("size__gte", 40000), x("size__lt", -40000),
		x("title__contains", `a%_\`), x("title__icontains", "a"), x("title__startswith", "a"), x("title__istartswith", "a"), x("title__endswith", "a"), x("title__iendswith", "a"),
		x("title__iexact", "a"), x("title__regex", "a"), x("title__iregex", "a"), x("size__contains", "1"),
		x("title__contains", f("body")), x("title__iendswith", f("body")), x("title__istartswith", f("size")), x("title__iexact", f("body")), x("title__regex", f("size")),
		x("title", f("body")), x("pages__gt", op(f("size"), "+", val(1))),
		x("title__in", []any{"a", f("body")}), x("title__in", rows(of(note).columns("body"))), x("pages__gt", sub(query.Sub, of(note).columns("size").slice(0, 1))),
		x("title__in", rows(chain{of(note).columns("body").Nothing()})), x("pages", rows(of(note).columns("size").slice(0, 1))),
		x("at__year", 2026), x("at__year__gt", 2026), x("at__year__gte", 2026), x("at__year__lt", 2026), x("at__year__lte", 2026), x("at__year__in", []int{2026, 2027}),
		x("at__year__range", []int{2026, 2028}), x("at__year", f("size")), x("day__year", 2026), x("at__year", 1_000_000), x("day__year__lt", -1_000_000),
		x("at__lt", time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)),
		{"an in of tuples", where(chain{q.With(query.Call(query.In(fields(note, "size", "pages"), [][]any{{1, 2}, {3, 4}})))})},
		{"a long in with an expression", few[:80]},
		{"a long in of what both sides transform", where(q.filter("title__folded__in", long[1:]))[:90]},
		{"a left side that is an expression", where(q.where(query.Compare(upper, "startswith", "A")))},
		{"a left side that never holds", where(q.where(query.Compare(truth("size__in", []int{}), "exact", true)))},
	}...))
}
