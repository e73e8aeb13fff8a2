package connect_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/repotest"
)

// GORM never ends the goroutine of its statement cache.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("gorm.io/gorm/internal/lru.NewLRU[...].func1"))
}

// open opens a database for a test, by default a new one.
func open(t testing.TB, cfg gormango.Config) (context.Context, *gorm.DB) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	t.Cleanup(cancel)
	if cfg.URL == "" {
		cfg.URL = repotest.URL(t)
	}
	db, err := gormango.Open(ctx, cfg)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, gormango.Close(db)) })
	return ctx, db
}

// show returns the single value of a query.
func show(t testing.TB, db *gorm.DB, query string) (got string) {
	t.Helper()
	require.NoError(t, db.Raw(query).Scan(&got).Error)
	return got
}
