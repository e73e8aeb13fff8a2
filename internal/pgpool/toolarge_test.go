package pgpool_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/longtest"
	"github.com/gormango/gormango/txutil"
)

func TestAStatementBeyondTheProtocolIsNotSent(t *testing.T) {
	longtest.Only(t, "its value takes 4 GB of memory")
	f := setup(t, one)
	value := strings.Repeat("x", 1<<30)
	for name, run := range map[string]func(ctx context.Context) error{
		"exec": func(ctx context.Context) error { return f.db.WithContext(ctx).Exec("INSERT INTO notes (text) VALUES (?)", value).Error },
		"rows": func(ctx context.Context) error { return f.db.WithContext(ctx).Raw("SELECT length(?)", value).Scan(new(int)).Error },
	} {
		for where, err := range map[string]error{
			"outside": run(f.ctx),
			"inside":  txutil.Atomic(f.ctx, f.db, run),
		} {
			require.ErrorIs(t, err, gormango.ErrTooLarge, "%s %s", name, where)
			require.NotErrorIs(t, err, gormango.ErrConnectionLost)
			require.False(t, gormango.IsRetryable(err))
		}
	}
	require.Zero(t, f.count(t))
}
