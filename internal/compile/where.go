package compile

import (
	"slices"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
)

// node is a condition with its joins settled.
type node struct {
	or, not bool
	kids    []*node
	leaf    *term
}

// term is one comparison of a column.
type term struct {
	alias int
	field *modelinfo.Field
	// isNull and notNull stand without a leaf.
	isNull, notNull bool
	leaf            *query.Leaf
}

// addCall adds the condition of one Filter, Exclude or Where. Joins that were
// INNER before it stay so: what was asked first still holds.
func (b *builder) addCall(c *query.Cond) {
	inner := b.inner()
	n, _ := b.resolve(c, false)
	b.where.kids = append(b.where.kids, n)
	b.demote(inner)
}

// resolve joins what a condition needs. It gives the joins without whose rows
// the condition cannot hold.
func (b *builder) resolve(c *query.Cond, negated bool) (*node, []int) {
	if c.Leaf != nil {
		return b.resolveLeaf(c.Leaf, negated)
	}
	negated = negated != c.Not
	n := &node{or: c.Or, not: c.Not}
	v := newVotes(c.Or, negated, len(c.Kids))
	for _, kid := range c.Kids {
		k, needed := b.resolve(kid, negated)
		n.kids = append(n.kids, k)
		v.add(needed)
	}
	return n, v.settle(b)
}

func (b *builder) resolveLeaf(l *query.Leaf, negated bool) (*node, []int) {
	at, used := b.joinPath(l.Column.Path)
	n := &node{kids: []*node{{leaf: &term{alias: at, field: l.Column.Field, leaf: l}}}}
	var right *term
	if l.Value.Kind == query.Expression {
		_ = l.Value.Expr.Refs(func(c query.Column) error {
			a, more := b.joinPath(c.Path)
			used = append(used, more...)
			if l.Value.Expr.Kind == query.Ref {
				right = &term{alias: a, field: c.Field, notNull: true}
			}
			return nil
		})
	}
	null := l.Value.Kind == query.Null || l.Op == lookup.IsNull && l.Value.Kind == query.True
	if null {
		if negated {
			return n, used
		}
		return n, nil // IS NULL holds for a missing row too
	}
	if !negated {
		return n, used
	}
	// Under NOT a row with NULL has to stay: NOT (col = v AND col IS NOT NULL).
	if l.Op != lookup.IsNull {
		if l.Column.Field.Nullable || b.alias[at].left {
			n.kids = append(n.kids, &node{leaf: &term{alias: at, field: l.Column.Field, notNull: true}})
		}
		if right != nil && (right.field.Nullable || b.alias[right.alias].left) {
			n.kids = append(n.kids, &node{leaf: right})
		}
	}
	return n, nil
}

// truth is what is known of a condition without asking the database.
type truth uint8

const (
	open  truth = iota // it depends on the rows; its SQL was written
	empty              // no row matches; nothing was written
	full               // every row matches; nothing was written
)

// node writes a condition. What is always true or always false is folded away,
// as Django's WhereNode does with FullResultSet and EmptyResultSet.
func (b *builder) node(n *node) truth {
	if n.leaf != nil {
		b.terms = 1
		return b.term(n.leaf)
	}
	start, args := len(b.buf), len(b.args)
	drop := func(t truth) truth {
		b.buf, b.args = b.buf[:start], b.args[:args]
		if n.not {
			return t.negated()
		}
		return t
	}
	word := " AND "
	decides, neutral := empty, full
	if n.or {
		word, decides, neutral = " OR ", full, empty
	}
	if n.not {
		b.str("NOT (")
	}
	written := 0
	for _, kid := range n.kids {
		mark, markArgs := len(b.buf), len(b.args)
		if written > 0 {
			b.str(word)
		}
		from := len(b.buf)
		switch b.node(kid) {
		case open:
			if b.terms > 1 && !(n.not && len(n.kids) == 1) {
				b.buf = slices.Insert(b.buf, from, '(')
				b.str(")")
			}
			written++
		case decides:
			return drop(decides)
		default:
			b.buf, b.args = b.buf[:mark], b.args[:markArgs]
		}
	}
	if written == 0 {
		if len(n.kids) == 0 {
			neutral = full
		}
		return drop(neutral)
	}
	b.terms = written
	if n.not {
		b.str(")")
		b.terms = 1
	}
	return open
}

func (t truth) negated() truth {
	switch t {
	case empty:
		return full
	case full:
		return empty
	}
	return open
}
