package query

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"

	"github.com/google/uuid"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
)

// After returns the condition of the rows that come behind one row in an order;
// with at, of that row too. The terms are those of the order, as it is read;
// values are those of the row, as the server writes them as text, nil for NULL.
func After(terms []Order, values []*string, at bool) *Cond {
	if e := rowOf(terms, values); e != nil {
		return allOf(&Cond{Leaf: &Leaf{Left: e, Op: orderOp(terms[0].Desc, at), Value: Value{Kind: Place, Arg: values}}})
	}
	c := after(terms, values, at)
	first, v := terms[0], values[0]
	if len(terms) == 1 || v == nil || first.nullable() && first.nullsLast() || windowed(terms) {
		return allOf(c)
	}
	// What an index on the first term can begin at, which it cannot see in an OR.
	return allOf(placeLeaf(first, orderOp(first.Desc, true), v), c)
}

// after returns: greater in the first term, or equal there and after in the
// rest.
func after(terms []Order, values []*string, at bool) *Cond {
	o, v := terms[0], values[0]
	more := o.greater(v)
	equal := placeLeaf(o, lookup.Exact, v)
	if v == nil {
		equal = isNull(o, true)
	}
	switch {
	case len(terms) > 1:
		equal = allOf(equal, after(terms[1:], values[1:], at))
	case !at:
		equal = nil
	}
	switch {
	case more == nil && equal == nil: // nothing comes behind the last NULL
		return allOf(&Cond{Leaf: &Leaf{Left: o.Expr, Op: lookup.Exact, Value: Value{Kind: EmptyList}}})
	case more == nil:
		return equal
	case equal == nil:
		return more
	}
	return &Cond{Conn: OR, Kids: []*Cond{more, equal}}
}

// greater returns the condition of a place behind v in the term alone, nil when
// there is none.
func (o Order) greater(v *string) *Cond {
	switch {
	case v == nil && o.nullsLast():
		return nil
	case v == nil:
		return isNull(o, false)
	}
	c := placeLeaf(o, orderOp(o.Desc, false), v)
	if o.nullable() && o.nullsLast() {
		return &Cond{Conn: OR, Kids: []*Cond{c, isNull(o, true)}}
	}
	return c
}

func allOf(kids ...*Cond) *Cond { return &Cond{Kids: kids} }

func placeLeaf(o Order, op lookup.Op, v *string) *Cond {
	return &Cond{Leaf: &Leaf{Left: o.Expr, Op: op, Value: Value{Kind: Place, Arg: v}}}
}

func isNull(o Order, null bool) *Cond {
	return &Cond{Leaf: &Leaf{Left: o.Expr, Op: lookup.IsNull, Value: Value{Kind: Place, Arg: null}}}
}

func orderOp(desc, at bool) lookup.Op {
	switch {
	case desc && at:
		return lookup.Lte
	case desc:
		return lookup.Lt
	case at:
		return lookup.Gte
	}
	return lookup.Gt
}

// rowOf returns the row of several terms if one comparison of rows serves,
// so that an index over all of them does: columns of the model's own that
// are never NULL, all in one direction. It returns nil otherwise.
func rowOf(terms []Order, values []*string) *Expr {
	if len(terms) < 2 {
		return nil
	}
	e := &Expr{Kind: Func, Name: "ROW"}
	for i, o := range terms {
		if o.nullable() || values[i] == nil || o.Desc != terms[0].Desc {
			return nil
		}
		e.Args = append(e.Args, o.Expr)
	}
	return e
}

// nullable reports whether a term may be NULL.
func (o Order) nullable() bool {
	e := o.Expr
	return e.Kind != Ref || len(e.Path) > 0 || e.Field.Nullable
}

// nullsLast reports whether NULLs come behind all values.
func (o Order) nullsLast() bool {
	return o.Nulls == NullsLast || o.Nulls == NullsDefault && !o.Desc
}

func windowed(terms []Order) bool {
	for _, o := range terms {
		if o.Expr.Windowed() {
			return true
		}
	}
	return false
}

// Windowed reports whether a condition of q is about a window function.
func (q *Query) Windowed() bool {
	found := false
	for _, s := range q.Steps {
		switch {
		case s.Cond != nil:
			s.Cond.parts(func(e *Expr) { found = found || e.Windowed() })
		case s.Combine != nil:
			found = found || s.Combine.Other.Windowed()
		}
	}
	return found
}

// Many returns the relation to many that a term goes over, so that a row has
// several places in the order; nil if there is none. What an aggregate sees
// of a relation is one value.
func (o Order) Many() *modelinfo.Relation {
	if o.Expr == nil || o.Expr.Aggregates() {
		return nil
	}
	return o.Expr.many()
}

// many returns the first relation to many behind which a column of the
// expression lies, nil if there is none.
func (e *Expr) many() *modelinfo.Relation {
	var many *modelinfo.Relation
	e.Walk(func(e *Expr) {
		if e.Kind != Ref {
			return
		}
		for _, r := range e.Path {
			if many == nil && r.ToMany() {
				many = r
			}
		}
	})
	return many
}

