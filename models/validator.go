package models

import "reflect"

// Validator returns the check of a column's value, which is not NULL.
// Meta.Fields lists those of a column. TextRule, NumberRule and ValueRule make
// one.
//
//	Validators: []models.Validator{models.TextRule(models.TextCheck[string].Email)}
type Validator func(name string, value any) Check

// TextRule returns a validator of texts by the rules of a check. The rules of
// Email and others without parameters are method expressions.
func TextRule(rules func(TextCheck[string]) TextCheck[string]) Validator {
	return func(name string, value any) Check {
		rv := reflect.ValueOf(value)
		if rv.Kind() != reflect.String {
			return unfit(name)
		}
		return rules(Text(name, rv.String()))
	}
}

// NumberRule returns a validator of numbers by the rules of a check.
func NumberRule[N number](rules func(NumberCheck[N]) NumberCheck[N]) Validator {
	return func(name string, value any) Check {
		rv := reflect.ValueOf(value)
		if !rv.CanInt() && !rv.CanUint() && !rv.CanFloat() {
			return unfit(name)
		}
		return rules(Number(name, rv.Convert(reflect.TypeFor[N]()).Interface().(N)))
	}
}

// ValueRule returns a validator that requires that ok returns true.
func ValueRule[V any](ok func(V) bool, message string) Validator {
	return func(name string, value any) Check {
		v, is := value.(V)
		if !is {
			return unfit(name)
		}
		return Value(name, v).Must(ok, message)
	}
}

// unfit returns the check of a value of a type that its validator does not
// take.
func unfit(name string) Check {
	return result{name: name}.fail("invalid", "Enter a valid value.", nil)
}
