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
	"github.com/gormango/gormango/txutil"
)

func (b *bulk) objectError(i int, field string, err error) error {
	return b.s.Public(&ObjectFailure{Model: b.s.Model.Name, Index: b.before + i, Field: field, Err: err})
}

// ObjectFailure is what a *repo.ObjectError says.
type ObjectFailure struct {
	Model string
	Index int
	Field string
	Err   error
}

func (e *ObjectFailure) Error() string { return e.Err.Error() }

func (e *ObjectFailure) Unwrap() error { return e.Err }

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
	return gs.objectError(i, field, cause)
}

// culprits are the objects among which blame looks for one: try writes some of
// them, at returns one and the columns that are written.
type culprits struct {
	try func(ctx context.Context, from, to int) error
	at  func(i int) (reflect.Value, []*modelinfo.Field)
}

// errTried ends the transaction of a search, so that it changes nothing.
var errTried = errors.New("repo: tried")

// blame finds the first of n objects that cannot be written. It writes halves
// of them in a transaction that is rolled back, each object at most twice.
// place is -1 when err is not about a row, or does not occur again.
func (s *State) blame(ctx context.Context, err error, n int, c culprits) (place int, field string, cause error) {
	if !aboutRow(ctx, err) {
		return -1, "", err
	}
	place = -1
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
			return errTried
		}
		place = lo
		rv, columns := c.at(lo)
		field = s.faultyField(ctx, cause, rv, columns)
		return errTried
	})
	return place, field, cause
}

// aboutRow reports whether an error can be caused by one row: its values
// violate a constraint, do not fit their columns, or cannot be written by the
// driver at all.
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

// faultyField returns the column that an error is about. Where the server does
// not name it, faultyField tries for each value whether it fits its column.
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
		v, _ := f.ValueOf(ctx, rv)
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
