package compile

import "github.com/gormango/gormango/internal/query"

// Delete removes the rows of q.
func Delete(q *query.Query) (*Stmt, error) {
	b := newBuilder(q, nil, nil)
	b.useRoot()
	b.deleteFrom()
	return b.conditionOfWrite()
}

// conditionOfWrite writes the condition of an UPDATE or DELETE, which knows one
// table only: conditions on others choose the rows by key in a subquery.
func (b *builder) conditionOfWrite() (*Stmt, error) {
	m := b.mark()
	all := b.write(&node{kids: b.calls}) == full
	b.back(m)
	joined := b.group != ungrouped
	for _, a := range b.alias[1:] {
		joined = joined || a.refs > 0
	}
	agg, over := b.where.contains()
	var t truth
	if !joined && !agg && !over {
		t = b.condition(b.where, " WHERE ")
	} else {
		b.str(" WHERE ")
		b.rowKey()
		b.str(" IN (")
		t = b.writeKeys()
		b.str(")")
	}
	if b.err != nil {
		return nil, b.err
	}
	st := b.stmt()
	st.None, st.Unconditional = t == empty, all
	return st, b.checkText()
}

// writeKeys writes the query of the keys of the rows that are meant.
func (b *builder) writeKeys() truth {
	b.chosen, b.cols = true, nil
	if len(b.q.Model.Key) == 0 {
		b.cols = []column{{x: &expr{e: &query.Expr{Kind: query.Raw, Name: string(AppendTable(nil, b.alias[0].name)) + ".ctid"}, b: b}}}
	}
	for _, f := range b.q.Model.Key {
		b.cols = append(b.cols, column{x: b.ref(0, f)})
	}
	if b.group == byObject {
		b.group, b.groups = byColumns, nil
		for _, c := range b.cols {
			b.groups = append(b.groups, c.x)
		}
	}
	s := shape{unordered: true, nested: true}
	return b.writePlan(b.plan(s), s)
}

// rowKey writes what identifies a row: the primary key, or the place of the row
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
