package query

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
)

// Value is the right side of a comparison, checked against the field.
type Value struct {
	Kind ValueKind
	// Arg is the parameter of Scalar, the typed slice of List.
	Arg any
	// High is the upper end of a Pair, Arg the lower.
	High any
	// Expr is the expression of Expression.
	Expr *Expr
	// Beyond says that an integer of Scalar does not fit the column: -1 below, +1 above all it can hold.
	Beyond int
}

// ValueKind is the class of a value: what changes the SQL beside the parameter.
type ValueKind uint8

// The classes of values.
const (
	Scalar     ValueKind = iota
	Null                 // exact with nil: IS NULL
	True                 // isnull with true
	False                // isnull with false
	List                 // in
	EmptyList            // in of nothing: matches nothing
	Pair                 // range
	Expression           // another column or arithmetic
)

// ValueError is a value that a lookup does not take.
type ValueError struct {
	Lookup string
	Field  *modelinfo.Field
	Value  any
	Want   string
}

func (e *ValueError) Error() string {
	what := fmt.Sprintf("%s.%s", e.Field.Model.Name, e.Field.Name)
	if e.Lookup != e.Field.Name {
		what += fmt.Sprintf(": lookup %q", e.Lookup)
	}
	return fmt.Sprintf("%s takes %s, not %s", what, e.Want, describe(e.Value))
}

// describe gives a value's type and, where it is short, the value.
func describe(v any) string {
	switch x := v.(type) {
	case nil:
		return "nil"
	case *Expr:
		return "an expression"
	case string:
		if len(x) > 40 {
			x = strings.ToValidUTF8(x[:40], "") + "…"
		}
		return fmt.Sprintf("%T %q", v, x)
	case bool, int, int8, int16, int32, int64, uint, uint8, uint16, uint32, uint64, float32, float64:
		return fmt.Sprintf("%T %v", v, v)
	}
	return fmt.Sprintf("%T", v)
}

// setValue checks v and puts it into the leaf. rel is the relation that the
// lookup ends at, nil for a column.
func (l *Leaf) setValue(text string, rel *modelinfo.Relation, v any) error {
	f := l.Column.Field
	bad := func(want string) error { return &ValueError{Lookup: text, Field: f, Value: v, Want: want} }
	if e, ok := v.(*Expr); ok {
		if l.Op == lookup.In || l.Op == lookup.Range || l.Op == lookup.IsNull || l.Op.IsText() || l.Year {
			return bad("a plain value")
		}
		l.Value = Value{Kind: Expression, Expr: e}
		return nil
	}
	c := converter{field: f, rel: rel, year: l.Year, text: l.Op.IsText()}
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
		val, ok := c.list(v)
		if !ok {
			return bad("a slice of values, each " + c.want())
		}
		l.Value = val
		return nil
	case lookup.Range:
		lo, hi, ok := pairOf(v)
		if !ok {
			return bad("two values: a slice or an array of length 2")
		}
		a, okA := c.scalar(lo)
		b, okB := c.scalar(hi)
		if !okA || !okB || a.Kind == Null || b.Kind == Null {
			return bad("two values, each " + c.want())
		}
		l.Value = Value{Kind: Pair, Arg: a.Arg, High: b.Arg}
		if a.Beyond > 0 || b.Beyond < 0 {
			l.Value = Value{Kind: EmptyList}
			return nil
		}
		if !l.Year { // ends beyond the column's range are its own ends
			l.Value.Arg, l.Value.High = clamp(f, a), clamp(f, b)
		}
		return nil
	}
	val, ok := c.scalar(v)
	if !ok {
		return bad(c.want())
	}
	if val.Kind == Null && l.Op != lookup.Exact && l.Op != lookup.IExact {
		return bad(c.want() + " (nil compares with exact or isnull)")
	}
	l.Value = val
	return nil
}

func clamp(f *modelinfo.Field, v Value) any {
	if v.Beyond == 0 {
		return v.Arg
	}
	lo, hi := intRange(f.SQLType)
	if v.Beyond < 0 {
		return lo
	}
	return hi
}

// pairOf takes the two ends of a range out of a slice or an array.
func pairOf(v any) (lo, hi any, ok bool) {
	rv := reflect.ValueOf(v)
	if !rv.IsValid() || rv.Kind() != reflect.Slice && rv.Kind() != reflect.Array || rv.Len() != 2 {
		return nil, nil, false
	}
	return rv.Index(0).Interface(), rv.Index(1).Interface(), true
}

// intRange is what a column of an integer type can hold.
func intRange(sqlType string) (lo, hi int64) {
	switch strings.ToLower(sqlType) {
	case "smallint", "int2":
		return -1 << 15, 1<<15 - 1
	case "integer", "int", "int4":
		return -1 << 31, 1<<31 - 1
	}
	return -1 << 63, 1<<63 - 1
}
