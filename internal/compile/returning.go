package compile

import (
	"strconv"
	"time"

	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
)

// Returning has a statement that writes rows of m give back columns of theirs,
// or with none the objects of fields.
func (st *Stmt) Returning(m *modelinfo.Model, columns []query.Returned, fields []*modelinfo.Field) {
	b := single(m)
	if len(columns) == 0 {
		st.Objects = []Object{{Fields: fields, Model: m, Parent: -1}}
	} else {
		fields = nil
	}
	for _, c := range columns {
		fields = append(fields, c.Field)
		st.Columns = append(st.Columns, Column{Name: c.Name, Type: c.Field.Type, Field: c.Field})
	}
	b.returning(fields)
	st.SQL += string(b.buf)
}

// Constant is a column with one value for all rows of an InsertFrom.
type Constant struct {
	Field *modelinfo.Field
	Value any
}

// InsertFrom inserts the rows of q, whose columns fill those named, and
// constants beside them.
func InsertFrom(m *modelinfo.Model, columns []*modelinfo.Field, constants []Constant, q *query.Query, loc *time.Location) (*Stmt, error) {
	from, err := Select(q, loc)
	if err != nil || from.None {
		return from, err
	}
	all := columns
	for _, c := range constants {
		all = append(all[:len(all):len(all)], c.Field)
	}
	b := insertInto(m, all)
	b.str(" SELECT ")
	for i := range columns {
		if i > 0 {
			b.str(", ")
		}
		b.str("q.c" + strconv.Itoa(i+1))
	}
	for _, c := range constants {
		b.str(", ")
		b.place(len(from.Args) + 1)
		b.str("::" + c.Field.Cast)
		from.Args = append(from.Args[:len(from.Args):len(from.Args)], c.Value)
	}
	b.str(" FROM (" + from.SQL + ") AS q(")
	for i := range len(columns) + from.Extra { // those that only the order needs stand at the end
		if i > 0 {
			b.str(", ")
		}
		b.str("c" + strconv.Itoa(i+1))
	}
	b.str(")")
	return &Stmt{SQL: string(b.buf), Args: from.Args}, nil
}