// Keyed returns the terms of an order in which no two rows are equal: those of
// orders up to the whole primary key, which is added at the end.
func Keyed(m *modelinfo.Model, orders []Order) []Order {
	out := make([]Order, 0, len(orders)+len(m.Key))
	missing := map[*modelinfo.Field]bool{}
	for _, f := range m.Key {
		missing[f] = true
	}
	for _, o := range orders {
		o.Default = false // reading on from a place needs the order that the place is in
		out = append(out, o)
		if e := o.Expr; e != nil && e.Kind == Ref && len(e.Path) == 0 && missing[e.Field] {
			delete(missing, e.Field)
			if len(missing) == 0 {
				return out
			}
		}
	}
	for _, o := range ByKey(m) {
		if n := len(orders); n > 0 {
			o.Desc = orders[n-1].Desc
		}
		if missing[o.Expr.Field] {
			out = append(out, o)
		}
	}
	return out
}

// KeyText returns the annotation that holds a row's place in an order: a JSON
// array of the terms' values as text.
func KeyText(terms []Order) *Annotation {
	row := &Expr{Kind: Func, Name: "JSON_BUILD_ARRAY", Type: lookup.JSONType}
	for _, o := range terms {
		row.Args = append(row.Args, &Expr{Kind: Cast, Type: lookup.TextType, Args: []*Expr{o.Expr}})
	}
	return &Annotation{Name: "place in the order", Expr: &Expr{Kind: Cast, Type: lookup.TextType, Args: []*Expr{row}}}
}

var (
	integerText = regexp.MustCompile(`^-?[0-9]+$`)
	numberText  = regexp.MustCompile(`^(-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]{1,3})?|NaN|-?Infinity)$`)
	timeText    = regexp.MustCompile(`^[-+:./ 0-9A-Za-z]+$`)
)

// Takes reports whether text may be a value of the term, as the server writes
// it. If judged, the server will accept it for certain.
func (o Order) Takes(text string) (ok, judged bool) {
	own := o.Expr.Kind == Ref
	switch o.Expr.Type.Kind {
	case lookup.Int:
		if own {
			return integerText.MatchString(text), false // it may be too large for the column
		}
		return numberText.MatchString(text), false
	case lookup.Float, lookup.Decimal:
		return numberText.MatchString(text), false
	case lookup.Bool:
		return text == "true" || text == "false", true
	case lookup.UUID:
		_, err := uuid.Parse(text)
		return err == nil && len(text) == 36, true
	case lookup.Time, lookup.Date, lookup.Clock, lookup.Duration:
		return timeText.MatchString(text), false
	case lookup.Text:
		return true, own
	}
	return true, false
}

// Signature returns a text that differs for terms of different orders.
// Constants are no part of it: the time of now is another one for each request.
func (o Order) Signature() string {
	var b strings.Builder
	o.Expr.sign(&b)
	for _, on := range []bool{o.Desc, o.nullsLast()} {
		b.WriteByte('0' + map[bool]byte{true: 1}[on])
	}
	return b.String()
}

func (e *Expr) sign(b *strings.Builder) {
	if e == nil {
		return
	}
	b.WriteByte('(')
	b.WriteByte('A' + byte(e.Kind))
	for _, r := range e.Path {
		b.WriteString(r.Name + "__")
	}
	switch {
	case e.Kind == Ref:
		b.WriteString(e.Field.Column)
	case e.Kind == Annotated:
		b.WriteString(e.Ann.Name)
	case e.Kind == Transformed:
		b.WriteString(e.Transform.Name + ":" + e.Transform.Key)
		b.WriteByte('0' + byte(e.Transform.Step))
	default:
		b.WriteString(e.Name + ":" + e.Type.SQL)
	}
	for _, o := range e.Order {
		b.WriteByte('0' + map[bool]byte{true: 1}[o.Desc])
	}
	if e.Sub != nil {
		b.WriteString(e.Sub.Model.Name)
		if e.Sub.Columns != nil {
			for _, c := range e.Sub.Columns.Names {
				b.WriteString(" " + c.Name)
			}
		}
		for _, o := range e.Sub.Order {
			b.WriteString(o.Signature())
		}
		for _, s := range e.Sub.Steps {
			if s.Ann != nil {
				b.WriteString("=" + s.Ann.Name)
				s.Ann.Expr.sign(b)
			}
			s.Cond.sign(b)
		}
	}
	e.parts(func(x *Expr) { x.sign(b) })
	b.WriteByte(')')
}

// sign writes what distinguishes a condition: its parts, and values that
// are texts, integers or bools, since a time may be that of now.
func (c *Cond) sign(b *strings.Builder) {
	if c == nil {
		return
	}
	b.WriteByte('[')
	b.WriteByte('0' + byte(c.Conn))
	b.WriteByte('0' + map[bool]byte{true: 1}[c.Not])
	b.WriteString(c.Text)
	signValue(b, c.Value)
	c.Left.sign(b)
	c.Expr.sign(b)
	if l := c.Leaf; l != nil {
		l.Left.sign(b)
		b.WriteString(l.Op.String())
		b.WriteByte('0' + byte(l.Value.Kind))
		signValue(b, l.Value.Arg)
		signValue(b, l.Value.High)
		l.Value.Expr.sign(b)
		l.Value.HighExpr.sign(b)
		l.Body.sign(b)
	}
	for _, k := range c.Kids {
		k.sign(b)
	}
	b.WriteByte(']')
}

func signValue(b *strings.Builder, v any) {
	switch rv := reflect.ValueOf(v); {
	case rv.IsValid() && (rv.Kind() == reflect.String || rv.Kind() == reflect.Bool || rv.CanInt()):
		fmt.Fprintf(b, "%q", fmt.Sprint(rv))
	}
}
