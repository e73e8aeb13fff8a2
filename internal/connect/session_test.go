package connect_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango"
)

func TestStatementsOfASessionAreRefusedBehindAPooler(t *testing.T) {
	t.Parallel()
	_, db := open(t, gormango.Config{Pooler: gormango.Transaction})
	for statement, want := range map[string]string{
		"LISTEN news":                             `gormango: not through a pooler: LISTEN needs a session, and each transaction gets another connection (use gormango.Listen with Config.DirectURL)`,
		" set statement_timeout = 1":              `gormango: not through a pooler: SET needs a session, and each transaction gets another connection (use SET LOCAL inside a transaction)`,
		"SELECT 1 + 1, pg_try_advisory_lock (7)":  `gormango: not through a pooler: pg_try_advisory_lock needs a session, and each transaction gets another connection (use pg_advisory_xact_lock inside a transaction, or gormango.Dedicated with Config.DirectURL)`,
		"SELECT pg_advisory_lock(7) /* a lock */": `gormango: not through a pooler: pg_advisory_lock needs a session, and each transaction gets another connection (use pg_advisory_xact_lock inside a transaction, or gormango.Dedicated with Config.DirectURL)`,
	} {
		require.EqualError(t, db.Exec(statement).Error, want)
		require.ErrorIs(t, db.Raw(statement).Scan(new(any)).Error, gormango.ErrPooled)
		require.ErrorIs(t, db.Raw(statement).Find(&[]map[string]any{}).Error, gormango.ErrPooled)
	}
	tx := db.Begin()
	for _, statement := range []string{"SET LOCAL lock_timeout = 1", "SELECT pg_advisory_xact_lock(7)", "NOTIFY news", "SELECT 'set'", ""} {
		require.NoError(t, tx.Exec(statement).Error, statement)
	}
	require.NoError(t, tx.Rollback().Error)

	_, db = open(t, gormango.Config{Pooler: gormango.Direct})
	require.NoError(t, db.Exec("LISTEN news").Error)
}
