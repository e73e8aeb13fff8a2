package compile

import (
	"slices"

	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
)

// Set is an assignment to a column: an expression, the column's default, the
// number after the one it holds, or a value.
type Set struct {
	Field         *modelinfo.Field
	Expr          *query.Expr
	Default, Next bool
	Value         any

	sql string // written as it is, unless it is empty
}

// set begins an update, up to its assignments.
func (b *builder) set() {
	b.str("UPDATE ")
	b.table(b.q.Model.Table)
	b.str(" SET ")
}

// update writes an update up to its condition.
func (b *builder) update(sets []Set) {
	b.set()
	b.assign(sets)
}

// assign writes assignments.
func (b *builder) assign(sets []Set) {
	for i, s := range sets {
		b.sep(i, "", ", ")
		b.name(s.Field.Column)
		b.str(" = ")
		switch {
		case s.sql != "":
			b.str(s.sql)
		case s.Expr != nil:
			b.written(b.resolve(s.Expr, nil))
		case s.Default:
			b.str("DEFAULT")
		case s.Next:
			b.columnAt(0, s.Field)
			b.str(" + 1")
		default:
			b.arg(s.Value)
		}
	}
}

// raised adds an assignment that raises the version of the model's rows, where
// it has one.
func (b *builder) raised(sets []Set) []Set {
	if f := b.q.Model.Version; f != nil {
		sets = append(sets, Set{Field: f, Next: true})
	}
	return sets
}

// Update changes the rows of q.
func Update(q *query.Query, sets []Set) (*Stmt, error) {
	b := newBuilder(q, nil, nil)
	b.useRoot()
	if m := q.Model; m.CountsUpdates && !slices.ContainsFunc(sets, func(s Set) bool { return s.Field == m.Version }) {
		sets = b.raised(sets)
	}
	b.update(sets)
	return b.conditionOfWrite()
}

// UpdateRow changes columns of one row, which is found by others, and reads
// those of returning. args are the values of columns, then those of by.
func UpdateRow(m *modelinfo.Model, columns, by []*modelinfo.Field, args []any, returning []*modelinfo.Field) *Stmt {
	return keptRow(verbUpdateRow, m, args, func() *Stmt {
		b := single(m)
		sets := make([]Set, len(columns))
		for i, f := range columns {
			sets[i] = Set{Field: f, Value: args[i]}
		}
		b.update(sets)
		b.whereEqual(by, args[len(columns):])
		return b.returning(returning)
	}, columns, by, returning)
}

// UpdateMany changes rows, and their version where the model has one, to the
// values of v, which holds by columns that a row is found by before those that
// are written.
func UpdateMany(m *modelinfo.Model, by int, v Values) *Stmt {
	b := single(m)
	var sets []Set
	for i, f := range v.Columns[by:] {
		sets = append(sets, Set{Field: f, sql: b.listed(by+i+1, f)})
	}
	b.update(b.raised(sets))
	b.str(" FROM ")
	b.fromValues(v)
	b.whereNumbered(v.Columns[:by])
	return b.stmt()
}

// fromValues writes values as a table, whose columns listed names.
func (b *builder) fromValues(v Values) {
	if v.Rows == 0 {
		b.unnestAs(b.list(), written(v.Args, v.Columns))
		return
	}
	b.str("(")
	b.rows(v, true)
	b.str(") AS " + b.list() + "(")
	b.numbered("", len(v.Columns))
	b.str(")")
}

// UpdateFew is UpdateMany for models with a key of one column, without a
// version, and few rows in arrays. Each row looks up its values, so that the
// plan is that of the key's condition alone: rows change in the order in which
// Django's CASE changes them, which decides whether, and where, values that
// move from row to row collide on the way.
func UpdateFew(m *modelinfo.Model, v Values) *Stmt {
	b := single(m)
	key, arrays := v.Columns[0], written(v.Args, v.Columns)
	b.set()
	b.str("(")
	b.plainColumns(v.Columns[1:])
	b.str(") = (SELECT ")
	for i, f := range v.Columns[1:] {
		b.sep(i, "", ", ")
		b.str(b.listed(i+2, f))
	}
	b.str(" FROM ")
	b.unnestAs(b.list(), arrays)
	b.str(" WHERE " + b.listed(1, key))
	b.str(" = ")
	b.columnAt(0, key)
	b.str(" ORDER BY " + b.list() + ".n LIMIT 1) WHERE ") // keys that differ in Go may be one to the server, as in citext
	b.columnAt(0, key)
	b.str(" = ANY($1" + arrays[0].cast)
	if key.AsText {
		b.str("::" + key.Cast + "[]")
	}
	b.str(")")
	return b.stmt()
}

// UpdateAmong changes rows. With live those that a soft delete has hidden are
// left as they are.
func UpdateAmong(t Target, sets []Set, live bool) *Stmt {
	b := single(t.Model)
	b.update(sets)
	b.among(t.In, live)
	return b.stmt()
}
