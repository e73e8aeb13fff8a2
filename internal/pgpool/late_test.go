package pgpool_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/pgpool"
)

// following is asked as work that may travel behind BEGIN.
type following struct {
	*asked
	at int
}

func (w *following) On(ctx context.Context, conn *pgx.Conn) (err error) {
	w.at, err = pgpool.Together(ctx, conn, w.AppendPieces(nil))
	return err
}

func (w *following) AppendPieces(list []pgpool.Piece) []pgpool.Piece {
	return append(list, w.asked)
}

func (w *following) Failed(at int) { w.at = at }

// follow runs a statement that may travel behind BEGIN.
func (f fixture) follow(ctx context.Context, sql string, args ...any) ([]string, error) {
	w := &following{asked: &asked{sql: sql, args: args}}
	err := f.src.Once(ctx, w)
	return w.rows, err
}

func TestBeginTravelsWithTheFirstStatement(t *testing.T) {
	t.Parallel()
	f, p := throughProxy(t)
	const insert = "INSERT INTO notes (text) VALUES ($1) RETURNING text"
	for range 2 { // the statements are prepared afterwards
		ctx, tx := f.begin(t)
		_, err := f.follow(ctx, insert, "a")
		require.NoError(t, err)
		require.NoError(t, tx.Rollback())
	}
	require.Zero(t, f.count(t))
	before := p.RoundTrips()
	ctx, tx := f.begin(t)
	require.Equal(t, before, p.RoundTrips())
	rows, err := f.follow(ctx, insert, "a")
	require.NoError(t, err)
	require.Equal(t, []string{"a"}, rows)
	require.Equal(t, before+1, p.RoundTrips())
	require.NoError(t, tx.Commit())
	require.EqualValues(t, 1, f.count(t))

	// A statement that fails has failed in the transaction, also one that cannot be
	// prepared.
	for _, wrong := range []string{"SELECT 1 / (1 - $1::int)", "SELECT nothing, $1"} {
		ctx, tx := f.begin(t)
		_, err := f.follow(ctx, wrong, 1)
		require.Error(t, err)
		_, hidden := f.follow(ctx, insert, "b")
		require.ErrorContains(t, hidden, "the transaction is aborted by an earlier error")
		require.ErrorIs(t, tx.Commit(), pgx.ErrTxCommitRollback)
	}
	require.EqualValues(t, 1, f.count(t))

	// A block without statements sends nothing.
	before = p.RoundTrips()
	_, tx = f.begin(t)
	ran := false
	require.NoError(t, tx.OnCommit(func(context.Context) error { ran = true; return nil }))
	require.NoError(t, tx.Commit())
	require.True(t, ran)
	_, tx = f.begin(t)
	require.NoError(t, tx.Rollback())
	require.Equal(t, before, p.RoundTrips())

	// Without an answer the statement is not sent again.
	ctx, tx = f.begin(t)
	p.CutNextAnswer()
	_, err = f.follow(ctx, insert, "c")
	require.ErrorIs(t, err, gormango.ErrConnectionLost)
	require.True(t, gormango.IsRetryable(err))
	require.Error(t, tx.Commit())
	require.EqualValues(t, 1, f.count(t))

	// The end of a statement's context before it is sent leaves the transaction.
	ctx, tx = f.begin(t)
	over, cancel := context.WithCancel(ctx)
	cancel()
	_, err = f.follow(over, insert, "d")
	require.ErrorIs(t, err, context.Canceled)
	_, err = f.follow(ctx, insert, "e")
	require.NoError(t, err)
	require.NoError(t, tx.Commit())
	require.EqualValues(t, 2, f.count(t))
}

// A connection that the server has ended before BEGIN is replaced, and a
// transaction that cannot begin at all says so.
func TestBeginOnADeadConnection(t *testing.T) {
	t.Parallel()
	f, p := throughProxy(t)
	for _, native := range []bool{false, true} {
		_, err := f.follow(f.ctx, "SELECT $1::int", 1)
		require.NoError(t, err)
		ctx, tx := f.begin(t)
		p.Cut()
		time.Sleep(50 * time.Millisecond)
		if native {
			require.NoError(t, f.src.Do(ctx, func(ctx context.Context, conn *pgx.Conn) error { return conn.Ping(ctx) }))
		}
		_, err = f.follow(ctx, "INSERT INTO notes (text) VALUES ($1)", fmt.Sprint(native))
		require.NoError(t, err)
		require.NoError(t, tx.Commit())
	}
	require.EqualValues(t, 2, f.count(t))

	ctx, tx := f.begin(t)
	p.Refuse(true)
	p.Cut()
	time.Sleep(50 * time.Millisecond)
	_, err := f.follow(ctx, "SELECT $1::int", 1)
	require.Error(t, err)
	_, again := f.follow(ctx, "SELECT $1::int", 1)
	require.Error(t, again)
	require.Error(t, tx.Commit())
	p.Refuse(false)
	require.EqualValues(t, 2, f.count(t))
	ctx, tx = f.begin(t)
	p.Refuse(true)
	p.Cut()
	time.Sleep(50 * time.Millisecond)
	require.Error(t, f.src.Do(ctx, func(context.Context, *pgx.Conn) error { return nil }))
	require.NoError(t, tx.Rollback())
	p.Refuse(false)
	require.EqualValues(t, 2, f.count(t))
}
