package compile

import (
	"strconv"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
)

// applyFence limits the first table to the rows of the fence, and of that of
// the query around where it is another one. It follows the calls, so that no
// operator of theirs can lift it.
func (b *builder) applyFence() {
	b.requireFence(b.fence)
	if a := b.around; a != nil && a.fence != nil && a.fence != b.fence {
		b.requireFence(a.fence)
	}
}

// requireFence limits the first table to the rows of a fence.
func (b *builder) requireFence(f *query.Fence) {
	if f == nil {
		return
	}
	switch w, err := f.Way(b.q.Model); {
	case err != nil:
		b.fail(err)
	case w != nil:
		b.compare(predicate{left: b.ref(0, w.First()[0]), fence: f})
	}
}

// isFenced reports whether the fence limits the rows of a joined model.
func (b *builder) isFenced(m *modelinfo.Model) bool {
	if b.fence == nil {
		return false
	}
	w, err := b.fence.Way(m)
	if err != nil {
		b.fail(err)
	}
	return w != nil
}

// inside writes that rows of a table of t, whose text is that of b, are within
// a fence.
func (b *builder) inside(f *query.Fence, t *builder, at int) {
	w, err := f.Way(t.alias[at].model)
	if err != nil {
		b.fail(err)
	}
	if w == nil {
		b.str("FALSE")
		return
	}
	t.behind(at, w.Path, w.Field, f.Value)
}

// behind writes that the field at the end of a path of foreign keys has a
// value.
func (b *builder) behind(at int, path []*modelinfo.Relation, f *modelinfo.Field, value any) {
	if len(path) == 0 {
		b.columnAt(at, f)
		b.str(" = ")
		b.arg(value)
		return
	}
	b.str("(")
	for n, p := range path[0].Pairs {
		b.sep(n, "", ", ")
		b.columnAt(at, p.From)
	}
	b.str(") IN (SELECT ")
	far := singleOn(b.writer, path[0].To)
	for n, p := range path[0].Pairs {
		b.sep(n, "", ", ")
		far.columnAt(0, p.To)
	}
	b.str(" FROM ")
	b.table(path[0].To.Table)
	b.str(" WHERE ")
	far.behind(0, path[1:], f, value)
	b.str(")")
}

// CountOutside counts, for each target, its rows that are not within a fence,
// deleted or not. Its one row has a number for each target.
func CountOutside(f *query.Fence, targets []Target) (*Stmt, error) {
	w := &writer{}
	st := &Stmt{}
	for i, t := range targets {
		w.sep(i, "SELECT ", ", ")
		w.str("(SELECT count(*)")
		b := singleOn(w, t.Model)
		way, err := f.Way(t.Model)
		if err != nil {
			return nil, err
		}
		b.from()
		b.str(" WHERE (")
		if way == nil {
			b.str("FALSE")
		} else {
			b.inside(f, b, 0)
		}
		b.str(") IS NOT TRUE AND (")
		b.amongAny(t.In)
		b.str("))")
		name := "outside " + strconv.Itoa(i)
		b.str(" AS ")
		b.name(name)
		if b.err != nil {
			return nil, b.err
		}
		st.Columns = append(st.Columns, Column{Name: name, Type: lookup.BigIntType})
	}
	st.SQL, st.Args = string(w.buf), w.args
	return st, nil
}
