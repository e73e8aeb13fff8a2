package query_test

import (
	"testing"

	"github.com/gormango/gormango/internal/query"
)

func TestSpecial(t *testing.T) {
	t.Parallel()
	q := query.New(special)
	of := func(text string, v any) golden { return golden{text, got(leaf)(q.Leaf(text, v))} }
	compare(t, "special.txt", []golden{
		of("span", []int{1, 5}), of("span", "[1,5)"), of("span", 5), of("span", nil), of("span__gt", nil), of("span__contains", 3), of("span__contains", []int{1, 5}), of("span__contains", "x"), of("span__overlap", 3),
		of("span__isnull", true), of("id__contained_by", []int{1, 5}), of("id__contained_by", 3), of("span__in", []string{"[1,2)"}),
		of("attrs", map[string]string{"a": "1"}), of("attrs", nil), of("attrs__contains", map[string]string{"a": "1"}), of("attrs__contains", nil), of("attrs", 5), of("attrs__has_key", "a"), of("attrs__a", "1"),
		of("doc", "x"), of("doc", 5), of("doc", nil), of("title__search", "x"), of("title__search", 5), of("title__search", nil), of("tags", []string{"a"}), of("tags__len", 2),
	})
}
