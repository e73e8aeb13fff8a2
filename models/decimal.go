package models

import (
	"fmt"

	"github.com/shopspring/decimal"
)

// DecimalCheck is the check of a decimal, made by Decimal or NullDecimal.
type DecimalCheck struct {
	result
	v decimal.Decimal
}

// Decimal returns the check of a decimal. Its error uses the name.
func Decimal(name string, v decimal.Decimal) DecimalCheck { return DecimalCheck{result{name: name}, v} }

// NullDecimal is Decimal for a nullable field. A NULL passes every rule.
func NullDecimal(name string, v decimal.NullDecimal) DecimalCheck {
	return DecimalCheck{result{name: name, null: !v.Valid}, v.Decimal}
}

// Min requires lo or more.
func (c DecimalCheck) Min(lo decimal.Decimal) DecimalCheck {
	if !c.null && c.v.LessThan(lo) {
		c.result = c.fail("min_value", fmt.Sprintf("Ensure this value is greater than or equal to %v.", lo), map[string]any{"limit_value": lo})
	}
	return c
}

// Max requires hi or less.
func (c DecimalCheck) Max(hi decimal.Decimal) DecimalCheck {
	if !c.null && c.v.GreaterThan(hi) {
		c.result = c.fail("max_value", fmt.Sprintf("Ensure this value is less than or equal to %v.", hi), map[string]any{"limit_value": hi})
	}
	return c
}

// Digits requires at most total digits, of which at most places are behind the
// point, as numeric(total, places) has. Zeros at the end count: 1.50 has two
// places.
func (c DecimalCheck) Digits(total, places int) DecimalCheck {
	if c.null {
		return c
	}
	count, behind := c.v.NumDigits(), 0
	switch exponent := int(c.v.Exponent()); {
	case exponent < 0:
		behind = -exponent
		count = max(count, behind)
	case !c.v.IsZero():
		count += exponent
	}
	switch whole := count - behind; {
	case count > total:
		c.result = c.tooMany("max_digits", total, "digit", "in total")
	case behind > places:
		c.result = c.tooMany("max_decimal_places", places, "decimal place", "")
	case whole > total-places:
		c.result = c.tooMany("max_whole_digits", total-places, "digit", "before the decimal point")
	}
	return c
}

// tooMany adds the problem of a decimal with more than most digits of a kind.
func (c DecimalCheck) tooMany(code string, most int, kind, where string) result {
	if most != 1 {
		kind += "s"
	}
	if where != "" {
		where = " " + where
	}
	return c.fail(code, fmt.Sprintf("Ensure that there are no more than %d %s%s.", most, kind, where), map[string]any{"max": most})
}
