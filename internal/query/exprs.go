package query

import (
	"fmt"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
)

// Expr returns an expression with its names resolved and its type found.
func (q *Query) Expr(e *Expr) (*Expr, error) {
	if err := q.size.plus(sizeOfExpr(e)).check(q.Model.Name); err != nil {
		return nil, err
	}
	return q.typed(e)
}

// typed is Expr for a part of something that is measured.
func (q *Query) typed(e *Expr) (*Expr, error) {
	r, err := q.expr(e)
	if err == nil {
		err = r.TypeErr
	}
	if err != nil {
		return nil, err
	}
	return r, nil
}

// Untyped is Expr where the type does not matter: in an order, as what an
// update puts into a column.
func (q *Query) Untyped(e *Expr) (*Expr, error) {
	if err := q.size.plus(sizeOfExpr(e)).check(q.Model.Name); err != nil {
		return nil, err
	}
	return q.expr(e)
}

// expr is Expr for a part of something that may have a type whatever its parts
// have.
func (q *Query) expr(e *Expr) (*Expr, error) {
	if e == nil {
		return nil, fmt.Errorf("%s: an empty expression (make one with repo.F)", q.Model.Name)
	}
	if e.Err != nil {
		return nil, e.Err
	}
	switch e.Kind {
	case Named:
		return q.Name(e.Name)
	case Const:
		if e.Type.IsZero() && e.Value != nil {
			return NewConst(e.Value)
		}
		return e, nil
	case Outer, Star:
		return e, nil
	case Slot:
		return q.slot(e), nil
	case Excluded:
		return q.excluded(e.Name)
	case Sub, ArraySub:
		if n := e.Sub.width(); n != 1 {
			return nil, &WidthError{Model: q.Model.Name, Rows: e.Sub.Model.Name, Columns: n}
		}
		return q.subquery(e)
	case Exists:
		return q.subquery(e)
	}
	if e.Kind == Each {
		return q.each(e)
	}
	var err error
	n := e.mapped(func(x *Expr) *Expr {
		if err == nil {
			x, err = q.expr(x)
		}
		return x
	}, func(c *Cond) *Cond {
		if err == nil {
			c, err = q.resolve(c)
		}
		return c
	})
	if err != nil {
		return nil, err
	}
	return n, q.findType(n)
}

// excluded returns a column of the row that an upsert would insert.
func (q *Query) excluded(name string) (*Expr, error) {
	e, err := q.Name(name)
	if err != nil {
		return nil, err
	}
	if e.Kind != Ref || len(e.Path) > 1 || len(e.Path) == 1 && (e.Rel == nil || e.Rel.Kind != modelinfo.BelongsTo) {
		return nil, fmt.Errorf("%s has no column %q of its own", q.Model.Name, name)
	}
	f := e.Field
	if e.Rel != nil {
		f = e.Rel.Pairs[0].From
	}
	return &Expr{Kind: Excluded, Name: f.Column, Field: f, Type: f.Type}, nil
}

// subquery takes the query of a Sub as it stands: its names were resolved when
// it was built, those of the query around it are when the statement is.
func (q *Query) subquery(e *Expr) (*Expr, error) {
	if e.Sub.Model.DB != q.Model.DB {
		return nil, fmt.Errorf("a QuerySet of %s belongs to another database than %s", e.Sub.Model.Name, q.Model.Name)
	}
	n := *e
	switch e.Kind {
	case Exists:
		n.Type = lookup.BoolType
		return &n, nil
	case Sub:
		if t, ok := e.Sub.OnlyColumn(); ok && n.Type.IsZero() {
			n.Type = t
		}
	case ArraySub:
		if t, ok := e.Sub.OnlyColumn(); ok && n.Type.IsZero() {
			n.Type = lookup.ArrayOf(t)
		}
	}
	return &n, nil
}

// width returns the number of columns that rows hold.
func (q *Query) width() int {
	if q.Columns != nil {
		return len(q.Columns.Names)
	}
	n := 0
	for _, f := range q.Model.Reads {
		if q.Loads(nil, f) {
			n++
		}
	}
	for _, a := range q.Anns {
		if !a.Hidden {
			n++
		}
	}
	return n
}

// WidthError is a QuerySet of several columns that stands for a value.
type WidthError struct {
	Model, Rows string
	Columns     int
}

func (e *WidthError) Error() string {
	return fmt.Sprintf("%s: a QuerySet of %s that stands for a value has one column, not %d (choose it with Columns or repo.Sub)", e.Model, e.Rows, e.Columns)
}

// OnlyColumn returns the type of the one column that rows hold; false if
// they hold several.
func (q *Query) OnlyColumn() (lookup.Type, bool) {
	if q.Columns == nil {
		if len(q.Model.Key) != 1 {
			return lookup.Type{}, false
		}
		return q.Model.Key[0].Type, true
	}
	if len(q.Columns.Names) != 1 {
		return lookup.Type{}, false
	}
	c := q.Columns.Names[0]
	if c.Ann != nil {
		return c.Ann.Expr.Type, true
	}
	return c.Expr.Type, true
}

// each resolves the path of an Each against q, its condition against the model
// at the path's end.
func (q *Query) each(e *Expr) (*Expr, error) {
	p, err := lookup.ResolveRelation(q.Model, e.Name)
	if err != nil {
		return nil, err
	}
	at, err := column(lookup.Path{Text: p.Text, Relations: p.Relations}, nil)
	if err != nil {
		return nil, err
	}
	far := New(at.Rel.To)
	cond, err := far.resolve(e.Cond)
	if err != nil {
		return nil, err
	}
	return &Expr{Kind: Each, Quantifier: e.Quantifier, Path: at.Path, Rel: at.Rel, Cond: cond, Type: lookup.BoolType}, nil
}

// NewColumns resolves what rows shall hold.
func (q *Query) NewColumns(names []string) (*Columns, error) {
	if err := q.CheckTerms(len(names), "columns"); err != nil {
		return nil, err
	}
	c := &Columns{}
	for _, name := range names {
		if a := q.Annotation(name); a != nil {
			if a.Hidden {
				// Django: an alias is not for rows.
				return nil, fmt.Errorf("%s.%s is an alias, which rows do not hold (use Annotate)", q.Model.Name, name)
			}
			c.Names = append(c.Names, Column{Name: name, Ann: a})
			continue
		}
		e, err := q.Name(name)
		if err != nil {
			return nil, err
		}
		c.Names = append(c.Names, Column{Name: name, Expr: e})
	}
	return c, nil
}

// EveryColumn returns the model's columns and the annotations.
func (q *Query) EveryColumn() *Columns {
	c := &Columns{}
	for _, f := range q.Model.Reads {
		c.Names = append(c.Names, Column{Name: f.Column, Expr: &Expr{Kind: Ref, Field: f, Type: f.Type}})
	}
	for _, a := range q.Anns {
		if !a.Hidden {
			c.Names = append(c.Names, Column{Name: a.Name, Ann: a})
		}
	}
	return c
}
