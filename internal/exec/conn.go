package exec

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/param"
	"github.com/gormango/gormango/internal/pgpool"
	"github.com/gormango/gormango/internal/rowcodec"
)

// Conn is what the statements of a repository run on. There are two: the
// connections of a database that gormango opened, and those of a *gorm.DB that
// was opened elsewhere or whose connections a plugin wraps. Both obey the
// transaction of the *gorm.DB and of the context, and trace each statement to
// GORM's logger.
type Conn interface {
	// Opened reports whether statements run on connections that gormango opened.
	Opened() bool
	// Exec runs a statement without rows and returns the number it affected.
	Exec(ctx context.Context, st *compile.Stmt) (int64, error)
	// SameServer returns a context with which reads that belong together go to
	// one server, where the database has replicas.
	SameServer(ctx context.Context) context.Context
	// OnRollback registers fn for the rollback of the transaction that ctx is in,
	// or of the savepoint that the call stands in. Outside a transaction it does
	// nothing.
	OnRollback(ctx context.Context, fn func())
	// Undoes reports whether OnRollback would register a function.
	Undoes(ctx context.Context) bool

	// query runs a statement with rows.
	query(ctx context.Context, st *compile.Stmt, into reading) error
	// cursor runs fn in a transaction, one of its own for reading table where
	// there is none. fn reports whether it has handed rows on, and gets the Conn
	// and the context of the transaction.
	cursor(ctx context.Context, table string, fn func(ctx context.Context, c Conn) (handed bool, err error)) error
	// closeCursor closes a cursor of the transaction, if that can go on.
	closeCursor(ctx context.Context, name string)
}

// reading reads the rows of a statement to their end and returns their number.
type reading interface {
	read(ctx context.Context, rows pgx.Rows) (int64, error)
}

// readFunc is a function as reading.
type readFunc func(rows pgx.Rows) (int64, error)

func (fn readFunc) read(_ context.Context, rows pgx.Rows) (int64, error) { return fn(rows) }

// On returns the Conn of db. translate converts errors of a database that was
// opened elsewhere to their public types.
func On(db *gorm.DB, translate func(db *gorm.DB, err error) error) Conn {
	if src, ok := pgpool.Of(db); ok {
		return &native{db, src}
	}
	return &foreign{db, translate}
}

// trace reports a statement to GORM's logger, as GORM reports its own.
func trace(ctx context.Context, db *gorm.DB, begin time.Time, st *compile.Stmt, n int64, err error) {
	if l, ok := db.Logger.(interface {
		Wants(ctx context.Context, begin time.Time) bool
	}); ok && !l.Wants(ctx, begin) {
		return
	}
	log(ctx, db, begin, st, n, err)
}

func log(ctx context.Context, db *gorm.DB, begin time.Time, st *compile.Stmt, n int64, err error) {
	if errors.Is(err, pgx.ErrNoRows) {
		err = nil // for the caller to judge, and nothing that went wrong
	}
	db.Logger.Trace(ctx, begin, func() (string, int64) {
		shown := st.SQL
		values, sentErr := param.Sent(ctx, rowcodec.WithoutCells(st.Args))
		if sentErr != nil {
			values = nil // the error of the statement is that of the serializer
		}
		if f, ok := db.Logger.(gorm.ParamsFilter); ok {
			shown, values = f.ParamsFilter(ctx, st.SQL, values...)
		}
		return db.Dialector.Explain(shown, values...), n
	}, err)
}
