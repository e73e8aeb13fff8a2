package compile

import (
	"slices"

	"github.com/gormango/gormango/internal/query"
)

// truth is what is known of a condition without asking the database.
type truth uint8

const (
	open  truth = iota // it depends on the rows; its SQL was written
	empty              // no row matches; nothing was written
	full               // every row matches; nothing was written
)

func (t truth) negated() truth {
	switch t {
	case empty:
		return full
	case full:
		return empty
	}
	return open
}

// parens puts what was written since from into parentheses.
func (b *builder) parens(from int) {
	b.buf = slices.Insert(b.buf, from, '(')
	b.str(")")
}

// write writes a condition. What is always true or always false is folded away,
// as Django's WhereNode does with FullResultSet and EmptyResultSet.
func (b *builder) write(n *node) truth {
	switch {
	case n.leaf != nil:
		b.terms = 1
		return b.predicate(n.leaf)
	case n.test != nil:
		b.terms = 1
		return b.test(n.test)
	case n.conn == query.XOR && len(n.kids) > 1:
		return b.xor(n)
	}
	m := b.mark()
	drop := func(t truth) truth {
		b.back(m)
		if n.not {
			return t.negated()
		}
		return t
	}
	word := " AND "
	decides, neutral := empty, full
	if n.conn != query.AND {
		word, decides, neutral = " OR ", full, empty
	}
	if n.not {
		b.str("NOT (")
	}
	written := 0
	for _, kid := range n.kids {
		before := b.mark()
		if written > 0 {
			b.str(word)
		}
		from := len(b.buf)
		switch b.write(kid) {
		case open:
			if b.terms > 1 && !(n.not && len(n.kids) == 1) {
				b.parens(from)
			}
			written++
		case decides:
			return drop(decides)
		default:
			b.back(before)
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

// xor holds where an odd number of the parts does: one of them, and the sum of
// those that are true is odd (Django's WhereNode for databases without XOR).
func (b *builder) xor(n *node) truth {
	m := b.mark()
	any := &node{conn: query.OR, kids: n.kids}
	if n.not {
		b.str("NOT (")
	}
	from := len(b.buf)
	switch b.write(any) {
	case empty:
		b.back(m)
		if n.not {
			return full
		}
		return empty
	case full:
		b.back(m)
		if n.not {
			b.str("NOT (")
		}
	default:
		if b.terms > 1 {
			b.parens(from)
		}
		b.str(" AND ")
	}
	b.str("1 = ")
	if len(n.kids) > 2 {
		b.str("MOD(")
	}
	b.str("(")
	for i, k := range n.kids {
		b.sep(i, "", " + ")
		before := b.mark()
		b.str("CASE WHEN ")
		switch b.write(k) {
		case empty:
			b.back(before)
			b.str("0")
		case full:
			b.back(before)
			b.str("1")
		default:
			b.str(" THEN 1 ELSE 0 END")
		}
	}
	b.str(")")
	if len(n.kids) > 2 {
		b.str(", 2)")
	}
	b.terms = 2
	if n.not {
		b.str(")")
		b.terms = 1
	}
	return open
}

// test writes an expression that is a condition.
func (b *builder) test(x *expr) truth {
	switch x.e.Kind {
	case query.Truth:
		return b.write(x.cond)
	case query.Exists:
		b.exists(x)
		return open
	case query.Const:
		if v, ok := x.e.Value.(bool); ok {
			if v {
				return full
			}
			return empty
		}
	}
	return b.operand(x)
}

// exists writes EXISTS over a subquery. One that no row can match is a
// constant, as in Django: the query around it is still sent, and counts 0.
func (b *builder) exists(x *expr) {
	m := b.mark()
	b.str("EXISTS(")
	if x.sub.writeExists() == empty {
		b.back(m)
		b.str("FALSE")
		return
	}
	b.str(")")
}

// splitCond parts a condition into what WHERE, HAVING and the rows around
// window functions ask (Django's split_having_qualify).
func (b *builder) splitCond(n *node, negated, grouped bool) (where, having, qualify *node) {
	agg, over := n.contains()
	if !agg && !over {
		return n, nil, nil
	}
	in := negated != n.not
	together := in && n.conn == query.AND || !in && n.conn == query.OR || n.conn == query.XOR
	if together && agg && !over {
		return nil, n, nil
	}
	var w, h, q []*node
	for _, k := range n.kids {
		if k.leaf == nil && k.test == nil {
			a, c, d := b.splitCond(k, in, grouped)
			if a != nil {
				w = append(w, a)
			}
			if c != nil {
				h = append(h, c)
			}
			if d != nil {
				q = append(q, d)
			}
			continue
		}
		switch a, o := k.contains(); {
		case o:
			q = append(q, k)
		case a:
			h = append(h, k)
		default:
			w = append(w, k)
		}
	}
	if together && len(q) > 0 {
		if len(w) == 0 || !grouped {
			return nil, nil, n
		}
		b.fail(errMixedWindow)
	}
	part := func(kids []*node) *node {
		if len(kids) == 0 {
			return nil
		}
		return &node{conn: n.conn, not: n.not, kids: kids}
	}
	return part(w), part(h), part(q)
}
