package compile

import (
	"bytes"
	"errors"
	"strconv"
	"strings"

	"github.com/gormango/gormango/internal/query"
)

// Select reads the rows of q: objects with the relations that are joined, or
// columns.
func Select(q *query.Query) (*Stmt, error) { return kept(verbSelect, q, compileSelect) }

// SelectLocked is Select that locks the model's own rows, FOR UPDATE, until the
// transaction ends.
func SelectLocked(q *query.Query) (*Stmt, error) { return Select(q.Locked(query.Lock{})) }

// SelectPrimary is Select that sees what was written just now: it never runs on
// a replica.
func SelectPrimary(q *query.Query) (*Stmt, error) {
	st, err := Select(q)
	if err == nil {
		st.Reads = ""
	}
	return st, err
}

func compileSelect(q *query.Query) (*Stmt, error) {
	b := newBuilder(q, nil, nil)
	p := b.plan(shape{})
	t := b.writePlan(p, shape{})
	if q.Lock != nil {
		b.lock(q.Lock)
	}
	st, err := b.reads(t)
	if err != nil {
		return nil, err
	}
	st.Objects, st.Columns, st.Extra = p.objects, p.columns(), len(p.extra)
	if q.Lock != nil {
		st.Reads = ""
	}
	return st, nil
}

// lock writes the lock of the model's own rows.
func (b *builder) lock(l *query.Lock) {
	if b.q.Set != nil {
		b.fail(errors.New("the rows of a set operation cannot be locked (lock those of its parts)"))
	}
	mode := " FOR UPDATE OF "
	if l.NoKey {
		mode = " FOR NO KEY UPDATE OF "
	}
	b.str(mode)
	// OF names the table by its alias, which carries no schema.
	b.name(b.q.Model.Table[strings.LastIndexByte(b.q.Model.Table, '.')+1:])
	switch {
	case l.NoWait:
		b.str(" NOWAIT")
	case l.SkipLocked:
		b.str(" SKIP LOCKED")
	}
}

// Count counts the rows of q; of a slice those within it.
func Count(q *query.Query) (*Stmt, error) { return kept(verbCount, q, compileCount) }

func compileCount(q *query.Query) (*Stmt, error) {
	b := newBuilder(q, nil, nil)
	var t truth
	if agg, over := b.aggregates(); agg || over || b.group == byColumns || q.Sliced() || q.Distinct || q.Set != nil {
		b.str("SELECT COUNT(*) FROM (")
		s := shape{unordered: true, bare: true, nested: true, named: true}
		t = b.writePlan(b.plan(s), s)
		b.str(`) "subquery"`)
	} else {
		b.useRoot()
		b.str("SELECT COUNT(*)")
		b.from()
		t = b.condition(b.where, " WHERE ")
	}
	return b.reads(t)
}

// Exists reads one constant when q has a row.
func Exists(q *query.Query) (*Stmt, error) { return kept(verbExists, q, compileExists) }

func compileExists(q *query.Query) (*Stmt, error) {
	b := newBuilder(q, nil, nil)
	return b.reads(b.writeExists())
}

// reads returns a statement that may run on a replica, whose condition is t.
func (b *builder) reads(t truth) (*Stmt, error) {
	if b.err != nil {
		return nil, b.err
	}
	st := b.stmt()
	st.Reads, st.None = b.q.Model.Table, t == empty
	return st, b.checkText()
}

// errNUL is the error of a statement whose text the protocol would cut off.
var errNUL = errors.New("a name or a piece of SQL holds a NUL byte")

// checkText returns an error if the text of the statement cannot be sent.
func (b *builder) checkText() error {
	if bytes.IndexByte(b.buf, 0) >= 0 {
		return errNUL
	}
	return nil
}

func (b *builder) stmt() *Stmt { return &Stmt{SQL: string(b.buf), Args: b.args, keys: b.keys} }

// writeExists writes the query that has a row when b has.
func (b *builder) writeExists() truth {
	s := shape{one: true, unordered: true, nested: b.around != nil}
	if b.q.Set != nil {
		b.str("SELECT 1 FROM (")
		if t := b.writePlan(b.plan(shape{unordered: true, nested: true, named: true}), shape{unordered: true, nested: true, named: true}); t == empty {
			return empty
		}
		b.str(`) "set" LIMIT 1`)
		return open
	}
	if b.q.Distinct && b.q.Sliced() { // the rows that are left are found first
		s = shape{nested: true, named: true}
		b.str("SELECT 1 FROM (")
		if b.writePlan(b.plan(s), s) == empty {
			return empty
		}
		b.str(`) "subquery" LIMIT 1`)
		return open
	}
	if !b.chosen && b.group == byObject {
		b.group, b.groups = byColumns, b.refs(0, b.q.Model.Key)
	}
	return b.writePlan(b.plan(s), s)
}

