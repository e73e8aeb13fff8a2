package pgpool_test

import (
	"context"
	"database/sql"
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/pgpool"
)

func TestOneConnectionForAll(t *testing.T) {
	t.Parallel()
	f := setup(t, one)
	ctx, tx := f.begin(t)
	pids := map[uint32]string{}
	var pid uint32
	require.NoError(t, f.db.WithContext(ctx).Raw("SELECT pg_backend_pid()").Scan(&pid).Error)
	pids[pid] = "gorm"
	require.NoError(t, f.src.Do(ctx, func(ctx context.Context, conn *pgx.Conn) error {
		n, err := conn.CopyFrom(ctx, pgx.Identifier{"notes"}, []string{"text"}, pgx.CopyFromRows([][]any{{"c1"}, {"c2"}}))
		require.EqualValues(t, 2, n)
		pids[conn.PgConn().PID()] = "native"
		return err
	}))
	require.NoError(t, f.db.WithContext(ctx).Transaction(func(inner *gorm.DB) error {
		require.NoError(t, inner.Raw("SELECT pg_backend_pid()").Scan(&pid).Error)
		pids[pid] = "db.Transaction"
		return inner.Create(&note{Text: "n"}).Error
	}))
	require.Len(t, pids, 1, "%v", pids)
	var n int64
	require.NoError(t, f.db.WithContext(ctx).Model(&note{}).Count(&n).Error)
	require.EqualValues(t, 3, n)
	require.NoError(t, tx.Rollback())
	require.Zero(t, f.count(t))

	ctx, tx = f.begin(t)
	require.NoError(t, f.db.WithContext(ctx).Create(&note{Text: "kept"}).Error)
	require.NoError(t, tx.Commit())
	require.EqualValues(t, 1, f.count(t))
}

func TestPrecedence(t *testing.T) {
	t.Parallel()
	f := setup(t)
	ctx, fromContext := f.begin(t)
	handle := f.db.Begin()
	require.NoError(t, handle.Error)
	pid := func(db *gorm.DB) (pid uint32) {
		require.NoError(t, db.Raw("SELECT pg_backend_pid()").Scan(&pid).Error)
		return pid
	}
	own := pid(handle)
	require.Equal(t, own, pid(handle.WithContext(ctx)), "a *gorm.DB that is a transaction wins")
	require.NotEqual(t, own, pid(f.db.WithContext(ctx)))
	autonomous := pid(f.db.WithContext(pgpool.Without(ctx)))
	require.NotContains(t, []uint32{own, pid(f.db.WithContext(ctx))}, autonomous)
	require.NoError(t, fromContext.Rollback())
	require.NoError(t, handle.Rollback().Error)
}

func TestTransactionsOfTwoPools(t *testing.T) {
	t.Parallel()
	a, b := setup(t, one), setup(t, one)
	ctx, txA := a.begin(t)
	txB, err := b.src.Begin(ctx, pgx.TxOptions{})
	require.NoError(t, err)
	ctx = pgpool.WithTx(ctx, txB)
	require.Same(t, txA, a.pool.TxFrom(ctx))
	require.Same(t, txB, b.pool.TxFrom(ctx))
	require.NoError(t, a.db.WithContext(ctx).Create(&note{Text: "a"}).Error)
	require.NoError(t, b.db.WithContext(ctx).Create(&note{Text: "b"}).Error)

	var sawA, sawB bool
	require.NoError(t, txB.OnCommit(func(ctx context.Context) error {
		sawA, sawB = a.pool.TxFrom(ctx) == txA, b.pool.TxFrom(ctx) != nil
		return nil
	}))
	require.NoError(t, txB.Commit())
	require.True(t, sawA, "a callback stays in the transaction of the other database")
	require.False(t, sawB)
	require.NoError(t, txA.Rollback())
	require.Zero(t, a.count(t))
	require.EqualValues(t, 1, b.count(t))
}

