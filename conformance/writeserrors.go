package main

import (
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/txutil"
)

var (
	// errBoom is the application's own error.
	errBoom = errors.New("raised")
	// errBroken is Django's error for a statement after a failed one in a block.
	errBroken = errors.New("a statement of the block has failed")
	// errNotUpdated is the error of a forced update without a row.
	errNotUpdated = errors.New("the update found no row")
	// errNullKey is the error of a row with a NULL key, which a Go field without a
	// pointer cannot hold.
	errNullKey = errors.New("the key is NULL")
	// errAttribute is the error of a call that a related manager does not have.
	errAttribute = errors.New("the manager has no such call")
)

// errValue is a value that Python refuses.
type errValue struct{ text string }

func (e errValue) Error() string { return e.text }

// errType is a value of a type that Python refuses.
type errType struct{ text string }

func (e errType) Error() string { return e.text }

// panicked is a panic of a step.
type panicked struct{ value any }

func (p panicked) Error() string { return fmt.Sprint(p.value) }

// kinds maps SQLSTATEs to the violated constraints.
var kinds = map[string]string{"23502": "not_null", "23503": "foreign_key", "23505": "unique", "23514": "check", "23P01": "exclusion"}

// lacking returns the feature that the library, or this program, lacks
// according to an error.
func lacking(err error) (string, bool) {
	var no unsupported
	return string(no), errors.As(err, &no)
}

// breaks reports whether Django's connection refuses statements after an error,
// until the end of the block.
func breaks(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) || errors.Is(err, errNotUpdated) || errors.Is(err, errNullKey)
}

// failure returns an error in the format. Its own error is a missing feature.
func (w *writes) failure(e error) (row, error) {
	if _, ok := lacking(e); ok {
		return nil, e
	}
	out := row{"class": "Unknown: " + fmt.Sprintf("%T", e), "message": e.Error()}
	var (
		pg    *pgconn.PgError
		value errValue
		typ   errType
		wrong *repo.LookupValueError
		field *repo.FieldError
		p     panicked

		protected  *repo.ProtectedError
		restricted *repo.RestrictedError
	)
	switch {
	case errors.As(e, &protected):
		out["class"], out["objects"] = "ProtectedError", holders(protected.Holders)
	case errors.As(e, &restricted):
		out["class"], out["objects"] = "RestrictedError", holders(restricted.Holders)
	case errors.As(e, &p):
		out["class"] = "panic"
	case errors.As(e, &pg):
		out["class"], out["sqlstate"] = databaseClass(pg.Code), pg.Code
		if kind := kinds[pg.Code]; kind != "" {
			out["kind"], out["constraint"] = kind, pg.ConstraintName
		}
	case errors.Is(e, errNullKey):
		out["class"], out["kind"] = "IntegrityError", "not_null"
	case errors.Is(e, errBoom):
		out["class"] = "Boom"
	case errors.Is(e, errNotUpdated):
		out["class"] = "NotUpdated"
	case errors.Is(e, errAttribute):
		out["class"] = "AttributeError"
	case errors.Is(e, errBroken), errors.Is(e, txutil.ErrNoTransaction), errors.Is(e, repo.ErrNotInTransaction):
		out["class"] = "TransactionManagementError"
	case errors.Is(e, txutil.ErrDurable):
		out["class"] = "RuntimeError"
	case errors.Is(e, repo.ErrDoesNotExist):
		out["class"] = "DoesNotExist"
	case errors.Is(e, repo.ErrMultipleObjectsReturned):
		out["class"] = "MultipleObjectsReturned"
	case errors.As(e, &value), errors.As(e, &wrong), errors.Is(e, repo.ErrNoKey):
		out["class"] = "ValueError"
	case errors.As(e, &typ):
		out["class"] = "TypeError"
	case errors.As(e, &field):
		out["class"] = "FieldError"
	}
	return out, nil
}

// databaseClass returns Django's class for a SQLSTATE.
func databaseClass(code string) string {
	switch {
	case code == "25P02":
		return "TransactionManagementError"
	case code == "55P03":
		return "OperationalError"
	}
	switch code[:2] {
	case "23":
		return "IntegrityError"
	case "22":
		return "DataError"
	case "42", "21":
		return "ProgrammingError"
	case "40":
		return "OperationalError"
	}
	return "DatabaseError"
}

// holders returns the objects that a refused delete names.
func holders(list []repo.Holder) []any {
	out := make([]any, len(list))
	for i, h := range list {
		out[i] = []any{h.Model, encode(h.Key, "")}
	}
	return out
}
