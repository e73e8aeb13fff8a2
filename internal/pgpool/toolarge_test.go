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
	for name, err := range map[string]error{
		"outside": f.db.Exec("INSERT INTO notes (text) VALUES (?)", value).Error,
		"inside": txutil.Atomic(f.ctx, f.db, func(ctx context.Context) error {
			return f.db.WithContext(ctx).Raw("SELECT length(?)", value).Scan(new(int)).Error
		}),
	} {
		require.ErrorIs(t, err, gormango.ErrTooLarge, name)
		require.NotErrorIs(t, err, gormango.ErrConnectionLost, name)
		require.False(t, gormango.IsRetryable(err), name)
	}
	require.Zero(t, f.count(t))
}
