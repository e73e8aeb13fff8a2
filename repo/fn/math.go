package fn

import (
	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/repo"
)

// number sets the type of a fraction: a decimal if an argument is one, a float
// for integers and floats.
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

// wideNumeric is Django's cast of floats for the functions that PostgreSQL has
// for numeric only.
var wideNumeric = lookup.Type{Kind: lookup.Decimal, SQL: "numeric(1000, 15)"}

// castFloats casts floats for LOG, MOD and ROUND with digits before it calls
// next.
func castFloats(next func(*query.Expr) error) func(*query.Expr) error {
	return func(e *query.Expr) error {
		err := next(e)
		for i, a := range e.Args {
			if a.Type.Kind == lookup.Float {
				e.Args[i] = cast(a, wideNumeric)
			}
		}
		if e.Type.IsZero() && e.TypeErr == nil && len(e.Args) > 0 {
			e.Type = float
		}
		return err
	}
}

// Abs returns the absolute value of e.
func Abs(e repo.Operand) repo.Expr { return call("ABS", lookup.Type{}, e) }

// Ceil returns the least integer that is not less than e.
func Ceil(e repo.Operand) repo.Expr { return call("CEILING", lookup.Type{}, e) }

// Floor returns the greatest integer that is not greater than e.
func Floor(e repo.Operand) repo.Expr { return call("FLOOR", lookup.Type{}, e) }

// Sign returns -1, 0 or 1.
func Sign(e repo.Operand) repo.Expr { return call("SIGN", lookup.Type{}, e) }

// Round rounds e to an integer, or to digits after the decimal point. Negative
// digits round to tens, hundreds and so on. Halves round away from zero, also
// of floats, which are cast to numeric.
func Round(e repo.Operand, digits ...any) repo.Expr {
	switch len(digits) {
	case 0:
		digits = []any{0}
	case 1:
	default:
		return invalid("Round takes one number of digits")
	}
	return callTyped("ROUND", castFloats(first), e, digits[0])
}

// Mod returns the remainder of a divided by b, with the sign of a.
func Mod(a, b any) repo.Expr { return callTyped("MOD", castFloats(number), a, b) }

// Log returns the logarithm of x to the base base.
func Log(base, x any) repo.Expr { return callTyped("LOG", castFloats(number), base, x) }

// Ln returns the natural logarithm of e.
func Ln(e repo.Operand) repo.Expr { return callTyped("LN", number, e) }

// Exp returns Euler's number to the power of e.
func Exp(e repo.Operand) repo.Expr { return callTyped("EXP", number, e) }

// Power returns a to the power of b.
func Power(a, b any) repo.Expr { return callTyped("POWER", number, a, b) }

// Sqrt returns the square root of e.
func Sqrt(e repo.Operand) repo.Expr { return callTyped("SQRT", number, e) }

// Pi returns the number pi.
func Pi() repo.Expr { return call("PI", float) }

// Random returns a random number in [0, 1) for each row.
func Random() repo.Expr { return call("RANDOM", float) }

// Degrees converts e from radians to degrees.
func Degrees(e repo.Operand) repo.Expr { return callTyped("DEGREES", number, e) }

// Radians converts e from degrees to radians.
func Radians(e repo.Operand) repo.Expr { return callTyped("RADIANS", number, e) }

// Sin returns the sine of e in radians.
func Sin(e repo.Operand) repo.Expr { return callTyped("SIN", number, e) }

// Cos returns the cosine of e in radians.
func Cos(e repo.Operand) repo.Expr { return callTyped("COS", number, e) }

// Tan returns the tangent of e in radians.
func Tan(e repo.Operand) repo.Expr { return callTyped("TAN", number, e) }

// Cot returns the cotangent of e in radians.
func Cot(e repo.Operand) repo.Expr { return callTyped("COT", number, e) }

// ASin returns the angle in radians whose sine is e.
func ASin(e repo.Operand) repo.Expr { return callTyped("ASIN", number, e) }

// ACos returns the angle in radians whose cosine is e.
func ACos(e repo.Operand) repo.Expr { return callTyped("ACOS", number, e) }

// ATan returns the angle in radians whose tangent is e.
func ATan(e repo.Operand) repo.Expr { return callTyped("ATAN", number, e) }

// ATan2 returns the angle in radians whose tangent is y / x, in the quadrant of
// the point.
func ATan2(y, x any) repo.Expr { return callTyped("ATAN2", number, y, x) }
