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

// tx returns the transaction that f is or ctx carries, nil without one, and the
// block in it, nil if GORM began it.
func (f foreign) tx(ctx context.Context) (*gorm.DB, *pgpool.ForeignBlock) {
	if _, is := f.db.Statement.ConnPool.(gorm.TxCommitter); !is {
		return pgpool.ForeignOf(ctx, f.db)
	}
	handle := f.db.Session(&gorm.Session{NewDB: true, Context: ctx})
	for _, carrying := range []context.Context{ctx, f.db.Statement.Context} {
		if tx, block := pgpool.ForeignOf(carrying, f.db); tx != nil && tx.Statement.ConnPool == f.db.Statement.ConnPool {
			return handle, block
		}
	}
	return handle, nil
}

func (f foreign) current(ctx context.Context) transaction {
	if tx, block := f.tx(ctx); tx != nil {
		return &foreignTx{ctx: ctx, tx: tx, block: block}
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
	if tx, outer := f.tx(ctx); tx != nil {
		return (&foreignTx{ctx: ctx, tx: tx}).savepoint(outer)
	}
	tx := f.db.Session(&gorm.Session{NewDB: true, Context: ctx}).Begin(&sql.TxOptions{Isolation: sqlLevels[opts.IsoLevel], ReadOnly: opts.AccessMode == pgx.ReadOnly})
	if tx.Error != nil {
		return nil, tx.Error
	}
	return &foreignTx{ctx: ctx, tx: tx, block: pgpool.BeginForeign(tx).Root}, nil
}

type foreignTx struct {
	ctx   context.Context
	tx    *gorm.DB
	block *pgpool.ForeignBlock // nil where GORM began the transaction
	ended bool                 // by Commit
}

// savepoint makes t a savepoint inside of outer.
func (t *foreignTx) savepoint(outer *pgpool.ForeignBlock) (transaction, error) {
	state := pgpool.AdoptForeign(t.tx) // known, or that of GORM
	if outer == nil {
		outer = state.Root
	}
	block, err := outer.Begin(t.ctx)
	if err != nil {
		state.Leave(t.tx)
		return nil, err
	}
	t.block = block
	if err := t.statement("SAVEPOINT "); err != nil {
		block.RolledBack(nil)
		state.Leave(t.tx)
		return nil, err
	}
	return t, nil
}

func (t *foreignTx) carried(ctx context.Context) context.Context {
	return pgpool.WithForeign(ctx, t.tx, t.block)
}

func (t *foreignTx) bind(ctx context.Context, _ *gorm.DB) *gorm.DB { return t.tx.WithContext(ctx) }

// OnCommit refuses where GORM began the transaction: its commit is not known.
func (t *foreignTx) OnCommit(fn func(ctx context.Context) error) error {
	if t.block == nil || !t.block.Own() {
		return fmt.Errorf("txutil: OnCommit in a transaction that GORM began (begin it with Atomic): %w", gormango.ErrNotOpened)
	}
	t.block.OnCommit(fn)
	return nil
}

func (t *foreignTx) Fail(cause error) {
	if t.block != nil {
		t.block.Fail(cause)
	}
	if t.block == nil || !t.block.Own() {
		t.spoil()
	}
}

// spoil has a transaction that GORM commits refuse to.
func (t *foreignTx) spoil() {
	_ = t.block.Run(true, func() error {
		_, err := t.tx.Statement.ConnPool.ExecContext(context.WithoutCancel(t.ctx), "ROLLBACK TO SAVEPOINT gormango_block_failed")
		return err
	})
}

func (t *foreignTx) Commit() error {
	if err := t.block.Refusal(); err != nil {
		return err // block rolls back
	}
	if t.block.Name != "" {
		if err := t.statement("RELEASE SAVEPOINT "); err != nil {
			return err
		}
		t.block.Released()
		t.leave()
		return nil
	}
	if err := t.tx.Commit().Error; err != nil {
		return err
	}
	t.leave()
	return t.block.Committed(pgpool.Without(t.ctx))
}

// leave forgets the state of the transaction, which has ended.
func (t *foreignTx) leave() {
	t.ended = true
	t.block.Of().Leave(t.tx)
}

func (t *foreignTx) Rollback() error {
	if t.ended {
		return sql.ErrTxDone
	}
	defer t.leave()
	if t.block.Name != "" {
		err := t.statement("ROLLBACK TO SAVEPOINT ")
		if err == nil {
			err = t.statement("RELEASE SAVEPOINT ")
		}
		if t.block.RolledBack(err) {
			t.spoil()
		}
		return err
	}
	err := t.tx.Rollback().Error
	t.block.RolledBack(nil)
	if !errors.Is(err, sql.ErrTxDone) { // its context or a COMMIT that failed has ended it
		return err
	}
	return nil
}

// statement runs a statement on the savepoint without GORM's callbacks.
func (t *foreignTx) statement(text string) error {
	return t.block.Run(true, func() error {
		_, err := t.tx.Statement.ConnPool.ExecContext(context.WithoutCancel(t.ctx), text+t.block.Name)
		return err
	})
}

// IsStandIn implements transaction: repotest opens its databases by gormango.
func (t *foreignTx) IsStandIn() bool { return false }
