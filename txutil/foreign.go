package txutil

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/pgpool"
)

// foreign is a database that was not opened by gormango.Open. Its transactions
// are those of database/sql. The context carries them for repositories too, but
// plain GORM calls must use DB(ctx, db).
type foreign struct{ db *gorm.DB }

// tx returns the transaction that f is or ctx carries, nil without one, and its
// hooks, nil if GORM began it.
func (f foreign) tx(ctx context.Context) (*gorm.DB, *pgpool.Hooks) {
	if _, is := f.db.Statement.ConnPool.(gorm.TxCommitter); is {
		return f.db.Session(&gorm.Session{NewDB: true, Context: ctx}), nil
	}
	return pgpool.Foreign(ctx, f.db)
}

func (f foreign) current(ctx context.Context) transaction {
	if tx, hooks := f.tx(ctx); tx != nil {
		return &foreignTx{ctx: ctx, tx: tx, hooks: hooks}
	}
	return nil
}

var sqlLevels = map[pgx.TxIsoLevel]sql.IsolationLevel{
	pgx.ReadCommitted: sql.LevelReadCommitted, pgx.RepeatableRead: sql.LevelRepeatableRead, pgx.Serializable: sql.LevelSerializable,
}

func (f foreign) begin(ctx context.Context, opts pgx.TxOptions) (transaction, error) {
	if opts.DeferrableMode == pgx.Deferrable {
		return nil, fmt.Errorf("txutil: Deferrable: %w", gormango.ErrNotOpened)
	}
	tx, hooks := f.tx(ctx)
	if hooks == nil {
		hooks = &pgpool.Hooks{}
	}
	if tx != nil {
		t := &foreignTx{ctx: ctx, tx: tx, hooks: hooks, savepoint: true, mark: hooks.Mark()}
		return t, t.statement("SAVEPOINT ")
	}
	tx = f.db.Session(&gorm.Session{NewDB: true, Context: ctx}).Begin(&sql.TxOptions{Isolation: sqlLevels[opts.IsoLevel], ReadOnly: opts.AccessMode == pgx.ReadOnly})
	return &foreignTx{ctx: ctx, tx: tx, hooks: hooks}, tx.Error
}

type foreignTx struct {
	ctx       context.Context
	tx        *gorm.DB
	hooks     *pgpool.Hooks // nil where GORM began the transaction
	savepoint bool
	mark      pgpool.Mark
}

func (t *foreignTx) carried(ctx context.Context) context.Context {
	return pgpool.WithForeign(ctx, t.tx, t.hooks)
}

func (t *foreignTx) bind(ctx context.Context, _ *gorm.DB) *gorm.DB { return t.tx.WithContext(ctx) }

func (t *foreignTx) OnCommit(fn func(ctx context.Context) error) error {
	if t.hooks == nil {
		return gormango.ErrNotOpened
	}
	t.hooks.OnCommit(fn)
	return nil
}

// Fail does nothing: the transaction is that of the block around.
func (t *foreignTx) Fail(error) {}

func (t *foreignTx) Commit() error {
	if t.savepoint {
		return t.statement("RELEASE SAVEPOINT ")
	}
	if err := t.tx.Commit().Error; err != nil {
		return err
	}
	return t.hooks.Committed(pgpool.Without(t.ctx))
}

func (t *foreignTx) Rollback() error {
	t.hooks.Undo(t.mark)
	if t.savepoint {
		return errors.Join(t.statement("ROLLBACK TO SAVEPOINT "), t.statement("RELEASE SAVEPOINT "))
	}
	if err := t.tx.Rollback().Error; !errors.Is(err, sql.ErrTxDone) { // its context or a COMMIT that failed has ended it
		return err
	}
	return nil
}

// statement runs a statement on the savepoint without GORM's callbacks. In
// PostgreSQL an inner savepoint of the same name hides the outer one.
func (t *foreignTx) statement(text string) error {
	_, err := t.tx.Statement.ConnPool.ExecContext(context.WithoutCancel(t.ctx), text+"gormango_block")
	return err
}
