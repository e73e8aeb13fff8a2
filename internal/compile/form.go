package compile

import (
	"bytes"
	"encoding/binary"
	"hash/maphash"
	"slices"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
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
	verbSelectRow
	verbInsertRow
	verbUpdateRow
	verbDeleteRow
)

// maxForm is the longest form, in bytes, whose statement is kept.
const maxForm = 20_000

// form is what the text of a statement depends on, and the arguments that it
// does not depend on.
type form struct {
	// text holds numbers, addresses of what names stand for, and names with their
	// lengths. Lists have their length before them, so two queries have equal texts
	// only where they have equal structures.
	text []byte
	// pins are what the addresses in text belong to, if pinned is set.
	pins   []unsafe.Pointer
	pinned bool
	args   []any
	open   bool // the query holds something that the form does not describe
}

// keptStmt is a statement without arguments, with the form that it belongs to.
// It holds what the form has the addresses of, so that no address comes to
// stand for something else.
type keptStmt struct {
	form []byte
	pins []unsafe.Pointer
	st   Stmt
}

// boundStmt is a statement with room for a few arguments.
type boundStmt struct {
	Stmt
	few [4]any
}

var (
	formSeed = maphash.MakeSeed()
	forms    = sync.Pool{New: func() any { return &form{} }}
)

// formOf returns the form of q, to be released.
func formOf(v verb, q *query.Query) *form {
	f := forms.Get().(*form)
	f.number(int(v))
	f.query(q)
	if len(f.text) > maxForm {
		f.open = true
	}
	return f
}

// release frees f for another query.
func (f *form) release() {
	clear(f.args)
	*f = form{text: f.text[:0], args: f.args[:0]}
	forms.Put(f)
}

// statement returns the statement of an earlier query of the same form with the
// arguments of this one, nil if there is none.
func (f *form) statement(memo *modelinfo.Memo, hash uint64) *Stmt {
	k, ok := memo.Load(hash).(*keptStmt)
	if !ok || !bytes.Equal(k.form, f.text) {
		return nil
	}
	st := &boundStmt{Stmt: k.st}
	st.Args = append(st.few[:0], f.args...)
	return &st.Stmt
}

// kept returns the statement of q from an earlier query of the same form,
// else what compile makes of it.
func kept(v verb, q *query.Query, compile func(*query.Query) (*Stmt, error)) (*Stmt, error) {
	f := formOf(v, q)
	defer f.release()
	if f.open {
		return compile(q)
	}
	memo, hash := &q.Model.DB.Statements, maphash.Bytes(formSeed, f.text)
	if st := f.statement(memo, hash); st != nil {
		return st, nil
	}
	st, err := compile(q)
	if err != nil || st.None || len(st.Args) != len(f.args) {
		return st, err
	}
	st.Shape = &atomic.Value{}
	again := form{pinned: true}
	again.query(q)
	k := &keptStmt{slices.Clone(f.text), again.pins, *st}
	k.st.Args = nil
	memo.Store(hash, k)
	return st, nil
}

// keptRow returns the statement of one row of m with its arguments: of lists of
// columns it depends on nothing else. write makes it where none is kept.
func keptRow(v verb, m *modelinfo.Model, args []any, write func() *Stmt, lists ...[]*modelinfo.Field) *Stmt {
	f := forms.Get().(*form)
	defer f.release()
	f.row(v, m, lists)
	memo, hash := &m.DB.Statements, maphash.Bytes(formSeed, f.text)
	if k, ok := memo.Load(hash).(*keptStmt); ok && bytes.Equal(k.form, f.text) {
		st := k.st
		st.Args = args
		return &st
	}
	st := write()
	if len(st.Args) != len(args) || len(f.text) > maxForm {
		return st
	}
	st.Shape = &atomic.Value{}
	again := form{pinned: true}
	again.row(v, m, lists)
	k := &keptStmt{slices.Clone(f.text), again.pins, *st}
	k.st.Args = nil
	memo.Store(hash, k)
	return st
}

func (f *form) row(v verb, m *modelinfo.Model, lists [][]*modelinfo.Field) {
	f.number(int(v))
	f.address(unsafe.Pointer(m))
	for _, fields := range lists {
		f.number(len(fields))
		for _, field := range fields {
			f.address(unsafe.Pointer(field))
		}
	}
}

// SelectFew is Select of q.OrderBy(nil), if unordered is set, and of its first
// rows up to limit. It copies the query only where no statement is kept.
func SelectFew(q *query.Query, unordered bool, limit int) (*Stmt, error) {
	cut := *q
	if unordered {
		cut.Order, cut.Ordered = nil, true
	}
	cut.Cut(0, limit)
	f := formOf(verbSelect, &cut)
	defer f.release()
	if !f.open {
		if st := f.statement(&q.Model.DB.Statements, maphash.Bytes(formSeed, f.text)); st != nil {
			return st, nil
		}
	}
	whole := cut
	return Select(&whole)
}

func (f *form) number(n int) { f.text = binary.AppendVarint(f.text, int64(n)) }

func (f *form) name(s string) {
	f.number(len(s))
	f.text = append(f.text, s...)
}

// address adds the address of a model, a field or a relation, which names stand
// for.
func (f *form) address(of unsafe.Pointer) {
	f.text = binary.LittleEndian.AppendUint64(f.text, uint64(uintptr(of)))
	if f.pinned {
		f.pins = append(f.pins, of)
	}
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
	f.address(unsafe.Pointer(q.Model))
	f.number(int(q.Deleted))
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
			f.address(unsafe.Pointer(l.Rel))
			f.name(l.Field)
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
	f.number(int(l.Op))
	f.number(int(v.Kind))
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
		f.args = append(f.args, arg)
	case query.Pair:
		f.args = append(f.args, v.Arg, v.High)
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
	f.address(unsafe.Pointer(e.Field))
	f.address(unsafe.Pointer(e.Rel))
	f.name(e.Type.SQL)
	f.number(int(e.Type.Kind))
	f.number(len(e.Path))
	for _, rel := range e.Path {
		f.address(unsafe.Pointer(rel))
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
		f.name(n.Name)
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
		f.name(name)
	}
}

func (f *form) tree(t *query.Tree) {
	if t == nil {
		f.number(-1)
		return
	}
	f.address(unsafe.Pointer(t.Rel))
	f.number(len(t.Kids))
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
