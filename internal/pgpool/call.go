package pgpool

import (
	"context"
	"database/sql"
	"runtime"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// call is the context that a query goes through database/sql with. It never
// ends, since database/sql starts a goroutine for each result whose context
// can; the caller's own context goes to pgx, and its end closes the result by
// [rows.watch]. The query's arguments travel in it too: database/sql would copy
// them twice.
type call struct {
	context.Context // of the caller; only its values can be seen
	tx              *Tx
	args            []any
	rows            *rows // the result, once the query has run
}

// Deadline implements context.Context.
func (*call) Deadline() (deadline time.Time, ok bool) { return time.Time{}, false }

// Done implements context.Context.
func (*call) Done() <-chan struct{} { return nil }

// Err implements context.Context.
func (*call) Err() error { return nil }

// query runs a query in t, or on a connection of its own where t is nil.
func (p *Pool) query(ctx context.Context, t *Tx, query string, args []any) (*sql.Rows, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	c := &call{Context: ctx, tx: t, args: Unnamed(args)}
	rows, err := p.virtual.QueryContext(c, query)
	if err != nil {
		return nil, err
	}
	c.rows.watch(rows)
	return rows, nil
}

// Unnamed takes the values out of named arguments, as database/sql does: the
// order says which is which.
func Unnamed(args []any) []any {
	for i, arg := range args {
		if _, ok := arg.(sql.NamedArg); !ok {
			continue
		}
		args = slices.Clone(args)
		for j := i; j < len(args); j++ {
			if named, ok := args[j].(sql.NamedArg); ok {
				args[j] = named.Value
			}
		}
		return args
	}
	return args
}

// optioned reports whether args begin with an option of pgx, as those of GORM's
// migrator do.
func optioned(args []any) bool {
	if len(args) == 0 {
		return false
	}
	switch args[0].(type) {
	case pgx.QueryExecMode, pgx.QueryResultFormats, pgx.QueryResultFormatsByOID, pgx.QueryRewriter:
		return true
	}
	return false
}

// execute is [Run] for the arguments of an application.
func execute(ctx context.Context, conn *pgx.Conn, query string, args []any) (pgconn.CommandTag, error) {
	if optioned(args) {
		return Exec(ctx, conn, query, args...)
	}
	return Run(ctx, conn, query, args)
}

// watch closes the result, which of stands before, when its context ends: a
// result that is not read returns its connection then.
func (r *rows) watch(of *sql.Rows) {
	if r.session != nil {
		if !r.unread.Load() {
			return // it has no rows, or its transaction has ended meanwhile
		}
		r.of.Store(of)
		if !r.unread.Load() {
			r.orphan()
		}
	}
	if r.ctx.Done() == nil {
		return
	}
	if r.session == nil {
		r.of.Store(of)
	}
	r.stop = context.AfterFunc(r.ctx, r.cut)
}

// cut closes the result because its context is over; its reader gets that
// error.
func (r *rows) cut() {
	if s := r.session; s != nil {
		s.turn <- struct{}{}
		defer s.give()
		if s.open == r {
			s.closeOpen(r.ctx.Err())
		}
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.owned == nil {
		return
	}
	r.over = r.ctx.Err()
	_ = r.release()
	r.orphan()
}

// orphan arranges for the *sql.Rows before a result that was closed under it to
// be closed when it becomes unreachable. Closing it now would hide the error
// from its reader; without a Close database/sql keeps its shell for ever.
func (r *rows) orphan() {
	if of := r.of.Swap(nil); of != nil {
		runtime.SetFinalizer(of, func(of *sql.Rows) { _ = of.Close() })
	}
}
