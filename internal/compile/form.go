package compile

import (
	"hash/maphash"
	"slices"
	"sync/atomic"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/query"
)

// Statements are kept by form: the text of a query of columns, comparisons and
// orders depends on all but the values that it compares with. A query of the
// form of an earlier one takes that one's text and gathers its arguments only.
// What the form does not describe (expressions, annotations, subqueries, set
// operations) is compiled each time.

// verb is what a statement asks of a query.
type verb int

const (
	verbSelect verb = iota
	verbCount
	verbExists
)

// formPart is one word of a form. Lists have their length before them, so two
// queries have equal parts only where they have equal structures.
type formPart struct {
	ref  any // a model, field or relation
	text string
	n    int
}

// maxForm is the most words of a form whose statement is kept.
const maxForm = 2000

// form is what the text of a statement depends on, and the arguments that it
// does not depend on.
type form struct {
	parts []formPart
	args  []any
	open  bool // the query holds something that the form does not describe
}

// formed is a statement with the form that it belongs to. The statement has no
// arguments.
type keptStmt struct {
	parts []formPart
	st    Stmt
}

var formSeed = maphash.MakeSeed()

// kept returns the statement of q from an earlier query of the same form,
// else what compile makes of it.
func kept(v verb, q *query.Query, compile func(*query.Query) (*Stmt, error)) (*Stmt, error) {
	var room [32]formPart
	f := form{parts: room[:0]}
	f.number(int(v))
	f.query(q)
	if f.open || len(f.parts) > maxForm {
		return compile(q)
	}
	f.addArgs()
	hash := f.hash()
	memo := &q.Model.DB.Statements
	if k, ok := memo.Load(hash).(*keptStmt); ok && slices.Equal(k.parts, f.parts) {
		st := k.st
		st.Args = f.args
		return &st, nil
	}
	st, err := compile(q)
	if err != nil || st.None || len(st.Args) != len(f.args) {
		return st, err
	}
	st.Shape = &atomic.Value{}
	k := &keptStmt{slices.Clone(f.parts), *st}
	k.st.Args = nil
	memo.Store(hash, k)
	return st, nil
}

func (f *form) hash() uint64 {
	var h maphash.Hash
	h.SetSeed(formSeed)
	for _, p := range f.parts {
		maphash.WriteComparable(&h, p)
	}
	return h.Sum64()
}

func (f *form) add(p formPart) { f.parts = append(f.parts, p) }

func (f *form) number(n int) { f.add(formPart{n: n}) }

// addArgs adds arguments of the statement.
func (f *form) addArgs(args ...any) {
	if f.args == nil {
		f.args = make([]any, 0, 2)
	}
	f.args = append(f.args, args...)
}

func (f *form) flags(flags ...bool) {
	n := 0
	for i, is := range flags {
		if is {
			n |= 1 << i
		}
	}
	f.number(n)
}

func (f *form) query(q *query.Query) {
	if len(q.Anns) > 0 || len(q.Filtered) > 0 || len(q.On) > 0 || q.Set != nil || q.Empty() {
		f.open = true
		return
	}
	f.add(formPart{ref: q.Model, n: int(q.Deleted)})
	f.flags(q.Ordered, q.Reversed, q.Distinct, q.Lock != nil)
	if l := q.Lock; l != nil {
		f.flags(l.NoKey, l.NoWait, l.SkipLocked)
	}
	f.number(q.Low)
	f.number(q.High)
	f.number(len(q.Steps))
	for _, s := range q.Steps {
		f.flags(s.Cond != nil, s.Columns != nil, s.Sticky)
		switch {
		case s.Cond != nil:
			f.cond(s.Cond)
		case s.Columns != nil:
			f.columns(s.Columns)
		default:
			f.open = true
		}
		if f.open {
			return
		}
	}
	f.orders(q.Order)
	f.mask(q.Mask)
	f.tree(q.Related)
	f.number(len(q.Prefetched))
	for _, p := range q.Prefetched { // columns by which a relation is prefetched are read, whatever the mask
		f.number(len(p.Path))
		for _, l := range p.Path {
			f.add(formPart{ref: l.Rel, text: l.Field})
		}
	}
}

func (f *form) cond(c *query.Cond) {
	if c.Expr != nil || c.Err != nil {
		f.open = true
		return
	}
	f.flags(c.Not, c.Leaf != nil)
	if c.Leaf != nil {
		f.leaf(c.Leaf)
		return
	}
	f.number(int(c.Conn))
	f.number(len(c.Kids))
	for _, k := range c.Kids {
		if f.cond(k); f.open {
			return
		}
	}
}

func (f *form) leaf(l *query.Leaf) {
	v := l.Value
	if l.Op > lookup.IsNull || special(l.Left.Type.Kind) || l.Def != nil || l.Body != nil ||
		v.Expr != nil || v.HighExpr != nil || v.Items != nil || v.Mapped != nil || v.Sub != nil || v.Fields != nil || v.NoValue || v.Beyond != 0 {
		f.open = true
		return
	}
	f.add(formPart{n: int(l.Op)})
	f.add(formPart{n: int(v.Kind)})
	f.expr(l.Left)
	switch v.Kind {
	case query.Null, query.True, query.False:
	case query.Scalar, query.List:
		arg := v.Arg
		if l.Op.IsText() {
			text, ok := arg.(string)
			if !ok {
				f.open = true
				return
			}
			arg = likePattern(l.Op, text)
		}
		f.addArgs(arg)
	case query.Pair:
		f.addArgs(v.Arg, v.High)
	default:
		f.open = true
	}
}

// expr describes a column; any other expression stays open.
func (f *form) expr(e *query.Expr) {
	if e.Kind != query.Ref || e.Filtered != nil || e.Type.Elem != nil {
		f.open = true
		return
	}
	f.add(formPart{ref: e.Field, n: len(e.Path)})
	f.add(formPart{ref: e.Rel, text: e.Type.SQL, n: int(e.Type.Kind)})
	for _, rel := range e.Path {
		f.add(formPart{ref: rel})
	}
}

func (f *form) columns(c *query.Columns) {
	f.flags(c.Grouped)
	f.number(len(c.Names))
	for _, n := range c.Names {
		if n.Ann != nil {
			f.open = true
			return
		}
		f.add(formPart{text: n.Name})
		f.expr(n.Expr)
	}
}

func (f *form) orders(terms []query.Order) {
	f.number(len(terms))
	for _, o := range terms {
		f.flags(o.Desc, o.Random, o.Default)
		f.number(int(o.Nulls))
		if !o.Random {
			f.expr(o.Expr)
		}
	}
}

func (f *form) mask(m *query.Mask) {
	if m == nil {
		f.number(-1)
		return
	}
	f.flags(m.Defer)
	f.number(len(m.Names))
	for _, name := range m.Names {
		f.add(formPart{text: name})
	}
}

func (f *form) tree(t *query.Tree) {
	if t == nil {
		f.number(-1)
		return
	}
	f.add(formPart{ref: t.Rel, n: len(t.Kids)})
	for _, k := range t.Kids {
		f.tree(k)
	}
}

// special reports whether columns of a kind have comparisons of their own.
func special(k lookup.Kind) bool {
	switch k {
	case lookup.JSON, lookup.Array, lookup.HStore, lookup.Range, lookup.Vector, lookup.Search:
		return true
	}
	return false
}