func TestNothingRunsAfterTheEnd(t *testing.T) {
	t.Parallel()
	f := setup(t, one)
	ctx, tx := f.begin(t)
	require.NoError(t, tx.Commit())
	require.ErrorIs(t, tx.Commit(), sql.ErrTxDone)
	require.ErrorIs(t, tx.Rollback(), sql.ErrTxDone)
	for name, err := range map[string]error{
		"exec":      f.db.WithContext(ctx).Exec("SELECT 1").Error,
		"create":    f.db.WithContext(ctx).Create(&note{Text: "x"}).Error,
		"query":     f.db.WithContext(ctx).First(&note{}).Error,
		"savepoint": f.db.WithContext(ctx).Transaction(func(*gorm.DB) error { return nil }),
		"native":    f.src.Do(ctx, func(context.Context, *pgx.Conn) error { return nil }),
		"hook":      tx.OnCommit(func(context.Context) error { return nil }),
		"undo":      tx.OnRollback(func() {}),
	} {
		require.ErrorIs(t, err, sql.ErrTxDone, name)
	}
	require.Zero(t, f.count(t), "a context that outlives its transaction never writes outside of it")
}

func TestCommitOfAnAbortedTransaction(t *testing.T) {
	t.Parallel()
	f := setup(t, one)
	ctx, tx := f.begin(t)
	require.NoError(t, f.db.WithContext(ctx).Create(&note{Text: "a"}).Error)
	first := f.db.WithContext(ctx).Exec("SELECT nonsense").Error
	require.Error(t, first)
	later := f.db.WithContext(ctx).Exec("SELECT 1").Error
	require.ErrorIs(t, later, first, "the error that matters, beside 25P02")
	require.ErrorContains(t, later, "25P02")
	err := tx.Commit()
	require.ErrorIs(t, err, pgx.ErrTxCommitRollback)
	require.ErrorIs(t, err, first)
	require.ErrorContains(t, err, "nothing was saved")
	require.Zero(t, f.count(t))
}

func TestCommitWithDeferredConstraint(t *testing.T) {
	t.Parallel()
	f := setup(t, one)
	require.NoError(t, f.db.Exec("ALTER TABLE notes ADD COLUMN peer bigint REFERENCES notes DEFERRABLE INITIALLY DEFERRED").Error)
	ctx, tx := f.begin(t)
	require.NoError(t, f.db.WithContext(ctx).Exec("INSERT INTO notes (peer) VALUES (99)").Error)
	undone := false
	require.NoError(t, tx.OnRollback(func() { undone = true }))
	require.NoError(t, tx.OnCommit(func(context.Context) error { t.Error("committed"); return nil }))
	require.ErrorIs(t, tx.Commit(), gorm.ErrForeignKeyViolated)
	require.True(t, undone)
	require.Zero(t, f.count(t))
}

func TestCommitSentAsSQL(t *testing.T) {
	t.Parallel()
	f := setup(t, one)
	ctx, tx := f.begin(t)
	require.NoError(t, f.db.WithContext(ctx).Exec("ROLLBACK").Error)
	for name, err := range map[string]error{
		"exec":      f.db.WithContext(ctx).Exec("CREATE TABLE stays (id int)").Error,
		"create":    f.db.WithContext(ctx).Create(&note{Text: "stays"}).Error,
		"query":     f.db.WithContext(ctx).Raw("INSERT INTO notes (text) VALUES ('stays') RETURNING id").Scan(new(int)).Error,
		"savepoint": f.db.WithContext(ctx).Transaction(func(*gorm.DB) error { return nil }),
		"native":    f.src.Do(ctx, func(context.Context, *pgx.Conn) error { return errors.New("it ran") }),
		"gorm's":    tx.SavePoint(ctx, "sp"),
	} {
		require.ErrorContains(t, err, "COMMIT or ROLLBACK was sent as SQL", name)
	}
	require.ErrorContains(t, tx.Commit(), "COMMIT or ROLLBACK was sent as SQL")
	require.Zero(t, f.count(t))
}

