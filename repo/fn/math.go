package fn

import (
	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/repo"
)

// number types what gives a fraction: a decimal where an argument is one, a
// float of integers and floats.
func number(e *query.Expr) error {
	if !e.Type.IsZero() {
		return nil
	}
	for _, kind := range []lookup.Kind{lookup.Decimal, lookup.Int} {
		for _, a := range e.Args {
			if a.TypeErr != nil {
				e.TypeErr = a.TypeErr
				return nil
			}
			if a.Type.Kind == kind {
				e.Type = float
				if kind == lookup.Decimal {
					e.Type = numeric
				}
				return nil
			}
		}
	}
	if len(e.Args) == 0 {
		e.Type = float
	}
	return nil
}

// wide is what Django makes of floats for the functions that PostgreSQL has for
// numeric only.
var wide = lookup.Type{Kind: lookup.Decimal, SQL: "numeric(1000, 15)"}

// exact casts floats for LOG, MOD and ROUND with digits, and then finds the
// type by next.
func exact(next func(*query.Expr) error) func(*query.Expr) error {
	return func(e *query.Expr) error {
		err := next(e)
		for i, a := range e.Args {
			if a.Type.Kind == lookup.Float {
				e.Args[i] = cast(a, wide)
			}
		}
		if e.Type.IsZero() && e.TypeErr == nil && len(e.Args) > 0 {
			e.Type = float
		}
		return err
	}
}

// Abs is e without its sign.
func Abs(e repo.Operand) repo.Expr { return call("ABS", lookup.Type{}, e) }

// Ceil is the least whole number that is not less than e.
func Ceil(e repo.Operand) repo.Expr { return call("CEILING", lookup.Type{}, e) }

// Floor is the greatest whole number that is not more than e.
func Floor(e repo.Operand) repo.Expr { return call("FLOOR", lookup.Type{}, e) }

// Sign is -1, 0 or 1.
func Sign(e repo.Operand) repo.Expr { return call("SIGN", lookup.Type{}, e) }

// Round rounds e to whole numbers, or to digits behind the point; negative
// digits round to tens. Halves go away from zero, of floats too, which become
// exact first.
func Round(e repo.Operand, digits ...any) repo.Expr {
	switch len(digits) {
	case 0:
		digits = []any{0}
	case 1:
	default:
		return wrong("Round takes one number of digits")
	}
	return settled("ROUND", exact(first), e, digits[0])
}

// Mod is the remainder of a divided by b, with the sign of a.
func Mod(a, b any) repo.Expr { return settled("MOD", exact(number), a, b) }

// Log is the logarithm of x to the base base.
func Log(base, x any) repo.Expr { return settled("LOG", exact(number), base, x) }

// Ln is the natural logarithm of e.
func Ln(e repo.Operand) repo.Expr { return settled("LN", number, e) }

// Exp is Euler's number to the power of e.
func Exp(e repo.Operand) repo.Expr { return settled("EXP", number, e) }

// Power is a to the power of b.
func Power(a, b any) repo.Expr { return settled("POWER", number, a, b) }

// Sqrt is the square root of e.
func Sqrt(e repo.Operand) repo.Expr { return settled("SQRT", number, e) }

// Pi is the number pi.
func Pi() repo.Expr { return call("PI", float) }

// Random is a number from 0 on, below 1, another one for each row.
func Random() repo.Expr { return call("RANDOM", float) }

// Degrees are the degrees of e radians.
func Degrees(e repo.Operand) repo.Expr { return settled("DEGREES", number, e) }

// Radians are the radians of e degrees.
func Radians(e repo.Operand) repo.Expr { return settled("RADIANS", number, e) }

// Sin is the sine of e radians.
func Sin(e repo.Operand) repo.Expr { return settled("SIN", number, e) }

// Cos is the cosine of e radians.
func Cos(e repo.Operand) repo.Expr { return settled("COS", number, e) }

// Tan is the tangent of e radians.
func Tan(e repo.Operand) repo.Expr { return settled("TAN", number, e) }

// Cot is the cotangent of e radians.
func Cot(e repo.Operand) repo.Expr { return settled("COT", number, e) }

// ASin is the angle, in radians, whose sine is e.
func ASin(e repo.Operand) repo.Expr { return settled("ASIN", number, e) }

// ACos is the angle, in radians, whose cosine is e.
func ACos(e repo.Operand) repo.Expr { return settled("ACOS", number, e) }

// ATan is the angle, in radians, whose tangent is e.
func ATan(e repo.Operand) repo.Expr { return settled("ATAN", number, e) }

// ATan2 is the angle, in radians, whose tangent is y / x, in the quadrant of
// the point.
func ATan2(y, x any) repo.Expr { return settled("ATAN2", number, y, x) }
