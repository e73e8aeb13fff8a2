package txutil

import (
	"context"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/pgpool"
)

// source is where the transactions of a *gorm.DB are. There are two: a database
// that gormango opened, and one that was opened elsewhere.
type source interface {
	// current returns the transaction that the *gorm.DB is or ctx carries for it,
	// nil without one.
	current(ctx context.Context) transaction
	// begin begins a transaction, or makes a savepoint in the current one.
	begin(ctx context.Context, opts pgx.TxOptions) (transaction, error)
}

// transaction is a transaction, or a savepoint in one.
type transaction interface {
	// carried returns a context that carries the transaction.
	carried(ctx context.Context) context.Context
	// bind returns db with ctx, all of whose calls run in the transaction.
	bind(ctx context.Context, db *gorm.DB) *gorm.DB
	// OnCommit registers fn to run after the outermost commit.
	OnCommit(fn func(ctx context.Context) error) error
	// IsStandIn reports whether the transaction stands around a test, so that a
	// block inside it counts as an outermost one.
	IsStandIn() bool
	// Fail has the block around one without a savepoint roll back, for cause.
	Fail(cause error)
	Commit() error
	// Rollback does nothing after a Commit that has ended the transaction.
	Rollback() error
}

// on returns the source of db.
func on(db *gorm.DB) source {
	if src, ok := pgpool.Of(db); ok {
		return native{src}
	}
	return foreign{db}
}

// native is a database that gormango opened.
type native struct{ pgpool.Source }

func (n native) current(ctx context.Context) transaction {
	if tx := n.Tx(ctx); tx != nil {
		return nativeTx{tx}
	}
	return nil
}

func (n native) begin(ctx context.Context, opts pgx.TxOptions) (transaction, error) {
	tx, err := n.Begin(ctx, opts)
	return nativeTx{tx}, err
}

type nativeTx struct{ *pgpool.Tx }

func (t nativeTx) carried(ctx context.Context) context.Context { return pgpool.WithTx(ctx, t.Tx) }

func (t nativeTx) bind(ctx context.Context, db *gorm.DB) *gorm.DB {
	bound := db.WithContext(ctx)
	bound.Statement.ConnPool = t.Tx
	return bound
}
