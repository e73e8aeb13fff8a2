package query

import (
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/param"
)

// TransformDef is what a registered transform is made of: an expression over
// the Slot 1. Both reports whether a comparison
// transforms its right side too.
type TransformDef struct {
	Name string
	Body *Expr
	Both bool
}

// LookupDef is what a registered lookup is made of: a condition over the Slots
// 1 and 2.
type LookupDef struct {
	Name string
	Body *Expr
	// Right is the type of the right side, the zero Type for the left side's.
	Right lookup.Type
	// List takes a slice of values, Nil takes nil.
	List, Nil bool
}

// CheckBody returns what is wrong with the body of a definition that has slots
// operands, and sets the types of its constants: they become the same argument
// wherever the body stands.
func CheckBody(body *Expr, slots int) error {
	seen := make([]bool, slots)
	if err := checkBody(body, seen); err != nil {
		return err
	}
	for i, ok := range seen {
		if !ok {
			return fmt.Errorf("operand %d of %d is not used", i+1, slots)
		}
	}
	return nil
}

var errMissing = errors.New("an expression is missing")

func checkBody(e *Expr, seen []bool) error {
	if e == nil {
		return errMissing
	}
	if e.Err != nil {
		return e.Err
	}
	switch e.Kind {
	case Slot:
		if e.Depth > len(seen) {
			return fmt.Errorf("there is no operand %d", e.Depth)
		}
		seen[e.Depth-1] = true
	case Const:
		if e.Type.IsZero() && e.Value != nil {
			c, err := NewConst(e.Value)
			if err != nil {
				return err
			}
			*e = *c
		}
	case Named, Ref, Outer, Sub, Exists, ArraySub, Each, Annotated, Over, Excluded:
		return errors.New("it is made of its operands, functions and constants, not of columns, subqueries and windows")
	}
	if e.Agg {
		return errors.New("an aggregate is no part of it (declare it with DefineAggregate)")
	}
	if slices.Contains(e.Args, nil) {
		return errMissing
	}
	var err error
	check := func(c *Cond) {
		switch {
		case err != nil:
		case c.Err != nil:
			err = c.Err
		case c.Text != "" && c.Left == nil:
			err = fmt.Errorf("the condition %q is about a column (compare the operand)", c.Text)
		}
	}
	e.Cond.nodes(check)
	for _, w := range e.Whens {
		w.Cond.nodes(check)
	}
	e.parts(func(x *Expr) {
		if err == nil {
			err = checkBody(x, seen)
		}
	})
	return err
}

// resolveBody resolves a body whose slots have the types of operands.
func (q *Query) resolveBody(body *Expr, operands ...*Expr) (*Expr, error) {
	in := *q
	in.slots = operands
	return in.expr(body)
}

// slot returns a Slot with the type of what it stands for.
func (q *Query) slot(e *Expr) *Expr {
	of := q.slots[e.Depth-1]
	return &Expr{Kind: Slot, Depth: e.Depth, Type: of.Type, TypeErr: of.TypeErr}
}

// placeOf returns where lookups and transforms of e are looked for.
func placeOf(e *Expr) lookup.At {
	for e.Kind == Annotated {
		e = e.Ann.Expr
	}
	at := lookup.At{Type: e.Type}
	switch {
	case e.Kind == Ref && e.Rel == nil && e.Field.Model != nil:
		at.Column = lookup.Column{Model: e.Field.Model.Type, Name: e.Field.Column}
	case e.Kind == Transformed:
		at.Over = e.Transform.Name
	}
	return at
}

// applyTransform lays a registered transform over e.
func (q *Query) applyTransform(def *TransformDef, e *Expr) (*Expr, error) {
	body, err := q.resolveBody(def.Body, e)
	if err == nil {
		err = body.TypeErr
	}
	if err != nil {
		return nil, err
	}
	return &Expr{Kind: Transformed, Transform: lookup.Transform{Name: def.Name}, Def: def, Type: body.Type, Args: []*Expr{e}, Body: body}, nil
}

// bothSides returns the transforms of e that are for both sides of a
// comparison, the innermost first.
func bothSides(e *Expr) []*TransformDef {
	var defs []*TransformDef
	for {
		switch {
		case e.Kind == Annotated:
			e = e.Ann.Expr
			continue
		case e.Kind != Transformed:
			return defs
		case e.Def != nil && e.Def.Both:
			defs = append([]*TransformDef{e.Def}, defs...)
		}
		e = e.Args[0]
	}
}

