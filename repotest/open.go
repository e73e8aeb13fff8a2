package repotest

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/gormango/gormango"
)

// Open opens a new database with the empty tables of models, as migrate.Auto
// creates them, on the server of [URL]. It is closed and dropped at the end of
// the test. A statement outside of the transaction of its goroutine is logged
// (gormango.Config.WarnOutside).
//
// The tables are created once, in a template database, which each call copies.
// The template is dropped like the database of a killed test. Warnings go to
// the test's log, and with GORMANGO_TEST_SQL=1 each statement.
func Open(t testing.TB, models ...any) *gorm.DB {
	t.Helper()
	return OpenWith(t, gormango.Config{}, models...)
}

// OpenWith is [Open] with other settings: those of cfg, but for URL, Models and
// WarnOutside, which it sets. A Logger of cfg gets the records in place of the
// test's log, statements at Debug without their values.
func OpenWith(t testing.TB, cfg gormango.Config, models ...any) *gorm.DB {
	t.Helper()
	if len(models) == 0 {
		cfg.URL = URL(t)
	} else {
		server := serverURL(t)
		name, err := cloneOf(server, models)
		require.NoError(t, err)
		cfg.URL = dropAtEnd(t, server, name)
	}
	cfg.Models = models
	return open(t, cfg)
}

// open opens the database of cfg until the end of the test.
func open(t testing.TB, cfg gormango.Config) *gorm.DB {
	t.Helper()
	cfg.WarnOutside = true
	log := &testLog{t: t}
	t.Cleanup(log.end)
	db, err := gormango.Open(context.Background(), observed(cfg, log))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, gormango.Close(db)) })
	return db
}

// observed returns cfg with a logger by which [Queries] sees the statements. At
// GORM's level Info they come without values, so that equal ones are equal.
func observed(cfg gormango.Config, log *testLog) gormango.Config {
	cfg.Logger = observer(cfg.Logger, log)
	given := cfg.GORM
	cfg.GORM = func(c *gorm.Config) {
		c.Logger = c.Logger.LogMode(logger.Info)
		if given != nil {
			given(c)
		}
	}
	return cfg
}
