package exec

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/pgpool"
	"github.com/gormango/gormango/internal/rowcodec"
)

// foreign is the Conn of a *gorm.DB that was opened elsewhere, or whose
// connections a plugin wraps: the same statements run through GORM's ConnPool.
type foreign struct {
	db        *gorm.DB
	translate func(db *gorm.DB, err error) error
}

// pool returns the connection of db's own transaction, of the context's, or the
// pool of db.
func (c *foreign) pool(ctx context.Context) gorm.ConnPool {
	if _, isTx := c.db.Statement.ConnPool.(gorm.TxCommitter); isTx {
		return c.db.Statement.ConnPool
	}
	if tx, _ := pgpool.ForeignOf(ctx, c.db); tx != nil {
		return tx.Statement.ConnPool
	}
	return c.db.Statement.ConnPool
}

func (c *foreign) Opened() bool { return false }

func (c *foreign) SameServer(ctx context.Context) context.Context { return ctx }

func (c *foreign) OnRollback(ctx context.Context, fn func()) {
	if block := c.block(ctx); block != nil {
		block.OnRollback(fn)
	}
}

func (c *foreign) Undoes(ctx context.Context) bool { return c.block(ctx) != nil }

// block returns the block of ctx, nil if none is known.
func (c *foreign) block(ctx context.Context) *pgpool.ForeignBlock {
	_, block := pgpool.ForeignOf(ctx, c.db)
	return block
}

// sliced returns args with slices in place of arrays of structs' fields, which
// database/sql and its drivers do not know.
func sliced(args []any, err error) ([]any, error) {
	out := args
	for i, arg := range args {
		a, ok := arg.(*rowcodec.Array)
		if !ok {
			continue
		}
		if &out[0] == &args[0] {
			out = slices.Clone(args)
		}
		out[i], _ = a.Value()
	}
	return out, err
}

func (c *foreign) Exec(ctx context.Context, st *compile.Stmt) (int64, error) {
	args, err := sliced(sent(ctx, c, st))
	if err != nil {
		return 0, err
	}
	begin := time.Now()
	var n int64
	err = c.block(ctx).Run(false, func() error {
		res, err := c.pool(ctx).ExecContext(ctx, st.SQL, args...)
		if err == nil {
			n, err = res.RowsAffected()
		}
		return err
	})
	err = c.translate(c.db, err)
	trace(ctx, c.db, begin, st, n, err)
	return n, err
}

func (c *foreign) query(ctx context.Context, st *compile.Stmt, into reading) error {
	args, err := sliced(sent(ctx, c, st))
	if err != nil {
		return err
	}
	begin := time.Now()
	var n int64
	err = c.block(ctx).Run(st.Reads != "", func() error {
		result, err := c.pool(ctx).QueryContext(ctx, st.SQL, args...)
		if err == nil {
			n, err = readText(ctx, result, into)
		}
		return err
	})
	err = c.translate(c.db, err)
	trace(ctx, c.db, begin, st, n, err)
	return err
}

func readText(ctx context.Context, result *sql.Rows, into reading) (int64, error) {
	rows := newTextRows(result)
	defer rows.Close()
	n, err := into.read(ctx, rows)
	if err == nil {
		rows.Close()
		err = rows.Err()
	}
	return n, err
}

func (c *foreign) cursor(ctx context.Context, _ string, fn func(ctx context.Context, c Conn) (bool, error)) error {
	if _, inside := c.pool(ctx).(gorm.TxCommitter); inside {
		_, err := fn(ctx, c)
		return err
	}
	tx := c.db.Session(&gorm.Session{NewDB: true, Context: ctx}).Begin()
	if tx.Error != nil {
		return c.translate(c.db, tx.Error)
	}
	defer tx.Rollback() // it has read only
	_, err := fn(pgpool.WithForeign(ctx, tx, nil), &foreign{tx, c.translate})
	return err
}

func (c *foreign) closeCursor(ctx context.Context, name string) {
	// In a transaction that the loop's statements have aborted this fails, and the
	// cursor is gone.
	_, _ = c.pool(ctx).ExecContext(ctx, "CLOSE "+name)
}
