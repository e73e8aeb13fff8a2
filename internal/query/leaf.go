package query

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/param"
)

// setValue checks the right side of a comparison.
func (l *Leaf) setValue(s side, v any, bad func(want string) error) error {
	c := s
	c.Text = l.Op.IsText()
	if c.Type.Kind == lookup.JSON && l.Op.IsText() && l.Op != lookup.Contains {
		c.Text = true
	}
	if c.Type.Kind == lookup.JSON || c.Type.Kind == lookup.Array || c.Type.Kind == lookup.Range || c.Type.Kind == lookup.HStore {
		if l.Op == lookup.Contains {
			c.Text = false
		}
	}
	if e, ok := v.(*Expr); ok {
		return l.setExpr(c, e, bad)
	}
	if done, err := l.setSpecial(c, v, bad); done {
		return err
	}
	if c.Type.Incomparable() && !c.Text && slices.Contains([]lookup.Op{lookup.Exact, lookup.In, lookup.Gt, lookup.Gte, lookup.Lt, lookup.Lte, lookup.Between}, l.Op) {
		if _, null := param.Plain(v); !null || l.Op != lookup.Exact {
			return bad("isnull and lookups of its text, such as iexact (PostgreSQL compares no two values of type " + c.Type.SQL + ")")
		}
	}
	switch l.Op {
	case lookup.IsNull:
		b, ok := v.(bool)
		if !ok {
			return bad("true or false")
		}
		l.Value = Value{Kind: False}
		if b {
			l.Value.Kind = True
		}
		return nil
	case lookup.In:
		return l.setList(c, v, bad)
	case lookup.Between:
		return l.setPair(c, v, bad)
	case lookup.HasKey, lookup.HasKeys, lookup.HasAnyKeys:
		return l.setKeys(v, bad)
	}
	val, ok := c.value(v)
	if !ok {
		return bad(c.Want())
	}
	if c.beyondReal(val.Arg) {
		if l.Op == lookup.Exact {
			l.Value = Value{Arg: val.Arg, Beyond: 1}
			return nil
		}
		val.Arg = nearest(val.Arg, l.Op == lookup.Gt || l.Op == lookup.Lte)
	}
	if val.Kind == Null && c.Type.Kind == lookup.Array && param.Nil(v) && (l.Op == lookup.Contains || l.Op == lookup.ContainedBy || l.Op == lookup.Overlap) {
		val = Value{Arg: reflect.MakeSlice(reflect.TypeOf(v), 0, 0).Interface()}
	}
	if val.Kind == Null && l.Op != lookup.Exact && l.Op != lookup.IExact {
		return bad(c.Want() + " (nil compares with exact or isnull)")
	}
	if val.Kind == Null && c.Type.Kind == lookup.JSON && l.Op == lookup.Exact {
		val = Value{Arg: "null", NoValue: true} // JSON's null; isnull asks for SQL's
	}
	l.Value = val
	return nil
}

// setExpr sets a right side that the database computes.
func (l *Leaf) setExpr(c side, e *Expr, bad func(string) error) error {
	switch {
	case l.Op == lookup.IsNull:
		return bad("true or false")
	case l.Op == lookup.In:
		if e.Kind != Sub {
			return bad("a slice of values or a QuerySet")
		}
		return l.setRows(c, e, bad)
	case l.Op == lookup.Between:
		return bad("two values: a slice or an array of length 2")
	case l.Op == lookup.HasKey, l.Op == lookup.HasKeys, l.Op == lookup.HasAnyKeys:
		return bad("a key")
	}
	if e.Kind == Sub && l.Op == lookup.Overlap && c.Type.Kind == lookup.Array {
		if e.Sub.Columns == nil || len(e.Sub.Columns.Names) != 1 {
			return bad("a slice of values or a QuerySet of one column")
		}
		all := *e // Django: the rows as an array
		all.Kind = ArraySub
		l.Value = Value{Kind: Expression, Expr: &all}
		return nil
	}
	if e.Kind == Sub && e.Rows {
		if l.Op == lookup.Exact && e.Sub.Limit() != 1 {
			return bad("a QuerySet of one row (cut it with Limit(1))")
		}
		if n := e.Sub.width(); l.Op != lookup.Exact && n != 1 { // only exact and in choose the key
			return bad(fmt.Sprintf("a QuerySet of one column, not of %d", n))
		}
		return l.setRows(c, e, bad)
	}
	l.Value = Value{Kind: Expression, Expr: e.As(c.Type)}
	return nil
}

// setRows sets the rows of a query: their key unless columns were chosen.
func (l *Leaf) setRows(c side, e *Expr, bad func(string) error) error {
	sub := e.Sub
	if sub.Columns == nil {
		if c.Rel != nil && sub.Model != c.Rel.To {
			return bad("a QuerySet of " + c.Rel.To.Name)
		}
		key := sub.Model.Key
		if c.Rel != nil {
			f, err := KeyOf(c.Rel)
			if err != nil {
				return err
			}
			key = []*modelinfo.Field{f}
		}
		if len(key) != 1 {
			return bad("a QuerySet of one column")
		}
		sub = sub.Select(&Columns{Names: []Column{{Name: key[0].Column, Expr: FieldRef(key[0])}}})
	}
	if len(sub.Columns.Names) != 1 {
		return bad(fmt.Sprintf("a QuerySet of one column, not of %d", len(sub.Columns.Names)))
	}
	if !sub.Sliced() && len(sub.On) == 0 {
		sub = sub.OrderBy(nil)
	}
	l.Value = Value{Kind: Rows, Sub: sub}
	return nil
}

