// Package compile turns a query tree into one SQL statement with numbered
// arguments. It never touches a connection. Values are always arguments; names
// come from the model, quoted. The rules for joins, NULLs, grouping and
// impossible conditions are Django's (django.db.models.sql.query, .where and
// .compiler, version 5.2).
package compile

import (
	"errors"
	"sync/atomic"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
)

// ErrDistinct is the error of rows that are distinct by columns and grouped,
// which Django refuses too.
//
//lint:ignore ST1005 Distinct is the name of the method
var ErrDistinct = errors.New("Distinct with names does not go together with aggregates")

// Stmt is a statement to run.
type Stmt struct {
	SQL  string
	Args []any
	// Objects say what a row of a Select holds first, in the order of the columns.
	Objects []Object
	// Columns are those behind the objects: annotations, or all when the query
	// chose columns.
	Columns []Column
	// Extra are columns at the end that only the order needs.
	Extra int
	// Reads is the table of a read that may run on a replica. It is empty for a
	// statement that runs on the primary only, because it writes, locks, or must
	// see what was written just now.
	Reads string
	// Once reports whether the text is of one use and should not be prepared.
	Once bool
	// None reports whether no row can match: nothing need be sent.
	None bool
	// Shape is a slot in which package exec keeps how rows of all statements of
	// one form fill structs, nil for a statement that is not kept.
	Shape *atomic.Value
	// Unconditional reports whether an Update or Delete has no condition, or one
	// that is always true.
	Unconditional bool

	keys []any // of the writer, for each of Args
}

// Object is one struct of a result row. The first is the root; the others are
// related ones, reached by Rel from the object at Parent.
type Object struct {
	Fields []*modelinfo.Field
	Model  *modelinfo.Model
	Parent int
	Rel    *modelinfo.Relation
}

// Column is a column of a result row that belongs to no object.
type Column struct {
	Name string
	Type lookup.Type
	// Field is the model's column that it is, nil for an expression.
	Field *modelinfo.Field
}

// Returning adds that a statement which writes rows of m reads columns of
// theirs, or without columns the objects of fields.
func (st *Stmt) Returning(m *modelinfo.Model, columns []query.Returned, fields []*modelinfo.Field) {
	if len(columns) > 0 {
		fields = nil
	}
	for _, c := range columns {
		fields = append(fields, c.Field)
		st.Columns = append(st.Columns, Column{Name: c.Name, Type: c.Field.Type, Field: c.Field})
	}
	added := single(m).returning(fields)
	st.SQL += added.SQL
	if len(columns) == 0 {
		st.Objects = added.Objects
	}
}
