package compat

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/repotest"
)

// plain opens an empty database by GORM's own driver.
func plain(t testing.TB) *gorm.DB {
	t.Helper()
	db, err := gorm.Open(postgres.Open(repotest.URL(t)), &gorm.Config{Logger: logger.Discard})
	require.NoError(t, err)
	t.Cleanup(func() {
		sqlDB, err := db.DB()
		require.NoError(t, err)
		require.NoError(t, sqlDB.Close())
	})
	return db
}

// ours opens an empty database by gormango.
func ours(t testing.TB, models ...any) *gorm.DB {
	t.Helper()
	return openURL(t, repotest.URL(t), models...)
}

func openURL(t testing.TB, url string, models ...any) *gorm.DB {
	t.Helper()
	db, err := gormango.Open(context.Background(), gormango.Config{URL: url, Models: models})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, gormango.Close(db)) })
	return db
}

// both returns a database of each kind with the tables of models, as GORM's
// AutoMigrate creates them.
func both(t testing.TB, models ...any) map[string]*gorm.DB {
	t.Helper()
	dbs := map[string]*gorm.DB{"plain": plain(t), "ours": ours(t, models...)}
	for _, db := range dbs {
		require.NoError(t, db.AutoMigrate(models...))
	}
	return dbs
}

// lines returns the rows of a query as PostgreSQL's text.
func lines(t testing.TB, db *gorm.DB, query string) (rows []string) {
	t.Helper()
	require.NoError(t, db.Raw("SELECT x::text FROM ("+query+") x").Scan(&rows).Error)
	return rows
}
