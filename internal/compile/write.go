package compile

import (
	"time"

	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
)

// Set is one assignment of an Update: a value, or an expression.
type Set struct {
	Field *modelinfo.Field
	Value any
	Expr  *query.Expr
}

// Update changes the rows of q.
func Update(q *query.Query, sets []Set, loc *time.Location) *Stmt {
	b := newBuilder(q, loc)
	b.str("UPDATE ")
	b.table(q.Model.Table)
	b.str(" SET ")
	for i, s := range sets {
		if i > 0 {
			b.str(", ")
		}
		b.name(s.Field.DBName)
		b.str(" = ")
		if s.Expr != nil {
			b.expr(s.Expr)
		} else {
			b.arg(s.Value)
		}
	}
	return b.conditionOfWrite()
}

// Delete removes the rows of q.
func Delete(q *query.Query, loc *time.Location) *Stmt {
	b := newBuilder(q, loc)
	b.str("DELETE FROM ")
	b.table(q.Model.Table)
	return b.conditionOfWrite()
}

// conditionOfWrite writes the condition of an UPDATE or DELETE, which knows one
// table only: conditions on others choose the rows by key in a subquery.
func (b *builder) conditionOfWrite() *Stmt {
	all := b.asked() == full
	var none bool
	if len(b.alias) == 1 {
		none, _ = b.condition()
	} else {
		b.str(" WHERE ")
		b.rowKey()
		b.str(" IN (SELECT ")
		b.rowKey()
		b.from()
		none, _ = b.condition()
		b.str(")")
	}
	st := b.stmt()
	st.None, st.Unconditional = none, all
	return st
}

// rowKey writes what tells rows apart: the primary key, or the place of the row
// in a table that has none.
func (b *builder) rowKey() {
	switch key := b.q.Model.Key; len(key) {
	case 0:
		b.table(b.alias[0].name)
		b.str(".ctid")
	case 1:
		b.columns(key)
	default:
		b.str("(")
		b.columns(key)
		b.str(")")
	}
}

// asked weighs what the caller asked for alone, without the condition that
// hides deleted rows.
func (b *builder) asked() truth {
	start, args := len(b.buf), len(b.args)
	defer func() { b.buf, b.args = b.buf[:start], b.args[:args] }()
	kids := b.where.kids[len(b.where.kids)-len(b.q.Calls):]
	return b.node(&node{kids: kids})
}

func (b *builder) columns(fields []*modelinfo.Field) {
	for i, f := range fields {
		if i > 0 {
			b.str(", ")
		}
		b.column(0, f)
	}
}
