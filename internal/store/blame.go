package store

import (
	"context"
	"errors"
	"reflect"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/exec"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/param"
	"github.com/gormango/gormango/txutil"
)

// objectError returns the public error of the i-th object of the present batch.
func (b *bulk) objectError(i int, field string, err error) error {
	return b.s.Public(&ObjectFailure{Model: b.s.Model.Name, Index: b.written + i, Field: field, Err: err})
}

// ObjectFailure is the error of one object of a list. Package repo returns it
// as an *ObjectError.
type ObjectFailure struct {
	Model string
	Index int
	Field string
	Err   error
}

func (e *ObjectFailure) Error() string { return e.Err.Error() }

func (e *ObjectFailure) Unwrap() error { return e.Err }

// blame returns the error of the object that a failed statement could not
// write, or err if no object is at fault.
func (gs *groups) blame(ctx context.Context, err error) error {
	position, field, cause := gs.s.blame(ctx, err, gs.n, candidates{
		try: func(ctx context.Context, from, to int) error { return gs.insert(ctx, from, to, true) },
		object: func(i int) (reflect.Value, []*modelinfo.Field) {
			obj, _, columns := gs.object(i)
			return reflect.ValueOf(obj).Elem(), columns
		},
	})
	if position < 0 {
		return err
	}
	_, i, _ := gs.object(position)
	return gs.objectError(i, field, cause)
}

// candidates are the objects among which State.blame looks for the one at
// fault. try writes the objects from one index to another; object returns an
// object and the columns that are written.
type candidates struct {
	try    func(ctx context.Context, from, to int) error
	object func(i int) (reflect.Value, []*modelinfo.Field)
}

// errTrialEnd rolls back the transaction of State.blame.
var errTrialEnd = errors.New("repo: end of the trial")

// blame returns the index of the first of n objects that cannot be written, the
// field at fault and the error. It writes halves of the objects in a
// transaction that is rolled back, each object at most twice. The index is -1
// if err is not about a row or does not occur again.
func (s *State) blame(ctx context.Context, err error, n int, c candidates) (index int, field string, cause error) {
	if !aboutRow(ctx, err) {
		return -1, "", err
	}
	index = -1
	inside := txutil.InTransaction(ctx, s.DB)
	_ = txutil.Atomic(ctx, s.DB, func(ctx context.Context) error {
		try := func(from, to int) error {
			return txutil.Atomic(ctx, s.DB, func(ctx context.Context) error { return c.try(ctx, from, to) })
		}
		if !inside { // otherwise deferred constraints are left to the transaction's owner
			if _, err := s.Conn.Exec(ctx, &compile.Stmt{SQL: "SET CONSTRAINTS ALL IMMEDIATE"}); err != nil {
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
			return errTrialEnd
		}
		index = lo
		rv, columns := c.object(lo)
		field = s.faultyField(ctx, cause, rv, columns)
		return errTrialEnd
	})
	return index, field, cause
}

// aboutRow reports whether one row can have caused an error: its values violate
// a constraint, do not fit their columns, or cannot be encoded by the driver.
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
		return pgErr.Code == "57014" // a COPY that the driver aborted
	}
	for _, other := range []error{gormango.ErrConnectionLost, gormango.ErrConnBusy, gormango.ErrCommitUnknown, gormango.ErrPoolExhausted, gormango.ErrClosed} {
		if errors.Is(err, other) {
			return false
		}
	}
	return true
}

// faultyField returns the column that an error is about, or "". If the server
// does not name the column, faultyField tries each value alone.
func (s *State) faultyField(ctx context.Context, err error, rv reflect.Value, columns []*modelinfo.Field) string {
	var rules *gormango.IntegrityError
	switch {
	case errors.As(err, &rules) && len(rules.Columns) > 0:
		return strings.Join(rules.Columns, ", ")
	case rules != nil:
		columns, err := exec.Read(ctx, s.Conn, compile.ConstraintColumns(s.Model, rules.Constraint), exec.RawReader[string](s.DB))
		if err != nil {
			return ""
		}
		return strings.Join(columns, ", ")
	}
	for _, f := range columns {
		v := param.Values(ctx, rv, []*modelinfo.Field{f})[0]
		fits := txutil.Atomic(ctx, s.DB, func(ctx context.Context) error {
			_, err := s.Conn.Exec(ctx, compile.FitsColumn(f, v))
			return err
		})
		if fits != nil && aboutRow(ctx, fits) {
			return f.Column
		}
	}
	return ""
}
