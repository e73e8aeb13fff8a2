package models

import (
	"errors"
	"slices"
)

// Check is one value under test, made by Text, Number, Value and their Null
// forms. Rules are methods; every rule that fails adds a Problem.
type Check interface {
	check() (name string, problems []Problem)
}

// Validate runs the checks and gives a *ValidationError that holds every
// problem found, or nil. Clean methods return its result.
func Validate(checks ...Check) error {
	var found *ValidationError
	for _, c := range checks {
		name, problems := c.check()
		for _, p := range problems {
			if found == nil {
				found = &ValidationError{}
			}
			found.Add(name, p)
		}
	}
	if found == nil {
		return nil
	}
	return found
}

// Join merges the results of several Validate calls or Clean methods: the
// problems of all *ValidationErrors in one. Any other error among them is
// returned as it is, the first one.
func Join(errs ...error) error {
	var all *ValidationError
	for _, err := range errs {
		if err == nil {
			continue
		}
		var ve *ValidationError
		if !errors.As(err, &ve) {
			return err
		}
		for _, name := range ve.names() {
			for _, p := range ve.Fields[name] {
				if all == nil {
					all = &ValidationError{}
				}
				all.Add(name, p)
			}
		}
	}
	if all == nil {
		return nil
	}
	return all
}

// result is what every kind of check gathers.
type result struct {
	name     string
	null     bool // NULL passes every rule
	problems []Problem
}

func (r result) check() (string, []Problem) { return r.name, r.problems }

// fail gives r with one more problem. It copies, so that a check kept in a
// variable can be refined in two ways.
func (r result) fail(code, message string, params map[string]any) result {
	r.problems = append(slices.Clip(r.problems), Problem{Code: code, Message: message, Params: params})
	return r
}
