package compile

import (
	"strconv"

	"github.com/gormango/gormango/internal/modelinfo"
)

// LinkConflict is what an insert of links does with those that are there.
type LinkConflict struct {
	// Ignore passes over what any unique constraint refuses; On only over what
	// those columns' refuses.
	Ignore bool
	On     []*modelinfo.Field
}

// InsertLinks writes rows of a table between two others. The first arguments
// are an array of values for each column of each, the others the one value of
// each column of same. Rows are written in the order of their values, so that
// two statements that write the same rows wait for each other in the same
// order. A row of On that a soft delete has hidden comes back.
func InsertLinks(m *modelinfo.Model, each, same []*modelinfo.Field, on LinkConflict) string {
	b := insertInto(m, append(append([]*modelinfo.Field(nil), each...), same...))
	b.str(" SELECT ")
	for i := range each {
		if i > 0 {
			b.str(", ")
		}
		b.str("u.c" + strconv.Itoa(i+1))
	}
	for i, f := range same {
		b.str(", ")
		b.place(len(each) + i + 1)
		b.str("::" + f.Cast)
	}
	b.str(" FROM unnest(")
	for i, f := range each {
		if i > 0 {
			b.str(", ")
		}
		b.place(i + 1)
		b.str("::" + f.Cast + "[]")
	}
	b.str(") AS u(")
	for i := range each {
		if i > 0 {
			b.str(", ")
		}
		b.str("c" + strconv.Itoa(i+1))
	}
	b.str(") ORDER BY ")
	for i := range each {
		if i > 0 {
			b.str(", ")
		}
		b.str("u.c" + strconv.Itoa(i+1))
	}
	switch {
	case on.Ignore:
		b.str(" ON CONFLICT DO NOTHING")
	case len(on.On) > 0:
		b.str(" ON CONFLICT (")
		for i, f := range on.On {
			if i > 0 {
				b.str(", ")
			}
			b.name(f.Column)
		}
		b.str(") DO ")
		b.revive(m)
	}
	return string(b.buf)
}

// revive writes what an insert does with a row that is there: nothing, unless
// it is hidden.
func (b *builder) revive(m *modelinfo.Model) {
	if m.SoftDelete == nil {
		b.str("NOTHING")
		return
	}
	b.str("UPDATE SET ")
	b.name(m.SoftDelete.Column)
	b.str(" = NULL WHERE ")
	b.columnAt(0, m.SoftDelete)
	b.str(" IS NOT NULL")
}
