package query

import "fmt"

// PartColumns returns the columns that were chosen of a set operation for one
// of its parts, whose annotations of the same names are meant.
func (q *Query) PartColumns(c *Columns) (*Columns, error) {
	p := part{q: q}
	n := &Columns{Grouped: c.Grouped, Names: each(c.Names, func(c Column) Column {
		if c.Ann != nil {
			c.Ann = p.annotation(c.Ann)
		}
		if c.Expr != nil {
			c.Expr = p.expr(c.Expr)
		}
		return c
	})}
	return n, p.err
}

// PartExpr is PartColumns for an expression.
func (q *Query) PartExpr(e *Expr) (*Expr, error) {
	p := part{q: q}
	return p.expr(e), p.err
}

// part replaces the annotations of a set operation's first part.
type part struct {
	q   *Query
	err error
}

func (p *part) annotation(a *Annotation) *Annotation {
	own := p.q.Annotation(a.Name)
	if own == nil && p.err == nil {
		p.err = fmt.Errorf("%s: a part of a set operation has no annotation %q (annotate all of them)", p.q.Model.Name, a.Name)
	}
	return own
}

func (p *part) expr(e *Expr) *Expr {
	switch {
	case e == nil:
		return nil
	case e.Kind == Annotated:
		n := *e
		n.Ann = p.annotation(e.Ann)
		return &n
	case !e.any(func(x *Expr) bool { return x.Kind == Annotated }):
		return e
	}
	return e.mapped(p.expr, p.cond)
}

func (p *part) cond(c *Cond) *Cond {
	if c == nil {
		return nil
	}
	return c.mapped(p.expr, p.cond)
}
