package compile_test

import (
	"testing"
)

// lookups shows conditions of notes: texts and values.
func lookups(list ...any) []golden {
	var cases []golden
	for i := 0; i < len(list); i += 2 {
		cases = append(cases, golden{list[i].(string), where(of(note).filter(list[i], list[i+1]))})
	}
	return cases
}

func TestSpecial(t *testing.T) {
	t.Parallel()
	object := map[string]any{"a": 1}
	compare(t, "special.sql", append(lookups(
		"data", object, "data", nil, "data__isnull", true, "data__contains", object, "data__contained_by", object,
		"data__has_key", "a", "data__has_keys", []string{"a", "b"}, "data__has_any_keys", []string{"a"},
		"data__a", 1, "data__a__b", "x", "data__a__0", "x", "data__a__gt", 1, "data__a__in", []any{1, "x"}, "data__a__icontains", "x", "data__a__isnull", true,
		"data__a__startswith", f("title"), "data__contains", f("data__a"), "data__a", f("data__b"), "data__a__in", []any{1, f("data__b")}, "data__lt", object,
		"attrs", map[string]string{"a": "1"}, "attrs__contains", map[string]string{"a": "1"}, "attrs__contained_by", map[string]string{"a": "1"},
		"attrs__has_key", "a", "attrs__has_keys", []string{"a", "b"}, "attrs__has_any_keys", []string{"a"}, "attrs__contains", f("attrs"), "attrs__a", "1", "attrs__isnull", true,
	),
		impossible("data", "contains", object, "data", "in", []any{1}, "attrs", "has_key", "a")...,
	))
}
