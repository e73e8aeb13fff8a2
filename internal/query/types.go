package query

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/param"
)

// NewConst returns a value as an expression, with the type that its Go type
// has in the database.
func NewConst(v any) (*Expr, error) {
	v, null := param.Plain(v)
	if null {
		return &Expr{Kind: Const}, nil
	}
	e := &Expr{Kind: Const, Value: v, Untyped: true}
	switch v.(type) {
	case decimal.Decimal:
		e.Type = lookup.DecimalType
	case time.Duration:
		e.Type = lookup.DurationType
	case time.Time:
		e.Type = lookup.TimeType
	case uuid.UUID:
		e.Type = lookup.UUIDType
	case []byte:
		e.Type = lookup.BytesType
	default:
		return e, e.setBasic(reflect.ValueOf(v))
	}
	return e, nil
}

// setBasic sets the value and the type of a constant from a value of one of
// Go's own types, or a slice of such.
func (e *Expr) setBasic(rv reflect.Value) error {
	switch {
	case rv.CanInt():
		e.setInt(rv.Int())
	case rv.CanUint():
		n := rv.Uint()
		if n > math.MaxInt64 {
			return fmt.Errorf("%d is more than a bigint holds", n)
		}
		e.setInt(int64(n))
	case rv.CanFloat():
		e.Value, e.Type = rv.Float(), lookup.FloatType
	case rv.Kind() == reflect.String:
		e.Value, e.Type = rv.String(), lookup.TextType
	case rv.Kind() == reflect.Bool:
		e.Value, e.Type = rv.Bool(), lookup.BoolType
	case rv.Kind() == reflect.Slice:
		if elem, err := NewConst(reflect.Zero(rv.Type().Elem()).Interface()); err == nil && !elem.Type.IsZero() {
			if elem.Type.Kind == lookup.Int {
				elem.Type = lookup.BigIntType
			}
			e.Type = lookup.ArrayOf(elem.Type)
		}
	}
	return nil
}

func (e *Expr) setInt(n int64) {
	e.Value, e.Type = n, lookup.BigIntType
	if n == int64(int32(n)) {
		e.Type = lookup.IntType
	}
}

// ConstOf returns a value as an expression of type t.
func ConstOf(v any, t lookup.Type) (*Expr, error) {
	val, ok := param.Converter{Type: t}.Value(v)
	switch {
	case !ok:
		return nil, fmt.Errorf("a constant of type %s is %s, not %s", t.SQL, param.Converter{Type: t}.Want(), describe(v))
	case val.Null && t.Kind == lookup.JSON:
		val.Arg = "null" // JSON's own
	}
	return &Expr{Kind: Const, Value: val.Arg, Type: t}, nil
}

// TypeError is the error of PostgreSQL's types that do not go together.
type TypeError struct {
	Model string
	Op    string
	Left  lookup.Type
	Right lookup.Type
}

func (e *TypeError) Error() string {
	if what := strings.SplitN(e.Op, "(", 2)[0]; what != "" && (what[0] >= 'A' && what[0] <= 'Z' || what[0] >= 'a' && what[0] <= 'z') {
		return fmt.Sprintf("%s: %s mixes types, %s and %s (say the result's with WithType)", e.Model, what, e.Left.Kind, e.Right.Kind)
	}
	return fmt.Sprintf("%s: the type of %s %s %s is not known (say it with WithType)", e.Model, e.Left.Kind, e.Op, e.Right.Kind)
}

// arithType returns the type of l op r, by Django's rules for combined
// expressions. The type is not known if that of one side is not.
func arithType(op string, l, r lookup.Type) (lookup.Type, bool) {
	if l.IsZero() || r.IsZero() {
		return lookup.Type{}, true
	}
	a, b := l.Kind, r.Kind
	switch op {
	case "&", "|", "#", "<<", ">>":
		return lookup.BigIntType, a == lookup.Int && b == lookup.Int
	case "AND", "OR":
		return lookup.BoolType, true
	}
	if op == "^" && a != b {
		return lookup.Type{}, false
	}
	switch {
	case a == b && a.Numeric():
		if a == lookup.Int {
			return lookup.BigIntType, true
		}
		return l, true
	case a == lookup.Int && b.Numeric():
		return r, true
	case b == lookup.Int && a.Numeric():
		return l, true
	case op == "-" && a == b && a == lookup.Clock, op == "-" && (a == lookup.Date || a == lookup.Time) && (b == lookup.Date || b == lookup.Time):
		return lookup.DurationType, true
	case (op == "+" || op == "-") && (a == lookup.Date || a == lookup.Time) && b == lookup.Duration:
		return lookup.TimeType, true
	case op == "+" && a == lookup.Duration && (b == lookup.Date || b == lookup.Time):
		return lookup.TimeType, true
	case (op == "+" || op == "-") && a == lookup.Clock && b == lookup.Duration, op == "+" && a == lookup.Duration && b == lookup.Clock:
		return lookup.ClockType, true
	case (op == "+" || op == "-") && a == lookup.Duration && b == lookup.Duration:
		return lookup.DurationType, true
	case (op == "*" || op == "/") && a == lookup.Duration && b.Numeric(), op == "*" && a.Numeric() && b == lookup.Duration:
		return lookup.DurationType, true
	}
	return lookup.Type{}, false
}