func TestCommitSentAmongSQL(t *testing.T) {
	t.Parallel()
	f := setup(t, one)
	for _, sql := range []string{
		"COMMIT; INSERT INTO notes (text) VALUES ('stays')", "INSERT INTO notes (text) VALUES ('stays'); /* */ commit; SELECT 1",
		"ROLLBACK AND CHAIN", "COMMIT; BEGIN", "END; BEGIN", "ABORT AND CHAIN",
	} {
		ctx, tx := f.begin(t)
		require.ErrorContains(t, f.db.WithContext(ctx).Exec(sql).Error, "nothing was sent", sql)
		require.NoError(t, f.db.WithContext(ctx).Create(&note{Text: "a"}).Error)
		require.NoError(t, f.db.WithContext(ctx).Exec("SAVEPOINT a; ROLLBACK TO a; SELECT ';COMMIT;'; COMMENT ON TABLE notes IS 'x'").Error)
		require.NoError(t, tx.Rollback())
	}
	require.Zero(t, f.count(t))
}

// The callbacks of what a savepoint as SQL undoes are undone with it.
func TestSavepointsAsSQL(t *testing.T) {
	t.Parallel()
	f := setup(t, one)
	ctx, tx := f.begin(t)
	ran, undone := []string{}, 0
	say := func(what string) {
		require.NoError(t, tx.OnCommit(func(context.Context) error { ran = append(ran, what); return nil }))
		require.NoError(t, tx.OnRollback(func() { undone++ }))
	}
	say("a")
	require.NoError(t, f.db.WithContext(ctx).Exec("SAVEPOINT Sp").Error)
	say("b")
	require.NoError(t, f.db.WithContext(ctx).Exec("rollback work to savepoint sp;").Error)
	say("c")
	require.NoError(t, tx.Commit())
	require.Equal(t, []string{"a", "c"}, ran)
	require.Equal(t, 1, undone)
}

func TestEndWithOpenResult(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*pgpool.Tx) error{"commit": (*pgpool.Tx).Commit, "rollback": (*pgpool.Tx).Rollback} {
		for kind, open := range map[string]func(context.Context, *pgpool.Tx) (*sql.Rows, error){
			"query": func(ctx context.Context, tx *pgpool.Tx) (*sql.Rows, error) {
				return tx.QueryContext(ctx, "SELECT generate_series(1, 100000)")
			},
			"prepared": func(ctx context.Context, tx *pgpool.Tx) (*sql.Rows, error) {
				st, err := tx.PrepareContext(ctx, "SELECT generate_series(1, 100000)")
				require.NoError(t, err)
				return st.QueryContext(ctx)
			},
		} {
			t.Run(name+" "+kind, func(t *testing.T) {
				t.Parallel()
				f := setup(t, one)
				ctx, tx := f.begin(t)
				rows, err := open(ctx, tx)
				require.NoError(t, err)
				require.True(t, rows.Next())
				require.NoError(t, end(tx))
				for rows.Next() {
				}
				require.Error(t, rows.Err(), "the result was cut off")
				_ = rows.Close()
				require.Zero(t, f.count(t), "the connection serves on")
			})
		}
	}
}

func TestEndOfContextRollsBack(t *testing.T) {
	t.Parallel()
	f := setup(t, one)
	ctx, cancel := context.WithCancel(f.ctx)
	tx, err := f.src.Begin(ctx, pgx.TxOptions{})
	require.NoError(t, err)
	other := pgpool.WithTx(f.ctx, tx)
	require.NoError(t, f.db.WithContext(other).Create(&note{Text: "a"}).Error)
	undone := make(chan struct{}, 1)
	require.NoError(t, tx.OnRollback(func() { undone <- struct{}{} }))
	cancel()
	require.Eventually(t, func() bool { return f.pool.Pgx().Stat().AcquiredConns() == 0 }, 5*time.Second, time.Millisecond)
	err = f.db.WithContext(other).Exec("SELECT 1").Error
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorIs(t, err, sql.ErrTxDone)
	require.Empty(t, undone, "memory is not touched behind the caller's back")
	require.ErrorIs(t, tx.Commit(), context.Canceled)
	require.Len(t, undone, 1)
	require.NoError(t, tx.Rollback())
	require.Zero(t, f.count(t))
}

