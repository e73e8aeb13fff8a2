package query

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/gormango/gormango/internal/lookup"
)

// The limits of a query.
const (
	// MaxParts is the most conditions and expressions of a query, those of its
	// subqueries and annotations among them wherever they are used. A statement has
	// no more than 65,535 arguments.
	MaxParts = 50_000
	// MaxDepth is how deep conditions and expressions may lie in each other.
	MaxDepth = 500
	// MaxTerms is the most columns, annotations and terms of an order, which is the
	// server's own limit.
	MaxTerms = 1664
)

// size is how many parts something has, and how deep they lie in each other.
type size struct{ parts, depth int }

// sizer measures conditions and expressions, up to the limits.
type sizer struct{ size }

// enter counts a part, and reports whether its own parts are to be counted.
func (s *sizer) enter(depth int) bool {
	s.parts++
	s.depth = max(s.depth, depth)
	return s.parts <= MaxParts && depth <= MaxDepth
}

func (s *sizer) cond(c *Cond, depth int) {
	if c == nil || !s.enter(depth) {
		return
	}
	if c.Conn == XOR && len(c.Kids) > 2 { // a sum, in which each part stands inside of the next
		s.depth = max(s.depth, depth+len(c.Kids))
	}
	for _, k := range c.Kids {
		s.cond(k, depth+1)
	}
	s.expr(c.Left, depth+1)
	s.expr(c.Expr, depth+1)
	switch v := c.Value.(type) {
	case *Expr:
		s.expr(v, depth+1)
	case []any:
		for _, m := range v {
			if e, is := m.(*Expr); is {
				s.expr(e, depth+1)
			}
		}
	}
	if c.Leaf != nil {
		s.leaf(c.Leaf, depth+1)
	}
}

func (s *sizer) leaf(l *Leaf, depth int) {
	v := l.Value
	for _, e := range [...]*Expr{l.Left, v.Expr, v.HighExpr} {
		s.expr(e, depth)
	}
	for _, it := range v.Items {
		s.expr(it.Expr, depth)
	}
	if v.Sub != nil {
		s.inner(v.Sub.size, depth)
	}
}

// expr measures an expression. A column and a constant are no parts.
func (s *sizer) expr(e *Expr, depth int) {
	if e == nil || e.Kind == Ref || e.Kind == Const || e.Kind == Named || e.Kind == Excluded || !s.enter(depth) {
		return
	}
	for _, a := range e.Args {
		s.expr(a, depth+1)
	}
	for _, w := range e.Whens {
		s.cond(w.Cond, depth+1)
		s.expr(w.Then, depth+1)
	}
	s.cond(e.Cond, depth+1)
	for _, o := range e.Order {
		s.expr(o.Expr, depth+1)
	}
	if e.Window != nil {
		for _, p := range e.Window.Partition {
			s.expr(p, depth+1)
		}
	}
	if e.Ann != nil {
		s.inner(e.Ann.size, depth)
	}
	if e.Sub != nil {
		s.inner(e.Sub.size, depth)
	}
}

// inner counts what was measured before.
func (s *sizer) inner(of size, depth int) {
	s.parts += of.parts
	s.depth = max(s.depth, depth+of.depth)
}

// plus returns the size of a query of size s that gets more. What is added
// stands beside the rest.
func (s size) plus(more size) size {
	return size{s.parts + more.parts, max(s.depth, more.depth)}
}

// errTooManyParts is the error of a list that is too long for any query. It is
// found while the list is made, so that it does not grow without end.
var errTooManyParts = fmt.Errorf("%w: it has more than %d conditions and expressions", lookup.ErrTooLarge, MaxParts)

// check returns an error if the size is beyond a limit.
func (s size) check(model string) error {
	switch {
	case s.parts > MaxParts:
		return lookup.TooLarge(model, "conditions and expressions", MaxParts)
	case s.depth > MaxDepth:
		return lookup.TooLarge(model, "conditions and expressions inside each other", MaxDepth)
	}
	return nil
}

// checkJSON returns an error for JSON that is nested too deep for the server to
// read.
func (q *Query) checkJSON(v Value) error {
	tooDeep := deepJSON(v.Arg) || deepJSON(v.High)
	for _, it := range v.Items {
		tooDeep = tooDeep || deepJSON(it.Arg)
	}
	if tooDeep {
		return lookup.TooLarge(q.Model.Name, "levels of JSON inside each other", MaxDepth)
	}
	return nil
}

// deepJSON reports whether a JSON text, or one of a list, is nested beyond
// MaxDepth. Text beyond the depth that encoding/json reads is still bytes.
func deepJSON(arg any) bool {
	switch v := arg.(type) {
	case string:
		return jsonDepth(v) > MaxDepth
	case []string:
		return slices.ContainsFunc(v, func(s string) bool { return jsonDepth(s) > MaxDepth })
	case []any:
		return slices.ContainsFunc(v, deepJSON)
	}
	rv := reflect.ValueOf(arg)
	return rv.IsValid() && rv.Kind() == reflect.Slice && rv.Type().Elem().Kind() == reflect.Uint8 && jsonDepth(string(rv.Bytes())) > MaxDepth
}

// jsonDepth returns how deep the arrays and objects of a JSON text lie in each
// other, 0 for a text that is too short to be of interest.
func jsonDepth(text string) int {
	if len(text) <= MaxDepth {
		return 0
	}
	depth, most, quoted := 0, 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[' || c == '{':
			depth++
			most = max(most, depth)
		case c == ']' || c == '}':
			depth--
		}
	}
	return most
}

func sizeOfCond(c *Cond) size {
	var s sizer
	s.cond(c, 0)
	return s.size
}

func sizeOfExpr(e *Expr) size {
	var s sizer
	s.expr(e, 0)
	return s.size
}

// CheckTerms returns an error for too many of something that rows hold or are
// sorted by.
func (q *Query) CheckTerms(n int, what string) error {
	if n > MaxTerms {
		return lookup.TooLarge(q.Model.Name, what, MaxTerms)
	}
	return nil
}
