package compile

import (
	"strconv"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
)

// Among finds rows whose columns hold one of many values, or of many tuples of
// values. They travel as an array for each column, so that there is no limit to
// their number.
type Among struct {
	Columns []*modelinfo.Field
	// Arrays are the values, of the types of Types: for a foreign key the columns
	// that it refers to.
	Arrays []any
	Types  []*modelinfo.Field
	// Fixed are columns with a constant value.
	Fixed []modelinfo.Fixed
}

// Put is a column and what is put into it: the column's default, the number
// after the one it holds, or a value.
type Put struct {
	Field         *modelinfo.Field
	Default, Next bool
	Value         any
}

// Gone is rows of a model that are to be deleted: those that are among any of
// In.
type Gone struct {
	Model *modelinfo.Model
	In    []Among
}

// SelectAmong reads columns of rows, deleted or not, in the order of the key.
// With live those that a soft delete has hidden are left out.
func SelectAmong(m *modelinfo.Model, columns []*modelinfo.Field, in Among, live bool) *Stmt {
	b := single(m)
	b.str("SELECT ")
	b.columns(columns)
	b.from()
	b.among([]Among{in}, live)
	for i, f := range m.Key {
		b.str([]string{" ORDER BY ", ", "}[min(i, 1)])
		b.columnAt(0, f)
	}
	st := b.stmt()
	st.Objects = []Object{{Fields: columns, Model: m, Parent: -1}}
	return st
}

// UpdateAmong changes rows that are among any of in. With live those that a
// soft delete has hidden are left as they are.
func UpdateAmong(m *modelinfo.Model, puts []Put, in []Among, live bool) *Stmt {
	b := single(m)
	b.str("UPDATE ")
	b.table(m.Table)
	b.str(" SET ")
	for i, p := range puts {
		if i > 0 {
			b.str(", ")
		}
		b.name(p.Field.Column)
		b.str(" = ")
		switch {
		case p.Default:
			b.str("DEFAULT")
		case p.Next:
			b.columnAt(0, p.Field)
			b.str(" + 1")
		case p.Value == nil:
			b.str("NULL")
		default:
			b.arg(p.Value)
		}
	}
	b.among(in, live)
	return b.stmt()
}

// DeleteAmong removes rows.
func DeleteAmong(g Gone) *Stmt {
	b := single(g.Model)
	b.gone(g)
	return b.stmt()
}

// DeleteTogether removes rows of several tables at once, so that they may refer
// to each other. Its one row holds the number of rows of each.
func DeleteTogether(all []Gone) *Stmt {
	w := &writer{}
	st := &Stmt{}
	for i, g := range all {
		b := single(g.Model)
		b.writer = w
		b.str([]string{"WITH ", ", "}[min(i, 1)] + gone(i) + " AS (")
		b.gone(g)
		b.str(" RETURNING 1)")
	}
	for i := range all {
		w.str([]string{" SELECT ", ", "}[min(i, 1)] + "(SELECT count(*) FROM " + gone(i) + ")")
		st.Columns = append(st.Columns, Column{Name: gone(i), Type: lookup.BigIntType})
	}
	st.SQL, st.Args = string(w.buf), w.args
	return st
}

func gone(i int) string { return `"gone ` + strconv.Itoa(i) + `"` }

func (b *builder) gone(g Gone) {
	b.str("DELETE FROM ")
	b.table(g.Model.Table)
	b.among(g.In, false)
}

// among writes the condition of rows that are among any of in.
func (b *builder) among(in []Among, live bool) {
	b.str(" WHERE ")
	if live = live && b.alias[0].model.SoftDelete != nil; live {
		b.columnAt(0, b.alias[0].model.SoftDelete)
		b.str(" IS NULL AND ")
	}
	if many := len(in) > 1; many && live {
		b.str("(")
		defer b.str(")")
	}
	for i, a := range in {
		if i > 0 {
			b.str(" OR ")
		}
		for _, f := range a.Fixed {
			b.columnAt(0, f.Field)
			b.str(" = ")
			b.arg(f.Value)
			b.str(" AND ")
		}
		if len(a.Columns) == 1 {
			b.columnAt(0, a.Columns[0])
			b.str(" = ANY(")
			b.arrayOf(a, 0)
			b.str(")")
			continue
		}
		b.tuples(a)
	}
}

func (b *builder) tuples(a Among) {
	b.str("(")
	b.columns(a.Columns)
	b.str(") IN (SELECT * FROM unnest(")
	for i := range a.Columns {
		if i > 0 {
			b.str(", ")
		}
		b.arrayOf(a, i)
	}
	b.str("))")
}

// arrayOf writes the values of a column with their type, which is not that of
// the column that they are compared with.
func (b *builder) arrayOf(a Among, i int) {
	b.arg(a.Arrays[i])
	b.str("::" + a.Types[i].Cast + "[]")
}
