package repo

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/exec"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/txutil"
)

// ObjectError says which object of a list could not be written. errors.As finds in it what was wrong: a
// *models.ValidationError of Clean, a *gormango.IntegrityError or a *gormango.DataError of the database.
type ObjectError struct {
	Model string
	// Index is the object's place in the list or the sequence, from 0.
	Index int
	// Field is the column at fault, several with ", " between them, "" when that is not known.
	Field string
	Err   error
}

// Error names the model, the index, the field and what was wrong.
func (e *ObjectError) Error() string {
	text := fmt.Sprintf("repo: %s: object %d: ", e.Model, e.Index)
	var ie *gormango.IntegrityError
	if e.Field != "" && !(errors.As(e.Err, &ie) && len(ie.Columns) > 0) { // whose text has them
		text += e.Field + ": "
	}
	return text + e.Err.Error()
}

// Unwrap gives the cause.
func (e *ObjectError) Unwrap() error { return e.Err }

func (b *bulk) objectError(i int, err error) *ObjectError {
	return &ObjectError{Model: b.s.model.Name, Index: b.before + i, Err: err}
}

// blame finds the object that a failed statement could not write.
func (gs *groups) blame(ctx context.Context, err error) error {
	at, field, cause := gs.s.blame(ctx, err, gs.n, culprits{
		try: func(ctx context.Context, from, to int) error { return gs.insert(ctx, from, to, true) },
		at: func(i int) (reflect.Value, []*modelinfo.Field) {
			obj, _, columns := gs.place(i)
			return reflect.ValueOf(obj).Elem(), columns
		},
	})
	if at < 0 {
		return err
	}
	_, i, _ := gs.place(at)
	e := gs.objectError(i, cause)
	e.Field = field
	return e
}

// culprits are the objects among which one is looked for: try writes some of them, at gives one with the columns that are written.
type culprits struct {
	try func(ctx context.Context, from, to int) error
	at  func(i int) (reflect.Value, []*modelinfo.Field)
}

// errTried ends the transaction of a search, so that nothing stays.
var errTried = errors.New("repo: tried")

// blame finds the first of n objects that cannot be written, by writing halves of them, in a transaction that comes to nothing: each
// object twice at most. The place is -1 when the error is not about a row, or does not come again.
func (s *state) blame(ctx context.Context, err error, n int, c culprits) (place int, field string, cause error) {
	if !aboutRow(ctx, err) {
		return -1, "", err
	}
	place = -1
	inside := txutil.InTransaction(ctx, s.db)
	_ = txutil.Atomic(ctx, s.db, func(ctx context.Context) error {
		try := func(from, to int) error {
			return txutil.Atomic(ctx, s.db, func(ctx context.Context) error { return c.try(ctx, from, to) })
		}
		if !inside { // else the constraints that wait for the end are the business of the transaction's owner
			if _, err := s.conn.Exec(ctx, "SET CONSTRAINTS ALL IMMEDIATE", nil); err != nil {
				return err
			}
		}
		lo, hi := 0, n
		for hi-lo > 1 {
			mid := lo + (hi-lo)/2
			switch err := try(lo, mid); {
			case err == nil:
				lo = mid
			case aboutRow(ctx, err):
				hi = mid
			default:
				return err
			}
		}
		if cause = try(lo, hi); cause == nil || !aboutRow(ctx, cause) {
			return errTried
		}
		place = lo
		rv, columns := c.at(lo)
		field = s.faultyField(ctx, cause, rv, columns)
		return errTried
	})
	return place, field, cause
}

// aboutRow says that an error can be one row's: its values violate a constraint, do not fit their columns, or cannot
// be written by the driver at all.
func aboutRow(ctx context.Context, err error) bool {
	var (
		data  *gormango.DataError
		rules *gormango.IntegrityError
		pgErr *pgconn.PgError
	)
	switch {
	case ctx.Err() != nil:
		return false
	case errors.As(err, &data), errors.As(err, &rules):
		return true
	case errors.As(err, &pgErr):
		return pgErr.Code == "57014" // of a COPY that the driver gave up
	}
	for _, other := range []error{gormango.ErrConnectionLost, gormango.ErrConnBusy, gormango.ErrCommitUnknown, gormango.ErrPoolExhausted, gormango.ErrClosed} {
		if errors.Is(err, other) {
			return false
		}
	}
	return true
}

// faultyField names the column that an error is about. What the server does not tell is found by making each value fit its column.
func (s *state) faultyField(ctx context.Context, err error, rv reflect.Value, columns []*modelinfo.Field) string {
	var rules *gormango.IntegrityError
	switch {
	case errors.As(err, &rules) && len(rules.Columns) > 0:
		return strings.Join(rules.Columns, ", ")
	case rules != nil:
		st := &compile.Stmt{SQL: compile.ConstraintColumns, Args: []any{rules.Constraint, string(compile.AppendTable(nil, s.model.Table))}}
		columns, err := exec.Read(ctx, s.conn, st, exec.RawReader[string](s.db))
		if err != nil {
			return ""
		}
		return strings.Join(columns, ", ")
	}
	for _, f := range columns {
		v, _ := f.ValueOf(ctx, rv)
		fits := txutil.Atomic(ctx, s.db, func(ctx context.Context) error {
			_, err := s.conn.Exec(ctx, compile.FitsColumn(s.model, f), []any{f.Column, v})
			return err
		})
		if fits != nil && aboutRow(ctx, fits) {
			return f.Column
		}
	}
	return ""
}
