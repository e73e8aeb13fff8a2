package compile

import (
	"strconv"

	"github.com/gormango/gormango/internal/modelinfo"
)

// Conflict is what an insert does with a row that is there already.
type Conflict struct {
	// Columns are those of the unique constraint that is meant; none for any, which
	// only ignoring takes.
	Columns []*modelinfo.Field
	// Update are the columns of the row that is there which take the new values;
	// none to leave it alone.
	Update []*modelinfo.Field
}

// InsertArrays writes as many rows as its arguments are long: one array for
// each column. The rows come back in the order of the arrays, since the rows
// of an INSERT are made in the order of its sorted source; on may be nil.
func InsertArrays(m *modelinfo.Model, columns []*modelinfo.Field, on *Conflict, returning []*modelinfo.Field) string {
	b := insertInto(m, columns)
	b.str(" SELECT ")
	for i := range columns {
		if i > 0 {
			b.str(", ")
		}
		b.str("u.c" + strconv.Itoa(i+1))
	}
	b.str(" FROM ")
	b.unnest(columns)
	b.str(" ORDER BY u.n")
	b.onConflict(on)
	b.returning(returning)
	return string(b.buf)
}

// unnest makes rows of an array for each column: u.c1, u.c2 … and u.n, the
// place in the arrays.
func (b *builder) unnest(columns []*modelinfo.Field) {
	b.str("unnest(")
	for i, f := range columns {
		if i > 0 {
			b.str(", ")
		}
		b.place(i + 1)
		b.str("::" + f.Cast + "[]")
	}
	b.str(") WITH ORDINALITY AS u(")
	for i := range columns {
		b.str("c" + strconv.Itoa(i+1) + ", ")
	}
	b.str("n)")
}

// InsertValues writes n rows whose values are the arguments, row by row;
// without columns one row of defaults. The rows come back in that order; on may
// be nil.
func InsertValues(m *modelinfo.Model, columns []*modelinfo.Field, n int, on *Conflict, returning []*modelinfo.Field) string {
	b := insertInto(m, columns)
	if len(columns) == 0 {
		b.str(" DEFAULT VALUES")
	} else {
		b.str(" VALUES ")
		b.rows(columns, n, false)
	}
	b.onConflict(on)
	b.returning(returning)
	return string(b.buf)
}

// rows writes n rows of places. Where no column says their types, each place
// does.
func (b *builder) rows(columns []*modelinfo.Field, n int, typed bool) {
	for row := range n {
		if row > 0 {
			b.str(", ")
		}
		b.str("(")
		for i, f := range columns {
			if i > 0 {
				b.str(", ")
			}
			b.place(row*len(columns) + i + 1)
			if typed {
				b.str("::" + f.Cast)
			}
		}
		b.str(")")
	}
}

func (b *builder) onConflict(on *Conflict) {
	if on == nil {
		return
	}
	b.str(" ON CONFLICT")
	if len(on.Columns) > 0 {
		b.str(" (")
		b.plainColumns(on.Columns)
		b.str(")")
	}
	if len(on.Update) == 0 {
		b.str(" DO NOTHING")
		return
	}
	b.str(" DO UPDATE SET ")
	for i, f := range on.Update {
		if i > 0 {
			b.str(", ")
		}
		b.name(f.Column)
		b.str(" = EXCLUDED.")
		b.name(f.Column)
	}
	b.raise(len(on.Update) > 0)
}

// raise has an update raise the version of the rows.
func (b *builder) raise(more bool) {
	f := b.q.Model.Version
	if f == nil {
		return
	}
	if more {
		b.str(", ")
	}
	b.name(f.Column)
	b.str(" = ")
	b.columnAt(0, f)
	b.str(" + 1")
}

func (b *builder) plainColumns(fields []*modelinfo.Field) {
	for i, f := range fields {
		if i > 0 {
			b.str(", ")
		}
		b.name(f.Column)
	}
}

// UpdateMany changes rows that are found by their keys, and the version where
// the model has one, to the values of its arguments: with n = 0 an array for
// each column of by and columns, else n rows of values.
func UpdateMany(m *modelinfo.Model, columns, by []*modelinfo.Field, n int) string {
	b := single(m)
	b.str("UPDATE ")
	b.table(m.Table)
	b.str(" SET ")
	for i, f := range columns {
		if i > 0 {
			b.str(", ")
		}
		b.name(f.Column)
		b.str(" = u.c" + strconv.Itoa(len(by)+i+1))
	}
	b.raise(len(columns) > 0)
	b.str(" FROM ")
	all := append(append([]*modelinfo.Field(nil), by...), columns...)
	if n == 0 {
		b.unnest(all)
	} else {
		b.str("(VALUES ")
		b.rows(all, n, true)
		b.str(") AS u(")
		for i := range all {
			if i > 0 {
				b.str(", ")
			}
			b.str("c" + strconv.Itoa(i+1))
		}
		b.str(")")
	}
	for i, f := range by {
		if i == 0 {
			b.str(" WHERE ")
		} else {
			b.str(" AND ")
		}
		b.columnAt(0, f)
		b.str(" = u.c" + strconv.Itoa(i+1))
	}
	return string(b.buf)
}

// UpdateFew is UpdateMany for models with a key of one column and few rows,
// whose arguments are arrays. Each row looks up its values, so that the plan is
// that of the key's condition alone: rows change in the order in which Django's
// CASE changes them, which decides whether, and where, values that move from
// row to row collide on the way.
func UpdateFew(m *modelinfo.Model, columns []*modelinfo.Field) string {
	b := single(m)
	key := m.Key[0]
	b.str("UPDATE ")
	b.table(m.Table)
	b.str(" SET (")
	b.plainColumns(columns)
	b.str(") = (SELECT ")
	for i := range columns {
		if i > 0 {
			b.str(", ")
		}
		b.str("u.c" + strconv.Itoa(i+2))
	}
	b.str(" FROM ")
	b.unnest(append([]*modelinfo.Field{key}, columns...))
	b.str(" WHERE u.c1 = ")
	b.columnAt(0, key)
	b.str(" ORDER BY u.n LIMIT 1) WHERE ") // keys that differ in Go may be one to the server, as in citext
	b.columnAt(0, key)
	b.str(" = ANY($1::" + key.Cast + "[])")
	return string(b.buf)
}

// CountKeys counts the rows of keys, an array for each column of the key.
func CountKeys(m *modelinfo.Model) string {
	b := single(m)
	b.str("SELECT COUNT(*)")
	b.from()
	b.str(", ")
	b.unnest(m.Key)
	for i, f := range m.Key {
		if i == 0 {
			b.str(" WHERE ")
		} else {
			b.str(" AND ")
		}
		b.columnAt(0, f)
		b.str(" = u.c" + strconv.Itoa(i+1))
	}
	return string(b.buf)
}

// ConstraintColumns reads the columns of a constraint, by its name and the
// quoted name of its table.
const ConstraintColumns = `SELECT a.attname::text FROM pg_catalog.pg_constraint c
	JOIN pg_catalog.pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey)
	WHERE c.conname = $1 AND c.conrelid = pg_catalog.to_regclass($2::text) ORDER BY a.attnum`

// FitsColumn makes the value of its second argument fit a column, named by the
// first, as an assignment does. Its error is that of an insert of the value.
func FitsColumn(m *modelinfo.Model, f *modelinfo.Field) string {
	b := single(m)
	b.str("SELECT jsonb_populate_record(NULL::")
	b.table(m.Table)
	b.str(", jsonb_build_object($1::text, $2::" + f.Cast + "))")
	return string(b.buf)
}