// bilateral lays the transforms of the left side that are for both sides over
// the right one.
func (q *Query) bilateral(l *Leaf, bad func(string) error) error {
	defs := bothSides(l.Left)
	if len(defs) == 0 {
		return nil
	}
	v := &l.Value
	switch {
	case v.Kind == Null || v.Kind == True || v.Kind == False || v.Kind == EmptyList || v.NoValue:
		return nil
	case v.Kind == Rows:
		return bad("values or an expression: " + defs[0].Name + " transforms both sides, which does not go with a QuerySet")
	case l.Def != nil && l.Def.List:
		return bad("no list behind " + defs[0].Name + ", which transforms both sides")
	}
	lay := func(e *Expr) (*Expr, error) {
		var err error
		for _, d := range defs {
			if e, err = q.applyTransform(d, e); err != nil {
				return nil, err
			}
		}
		return e, nil
	}
	typ := l.Left.Type.Unlimited()
	if l.Op.IsText() {
		typ = lookup.TextType
	}
	side := func(e *Expr, arg any) (*Expr, error) {
		if e == nil {
			e = &Expr{Kind: Const, Value: arg, Type: typ}
		}
		return lay(e)
	}
	var err error
	switch v.Kind {
	case Scalar, Expression:
		if v.Beyond != 0 {
			typ, v.Beyond = lookup.BigIntType, 0
		}
		v.Kind = Expression
		v.Expr, err = side(v.Expr, v.Arg)
	case Pair:
		if v.Expr, err = side(v.Expr, v.Arg); err == nil {
			v.HighExpr, err = side(v.HighExpr, v.High)
		}
	case List:
		members := reflect.ValueOf(v.Arg)
		if members.Len() > LongList && typ.SQL != "" && typ.Kind != lookup.Array {
			v.Mapped, err = MapOf(typ, lay)
			break
		}
		v.Kind, v.Items = Items, nil
		for i := 0; i < members.Len() && err == nil; i++ {
			var e *Expr
			e, err = side(nil, members.Index(i).Interface())
			v.Items = append(v.Items, Item{Expr: e})
		}
	case Items:
		for i, it := range v.Items {
			if v.Items[i].Expr, err = side(it.Expr, it.Arg); err != nil {
				break
			}
		}
	}
	return err
}

// setCustom checks the right side of a registered lookup, which becomes an
// expression in any case.
func (q *Query) setCustom(l *Leaf, s side, v any, bad func(string) error) error {
	def, c := l.Def, s
	if !def.Right.IsZero() {
		c = side{Converter: param.Converter{Type: def.Right}, model: s.model, name: s.name}
	}
	if e, ok := v.(*Expr); ok {
		right, err := def.operand(c, e, bad)
		l.Value = Value{Kind: Expression, Expr: right}
		return err
	}
	if def.List {
		e, ok := c.arrayConstant(v)
		if !ok {
			return bad("a slice of values, each " + c.Want())
		}
		l.Value = Value{Kind: Expression, Expr: e}
		return nil
	}
	e, ok := c.constant(v)
	switch {
	case !ok:
		return bad(c.Want())
	case e.Value != nil || e.Kind != Const:
	case def.Nil:
		l.Value = Value{Kind: Expression, Expr: e, NoValue: true}
		return nil
	case def.Name == "exact" || def.Name == "iexact":
		l.Value, l.Def = Value{Kind: Null}, nil
		return nil
	default:
		return bad(c.Want() + " (nil compares with exact or isnull)")
	}
	l.Value = Value{Kind: Expression, Expr: e}
	return nil
}

// operand returns a right side that the database computes: rows are their
// one column or their key, for a list as an array.
func (d *LookupDef) operand(c side, e *Expr, bad func(string) error) (*Expr, error) {
	if e.Kind != Sub {
		return e, nil
	}
	rows := &Leaf{Op: lookup.In}
	if err := rows.setRows(c, e, bad); err != nil {
		return nil, err
	}
	n := *e
	n.Sub, n.Rows = rows.Value.Sub, false
	if d.List {
		n.Kind = ArraySub
	}
	if t, ok := n.Sub.OnlyColumn(); ok && n.Type.IsZero() {
		if n.Type = t; d.List {
			n.Type = lookup.ArrayOf(t)
		}
	}
	return &n, nil
}

// constant returns a value as a constant of the side's type.
func (c side) constant(v any) (*Expr, bool) {
	typ := c.Type.Unlimited()
	v, null := param.Plain(v)
	if null {
		return &Expr{Kind: Const, Type: typ}, true
	}
	text := &Expr{Kind: Const, Type: lookup.TextType}
	switch c.Type.Kind {
	case lookup.HStore:
		var ok bool
		text.Value, ok = param.HStore(v)
		return &Expr{Kind: Cast, Args: []*Expr{text}, Type: typ}, ok
	case lookup.Range:
		if s, ok := v.(string); ok {
			text.Value = s
			return &Expr{Kind: Cast, Args: []*Expr{text}, Type: typ}, true
		}
	}
	val, ok := c.value(v)
	if val.Beyond != 0 {
		typ = lookup.BigIntType
	}
	return &Expr{Kind: Const, Value: val.Arg, Type: typ}, ok && (val.Arg != nil || val.Kind == Null)
}

// arrayConstant returns a slice of values as one constant.
func (c side) arrayConstant(v any) (*Expr, bool) {
	rv := reflect.ValueOf(v)
	if !rv.IsValid() || rv.Kind() != reflect.Slice && rv.Kind() != reflect.Array {
		return nil, false
	}
	elem := c.Type.Unlimited()
	args := make([]any, 0, rv.Len())
	for i := range rv.Len() {
		val, ok := c.value(rv.Index(i).Interface())
		if !ok || val.Arg == nil {
			return nil, false
		}
		if val.Beyond != 0 {
			elem = lookup.BigIntType
		}
		args = append(args, val.Arg)
	}
	return &Expr{Kind: Const, Value: param.Array(args), Type: lookup.ArrayOf(elem)}, true
}