// writeRows writes the query as one that is within another: its columns only.
func (b *builder) writeRows() truth {
	if !b.chosen && b.q.Set == nil {
		b.keyOnly()
	}
	s := shape{nested: true, unordered: false}
	return b.writePlan(b.plan(s), s)
}

// keyOnly makes rows hold the primary key.
func (b *builder) keyOnly() {
	b.chosen, b.cols = true, nil
	for _, f := range b.q.Model.Key {
		b.cols = append(b.cols, column{x: b.ref(0, f), name: f.Column})
	}
	b.useRoot()
	if len(b.cols) != 1 {
		b.fail(errors.New(b.q.Model.Name + " has no single primary key that its rows could stand for"))
	}
}

// condition writes a condition behind a word, nothing when every row fulfils
// it.
func (b *builder) condition(n *node, word string) truth {
	if n == nil {
		return full
	}
	if b.q.Empty() {
		return empty
	}
	m := b.mark()
	b.str(word)
	t := b.write(n)
	if t == full {
		b.back(m)
	}
	return t
}

// writePlan writes the statement.
func (b *builder) writePlan(p *plan, s shape) truth {
	switch {
	case b.q.Empty():
		return empty
	case b.q.Set != nil:
		return b.writeSet(p, s)
	case p.qualify != nil:
		return b.writeQualify(p, s)
	}
	trimmed := s.nested && len(p.extra) > 0 && !s.one
	if trimmed { // the columns that only the order needs are left out again
		b.str("SELECT ")
		for i := range p.sel {
			b.sep(i, "", ", ")
			b.str(`"subquery".`)
			b.name("c" + strconv.Itoa(i+1))
		}
		b.str(" FROM (")
	}
	b.str("SELECT ")
	b.distinct(p)
	for i, c := range p.sel {
		b.sep(i, "", ", ")
		b.written(c.x)
		switch {
		case trimmed:
			b.str(" AS ")
			b.name("c" + strconv.Itoa(i+1))
		case c.name != "" && c.x.field == nil:
			b.str(" AS ")
			b.name(c.name)
		case s.named:
			b.str(" AS ")
			b.name("col" + strconv.Itoa(i+1))
		}
	}
	for i, o := range p.extra {
		b.sep(len(p.sel)+i, "", ", ")
		b.term(o.x)
	}
	if len(p.sel)+len(p.extra) == 0 {
		b.str("1")
	}
	if b.writeRest(p, !s.one) == empty {
		return empty
	}
	b.order(p)
	if !s.unlimited {
		b.slice(s.one)
	}
	if trimmed {
		b.str(`) "subquery"`)
	}
	return open
}

// writeRest writes what stands between the columns and the order. Groups are
// written as positions of columns where that is possible, if positions is set.
func (b *builder) writeRest(p *plan, positions bool) truth {
	b.from()
	if b.condition(p.where, " WHERE ") == empty {
		return empty
	}
	for i, g := range p.group {
		b.sep(i, " GROUP BY ", ", ")
		if g.position > 0 && positions {
			b.number(g.position)
		} else {
			b.expr(g.x)
		}
	}
	return b.condition(p.having, " HAVING ")
}

func (b *builder) distinct(p *plan) {
	if !b.q.Distinct {
		return
	}
	b.str("DISTINCT ")
	for i := range b.q.On {
		b.sep(i, "ON (", ", ")
		b.expr(b.distinctOn()[i])
	}
	if len(b.q.On) > 0 {
		b.str(") ")
		if len(p.group) > 0 {
			b.fail(ErrDistinct)
		}
	}
}

// distinctOn returns the columns of DISTINCT ON.
func (b *builder) distinctOn() []*expr {
	if b.on == nil {
		for _, e := range b.q.On {
			b.on = append(b.on, b.resolve(e, nil))
		}
	}
	return b.on
}

// order writes ORDER BY.
func (b *builder) order(p *plan) {
	for i, t := range p.order {
		b.sep(i, " ORDER BY ", ", ")
		if t.position > 0 {
			b.number(t.position)
		} else {
			b.term(t.x)
		}
		b.direction(t.ordered)
	}
}

// slice writes LIMIT and OFFSET as literals: the planner then knows how few
// rows are wanted.
func (b *builder) slice(one bool) {
	limit := b.q.Limit()
	if one && (limit < 0 || limit > 1) {
		limit = 1
	}
	if limit >= 0 {
		b.str(" LIMIT ")
		b.number(limit)
	}
	if b.q.Low > 0 {
		b.str(" OFFSET ")
		b.number(b.q.Low)
	}
}
