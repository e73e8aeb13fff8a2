package compile

import (
	"encoding/binary"
	"reflect"
	"slices"
	"sync"
	"unsafe"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
)

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
	verbRelated
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
	// args are the arguments in the order of the query's tree, sources what each
	// of them comes from.
	args    []any
	sources []source
	// anns are the annotations that calls have made so far.
	anns []*query.Annotation
	// within reports whether the part is one of an expression.
	within bool
	open   bool // the query holds something that the form does not describe
}

// source is a part of a query's tree that an argument comes from.
type source struct {
	leaf *query.Leaf // a comparison
	high bool        // the upper end of its range
	expr *query.Expr // or a constant
	// owners reports whether it is the keys of the owners of related rows.
	owners bool
}

// sourceOf returns the source of the argument of a key of the writer, the zero
// source if it has none.
func sourceOf(key any) source {
	switch k := key.(type) {
	case *predicate:
		return source{leaf: k.leaf, owners: k.owners}
	case highEnd:
		return source{leaf: k.leaf, high: true}
	case *query.Expr:
		return source{expr: k}
	}
	return source{}
}

var forms = sync.Pool{New: func() any { return &form{} }}

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
	if cap(f.text) > 2*maxForm { // of a large query, whose memory goes
		return
	}
	clear(f.args)
	clear(f.sources)
	clear(f.anns)
	*f = form{text: f.text[:0], args: f.args[:0], sources: f.sources[:0], anns: f.anns[:0]}
	forms.Put(f)
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
	if len(q.Filtered) > 0 || len(q.On) > 0 || q.Set != nil || q.Fence != nil || q.Empty() {
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
		f.flags(s.Cond != nil, s.Columns != nil, s.Ann != nil, s.Sticky)
		switch {
		case s.Cond != nil:
			f.cond(s.Cond)
		case s.Columns != nil:
			f.columns(s.Columns)
		case s.Ann != nil:
			f.name(s.Ann.Name)
			f.flags(s.Ann.Hidden)
			f.computed(s.Ann.Expr)
			f.anns = append(f.anns, s.Ann)
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
	if c.Expr != nil || c.Err != nil || len(f.text) > maxForm {
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
		v.Expr != nil && v.Kind != query.Expression || v.HighExpr != nil || v.Items != nil || v.Mapped != nil || v.Sub != nil || v.Fields != nil || v.Hashed || v.NoValue || v.Beyond != 0 {
		f.open = true
		return
	}
	f.number(int(l.Op))
	f.number(int(v.Kind))
	f.expr(l.Left)
	if !f.open && l.Left.Kind == query.Ref && l.Left.Field.Constants != nil {
		bits := constantsOf(l, &v)
		f.number(bits)
		if bits != 0 {
			return
		}
	}
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
		f.arg(arg, source{leaf: l})
	case query.Pair:
		f.arg(v.Arg, source{leaf: l})
		f.arg(v.High, source{leaf: l, high: true})
	case query.Expression:
		f.computed(v.Expr)
	default:
		f.open = true
	}
}

// fewEqual is the most arguments of expressions in a form.
const fewEqual = 16

// arg adds an argument. Expressions that are equal in their values too are
// written as one, as a position of a column in GROUP BY for example: so a form
// has which arguments of expressions are equal.
func (f *form) arg(v any, from source) {
	if f.within {
		if len(f.args) >= fewEqual || v == nil || !reflect.TypeOf(v).Comparable() {
			f.open = true
			return
		}
		f.number(slices.Index(f.sources, from))
		f.number(f.equalArg(v))
		f.name(reflect.TypeOf(v).String())
	}
	f.args, f.sources = append(f.args, v), append(f.sources, from)
}

// equalArg returns the place of the first argument that plan takes for equal to
// v, -1 if there is none.
func (f *form) equalArg(v any) int {
	switch v.(type) {
	case string, bool, int64, int, int32:
		return slices.Index(f.args, v)
	}
	typ, key := reflect.TypeOf(v), "" // == compares what decimals and times point to
	return slices.IndexFunc(f.args, func(a any) bool {
		if reflect.TypeOf(a) != typ {
			return false
		}
		if key == "" {
			key = argKey(v)
		}
		return argKey(a) == key
	})
}

// computed describes an expression.
func (f *form) computed(e *query.Expr) {
	before := f.within
	f.within = true
	f.expr(e)
	f.within = before
}

// typ describes a type.
func (f *form) typ(t lookup.Type) {
	f.number(int(t.Kind))
	f.name(t.SQL)
	f.number(t.Dims)
	if t.Elem != nil {
		f.number(1)
		f.typ(*t.Elem)
		return
	}
	f.number(0)
}

// expr describes a column, an annotation, or an expression of a few kinds; any
// other stays open.
func (f *form) expr(e *query.Expr) {
	f.number(int(e.Kind))
	f.typ(e.Type)
	switch e.Kind {
	case query.Ref:
		f.column(e)
		return
	case query.Annotated:
		at := slices.Index(f.anns, e.Ann)
		f.number(at)
		f.open = f.open || at < 0
		return
	case query.Const, query.Arith, query.Neg, query.Func, query.Cast, query.Star:
	default:
		f.open = true
		return
	}
	if !f.within || e.Def != nil || e.Body != nil || e.Template != nil || e.Whens != nil || e.Sub != nil || e.Order != nil || e.Window != nil || e.Err != nil || special(e.Type.Kind) {
		f.open = true
		return
	}
	f.name(e.Name)
	f.flags(e.Distinct, e.Agg, e.Untyped, e.Value != nil, e.Cond != nil)
	if e.Value != nil {
		if is, ok := e.Value.(bool); ok { // a condition that always holds, or never
			f.flags(is)
		}
		f.arg(e.Value, source{expr: e})
	}
	f.number(len(e.Args))
	for _, a := range e.Args {
		if f.expr(a); f.open {
			return
		}
	}
	if e.Cond != nil {
		f.cond(e.Cond)
	}
}

// column describes a column.
func (f *form) column(e *query.Expr) {
	if e.Filtered != nil || e.Type.Elem != nil {
		f.open = true
		return
	}
	f.address(unsafe.Pointer(e.Field))
	f.address(unsafe.Pointer(e.Rel))
	f.number(len(e.Path))
	for _, rel := range e.Path {
		f.address(unsafe.Pointer(rel))
	}
}

func (f *form) columns(c *query.Columns) {
	f.flags(c.Grouped)
	f.number(len(c.Names))
	for _, n := range c.Names {
		f.name(n.Name)
		if n.Ann != nil {
			at := slices.Index(f.anns, n.Ann)
			f.number(at)
			f.open = f.open || at < 0
			continue
		}
		f.number(-2)
		f.computed(n.Expr)
	}
}

func (f *form) orders(terms []query.Order) {
	f.number(len(terms))
	for _, o := range terms {
		f.flags(o.Desc, o.Random, o.Default)
		f.number(int(o.Nulls))
		if !o.Random {
			f.computed(o.Expr)
		}
	}
}

func (f *form) mask(m *query.Mask) {
	if m == nil {
		f.number(-1)
		return
	}
	f.flags(m.Defer, m.Whole)
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
