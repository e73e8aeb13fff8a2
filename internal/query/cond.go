package query

import (
	"errors"

	"github.com/gormango/gormango/internal/lookup"
)

// Conn is how the parts of a condition are joined.
type Conn uint8

// The connectors. Xor holds where an odd number of parts holds.
const (
	AND Conn = iota
	OR
	XOR
)

// Cond is a condition: a comparison, an expression that is true or false, or
// several of them joined. Before [Query.Resolve] a comparison is Text and
// Value, after it is Leaf.
type Cond struct {
	Conn Conn
	Not  bool
	Kids []*Cond

	// Text and Value are a comparison as it was written.
	Text  string
	Value any
	// Left is the expression that Text, an operator and perhaps transforms, is laid
	// over.
	Left *Expr
	// Leaf is a comparison whose names are resolved.
	Leaf *Leaf
	// Expr is a condition that is an expression.
	Expr *Expr
	// Err is the mistake that was made when the condition was written.
	Err error

	kids *room[*Cond] // of Kids
}

// Leaf is one comparison. The left side is a column, an annotation, or a
// transform of one; the right side was checked against its type.
type Leaf struct {
	Left  *Expr
	Op    lookup.Op
	Value Value
	// Def is the lookup that the application registered, nil for Op; Body is its
	// condition over both sides.
	Def  *LookupDef
	Body *Expr
}

// Lookup returns a condition of one comparison, as it is written.
func Lookup(text string, value any) *Cond { return &Cond{Kids: []*Cond{Comparison(text, value)}} }

var errEmptyLookup = errors.New("a lookup is empty")

// Comparison returns a comparison as a part of a condition.
func Comparison(text string, value any) *Cond {
	if text == "" {
		return &Cond{Err: errEmptyLookup}
	}
	return &Cond{Text: text, Value: value}
}

// Compare returns a comparison of an expression; text is an operator, behind
// transforms or alone.
func Compare(left *Expr, text string, value any) *Cond {
	return &Cond{Kids: []*Cond{{Left: left, Text: text, Value: value}}}
}

// Holds returns an expression as a condition.
func Holds(e *Expr) *Cond { return &Cond{Kids: []*Cond{{Expr: e}}} }

// isLeaf reports whether the condition is no tree.
func (c *Cond) isLeaf() bool { return len(c.Kids) == 0 }

// And joins conditions; nil is neutral. What is joined by the same connector
// already becomes one list, as in Django's Q: a list decides as a whole which
// joins it needs.
func And(conds ...*Cond) *Cond { return join(AND, conds) }

// Or joins conditions of which one has to hold. nil is neutral.
func Or(conds ...*Cond) *Cond { return join(OR, conds) }

// Xor joins conditions of which an odd number has to hold. nil is neutral.
func Xor(conds ...*Cond) *Cond { return join(XOR, conds) }

// Not negates a condition; nil stays neutral.
func Not(c *Cond) *Cond {
	if c == nil {
		return nil
	}
	n := *c
	n.Not = !c.Not
	return &n
}

// Call returns the condition of one Filter or Where: all of conds, which
// share their joins to rows of relations to many. It returns nil if there
// are none.
func Call(conds ...*Cond) *Cond {
	n := &Cond{}
	for _, c := range conds {
		if c != nil {
			n.Kids = append(n.Kids, c)
		}
	}
	if len(n.Kids) == 0 {
		return nil
	}
	return n
}

// join is Django's Q._combine: operands are added to an empty node one by one.
func join(conn Conn, conds []*Cond) *Cond {
	var first, all *Cond
	for _, c := range conds {
		switch {
		case c == nil:
		case first == nil:
			first = c
		default:
			if all == nil {
				all = &Cond{Conn: conn}
				all.add(first, conn)
			}
			all.add(c, conn)
		}
	}
	if all == nil {
		return first
	}
	return all
}

// add is Django's tree.Node.add: what is joined alike is merged.
func (c *Cond) add(kid *Cond, conn Conn) {
	if c.Err == errTooManyParts || kid.Err == errTooManyParts || len(c.Kids)+len(kid.Kids) > MaxParts {
		*c = Cond{Conn: conn, Err: errTooManyParts}
		return
	}
	if c.Conn != conn {
		inner := *c
		*c = Cond{Conn: conn, Kids: []*Cond{&inner, kid}}
		return
	}
	if !kid.isLeaf() && !kid.Not && (kid.Conn == conn || len(kid.Kids) == 1) {
		if len(c.Kids) == 0 {
			c.Kids, c.kids = kid.Kids, kid.kids
			return
		}
		c.Kids, c.kids = grown(c.Kids, c.kids, kid.Kids...)
		return
	}
	c.Kids, c.kids = grown(c.Kids, c.kids, kid)
}

// Extended adds a condition to one call's: exclude(a).and(b) is NOT (a AND b).
func Extended(call, more *Cond) *Cond {
	n := *call
	n.Kids, n.kids = grown(call.Kids, call.kids, more.Kids...)
	return &n
}

// FirstErr returns the first mistake in the tree.
func (c *Cond) FirstErr() (err error) {
	c.nodes(func(c *Cond) {
		if err == nil {
			err = c.Err
		}
	})
	return err
}
