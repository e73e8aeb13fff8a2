package query_test

import (
	"testing"

	"github.com/gormango/gormango/internal/query"
)

func TestReturning(t *testing.T) {
	t.Parallel()
	q := query.New(thing).With(must(query.New(thing).Resolve(query.Lookup("num", 1))))
	returning := func(q *query.Query) string {
		rows, columns, err := q.Returning()
		if err != nil {
			return "error: " + err.Error()
		}
		text := dump(rows)
		for _, c := range columns {
			text += " " + c.Name + "=" + c.Field.Column
		}
		return text
	}
	choose := func(names ...string) *query.Query { return q.Select(must(q.NewColumns(names))) }
	named := q.Annotate(&query.Annotation{Name: "x", Expr: must(q.Name("num"))})
	compare(t, "returning.txt", []golden{
		{"objects", returning(q)},
		{"columns", returning(choose("name", "owner_id"))},
		{"a column behind a relation", returning(choose("owner__name"))},
		{"an expression", returning(choose("at__year"))},
		{"an annotation", returning(named.Select(must(named.NewColumns([]string{"x"}))))},
		{"groups", returning(q.Select(&query.Columns{Grouped: true}))},
	})
}
