package query

import (
	"slices"

	"github.com/gormango/gormango/internal/lookup"
)

// findType sets the type of an expression from those of its parts.
func (q *Query) findType(e *Expr) error {
	if e.Settle != nil {
		if err := e.Settle(e); err != nil {
			return err
		}
		e.Settle = nil // what is resolved is data: it can be compared
	}
	if !e.Type.IsZero() {
		e.TypeErr = nil
		if e.choosing() {
			e.adopt(e.Type)
		}
		return nil
	}
	switch e.Kind {
	case Arith:
		return q.findArithType(e)
	case Neg, Over:
		e.setCommonType(q.Model.Name, "", e.Args[:1])
	case Truth, Exists, Each:
		e.Type = lookup.BoolType
	case Case:
		parts := make([]*Expr, 0, len(e.Whens)+1)
		for _, w := range e.Whens {
			parts = append(parts, w.Then)
		}
		e.setCommonType(q.Model.Name, "Case", append(parts, e.Args...))
		e.adopt(e.Type)
	case Func:
		if e.TypeErr == nil {
			q.findFuncType(e)
			e.adopt(e.Type)
		}
	}
	return nil
}

func (q *Query) findArithType(e *Expr) error {
	l, r := e.Args[0], e.Args[1]
	for _, a := range e.Args {
		if a.TypeErr != nil {
			e.TypeErr = a.TypeErr
			return nil
		}
	}
	if e.Name == "+" && l.Type.Kind == lookup.Vector && r.Type.Kind == lookup.Vector {
		e.Name, e.Type = "||", l.Type // Django: search vectors add
		return nil
	}
	t, ok := arithType(e.Name, l.Type, r.Type)
	if !ok {
		e.TypeErr = &TypeError{Model: q.Model.Name, Op: e.Name, Left: l.Type, Right: r.Type}
		return nil
	}
	e.Type = t
	return nil
}

// findFuncType types the functions that the core knows, others by their
// arguments.
func (q *Query) findFuncType(e *Expr) {
	var arg lookup.Type
	if len(e.Args) > 0 {
		arg = e.Args[0].Type
	}
	if e.Template != nil {
		e.setCommonType(q.Model.Name, e.Name, e.Args)
		return
	}
	switch e.Name {
	case "COUNT":
		e.Type = lookup.BigIntType
		return
	case "SUM":
		if arg.Kind == lookup.Int {
			e.Type = lookup.BigIntType
			return
		}
	case "AVG", "STDDEV_POP", "STDDEV_SAMP", "VAR_POP", "VAR_SAMP":
		if arg.Kind == lookup.Int {
			e.Type = lookup.FloatType
			return
		}
	case "ARRAY_AGG":
		e.Type = lookup.ArrayOf(arg)
		return
	}
	e.setCommonType(q.Model.Name, e.Name, e.Args)
}

// setCommonType sets the type that the parts of an expression have in common.
// Parts whose type is not known do not count. what is the expression's name in
// the error of parts that differ.
func (e *Expr) setCommonType(model, what string, parts []*Expr) {
	var t lookup.Type
	literals := false // texts that are taken for values of the type of the other parts
	for _, p := range parts {
		literals = literals || p.Type.Kind == lookup.Other && !p.Type.IsZero()
	}
	for _, p := range parts {
		switch {
		case p.TypeErr != nil:
			e.TypeErr = p.TypeErr
			return
		case p.Type.IsZero(), literals && p.literal():
		case t.IsZero():
			t = p.Type
		case !compatible(t, p.Type):
			e.TypeErr = &TypeError{Model: model, Op: what, Left: t, Right: p.Type}
			return
		case t.SQL == p.Type.SQL:
		case t.Kind == lookup.Int:
			t = lookup.BigIntType
		default:
			t = t.Unlimited()
		}
	}
	e.Type = t
}

// choosing reports whether the value of e is that of one of its parts.
func (e *Expr) choosing() bool { return e.Kind == Case || e.Kind == Func && e.Name == "COALESCE" }

// literal reports whether e is a text of the program, or chooses among such.
func (e *Expr) literal() bool {
	switch {
	case e.Kind == Const:
		return e.Value == nil || e.Untyped && e.Type.Kind == lookup.Text
	case !e.choosing() || e.Type.Kind != lookup.Text && !e.Type.IsZero():
		return false
	}
	for _, a := range e.Args {
		if !a.literal() {
			return false
		}
	}
	for _, w := range e.Whens {
		if !w.Then.literal() {
			return false
		}
	}
	return true
}

// adopt makes the parts of e that are texts of the program values of type t, as
// As does.
func (e *Expr) adopt(t lookup.Type) {
	for i, a := range e.Args {
		e.Args[i] = a.As(t)
	}
	for i, w := range e.Whens {
		e.Whens[i].Then = w.Then.As(t)
	}
}

// As returns e for a place of type t: where t is a type that takes no value of
// the type text, such as an enum, a text of the program is a value of t.
func (e *Expr) As(t lookup.Type) *Expr {
	if t.Kind != lookup.Other || t.IsZero() || !e.literal() {
		return e
	}
	n := *e
	n.Type = t.Unlimited()
	n.Args, n.Whens = slices.Clone(e.Args), slices.Clone(e.Whens)
	n.adopt(n.Type)
	return &n
}

// compatible reports whether values of two types have a type in common. A time
// may take a date beside it, as Django's DateTimeField is a DateField.
func compatible(a, b lookup.Type) bool {
	if a.Kind == lookup.Other {
		return b.Kind == lookup.Other && a.SQL == b.SQL
	}
	return a.Kind == b.Kind || a.Kind == lookup.Time && b.Kind == lookup.Date
}
