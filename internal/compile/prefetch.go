package compile

import (
	"time"

	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
)

// Through reads the rows of q at the far end of a many-to-many relation for many
// owners at once: the columns of the far model, then the owner's key column of the
// table between, by which the rows are dealt out. keys is one array parameter.
func Through(q *query.Query, rel *modelinfo.Relation, keys any, loc *time.Location) (*Stmt, error) {
	b := newBuilder(q, loc, nil, nil)
	link := rel.Through.Model
	back := &modelinfo.Hop{Rel: rel, From: rel.To, To: link}
	for _, p := range rel.Through.To {
		back.Pairs = append(back.Pairs, modelinfo.Pair{From: p.Ref, To: p.Field})
	}
	at := b.join(alias{model: link, hop: back}, aliases{})
	b.alias[at].left = false
	owner := rel.Through.From[0].Field
	col := &expr{e: query.FieldRef(owner), b: b, at: at, field: owner}
	p := b.plan(shape{})
	n := 0
	for _, o := range p.objects {
		n += len(o.Fields)
	}
	p.sel = append(p.sel[:n:n], append([]selected{{x: col, name: "owner"}}, p.sel[n:]...)...)
	for i := range p.order {
		if p.order[i].position > n {
			p.order[i].position++
		}
	}
	p.where = &node{kids: []*node{p.where, {test: &expr{e: &query.Expr{Kind: query.Raw, Name: b.anyOf(at, owner), Value: []any{keys}}, b: b}}}}
	t := b.writePlan(p, shape{})
	if b.err != nil {
		return nil, b.err
	}
	st := b.stmt()
	st.Objects, st.Columns, st.Extra, st.None = p.objects, p.columns(), len(p.extra), t == empty
	return st, nil
}

// anyOf is the SQL of a column that is one of an array parameter.
func (b *builder) anyOf(at int, f *modelinfo.Field) string {
	m := b.mark()
	b.columnAt(at, f)
	s := string(b.buf[m.buf:])
	b.back(m)
	return s + " = ANY(?)"
}
