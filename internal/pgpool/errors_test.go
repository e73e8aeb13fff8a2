package pgpool_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/pgpool"
)

func TestAStatementIsNeverSentTwice(t *testing.T) {
	t.Parallel()
	insert := "INSERT INTO notes (text) VALUES (NULL)"
	withArg := "INSERT INTO notes (text) VALUES (NULLIF($1, 'x'))"
	for name, run := range map[string]func(f fixture) error{
		"exec without arguments": func(f fixture) error { return f.db.Exec(insert).Error },
		"exec with arguments": func(f fixture) error {
			_, err := f.pool.ExecContext(f.ctx, withArg, "x")
			return err
		},
		"simple protocol": func(f fixture) error {
			_, err := f.pool.ExecContext(f.ctx, withArg, pgx.QueryExecModeSimpleProtocol, "x")
			return err
		},
		"query": func(f fixture) error {
			return f.db.Raw(insert + " RETURNING id").Scan(new(int)).Error
		},
		"query, simple protocol": func(f fixture) error {
			return f.pool.QueryRowContext(f.ctx, withArg+" RETURNING id", pgx.QueryExecModeSimpleProtocol, "x").Scan(new(int))
		},
		"prepared statement": func(f fixture) error {
			st, err := f.pool.PrepareContext(f.ctx, insert)
			if err != nil {
				return err
			}
			defer st.Close()
			_, err = st.ExecContext(f.ctx)
			return err
		},
		"native": func(f fixture) error {
			return f.src.Do(f.ctx, func(ctx context.Context, conn *pgx.Conn) error {
				_, err := conn.Exec(ctx, insert)
				return err
			})
		},
		"create": func(f fixture) error {
			return f.db.Session(&gorm.Session{SkipDefaultTransaction: true}).Create(&note{Text: "a"}).Error
		},
		"the sql.DB": func(f fixture) error {
			sqlDB, err := f.db.DB()
			if err != nil {
				return err
			}
			_, err = sqlDB.ExecContext(f.ctx, insert)
			return err
		},
		"a statement of the sql.DB, simple protocol": func(f fixture) error {
			sqlDB, err := f.db.DB()
			if err != nil {
				return err
			}
			_, err = sqlDB.ExecContext(f.ctx, withArg, pgx.QueryExecModeSimpleProtocol, "x")
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, p := throughProxy(t)
			require.NoError(t, run(f), "prepares, so that the next answer is the statement's")
			require.NoError(t, f.db.Exec("DELETE FROM notes").Error)
			p.CutNextAnswer()
			err := run(f)
			require.ErrorIs(t, err, pgpool.ErrConnectionLost)
			require.False(t, p.Armed())
			require.Eventually(t, func() bool { return f.count(t) == 1 }, 5*time.Second, 10*time.Millisecond)
		})
	}
}

func TestCommitWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	f, p := throughProxy(t)
	ctx, tx := f.begin(t)
	require.NoError(t, f.db.WithContext(ctx).Create(&note{Text: "a"}).Error)
	require.NoError(t, tx.OnCommit(func(context.Context) error { t.Error("nobody knows of a commit"); return nil }))
	require.NoError(t, tx.OnRollback(func() { t.Error("nobody knows of a rollback") }))
	p.CutNextAnswer()
	err := tx.Commit()
	require.ErrorIs(t, err, pgpool.ErrCommitUnknown)
	require.ErrorContains(t, err, "gormango: connection lost during commit, outcome unknown: ")
	require.EqualValues(t, 1, f.count(t), "here it was saved")
}

func TestLostInsideATransaction(t *testing.T) {
	t.Parallel()
	f, p := throughProxy(t)
	ctx, tx := f.begin(t)
	require.NoError(t, f.db.WithContext(ctx).Exec("SELECT 1").Error)
	p.CutNextAnswer()
	require.ErrorIs(t, f.db.WithContext(ctx).Exec("INSERT INTO notes (text) VALUES ('a')").Error, pgpool.ErrConnectionLost)
	require.ErrorIs(t, tx.Commit(), pgpool.ErrConnectionLost)
	require.Zero(t, f.count(t))
}

func TestLostWhileReading(t *testing.T) {
	t.Parallel()
	f, p := throughProxy(t)
	rows, err := f.db.Raw("SELECT repeat('x', 1000) FROM generate_series(1, 100000)").Rows()
	require.NoError(t, err)
	p.CutNextAnswer()
	for rows.Next() {
	}
	require.ErrorIs(t, rows.Err(), pgpool.ErrConnectionLost)
	_ = rows.Close()
}
