package main

import (
	"errors"
	"reflect"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/repo"
)

// internalError is the class of an error without a type. It is none of
// Django's, so that it never is the expected one.
const internalError = "internal error"

// failure returns an error in the format, with Django's name of its class.
func failure(err error) row {
	out := row{"message": err.Error(), "sqlstate": nil, "class": classOf(err)}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		out["sqlstate"] = pg.Code
	}
	return out
}

func classOf(err error) string {
	var (
		field  *repo.FieldError
		value  *repo.LookupValueError
		pg     *pgconn.PgError
		typed  typeError
		valued valueError
		not    notImplemented
	)
	is := func(sentinels ...error) bool {
		for _, s := range sentinels {
			if errors.Is(err, s) {
				return true
			}
		}
		return false
	}
	switch {
	case errors.As(err, &typed):
		return "TypeError"
	case errors.As(err, &valued):
		return "ValueError"
	case errors.As(err, &not):
		return "NotImplementedError"
	case errors.As(err, &pg):
		return "DatabaseError"
	case is(repo.ErrDoesNotExist):
		return "DoesNotExist"
	case is(repo.ErrMultipleObjectsReturned):
		return "MultipleObjectsReturned"
	case is(errIndex):
		return "IndexError"
	case is(repo.ErrSliced, repo.ErrGrouped, repo.ErrMismatch):
		return "TypeError"
	case is(repo.ErrCombined):
		return "NotSupportedError"
	case is(repo.ErrNoKey):
		return "ValueError"
	case errors.As(err, &field):
		return "FieldError"
	case errors.As(err, &value):
		_, op := cutLast(value.Lookup)
		if _, computed := value.Value.(*query.Expr); (op == "in" || op == "range") && !computed && reflect.ValueOf(value.Value).Kind() != reflect.Slice {
			return "TypeError" // Python cannot iterate over a value that is no list
		}
		return "ValueError"
	}
	return internalError
}

// notImplemented is Python's NotImplementedError.
type notImplemented string

func (e notImplemented) Error() string { return string(e) }
