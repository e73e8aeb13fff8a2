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

// A database that was not opened by gormango.Open has transactions of
// database/sql. The context carries them for repositories too, but plain GORM
// calls must use DB(ctx, db).

// foreignTx returns the transaction that db is or ctx carries, nil without one,
// and its hooks, nil if GORM began it.
func foreignTx(ctx context.Context, db *gorm.DB) (*gorm.DB, *pgpool.ForeignHooks) {
	if _, is := db.Statement.ConnPool.(gorm.TxCommitter); is {
		return db.Session(&gorm.Session{NewDB: true, Context: ctx}), nil
	}
	return pgpool.Foreign(ctx, db)
}

func foreignBlock(ctx context.Context, db *gorm.DB, fn func(ctx context.Context) error, o options) (err error) {
	tx, hooks := foreignTx(ctx, db)
	if err := o.check(tx != nil); err != nil {
		return err
	}
	switch {
	case o.tx.DeferrableMode == pgx.Deferrable:
		return fmt.Errorf("txutil: Deferrable: %w", gormango.ErrNotOpened)
	case tx == nil && o.attempts > 0:
		once := o
		once.attempts = 0
		return retry(ctx, o.attempts, func() error { return foreignBlock(ctx, db, fn, once) })
	case tx == nil:
		return foreignOutermost(ctx, db, fn, o)
	case o.noSavepoint:
		return fn(pgpool.WithForeign(ctx, tx, hooks))
	}
	if hooks == nil {
		hooks = &pgpool.ForeignHooks{}
	}
	commits, rollbacks := len(hooks.Commits), len(hooks.Rollbacks)
	const savepoint = "gormango_block" // in PostgreSQL an inner one of the same name hides the outer
	if err := statement(ctx, tx, "SAVEPOINT "+savepoint); err != nil {
		return err
	}
	return foreignWithin(ctx, tx, hooks, fn,
		func() error { return statement(ctx, tx, "RELEASE SAVEPOINT "+savepoint) },
		func() error {
			hooks.Rollback(commits, rollbacks)
			return errors.Join(statement(ctx, tx, "ROLLBACK TO SAVEPOINT "+savepoint), statement(ctx, tx, "RELEASE SAVEPOINT "+savepoint))
		})
}

func foreignOutermost(ctx context.Context, db *gorm.DB, fn func(ctx context.Context) error, o options) error {
	levels := map[pgx.TxIsoLevel]sql.IsolationLevel{pgx.ReadCommitted: sql.LevelReadCommitted, pgx.RepeatableRead: sql.LevelRepeatableRead, pgx.Serializable: sql.LevelSerializable}
	tx := db.Session(&gorm.Session{NewDB: true, Context: ctx}).Begin(&sql.TxOptions{Isolation: levels[o.tx.IsoLevel], ReadOnly: o.tx.AccessMode == pgx.ReadOnly})
	if tx.Error != nil {
		return tx.Error
	}
	hooks := &pgpool.ForeignHooks{}
	err := foreignWithin(ctx, tx, hooks, fn, func() error { return tx.Commit().Error }, func() error {
		hooks.Rollback(0, 0)
		if err := tx.Rollback().Error; !errors.Is(err, sql.ErrTxDone) { // a COMMIT that failed has ended it
			return err
		}
		return nil
	})
	for i := 0; err == nil && i < len(hooks.Commits); i++ {
		if failed := hooks.Commits[i](pgpool.Without(ctx)); failed != nil {
			err = &AfterCommitError{Err: failed}
		}
	}
	return err
}

// foreignWithin is within for a block of tx, which stays open after a failed
// commit.
func foreignWithin(ctx context.Context, tx *gorm.DB, hooks *pgpool.ForeignHooks, fn func(ctx context.Context) error, commit, rollback func() error) error {
	return within(func() error { return fn(pgpool.WithForeign(ctx, tx, hooks)) }, func() (bool, error) {
		err := commit()
		return err == nil, err
	}, rollback)
}

// statement runs a statement of this package without GORM's callbacks.
func statement(ctx context.Context, tx *gorm.DB, text string) error {
	_, err := tx.Statement.ConnPool.ExecContext(context.WithoutCancel(ctx), text)
	return err
}

func foreignOnCommit(ctx context.Context, db *gorm.DB, fn func(ctx context.Context) error) error {
	tx, hooks := foreignTx(ctx, db)
	if tx == nil {
		return fn(ctx)
	}
	if hooks == nil { // a transaction that GORM began
		return gormango.ErrNotOpened
	}
	hooks.Commits = append(hooks.Commits, fn)
	return nil
}
