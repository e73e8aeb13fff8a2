package main

import (
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/gormango/gormango/repo"
)

// typeError and valueError are Python's errors for values that Go's types
// exclude, or that the library refuses by another type.
type typeError string

func (e typeError) Error() string { return string(e) }

type valueError string

func (e valueError) Error() string { return string(e) }

// pythonError returns err as a class of Python, nil if it has none.
func pythonError[C error](err error, class C) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w: %w", class, err)
}

// badAlias matches names that Django refuses for an annotation.
var badAlias = regexp.MustCompile(`['"\x60\];\s]|--|/\*|\*/`)

// pythonic converts a value of a lookup as Django's field does, where a Go
// program would have written another value.
func pythonic(t reflect.Type, lookup string, v any) (any, error) {
	column, op := columnOf(t, lookup)
	if column == nil {
		return v, nil
	}
	head, rest, _ := strings.Cut(op, "__")
	switch s, _ := v.(string); {
	case (op == "in" || op == "range") && s != "": // Python iterates over its letters
		v = strings.Split(s, "")
	case partsOf[head]:
		return convertBy(rest, v, wholeOf)
	}
	switch base := baseOf(column.Type); {
	case base.Kind() == reflect.String:
		switch op {
		case "regex", "iregex":
			if _, ok := v.(string); !ok && v != nil && !isOperand(v) {
				return nil, typeError("the server knows no pattern that is no text")
			}
		case "in", "range":
			return eachOf(v, textOf)
		case "", "exact", "iexact", "gt", "gte", "lt", "lte", "contains", "icontains", "startswith", "istartswith", "endswith", "iendswith":
			return textOf(v)
		}
	case base == reflect.TypeFor[time.Time]():
		day := strings.Contains(column.Tag.Get("gorm"), "type:date")
		if rest, ok := strings.CutPrefix(op, "date"); ok && !day {
			day, op = true, strings.TrimPrefix(rest, "__")
		}
		convert := func(v any) (any, error) { return momentOf(v, day) }
		return convertBy(op, v, func(v any, _ string) (any, error) { return convert(v) })
	case base.Kind() == reflect.Bool:
		return convertBy(op, v, boolOf)
	case base.Kind() == reflect.Int64, base.Kind() == reflect.Int32, base.Kind() == reflect.Int16:
		return convertBy(op, v, wholeOf)
	case base.Kind() == reflect.Float64, base == reflect.TypeFor[decimal.Decimal]():
		if d, ok := v.(decimal.Decimal); ok && base.Kind() == reflect.Float64 {
			v = d.InexactFloat64()
		}
		return convertBy(op, v, numberOf)
	}
	return v, nil
}

// partsOf are transforms that return integers.
var partsOf = map[string]bool{"year": true, "iso_year": true, "month": true, "day": true, "week": true, "week_day": true, "iso_week_day": true, "quarter": true,
	"hour": true, "minute": true, "second": true, "len": true}

// convertBy converts the operand of a comparison.
func convertBy(op string, v any, convert func(v any, op string) (any, error)) (any, error) {
	switch op {
	case "in", "range":
		return eachOf(v, func(v any) (any, error) { return convert(v, "") })
	case "", "exact", "gt", "gte", "lt", "lte":
		return convert(v, op)
	}
	return v, nil
}

// columnOf returns the Go field of a lookup's path, and the rest of the lookup.
func columnOf(t reflect.Type, lookup string) (*reflect.StructField, string) {
	head, rest, _ := strings.Cut(lookup, "__")
	if head == "pk" {
		head = "id"
	}
	fields, rels := fieldsOf(t)
	if i, ok := rels[head]; ok {
		t = objectOf(t.Field(i).Type)
		switch rest {
		case "", "exact", "in", "gt", "gte", "lt", "lte":
			key, _ := t.FieldByName("ID")
			return &key, rest
		}
		return columnOf(t, rest)
	}
	for _, f := range fields {
		if f.name == head {
			column := t.Field(f.index)
			return &column, rest
		}
	}
	return nil, ""
}

func baseOf(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}

func isOperand(v any) bool { _, ok := v.(repo.Operand); return ok }

// eachOf converts the members of a list. Other values are left to the library.
func eachOf(v any, convert func(any) (any, error)) (any, error) {
	rv := reflect.ValueOf(v)
	if rv.Kind() != reflect.Slice {
		return v, nil
	}
	out := make([]any, rv.Len())
	for i := range out {
		var err error
		if out[i], err = convert(rv.Index(i).Interface()); err != nil {
			return nil, err
		}
	}
	return listOf(out), nil
}

// textOf is Python's str(v).
func textOf(v any) (any, error) {
	switch x := v.(type) {
	case bool:
		return goName(strconv.FormatBool(x)), nil
	case int64:
		return strconv.FormatInt(x, 10), nil
	case float64:
		return strings.Trim(fmt.Sprintf("%v", floating(x)), `"`), nil
	case decimal.Decimal:
		return x.StringFixed(-x.Exponent()), nil
	case time.Time:
		return x.Format("2006-01-02"), nil
	case []int64:
		return strings.ReplaceAll(fmt.Sprint(x), " ", ", "), nil
	case []string:
		return "['" + strings.Join(x, "', '") + "']", nil
	}
	return v, nil
}

// momentOf converts a value as a field of dates or times does.
func momentOf(v any, day bool) (any, error) {
	switch x := v.(type) {
	case bool, int64, float64, []int64, []string:
		return nil, typeError("fromisoformat: argument must be str")
	case string:
		formats := []string{"2006-01-02"}
		if !day {
			formats = []string{"2006-01-02", time.RFC3339Nano, "2006-01-02 15:04:05Z07:00", "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04"}
		}
		for _, f := range formats {
			if t, err := time.Parse(f, x); err == nil {
				return t, nil
			}
		}
		return nil, valueError("no date or time")
	}
	return v, nil
}

func boolOf(v any, _ string) (any, error) {
	if _, ok := v.(bool); ok {
		return v, nil
	}
	switch fmt.Sprint(v) {
	case "1", "t", "True":
		return true, nil
	case "0", "f", "False":
		return false, nil
	}
	return v, nil
}

// numberOf converts a value as a field of floats or decimals does.
func numberOf(v any, _ string) (any, error) {
	switch x := v.(type) {
	case bool:
		return wholeOf(v, "")
	case string:
		if d, err := decimal.NewFromString(x); err == nil {
			return d.InexactFloat64(), nil
		}
	}
	return v, nil
}

// wholeOf converts a value as a field of integers does: comparisons round a
// float to the same side.
func wholeOf(v any, op string) (any, error) {
	switch x := v.(type) {
	case bool:
		if x {
			return int64(1), nil
		}
		return int64(0), nil
	case string:
		if n, err := strconv.ParseInt(strings.TrimSpace(x), 10, 64); err == nil {
			return n, nil
		}
	case decimal.Decimal:
		return x.IntPart(), nil
	case []int64, []string:
		return nil, typeError("Field expected a number")
	case float64:
		n := int64(x)
		if (op == "gte" || op == "lt") && float64(n) < x {
			n++
		}
		return n, nil
	}
	return v, nil
}
