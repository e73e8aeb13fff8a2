package query_test

import (
	"testing"
	"time"

	"github.com/gormango/gormango/internal/query"
)

func TestLeaf(t *testing.T) {
	t.Parallel()
	q := query.New(thing)
	of := func(text string, v any) golden { return golden{text, got(leaf)(q.Leaf(text, v))} }
	in := func(text string, v any) golden { return golden{text, got(leaf)(query.New(special).Leaf(text, v))} }
	key := func(n int) string { return string(rune('a' + n)) }
	compare(t, "leaf.txt", []golden{
		of("num", 1), of("num", f("small")), of("num__gt", nil), of("num__isnull", true), of("num__isnull", false), of("num__isnull", 1), of("num__isnull", f("on")),
		of("num__in", []int{1, 2}), of("num__in", []int{}), of("num__in", []any{1, f("small"), nil}), of("num__in", []any{"x", f("small")}), of("num__in", f("small")), of("small__in", []any{40000, f("num")}),
		of("num__range", []int{1, 2}), of("num__range", []any{f("small"), 2}), of("num__range", []any{nil, 2}), of("num__range", 1), of("num__range", []string{"a", "b"}), of("num__range", f("small")),
		of("small__range", []int{-40000, 40000}), of("small__range", []int{40000, 50000}), of("small__range", []int{-50000, -40000}),
		of("data", nil), of("data", map[string]int{"a": 1}), of("data__contains", map[string]int{"a": 1}), of("data__icontains", "x"), of("data__has_key", key(0)), of("data__has_key", 1), of("data__has_key", 1.5),
		of("data__has_keys", []any{"a", 1}), of("data__has_keys", "a"), of("data__has_any_keys", []any{1.5}), of("data__has_key", f("name")),
		of("owner__in", rows(query.New(owner))), of("owner__in", rows(query.New(thing))), of("owner__in", rows(column(owner, "id", "name"))), of("id__in", rows(query.New(pair))),
		of("owner__in", rows(query.New(owner).OrderBy(ordered(query.New(owner), "name")))), of("owner__in", rows(query.New(owner).Slice(0, 3))), of("num", rows(query.New(owner))), of("num", rows(column(owner, "id").Slice(0, 1))),
		in("tags__contains", []string{"a"}), in("tags__overlap", rows(column(special, "title"))), in("tags__overlap", rows(query.New(special))), in("title__contains", "x"),
		of("name__regex", "x"), of("at__date", time.Date(2026, 1, 2, 3, 0, 0, 0, time.UTC)),
	})
}
