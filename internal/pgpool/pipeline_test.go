package pgpool_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/pgpool"
)

// asked is a statement whose rows are read as texts.
type asked struct {
	sql  string
	args []any
	rows []string
	err  error // of Take
}

func (a *asked) Text() (string, []any) { return a.sql, a.args }

func (a *asked) Take(_ context.Context, rows pgx.Rows) error {
	a.rows = nil
	for rows.Next() {
		values, err := rows.Values()
		if err != nil {
			return err
		}
		a.rows = append(a.rows, fmt.Sprint(values...))
		if a.err != nil {
			return a.err
		}
	}
	return rows.Err()
}

// together sends statements together, in the transaction of ctx if it has one.
func (f fixture) together(ctx context.Context, list ...*asked) (at int, err error) {
	pieces := make([]pgpool.Piece, len(list))
	for i, a := range list {
		pieces[i] = a
	}
	err = f.src.Once(ctx, pgpool.Func(func(ctx context.Context, conn *pgx.Conn) (err error) {
		at, err = pgpool.Together(ctx, conn, pieces)
		return err
	}))
	return at, err
}

func TestTogether(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(c *pgx.ConnConfig){
		"prepared":        func(*pgx.ConnConfig) {},
		"few statements":  func(c *pgx.ConnConfig) { c.StatementCacheCapacity = 2 },
		"nothing is kept": func(c *pgx.ConnConfig) { c.DefaultQueryExecMode = pgx.QueryExecModeExec },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := setup(t, adapt(change))
			first := &asked{sql: "SELECT g FROM generate_series(1, $1::int) g", args: []any{3}}
			second := &asked{sql: "SELECT $1::text", args: []any{"two"}}
			third := &asked{sql: "SELECT 1 WHERE $1::bool", args: []any{false}}
			for range 3 {
				at, err := f.together(f.ctx, first, second, third)
				require.NoError(t, err)
				require.Equal(t, 3, at)
				require.Equal(t, []string{"1", "2", "3"}, first.rows)
				require.Equal(t, []string{"two"}, second.rows)
				require.Empty(t, third.rows)
			}

			// The error is of the statement that has failed; those behind have not run.
			third.rows = []string{"not read"}
			fails := &asked{sql: "SELECT 1 / $1::int", args: []any{0}}
			for range 2 {
				at, err := f.together(f.ctx, first, fails, third)
				var pgErr *pgconn.PgError
				require.ErrorAs(t, err, &pgErr)
				require.Equal(t, "22012", pgErr.Code)
				require.Equal(t, 1, at)
				require.Equal(t, []string{"not read"}, third.rows)
			}
			wrong := &asked{sql: "SELECT nothing"}
			at, err := f.together(f.ctx, first, wrong)
			require.Error(t, err)
			require.Equal(t, 1, at)
			stops := &asked{sql: first.sql, args: first.args, err: errors.New("enough")}
			at, err = f.together(f.ctx, second, stops, third)
			require.ErrorIs(t, err, stops.err)
			require.Equal(t, 1, at)

			// An argument that does not fit is the error of its statement.
			misfit := &asked{sql: second.sql, args: []any{struct{}{}}}
			at, err = f.together(f.ctx, first, misfit, second)
			require.Error(t, err)
			require.Equal(t, 1, at)
			require.NoError(t, f.db.Exec("SELECT 1").Error)

			ctx, tx := f.begin(t)
			at, err = f.together(ctx, first, fails, second)
			require.Error(t, err)
			require.Equal(t, 1, at)
			require.ErrorIs(t, tx.Commit(), pgx.ErrTxCommitRollback)
			_, err = f.together(f.ctx, first, second)
			require.NoError(t, err)
		})
	}
}

// However many statements a migration has made old, they run again once.
func TestTogetherAfterAMigration(t *testing.T) {
	t.Parallel()
	f := setup(t, one)
	other, err := pgx.Connect(f.ctx, f.pool.Pgx().Config().ConnString())
	require.NoError(t, err)
	defer other.Close(f.ctx)
	var list []*asked
	for i := range 5 {
		_, err := other.Exec(f.ctx, fmt.Sprintf("CREATE TABLE old_%d (n int); INSERT INTO old_%d VALUES (1)", i, i))
		require.NoError(t, err)
		list = append(list, &asked{sql: fmt.Sprintf("SELECT * FROM old_%d WHERE n = $1", i), args: []any{1}})
	}
	_, err = f.together(f.ctx, list...)
	require.NoError(t, err)
	for i := range list {
		_, err := other.Exec(f.ctx, fmt.Sprintf("ALTER TABLE old_%d ADD m text DEFAULT 'new'", i))
		require.NoError(t, err)
	}
	_, err = f.together(f.ctx, list...)
	require.NoError(t, err)
	require.Equal(t, []string{"1new"}, list[4].rows)

	// A type that does not fit any more is encoded anew.
	_, err = other.Exec(f.ctx, "ALTER TABLE old_2 ALTER n TYPE text")
	require.NoError(t, err)
	list[2].args = []any{"1"}
	_, err = f.together(f.ctx, list...)
	require.NoError(t, err)
}

// The end of a context stops what is under way, and the connection serves
// again.
func TestTogetherCanceled(t *testing.T) {
	t.Parallel()
	f := setup(t, one)
	sleep := &asked{sql: "SELECT pg_sleep($1)::text", args: []any{20.0}}
	quick := &asked{sql: "SELECT $1::int", args: []any{1}}
	_, err := f.together(f.ctx, &asked{sql: sleep.sql, args: []any{0.0}}, quick)
	require.NoError(t, err)
	for range 3 {
		ctx, cancel := context.WithTimeout(f.ctx, 50*time.Millisecond)
		at, err := f.together(ctx, quick, sleep, quick)
		cancel()
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, 1, at)
		_, err = f.together(f.ctx, quick, quick)
		require.NoError(t, err)
		require.Equal(t, []string{"1"}, quick.rows)
	}
	require.EqualValues(t, 1, f.pool.Pgx().Stat().NewConnsCount(), "the connection is the same")

	// A connection that breaks is replaced.
	var pid int
	require.NoError(t, f.db.Raw("SELECT pg_backend_pid()").Scan(&pid).Error)
	_, err = f.together(f.ctx, quick, &asked{sql: "SELECT pg_terminate_backend($1)::text", args: []any{pid}}, quick)
	require.ErrorIs(t, err, gormango.ErrConnectionLost)
	_, err = f.together(f.ctx, quick, quick)
	require.NoError(t, err)
}
