package models

import (
	"fmt"
	"math"
	"slices"
)

type number interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~float32 | ~float64
}

// NumberCheck is the check of a number, made by Number or NullNumber.
type NumberCheck[N number] struct {
	result
	v N
}

// Number returns the check of a number. Its error uses the name.
func Number[N number](name string, v N) NumberCheck[N] { return NumberCheck[N]{result{name: name}, v} }

// NullNumber is Number for a nullable field. A nil passes every rule.
func NullNumber[N number](name string, v *N) NumberCheck[N] {
	if v == nil {
		return NumberCheck[N]{result: result{name: name, null: true}}
	}
	return Number(name, *v)
}

// Min requires lo or more.
func (c NumberCheck[N]) Min(lo N) NumberCheck[N] {
	if !c.null && !(c.v >= lo) { // NaN fails
		c.result = c.fail("min_value", fmt.Sprintf("Ensure this value is greater than or equal to %v.", lo), map[string]any{"limit_value": lo})
	}
	return c
}

// Max requires hi or less.
func (c NumberCheck[N]) Max(hi N) NumberCheck[N] {
	if !c.null && !(c.v <= hi) {
		c.result = c.fail("max_value", fmt.Sprintf("Ensure this value is less than or equal to %v.", hi), map[string]any{"limit_value": hi})
	}
	return c
}

// Between requires lo to hi, both included.
func (c NumberCheck[N]) Between(lo, hi N) NumberCheck[N] { return c.Min(lo).Max(hi) }

// Step requires a multiple of step, counted from offset, which defaults to 0.
func (c NumberCheck[N]) Step(step N, offset ...N) NumberCheck[N] {
	if c.null {
		return c
	}
	var from N
	message, params := fmt.Sprintf("Ensure this value is a multiple of step size %v.", step), map[string]any{"limit_value": step}
	if len(offset) > 0 {
		from = offset[0]
		params["offset"] = from
		message = fmt.Sprintf("Ensure this value is a multiple of step size %v, starting from %v, e.g. %v, %v, %v, and so on.", step, from, from, from+step, from+2*step)
	}
	if !(math.Abs(math.Remainder(float64(c.v)-float64(from), float64(step))) <= 1e-9) { // NaN fails
		c.result = c.fail("step_size", message, params)
	}
	return c
}

// OneOf requires one of the numbers.
func (c NumberCheck[N]) OneOf(vs ...N) NumberCheck[N] {
	if !c.null && !slices.Contains(vs, c.v) {
		c.result = c.fail("invalid_choice", fmt.Sprintf("Value %v is not a valid choice.", c.v), map[string]any{"value": c.v})
	}
	return c
}

// ValueCheck is the check of a value of any type, made by Value.
type ValueCheck[V any] struct {
	result
	v V
}

// Value returns the check of a value that is neither text nor number: a
// decimal, a time, a pair of fields.
func Value[V any](name string, v V) ValueCheck[V] { return ValueCheck[V]{result{name: name}, v} }

// Must requires that ok returns true for the value. Otherwise message is the
// message of the problem.
//
//	models.Value("price", b.Price).Must(decimal.Decimal.IsPositive, "must be positive")
func (c ValueCheck[V]) Must(ok func(V) bool, message string) ValueCheck[V] {
	if !ok(c.v) {
		c.result = c.fail("invalid", message, nil)
	}
	return c
}
