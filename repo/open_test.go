package repo_test

import (
	"context"
	"flag"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/gormango/gormango/internal/longtest"
	"github.com/gormango/gormango/migrate"
	"github.com/gormango/gormango/repotest"
)

// With -plain the whole suite runs on databases that GORM opened by itself:
// go test ./repo -plain
var plain = flag.Bool("plain", false, "open databases by GORM alone, without gormango.Open")

// Properties are checked with fewer random cases by default.
func init() {
	if err := flag.Set("rapid.checks", strconv.Itoa(longtest.Count(30, 100))); err != nil {
		panic(err)
	}
}

// openDB opens an empty database of its own with the tables of models.
func openDB(t testing.TB, models ...any) *gorm.DB {
	t.Helper()
	if !*plain {
		return repotest.Open(t, models...)
	}
	db, err := gorm.Open(postgres.Open(repotest.URL(t)), &gorm.Config{Logger: logger.Discard})
	require.NoError(t, err)
	t.Cleanup(func() {
		pool, err := db.DB()
		require.NoError(t, err)
		require.NoError(t, pool.Close())
	})
	if len(models) > 0 {
		_, err = migrate.Auto(context.Background(), db, models...)
		require.NoError(t, err)
	}
	return db
}

// onlyOpened skips what a database that GORM opened by itself does not have.
func onlyOpened(t testing.TB, what string) {
	t.Helper()
	if *plain {
		t.Skip("a database that was not opened by gormango.Open has no " + what)
	}
}