// setList sets the members of an in.
func (l *Leaf) setList(c side, v any, bad func(string) error) error {
	if members, ok := v.([]any); ok {
		for _, m := range members {
			if _, ok := m.(*Expr); ok {
				return l.setItems(c, members, bad)
			}
		}
	}
	args, ok := c.List(v)
	if !ok {
		return bad("a slice of values, each " + c.Want())
	}
	if len(args) == 0 {
		l.Value = Value{Kind: EmptyList}
		return nil
	}
	if param.IsMultirange(reflect.TypeOf(args[0])) { // the driver knows no array of them
		l.Value = Value{Kind: Items}
		for _, arg := range args {
			l.Value.Items = append(l.Value.Items, Item{Arg: arg})
		}
		return nil
	}
	if args = slices.DeleteFunc(args, c.beyondReal); len(args) == 0 {
		l.Value = Value{Kind: EmptyList}
		return nil
	}
	list := param.Array(args)
	if _, texts := list.([]string); !texts && c.Field != nil && c.Field.AsText {
		list = param.Texts(c.Field, args)
	}
	l.Value = Value{Kind: List, Arg: list}
	return nil
}

func (l *Leaf) setItems(c side, members []any, bad func(string) error) error {
	l.Value = Value{Kind: Items}
	for _, m := range members {
		if e, ok := m.(*Expr); ok {
			l.Value.Items = append(l.Value.Items, Item{Expr: e})
			continue
		}
		val, ok := c.value(m)
		if !ok {
			return bad("a slice of values, each " + c.Want())
		}
		if val.Kind != Null && val.Beyond == 0 {
			l.Value.Items = append(l.Value.Items, Item{Arg: val.Arg})
		}
	}
	return nil
}

// setPair sets the two ends of a range.
func (l *Leaf) setPair(c side, v any, bad func(string) error) error {
	lo, hi, ok := pairOf(v)
	if !ok {
		return bad("two values: a slice or an array of length 2")
	}
	l.Value = Value{Kind: Pair}
	end := func(x any) (Value, *Expr, bool) {
		if e, ok := x.(*Expr); ok {
			return Value{}, e, true
		}
		val, ok := c.value(x)
		return val, nil, ok // NULL too: nothing lies between it and something
	}
	a, ea, okA := end(lo)
	b, eb, okB := end(hi)
	if !okA || !okB {
		return bad("two values, each " + c.Want())
	}
	if a.Kind == Null || b.Kind == Null {
		l.Value = Value{Kind: Pair, Arg: a.Arg, High: b.Arg, Expr: ea, HighExpr: eb}
		return nil
	}
	if a.Beyond > 0 || b.Beyond < 0 {
		l.Value = Value{Kind: EmptyList}
		return nil
	}
	if c.beyondReal(a.Arg) {
		a.Arg = nearest(a.Arg, false)
	}
	if c.beyondReal(b.Arg) {
		b.Arg = nearest(b.Arg, true)
	}
	// Ends beyond the column's range are its own ends.
	l.Value = Value{Kind: Pair, Arg: clamp(c.Type, a), High: clamp(c.Type, b), Expr: ea, HighExpr: eb}
	return nil
}

// beyondReal reports whether arg is a float that no real holds.
func (c side) beyondReal(arg any) bool {
	_, text := arg.(string)
	return text && !c.Text && c.Type.Kind == lookup.Float
}

// nearest returns the real next to a float that none holds: the greater one, or
// with below the one below it. One of them is infinity.
func nearest(arg any, below bool) float64 {
	switch negative := strings.HasPrefix(arg.(string), "-"); {
	case negative && below:
		return math.Inf(-1)
	case negative:
		return -math.MaxFloat32
	case below:
		return math.MaxFloat32
	}
	return math.Inf(1)
}

// setKeys sets the keys that a JSON object shall have.
func (l *Leaf) setKeys(v any, bad func(string) error) error {
	rv := reflect.ValueOf(v)
	if l.Op == lookup.HasKey {
		switch {
		case rv.IsValid() && rv.Kind() == reflect.String:
			l.Value = Value{Arg: rv.String()}
			return nil
		case rv.IsValid() && rv.CanInt():
			l.Value = Value{Arg: fmt.Sprint(rv.Int())}
			return nil
		}
		return bad("a key: text")
	}
	if !rv.IsValid() || rv.Kind() != reflect.Slice && rv.Kind() != reflect.Array {
		return bad("a slice of keys")
	}
	keys := []string{}
	for i := range rv.Len() {
		m := rv.Index(i)
		if m.Kind() == reflect.Interface {
			m = m.Elem()
		}
		switch {
		case m.Kind() == reflect.String:
			keys = append(keys, m.String())
		case m.IsValid() && m.CanInt():
			keys = append(keys, fmt.Sprint(m.Int()))
		default:
			return bad("a slice of keys, each text")
		}
	}
	l.Value = Value{Arg: keys}
	return nil
}

// clamp returns the integer nearest to v that the column can hold.
func clamp(t lookup.Type, v Value) any {
	if v.Beyond == 0 {
		return v.Arg
	}
	lo, hi := t.IntRange()
	if v.Beyond < 0 {
		return lo
	}
	return hi
}
