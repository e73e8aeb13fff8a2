package compile

import (
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
)

// SelectRow reads columns of the row of a key, deleted or not.
func SelectRow(m *modelinfo.Model, columns []*modelinfo.Field, key []any) *Stmt {
	return keptRow(verbSelectRow, m, key, func() *Stmt {
		b := single(m)
		b.str("SELECT ")
		b.columns(columns)
		b.from()
		b.whereEqual(m.Key, key)
		return b.reading(columns)
	}, columns)
}

// DeleteRow removes the row of a key.
func DeleteRow(m *modelinfo.Model, key []any) *Stmt {
	return keptRow(verbDeleteRow, m, key, func() *Stmt {
		b := single(m)
		b.deleteFrom()
		b.whereEqual(m.Key, key)
		return b.stmt()
	})
}

// CountKeys counts the rows that hold the values of any row of v, deleted or
// not.
func CountKeys(m *modelinfo.Model, v Values) *Stmt {
	b := single(m)
	b.str("SELECT COUNT(*)")
	b.from()
	b.str(" WHERE EXISTS (SELECT FROM ")
	b.fromValues(v)
	b.whereNumbered(v.Columns)
	b.str(")")
	return b.stmt()
}

// ConstraintColumns reads the columns of a constraint of m by its name.
func ConstraintColumns(m *modelinfo.Model, name string) *Stmt {
	return &Stmt{SQL: `SELECT a.attname::text FROM pg_catalog.pg_constraint c
	JOIN pg_catalog.pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey)
	WHERE c.conname = $1 AND c.conrelid = pg_catalog.to_regclass($2::text) ORDER BY a.attnum`,
		Args: []any{name, string(AppendTable(nil, m.Table))}}
}

// FitsColumn makes a value fit a column as an assignment does. Its error is
// that of an insert of the value.
func FitsColumn(f *modelinfo.Field, value any) *Stmt {
	return &Stmt{SQL: "SELECT jsonb_populate_record(NULL::" + string(AppendTable(nil, f.Model.Table)) + ", jsonb_build_object($1::text, $2::" + f.Cast + "))",
		Args: []any{f.Column, value}}
}

// whereEqual writes the condition that fields hold values.
func (b *builder) whereEqual(fields []*modelinfo.Field, values []any) {
	for i, f := range fields {
		b.sep(i, " WHERE ", " AND ")
		b.columnAt(0, f)
		b.str(" = ")
		b.arg(values[i])
	}
}

// whereNumbered writes the condition that fields hold the first columns of
// the listed rows.
func (b *builder) whereNumbered(fields []*modelinfo.Field) {
	for i, f := range fields {
		b.sep(i, " WHERE ", " AND ")
		b.columnAt(0, f)
		b.str(" = ")
		b.str(b.listed(i+1, f))
	}
}

// columns writes fields of the first table.
func (b *builder) columns(fields []*modelinfo.Field) {
	for i, f := range fields {
		b.sep(i, "", ", ")
		b.columnAt(0, f)
	}
}

// plainColumns writes the names of fields alone.
func (b *builder) plainColumns(fields []*modelinfo.Field) {
	for i, f := range fields {
		b.sep(i, "", ", ")
		b.name(f.Column)
	}
}

// single returns a builder of statements on one table alone.
func single(m *modelinfo.Model) *builder { return singleOn(newWriter(), m) }

func singleOn(w *writer, m *modelinfo.Model) *builder {
	return &builder{writer: w, q: query.New(m), alias: []*alias{{name: m.Table, plain: m.Table, model: m, parent: -1, refs: 1}}}
}

// reading returns the statement, whose rows hold fields of the model.
func (b *builder) reading(fields []*modelinfo.Field) *Stmt {
	st := b.stmt()
	st.Objects = []Object{{Fields: fields, Model: b.q.Model, Parent: -1}}
	return st
}

// returning writes what the statement reads of the rows that it writes, and
// returns the statement.
func (b *builder) returning(fields []*modelinfo.Field) *Stmt {
	if len(fields) == 0 {
		return b.stmt()
	}
	b.str(" RETURNING ")
	b.columns(fields)
	return b.reading(fields)
}
