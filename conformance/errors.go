package main

import (
	"errors"
	"reflect"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/gormango/gormango/repo"
)

// failure is an error in the form of the format, with the name that Django gives its class.
func failure(err error) row {
	out := row{"message": err.Error(), "sqlstate": nil}
	var (
		field *repo.FieldError
		value *repo.LookupValueError
		pg    *pgconn.PgError
	)
	switch {
	case errors.As(err, &pg):
		out["class"], out["sqlstate"] = "DatabaseError", pg.Code
	case errors.Is(err, repo.ErrDoesNotExist):
		out["class"] = "DoesNotExist"
	case errors.Is(err, repo.ErrMultipleObjectsReturned):
		out["class"] = "MultipleObjectsReturned"
	case errors.Is(err, errArity):
		out["class"] = "TypeError"
	case errors.Is(err, errIndex):
		out["class"] = "IndexError"
	case errors.Is(err, repo.ErrSliced), errors.Is(err, repo.ErrGrouped), errors.Is(err, errNoName):
		out["class"] = "TypeError"
	case errors.Is(err, repo.ErrCombined):
		out["class"] = "NotSupportedError"
	case errors.As(err, &field):
		out["class"] = "FieldError"
	case errors.As(err, &value):
		out["class"] = "ValueError"
		if op := value.Lookup[strings.LastIndex(value.Lookup, "__")+1:]; op == "_in" || op == "_range" {
			// Python cannot iterate over a value that is no list.
			if k := reflect.ValueOf(value.Value).Kind(); k != reflect.Slice {
				out["class"] = "TypeError"
			}
		}
	default:
		out["class"] = "ValueError"
	}
	return out
}
