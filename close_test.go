package gormango_test

import (
	"context"
	"iter"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repotest"
)

func TestCloseTwiceAndForgetsModels(t *testing.T) {
	t.Parallel()
	ctx, db := open(t, gormango.Config{Models: []any{&genre{}}})
	require.Len(t, modelinfo.Of(db).Models(), 1)
	require.NoError(t, gormango.Close(db.WithContext(ctx)))
	require.NoError(t, gormango.Close(db))
	require.Empty(t, modelinfo.Of(db).Models())
	modelinfo.Remove(db)
	require.ErrorIs(t, db.Exec("SELECT 1").Error, gormango.ErrClosed)
	require.ErrorIs(t, db.Transaction(func(*gorm.DB) error { return nil }), gormango.ErrClosed)
}

// What was never ended does not keep Close from ending, and is named.
func TestCloseBehindALeak(t *testing.T) {
	t.Parallel()
	for name, leak := range map[string]struct {
		open func(t *testing.T, ctx context.Context, db *gorm.DB) (end func())
		held string
	}{
		"an iteration": {func(t *testing.T, ctx context.Context, db *gorm.DB) func() {
			next, stop := iter.Pull2(repo.New[genre](db).Iter(ctx))
			_, err, _ := next()
			require.NoError(t, err)
			return stop
		}, `a transaction begun at`},
		"rows": {func(t *testing.T, ctx context.Context, db *gorm.DB) func() {
			rows, err := db.WithContext(ctx).Model(&genre{}).Rows()
			require.NoError(t, err)
			require.True(t, rows.Next())
			return func() { require.NoError(t, rows.Close()) }
		}, `a result at \w+/close_test\.go:\d+`},
		"a transaction": {func(t *testing.T, ctx context.Context, db *gorm.DB) func() {
			tx := db.WithContext(ctx).Begin()
			require.NoError(t, tx.Error)
			return func() { require.NoError(t, tx.Rollback().Error) }
		}, `a transaction begun at \w+/close_test\.go:\d+`},
		"a connection": {func(t *testing.T, ctx context.Context, db *gorm.DB) func() {
			pool, err := db.DB()
			require.NoError(t, err)
			conn, err := pool.Conn(ctx)
			require.NoError(t, err)
			return func() { require.NoError(t, conn.Close()) }
		}, `a connection of GORM's Connection or DB at \w+/close_test\.go:\d+`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db, err := gormango.Open(t.Context(), gormango.Config{URL: repotest.URL(t), Pool: gormango.Pool{Max: 2, CloseTimeout: 50 * time.Millisecond}, Models: []any{&genre{}}})
			require.NoError(t, err)
			require.NoError(t, db.AutoMigrate(&genre{}))
			require.NoError(t, db.Create(&[]genre{{Name: "a"}, {Name: "b"}}).Error)
			end := leak.open(t, context.Background(), db)
			begun := time.Now()
			err = gormango.Close(db)
			require.Less(t, time.Since(begun), 5*time.Second)
			require.ErrorIs(t, err, gormango.ErrInUse)
			require.Regexp(t, `connections are still in use 50ms after Close: 1, held by `+leak.held, err.Error())
			require.ErrorIs(t, db.Exec("SELECT 1").Error, gormango.ErrClosed)
			require.NoError(t, gormango.Close(db))
			end()
		})
	}
}
