package compile_test

import (
	"testing"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/query"
)

func TestWrite(t *testing.T) {
	t.Parallel()
	remove := func(c chain) string { return sql(compile.Delete(c.Query)) }
	compare(t, "write.sql", []golden{
		{"a condition", remove(of(shop).filter("name", "x"))},
		{"every row", remove(of(good))},
		{"every row that is not hidden", remove(of(area))},
		{"a condition on what is not hidden", remove(of(area).filter("name", "x"))},
		{"a condition that always holds", remove(of(area).where(query.Not(query.Lookup("id__in", []int{}))))},
		{"a condition that never holds", remove(of(shop).filter("id__in", []int{}))},
		{"a condition on another table", remove(of(shop).filter("area__name", "x"))},
		{"a key of two columns", remove(of(good).filter("shops__name", "x"))},
		{"no key", remove(of(log).where(query.Holds(sub(query.Exists, of(shop).filter("name", outer("text"))))))},
		{"no key, by another table", remove(of(log).alias("n", star()).filter("n", 1))},
		{"a condition on an aggregate", remove(of(shop).alias("n", count(f("notes"))).filter("n__gt", 1))},
		{"a condition on a window", remove(of(note).alias("r", over(call("RANK"), f("shop"))).filter("r", 1))},
		{"an error", remove(of(note).filter("title", outer("x")))},
	})
}
