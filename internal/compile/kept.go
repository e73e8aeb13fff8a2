package compile

import (
	"bytes"
	"hash/maphash"
	"slices"
	"sync/atomic"
	"unsafe"

	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
)

// Statements are kept by form: the text of a query of columns, comparisons,
// orders, aggregates and arithmetic depends on all but the values that it
// compares and computes with. A query of the form of an earlier one takes that
// one's text and gathers its arguments only. What the form does not describe
// (subqueries, windows, set operations, what the application declared) is
// compiled each time.

var formSeed = maphash.MakeSeed()

// keptStmt is a statement without arguments, with the form that it belongs to.
// It holds what the form has the addresses of, so that no address comes to
// stand for something else.
type keptStmt struct {
	form []byte
	pins []unsafe.Pointer
	st   Stmt
	// order are the places of the statement's arguments among those of the form,
	// nil if they are in the same order.
	order []int
}

// boundStmt is a statement with room for a few arguments.
type boundStmt struct {
	Stmt
	few [4]any
}

// statement returns the statement of an earlier query of the same form with the
// arguments of this one, nil if there is none.
func (f *form) statement(memo *modelinfo.Memo, hash uint64) *Stmt {
	k, ok := memo.Load(hash).(*keptStmt)
	if !ok || !bytes.Equal(k.form, f.text) {
		return nil
	}
	memo.Found()
	st := &boundStmt{Stmt: k.st}
	if k.order == nil {
		st.Args = append(st.few[:0], f.args...)
		return &st.Stmt
	}
	st.Args = st.few[:0]
	for _, at := range k.order {
		st.Args = append(st.Args, f.args[at])
	}
	return &st.Stmt
}

// order returns the places in f of the arguments of keys, nil if they are all
// of f in its order. It returns false if one is not of f.
func (f *form) order(keys []any) (order []int, ok bool) {
	same := len(keys) == len(f.sources)
	order = make([]int, len(keys))
	for i, key := range keys {
		from, at := sourceOf(key), i
		if i >= len(f.sources) || f.sources[i] != from {
			at = slices.Index(f.sources, from)
		}
		if at < 0 || from == (source{}) {
			return nil, false
		}
		order[i] = at
		same = same && at == i
	}
	if same {
		order = nil
	}
	return order, true
}

// kept returns the statement of q from an earlier query of the same form,
// else what compile makes of it.
func kept(v verb, q *query.Query, compile func(*query.Query) (*Stmt, error)) (*Stmt, error) {
	f := formOf(v, q)
	defer f.release()
	return f.kept(&q.Model.DB.Statements, func(f *form) { f.query(q) }, func() (*Stmt, error) { return compile(q) })
}

// kept returns the statement of the form f from memo, else what compile makes.
// describe adds to a form what has the addresses in f.
func (f *form) kept(memo *modelinfo.Memo, describe func(*form), compile func() (*Stmt, error)) (*Stmt, error) {
	if f.open || len(f.text) > maxForm {
		memo.Missed()
		return compile()
	}
	hash := maphash.Bytes(formSeed, f.text)
	if st := f.statement(memo, hash); st != nil {
		return st, nil
	}
	memo.Missed()
	st, err := compile()
	if err != nil || st.None {
		return st, err
	}
	order, ok := f.order(st.keys)
	st.keys = nil
	if !ok {
		return st, nil
	}
	st.Shape = &atomic.Value{}
	again := form{pinned: true}
	describe(&again)
	k := &keptStmt{slices.Clone(f.text), again.pins, *st, order}
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
		memo.Found()
		st := k.st
		st.Args = args
		return &st
	}
	memo.Missed()
	st := write()
	if len(st.Args) != len(args) || len(f.text) > maxForm {
		return st
	}
	st.keys = nil // they hold the first row's values
	st.Shape = &atomic.Value{}
	again := form{pinned: true}
	again.row(v, m, lists)
	k := &keptStmt{slices.Clone(f.text), again.pins, *st, nil}
	k.st.Args = nil
	memo.Store(hash, k)
	return st
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
