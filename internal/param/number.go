package param

import (
	"math"
	"reflect"
	"strconv"

	"github.com/shopspring/decimal"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/sqltype"
)

// The digits that PostgreSQL's numeric holds before and behind the point
// (PostgreSQL's documentation, 8.1.2).
const (
	maxWhole    = 131072
	maxFraction = 16383
)

// longDecimal is the number of digits from which a decimal is sent as text: the
// time of the driver's binary form grows with their square.
const longDecimal = 500

// holdable reports whether some numeric column could hold d.
func holdable(d decimal.Decimal) bool {
	exp := int(d.Exponent())
	return -exp <= maxFraction && exp <= maxWhole && d.NumDigits()+exp <= maxWhole
}

// sentDecimal returns what is sent for a decimal: itself, or its digits with an
// exponent where they are many.
func sentDecimal(d decimal.Decimal) any {
	exp := int(d.Exponent())
	if -longDecimal < exp && exp < longDecimal && d.NumDigits() <= longDecimal {
		return d
	}
	return d.Coefficient().String() + "e" + strconv.Itoa(exp)
}

// narrowed reports whether the driver may write numbers of a field as others:
// floats as infinity, integers rounded.
func narrowed(f *modelinfo.Field) bool {
	if f.Kind != lookup.Float {
		return false
	}
	kind := f.IndirectFieldType.Kind()
	return kind == reflect.Float64 && sqltype.Canonical(f.SQLType) == "real" || kind >= reflect.Int && kind <= reflect.Uint64
}

// sentFloat returns what is sent for a float in a column of type t: text for
// one that a real does not hold, which the server refuses. The driver would
// send infinity.
func sentFloat(t lookup.Type, f float64) any {
	if math.Abs(f) > math.MaxFloat32 && !math.IsInf(f, 0) && sqltype.Canonical(t.SQL) == "real" {
		return strconv.FormatFloat(f, 'g', -1, 64)
	}
	return f
}
