package models

import (
	"errors"
	"slices"
)

// Check is the check of one value, made by Text, Number, Value and their Null
// forms. Its methods are rules. Every rule that fails adds a Problem.
type Check interface {
	check() (name string, problems []Problem)
}

// Validate returns a *ValidationError with the problems of all checks, or nil
// if there are none. Clean methods return its result.
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

// Join returns one *ValidationError with the problems of all *ValidationErrors
// among errs. If there is another error among them, it returns the first such
// error unchanged.
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

// result collects the problems of a check.
type result struct {
	name     string
	null     bool // NULL passes every rule
	problems []Problem
}

func (r result) check() (string, []Problem) { return r.name, r.problems }

// fail returns r with one more problem. It copies r, so that a check in a
// variable can be refined in two ways.
func (r result) fail(code, message string, params map[string]any) result {
	r.problems = append(slices.Clip(r.problems), Problem{Code: code, Message: message, Params: params})
	return r
}
