package pgpool_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/txutil"
)

// The next user of a connection finds it as it was opened.
func TestSettingsEndWithTheirUse(t *testing.T) {
	t.Parallel()
	f := setup(t, one)
	show := func(db *gorm.DB, name string) (value string) {
		t.Helper()
		require.NoError(t, db.Raw("SELECT current_setting(?, true)", name).Scan(&value).Error)
		return value
	}
	timeout, path, role := show(f.db, "statement_timeout"), show(f.db, "search_path"), show(f.db, "role")
	for _, sql := range []string{
		"SET statement_timeout = '1h'", "/* a */ set SESSION statement_timeout TO 3600000;", "SELECT set_config('statement_timeout', '1h', false)",
		"SET search_path = pg_catalog", "SELECT 1; SET statement_timeout = '1h'", "DO $$ BEGIN SET statement_timeout = '1h'; END $$",
		"SET ROLE pg_monitor", "RESET ALL", "DISCARD ALL", "DEALLOCATE ALL", "LISTEN x", "SET TIME ZONE 'Asia/Tokyo'",
	} {
		for name, run := range map[string]func() error{
			"exec": func() error { return f.db.Exec(sql).Error },
			"scan": func() error {
				if err := f.db.Raw(sql).Scan(new(string)).Error; err != nil && sql[:4] != "SELE" {
					return nil // several statements cannot be prepared
				}
				return nil
			},
			"transaction": func() error {
				return f.db.Transaction(func(tx *gorm.DB) error { return tx.Exec(sql).Error })
			},
			"block": func() error {
				return txutil.Atomic(f.ctx, f.db, func(ctx context.Context) error {
					return txutil.Atomic(ctx, f.db, func(ctx context.Context) error { return f.db.WithContext(ctx).Exec(sql).Error })
				})
			},
			"connection": func() error {
				return f.db.Connection(func(tx *gorm.DB) error { return tx.Exec(sql).Error })
			},
			"prepared": func() error {
				return f.db.Session(&gorm.Session{PrepareStmt: true}).Exec(sql).Error
			},
		} {
			if err := run(); err != nil {
				require.ErrorContains(t, err, "DISCARD ALL cannot run inside a transaction block", "%s: %s", sql, name)
			}
			require.Equal(t, timeout, show(f.db, "statement_timeout"), "%s: %s", sql, name)
			require.Equal(t, path, show(f.db, "search_path"), "%s: %s", sql, name)
			require.Equal(t, role, show(f.db, "role"), "%s: %s", sql, name)
			require.Equal(t, "UTC", show(f.db, "TimeZone"), "%s: %s", sql, name)
		}
	}
}

// A setting holds for all of its transaction or Connection, and what belongs to
// a transaction costs no connection.
func TestSettingsInTheirTransaction(t *testing.T) {
	t.Parallel()
	f := setup(t, one)
	require.NoError(t, f.db.Transaction(func(tx *gorm.DB) error {
		var value string
		require.NoError(t, tx.Exec("SET statement_timeout = '1h'").Error)
		require.NoError(t, tx.Raw("SHOW statement_timeout").Scan(&value).Error)
		require.Equal(t, "1h", value)
		return nil
	}))
	require.NoError(t, f.db.Exec("SELECT 1").Error)
	before := f.pool.Pgx().Stat().NewConnsCount()
	for _, sql := range []string{
		"SET LOCAL statement_timeout = '1h'", "SELECT set_config('app.tenant', '7', true)", "SET CONSTRAINTS ALL DEFERRED",
		"SELECT 'SET x = 1; RESET ALL'", "UPDATE notes SET text = 'SET'", "COMMENT ON TABLE notes IS 'DISCARD ALL'",
	} {
		require.NoError(t, f.db.Transaction(func(tx *gorm.DB) error { return tx.Exec(sql).Error }), sql)
		require.NoError(t, f.db.Exec(sql).Error, sql)
	}
	require.Equal(t, before, f.pool.Pgx().Stat().NewConnsCount())
}
