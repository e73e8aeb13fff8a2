package compile_test

import (
	"database/sql/driver"
	"testing"

	"github.com/gormango/gormango/internal/query"
)

// literal is an array that is sent as its text.
type literal string

func (l literal) Value() (driver.Value, error) { return string(l), nil }

func TestSpecialArray(t *testing.T) {
	t.Parallel()
	tags := []string{"a", "b"}
	cases := lookups(
		"tags", tags, "tags__contains", tags, "tags__contained_by", tags, "tags__overlap", tags, "tags__gt", tags, "tags__lte", tags, "tags__isnull", true,
		"tags", f("tags"), "tags__overlap", rows(of(note).columns("title")), "tags__in", [][]string{{"a"}, {"b", "c"}}, "tags__in", []any{tags, f("tags")},
		"tags__in", rows(of(note).columns("tags")), "tags__len", 2, "tags__0", "a", "tags__0_2", tags,
	)
	// Many arrays are one.
	many := func(more ...any) string {
		list := make([]any, 0, query.LongList+3)
		for range query.LongList + 1 {
			list = append(list, more[len(list)%len(more)])
		}
		text := where(of(note).filter("tags__in", list))
		return text[:min(len(text), 330)]
	}
	cases = append(cases, impossible("tags", "contains", tags, "tags", "in", [][]string{{"a"}})...)
	compare(t, "specialarray.sql", append(cases,
		golden{"many", many(tags)},
		golden{"many, some of them empty", many(tags, []string{})},
		golden{"many that are empty", many([]string{})},
		golden{"many texts", many(literal("{a}"))},
		golden{"many texts and arrays", many(tags, literal("{a}"), []string{})},
	))
}
