package gormango_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/txutil"
)

// brokenInside is an error that says its transaction was rolled back.
type brokenInside struct{ error }

func (brokenInside) RolledBack() bool { return true }
func (e brokenInside) Unwrap() error  { return e.error }

func TestIsRetryable(t *testing.T) {
	t.Parallel()
	code := func(c string) error { return fmt.Errorf("mine: %w", &pgconn.PgError{Code: c}) }
	outdated := func(code, routine, message string) error {
		return &pgconn.PgError{Code: code, Routine: routine, Message: message}
	}
	lost := fmt.Errorf("%w: %w", gormango.ErrConnectionLost, io.ErrUnexpectedEOF)
	for _, c := range []struct {
		err  error
		want bool
	}{
		{nil, false},
		{errors.New("mine"), false},
		{code("40001"), true}, {code("40P01"), true}, {code("53300"), true}, {code("57P03"), true},
		{outdated("0A000", "RevalidateCachedQuery", ""), true}, {outdated("0A000", "x", ""), false},
		{outdated("XX000", "getTypeInputInfo", "cache lookup failed for type 16385"), true}, {outdated("XX000", "x", "y"), false},
		{&txutil.AfterCommitError{Err: code("40001")}, false},
		{fmt.Errorf("mine: %w", &txutil.AfterCommitError{Err: brokenInside{lost}}), false},
		{brokenInside{code("25P03")}, true}, {brokenInside{code("25P04")}, true}, {code("25P03"), false},
		{code("57P01"), false}, {code("57P02"), false}, {code("08006"), false},
		{brokenInside{code("57P01")}, true}, {brokenInside{code("08006")}, true}, {brokenInside{lost}, true},
		{lost, false},
		{brokenInside{code("23505")}, false}, {code("25P02"), false}, {code("22P02"), false}, {code("42601"), false}, {code("57014"), false}, {code("25006"), false},
		{fmt.Errorf("%w: %w", gormango.ErrCommitUnknown, io.EOF), false},
		{fmt.Errorf("%w: %w", gormango.ErrCommitUnknown, code("40001")), false},
		{fmt.Errorf("%w: %w", context.Canceled, code("57014")), false},
		{brokenInside{fmt.Errorf("%w: %w", context.DeadlineExceeded, gormango.ErrConnectionLost)}, false},
	} {
		require.Equal(t, c.want, gormango.IsRetryable(c.err), "%v", c.err)
	}
}

func TestIsRetryableOfRealFailures(t *testing.T) {
	t.Parallel()
	_, err := gormango.Open(context.Background(), gormango.Config{URL: "postgres://ann@127.0.0.1:1/none"})
	require.True(t, gormango.IsRetryable(err), "no server")
	ctx, db := open(t, gormango.Config{})
	_, err = gormango.Open(context.Background(), gormango.Config{URL: gormangoURL(db, "no_such_database")})
	require.False(t, gormango.IsRetryable(err), "no database")

	require.NoError(t, db.Exec("CREATE TABLE sums (id int, n int); INSERT INTO sums VALUES (1, 0), (2, 0)").Error)
	a, b := db.WithContext(ctx).Begin(), db.WithContext(ctx).Begin()
	defer a.Rollback()
	defer b.Rollback()
	for _, tx := range []*gorm.DB{a, b} {
		require.NoError(t, tx.Exec("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE").Error)
		require.NoError(t, tx.Exec("SELECT sum(n) FROM sums").Error)
	}
	require.NoError(t, a.Exec("UPDATE sums SET n = 1 WHERE id = 1").Error)
	require.NoError(t, b.Exec("UPDATE sums SET n = 1 WHERE id = 2").Error)
	require.NoError(t, a.Commit().Error)
	require.True(t, gormango.IsRetryable(b.Commit().Error), "serialization failure")
}