func TestCancelledStatementKeepsTheConnection(t *testing.T) {
	t.Parallel()
	f := setup(t, one)
	var before, after uint32
	require.NoError(t, f.db.Raw("SELECT pg_backend_pid()").Scan(&before).Error)
	for _, run := range []func(context.Context) error{
		func(ctx context.Context) error { return f.db.WithContext(ctx).Exec("SELECT pg_sleep(10)").Error },
		func(ctx context.Context) error {
			return f.db.WithContext(ctx).Raw("SELECT pg_sleep(10)").Scan(new(string)).Error
		},
		func(ctx context.Context) error {
			return f.src.Do(ctx, func(ctx context.Context, conn *pgx.Conn) error {
				_, err := conn.Exec(ctx, "SELECT pg_sleep(10)")
				return err
			})
		},
		func(ctx context.Context) error {
			return f.db.WithContext(ctx).Transaction(func(tx *gorm.DB) error { return tx.Exec("SELECT pg_sleep(10)").Error })
		},
	} {
		ctx, cancel := context.WithTimeout(f.ctx, 30*time.Millisecond)
		began := time.Now()
		err := run(ctx)
		cancel()
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Less(t, time.Since(began), 5*time.Second)
	}
	require.Eventually(t, func() bool { return f.pool.Pgx().Stat().AcquiredConns() == 0 }, 5*time.Second, time.Millisecond)
	require.NoError(t, f.db.Raw("SELECT pg_backend_pid()").Scan(&after).Error)
	require.Equal(t, before, after)
}

func TestServerEndsTheConnection(t *testing.T) {
	t.Parallel()
	f := setup(t)
	ctx, tx := f.begin(t)
	var pid uint32
	require.NoError(t, f.db.WithContext(ctx).Raw("SELECT pg_backend_pid()").Scan(&pid).Error)
	require.NoError(t, f.db.WithContext(ctx).Create(&note{Text: "a"}).Error)
	require.NoError(t, f.db.Exec("SELECT pg_terminate_backend(?)", pid).Error)
	require.Error(t, f.db.WithContext(ctx).Exec("SELECT 1").Error)
	require.ErrorIs(t, f.db.WithContext(ctx).Exec("SELECT 1").Error, pgpool.ErrConnectionLost)
	err := tx.Commit()
	require.ErrorIs(t, err, pgpool.ErrConnectionLost)
	require.NotErrorIs(t, err, pgpool.ErrCommitUnknown, "COMMIT was never sent")
	require.Zero(t, f.count(t))

	_, tx = f.begin(t)
	require.Error(t, f.src.Do(pgpool.WithTx(f.ctx, tx), func(ctx context.Context, conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, "SELECT pg_terminate_backend(pg_backend_pid())")
		return err
	}))
	require.NoError(t, tx.Rollback(), "the server has rolled back already")
}

func TestErrorsOfStatementsAreTranslatedOnce(t *testing.T) {
	t.Parallel()
	f := setup(t, one)
	require.NoError(t, f.db.Create(&note{Text: "a"}).Error)
	insert := "INSERT INTO notes (text) VALUES ('a')"
	for name, err := range map[string]error{
		"exec":  f.db.Exec(insert).Error,
		"query": f.db.Raw(insert + " RETURNING id").Scan(new(int)).Error,
		"do": f.src.Do(f.ctx, func(ctx context.Context, conn *pgx.Conn) error {
			_, err := conn.Exec(ctx, insert)
			return err
		}),
		"create": f.db.Create(&note{Text: "a"}).Error,
		"gorm transaction": f.db.Transaction(func(tx *gorm.DB) error {
			return tx.Exec(insert).Error
		}),
	} {
		require.ErrorIs(t, err, gorm.ErrDuplicatedKey, name)
		var pgErr *pgconn.PgError
		require.ErrorAs(t, err, &pgErr, name)
		require.EqualError(t, err, `gormango: unique violation of "notes_text_key" on notes (text)`, name)
	}
	mine := errors.New("mine")
	require.Equal(t, mine, f.src.Do(f.ctx, func(context.Context, *pgx.Conn) error { return mine }))
}
