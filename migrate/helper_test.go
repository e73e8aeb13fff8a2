package migrate_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/repotest"
)

// open opens a database with gormango and closes it at the end of the test.
func open(t testing.TB, url string, models ...any) *gorm.DB {
	t.Helper()
	db, err := gormango.Open(t.Context(), gormango.Config{URL: url, Models: models})
	require.NoError(t, err)
	t.Cleanup(func() { _ = gormango.Close(db) })
	return db
}

// plain opens the database with gorm.Open.
func plain(t testing.TB, url string) *gorm.DB {
	t.Helper()
	db, err := gorm.Open(postgres.Open(url), &gorm.Config{Logger: logger.Discard})
	require.NoError(t, err)
	t.Cleanup(func() { _ = gormango.Close(db) })
	return db
}

// setup returns a new database.
func setup(t testing.TB, models ...any) *gorm.DB {
	t.Helper()
	return open(t, repotest.URL(t), models...)
}

// database returns a function that opens one new database with models.
func database(t testing.TB) (open func(models ...any) *gorm.DB) {
	t.Helper()
	return databaseAt(t, repotest.URL(t))
}

func databaseAt(t testing.TB, url string) (open func(models ...any) *gorm.DB) {
	t.Helper()
	return func(models ...any) *gorm.DB {
		db, err := gormango.Open(t.Context(), gormango.Config{URL: url, Models: models})
		require.NoError(t, err)
		t.Cleanup(func() { _ = gormango.Close(db) })
		return db
	}
}

// statements records the statements that GORM sends.
type statements struct {
	logger.Interface
	mu   sync.Mutex
	list []string
}

func (s *statements) LogMode(logger.LogLevel) logger.Interface { return s }

func (s *statements) Trace(_ context.Context, _ time.Time, fc func() (string, int64), _ error) {
	sql, _ := fc()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list = append(s.list, sql)
}

// recorded returns db with a record of its statements.
func recorded(db *gorm.DB) (*gorm.DB, *statements) {
	s := &statements{Interface: logger.Discard}
	return db.Session(&gorm.Session{Logger: s}), s
}

func run(t testing.TB, db *gorm.DB, sql ...string) {
	t.Helper()
	for _, s := range sql {
		require.NoError(t, db.Exec(s).Error, s)
	}
}

func names(t testing.TB, db *gorm.DB, sql string, args ...any) []string {
	t.Helper()
	var out []string
	require.NoError(t, db.Raw(sql, args...).Scan(&out).Error)
	return out
}

// tables returns the tables of the current schema, without those of this package.
func tables(t testing.TB, db *gorm.DB) []string {
	t.Helper()
	return names(t, db, `SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename NOT LIKE 'gormango%' ORDER BY 1`)
}

// empty drops everything in the database, for cases that share one.
func empty(t testing.TB, db *gorm.DB) {
	t.Helper()
	run(t, db, `DROP SCHEMA public CASCADE`, `CREATE SCHEMA public`)
}

// again makes the next Auto compare once more, although it has found the
// database complete before.
func again(t testing.TB, db *gorm.DB) {
	t.Helper()
	run(t, db, `DROP TABLE IF EXISTS gormango_states`)
}
