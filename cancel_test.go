package gormango_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango"
)

// A cancelled statement keeps its connection, and its stop does not reach the
// next statement.
func TestCancelKeepsTheConnection(t *testing.T) {
	t.Parallel()
	ctx, db := open(t, gormango.Config{Pool: gormango.Pool{Max: 1}})
	opened := gormango.Stats(db).Opened
	for i := range 20 {
		// From before the statement runs to after it has ended by itself.
		short, cancel := context.WithTimeout(ctx, time.Duration(i)*time.Millisecond)
		err := db.WithContext(short).Exec("SELECT pg_sleep(0.01)").Error
		cancel()
		if err != nil {
			require.ErrorIs(t, err, context.DeadlineExceeded)
		}
		require.NoError(t, db.Exec("SELECT pg_sleep(0.005)").Error)
	}
	require.Equal(t, opened, gormango.Stats(db).Opened)
}
