package compile

import (
	"time"

	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
)

// Through reads the rows at the far end of a many-to-many relation for many
// owners at once: the columns of the far model, then the owner's key column of the
// table between, by which the rows are dealt out. keys is one array parameter.
func Through(rel *modelinfo.Relation, keys any, loc *time.Location) (*Stmt, error) {
	q := query.New(rel.To)
	b := newBuilder(q, loc)
	orders, err := b.orders()
	if err != nil {
		return nil, err
	}
	link := b.freeName(rel.Through.Table)
	linkColumn := func(column string) {
		b.name(link)
		b.str(".")
		b.name(column)
	}
	b.str("SELECT ")
	for i, f := range rel.To.Reads {
		if i > 0 {
			b.str(", ")
		}
		b.column(0, f)
	}
	b.str(", ")
	linkColumn(rel.Through.From[0].Column)
	b.from()
	b.str(" INNER JOIN ")
	b.table(rel.Through.Table)
	if string(AppendTable(nil, rel.Through.Table)) != string(AppendName(nil, link)) {
		b.str(" ")
		b.name(link)
	}
	b.str(" ON (")
	for i, p := range rel.Through.To {
		if i > 0 {
			b.str(" AND ")
		}
		linkColumn(p.Column)
		b.str(" = ")
		b.column(0, p.Ref)
	}
	b.str(")")
	if _, all := b.condition(); all {
		b.str(" WHERE ")
	} else {
		b.str(" AND ")
	}
	linkColumn(rel.Through.From[0].Column)
	b.str(" = ANY(")
	b.arg(keys)
	b.str(")")
	b.orderBy(orders)
	st := b.stmt()
	st.Reads = rel.To.Table
	st.Objects = []Object{{Fields: rel.To.Reads, Model: rel.To, Parent: -1}}
	return st, nil
}
