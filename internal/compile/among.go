package compile

import (
	"reflect"
	"slices"
	"strconv"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
)

// Among finds rows whose columns hold one of many values, or of many tuples of
// values. They are sent as an array for each column, so that there is no limit
// to their number.
type Among struct {
	Columns []*modelinfo.Field
	// Arrays are the values, of the types of Types: for a foreign key the columns
	// that it refers to.
	Arrays []any
	Types  []*modelinfo.Field
	// Fixed are columns with a constant value.
	Fixed []modelinfo.Fixed
}

// Target is rows of a model: those that are among any of In.
type Target struct {
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
		b.sep(i, " ORDER BY ", ", ")
		b.columnAt(0, f)
	}
	return b.reading(columns)
}

// DeleteAmong removes rows.
func DeleteAmong(t Target) *Stmt {
	b := single(t.Model)
	b.delete(t.In)
	return b.stmt()
}

// DeleteTogether removes rows of several tables at once, so that they may refer
// to each other. Its one row holds the number of rows of each, and behind them
// the number of rows that target counted had, unless that is negative.
func DeleteTogether(all []Target, counted int) *Stmt {
	w := &writer{}
	for i, t := range all {
		w.sep(i, "WITH ", ", ")
		w.str(goneName(i) + " AS (")
		singleOn(w, t.Model).delete(t.In)
		w.str(" RETURNING 1)")
	}
	st := &Stmt{}
	for i := range all {
		w.sep(i, " SELECT ", ", ")
		w.str("(SELECT count(*) FROM " + goneName(i) + ")")
		st.Columns = append(st.Columns, Column{Name: goneName(i), Type: lookup.BigIntType})
	}
	if counted >= 0 {
		w.str(", (")
		b := singleOn(w, all[counted].Model)
		b.str("SELECT count(*)")
		b.from()
		b.among(all[counted].In, false)
		w.str(")")
		st.Columns = append(st.Columns, Column{Name: "had", Type: lookup.BigIntType})
	}
	st.SQL, st.Args = string(w.buf), w.args
	return st
}

// goneName returns the name of the rows that one part of DeleteTogether
// removes.
func goneName(i int) string { return `"gone ` + strconv.Itoa(i) + `"` }

func (b *builder) delete(in []Among) {
	b.deleteFrom()
	b.among(in, false)
}

// deleteFrom writes a delete up to its condition.
func (b *builder) deleteFrom() {
	b.str("DELETE FROM ")
	b.table(b.q.Model.Table)
}

// among writes the condition of rows that are among any of in.
func (b *builder) among(in []Among, live bool) {
	b.str(" WHERE ")
	if live = live && b.alias[0].model.SoftDelete != nil; live {
		b.isLive(0)
		b.str(" AND ")
	}
	if many := len(in) > 1; many && live {
		b.str("(")
		defer b.str(")")
	}
	b.amongAny(in)
}

// amongAny writes that rows are among any of in.
func (b *builder) amongAny(in []Among) {
	for i, a := range in {
		b.sep(i, "", " OR ")
		for _, f := range a.Fixed {
			b.columnAt(0, f.Field)
			b.str(" = ")
			b.fixed(f.Value)
			b.str(" AND ")
		}
		if slices.ContainsFunc(a.Types, func(f *modelinfo.Field) bool { return f.Kind == lookup.Array }) {
			b.amongRows(a)
			continue
		}
		list := arraysOf(a.Arrays, a.Types)
		if len(a.Columns) == 1 {
			b.columnAt(0, a.Columns[0])
			b.str(" = ANY(")
			b.arrays(list...)
			b.str(")")
			continue
		}
		b.str("(")
		b.columns(a.Columns)
		b.str(")")
		b.inUnnest(list)
	}
}

// amongRows writes that columns are among rows of values, each a parameter: an
// array of arrays would lose its bounds.
func (b *builder) amongRows(a Among) {
	b.str("(")
	b.columns(a.Columns)
	b.str(") IN (")
	for row := range reflect.ValueOf(a.Arrays[0]).Len() {
		b.sep(row, "(", ", (")
		for i, list := range a.Arrays {
			b.sep(i, "", ", ")
			b.arg(reflect.ValueOf(list).Index(row).Interface())
			b.str("::" + a.Types[i].Cast)
		}
		b.str(")")
	}
	b.str(")")
}

// inUnnest writes that a tuple of columns is among the rows of arrays.
func (b *builder) inUnnest(list []array) {
	b.str(" IN (SELECT * FROM ")
	b.unnest(list...)
	b.str(")")
}
