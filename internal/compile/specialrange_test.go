package compile_test

import "testing"

func TestSpecialRange(t *testing.T) {
	t.Parallel()
	r := []int{1, 5}
	cases := impossible("size", "contained_by", r, "span", "contains", 3)
	compare(t, "specialrange.sql", append(cases, lookups(
		"span", r, "span", "[1,5)", "span__contains", r, "span__contains", 3, "span__contained_by", r, "span__overlap", r, "span__fully_lt", r, "span__fully_gt", r,
		"span__not_lt", r, "span__not_gt", r, "span__adjacent_to", r, "span__gt", r, "span__gte", r, "span__lt", r, "span__lte", r, "span", []any{nil, 5}, "span__isnull", true,
		"span__contains", f("size"), "span__contains", f("pages"), "span__contains", f("span"), "span__contains", op(f("pages"), "+", val(1)), "span", f("span"),
		"span__startswith", 1, "span__endswith__gt", 2, "span__isempty", true, "span__lower_inc", true, "span__upper_inf", true,
		"size__contained_by", r, "pages__contained_by", r, "rate__contained_by", []float64{1, 2}, "day__contained_by", "[2026-01-01,2026-02-01)", "at__contained_by", "[2026-01-01,2026-02-01)",
		"span__in", rowsOf("span"),
	)...))
}
