package repo

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/models"
)

// Validation returns the *models.ValidationError in an error of a write, in the
// language of the context: that of Clean or FullClean, or that of a constraint
// which the object violates, as FullClean would return it. It returns false for
// another error.
//
//	if invalid, ok := repo.Validation(ctx, err); ok {
//		return json.NewEncoder(w).Encode(invalid)
//	}
func Validation(ctx context.Context, err error) (invalid *models.ValidationError, ok bool) {
	if invalid, ok = errors.AsType[*models.ValidationError](err); !ok {
		return nil, false
	}
	return invalid.Translated(models.TranslatorOf(ctx)), true
}

// HTTPStatus returns the status of the response to a request that failed with
// an error of this module, 200 without one:
//
//   - 400: a *PatchError or *ParamError, a value that no column of its type has
//   - 403: a *gormango.PermissionError
//   - 404: ErrDoesNotExist
//   - 409: a unique value that is taken, an excluded row, ErrStaleObject, a row
//     that others refer to
//   - 413: a body that is too large
//   - 422: another *models.ValidationError or *gormango.IntegrityError
//   - 499: the client has gone
//   - 503: no connection, a server that starts or stops, a deadlock or a
//     serialization failure: the client may try again
//   - 504: the request's time is over
//   - 500: anything else
func HTTPStatus(err error) int {
	if err == nil {
		return 200
	}
	for _, s := range statuses {
		if s.is(err) {
			return s.code
		}
	}
	return 500
}

// statuses are in the order in which they are tested.
var statuses = []struct {
	code int
	is   func(error) bool
}{
	{413, func(err error) bool { e, ok := errors.AsType[*PatchError](err); return ok && e.tooLarge }},
	{400, anyOf(is[*PatchError], is[*ParamError], is[*LookupValueError])},
	{404, anyOf(isError(ErrDoesNotExist))},
	{409, anyOf(isError(ErrStaleObject), is[*ProtectedError], is[*RestrictedError], taken)},
	{422, anyOf(is[*models.ValidationError], is[*gormango.IntegrityError])},
	{400, anyOf(is[*gormango.DataError])},
	{403, anyOf(is[*gormango.PermissionError])},
	{499, anyOf(isError(context.Canceled))},
	{504, anyOf(isError(context.DeadlineExceeded))},
	{503, anyOf(is[*gormango.PoolTimeoutError], is[*pgconn.ConnectError], isError(gormango.ErrConnectionLost), isError(gormango.ErrCommitUnknown), isError(gormango.ErrClosed),
		gormango.IsRetryable)},
}

func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

func isError(target error) func(error) bool {
	return func(err error) bool { return errors.Is(err, target) }
}

func anyOf(tests ...func(error) bool) func(error) bool {
	return func(err error) bool {
		for _, test := range tests {
			if test(err) {
				return true
			}
		}
		return false
	}
}

// taken reports whether an error is a conflict with another row: a constraint
// of the database or a problem of FullClean.
func taken(err error) bool {
	if e, ok := errors.AsType[*gormango.IntegrityError](err); ok {
		return e.Kind == gormango.Unique || e.Kind == gormango.Exclusion || e.Kind == gormango.ForeignKey && !is[*models.ValidationError](err)
	}
	invalid, ok := errors.AsType[*models.ValidationError](err)
	if !ok {
		return false
	}
	for _, problems := range invalid.Fields {
		for _, p := range problems {
			if p.Code != "unique" && p.Code != "unique_together" {
				return false
			}
		}
	}
	return true
}
