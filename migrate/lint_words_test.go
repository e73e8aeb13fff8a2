package migrate_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/migrate"
)

// unseen are the published rules whose statements say nothing of what they do:
// the server must be asked.
var unseen = map[string]bool{
	"none row-level-security": true, "squawk syntax-error": true, "squawk ban-duplicate-column-assignments": true,
	"squawk prefer-bigint-over-int": true, "squawk prefer-bigint-over-smallint": true, "strong_migrations renaming a schema": true,
}

// Without a server most of what other linters document is found, and each
// finding says that it is by words.
func TestLintByWords(t *testing.T) {
	t.Parallel()
	db := offline(t, gorm.Config{})
	found, missed := 0, map[string]bool{}
	for _, p := range published {
		if p.rule == "" {
			continue
		}
		got, err := migrate.LintSQL(t.Context(), db, shop(), migrate.LintOptions{Words: true}, migrate.LintUnit{SQL: strings.Split(p.sql, ";;"), NoTx: p.noTx})
		require.NoError(t, err, p.name)
		if strings.Contains(rulesOf(got), p.rule) {
			found++
		} else {
			missed[p.tool+" "+p.name] = true
		}
		for _, f := range got {
			require.Equal(t, f.Rule != "L00" && f.Stmt.SQL != "", f.ByWords, f)
		}
	}
	t.Logf("%d found", found)
	require.Equal(t, unseen, missed)
}

// A table that a file creates takes everything at once, by words too.
func TestLintOfNewTablesByWords(t *testing.T) {
	t.Parallel()
	got, err := migrate.LintSQL(t.Context(), offline(t, gorm.Config{}), shop(), migrate.LintOptions{Words: true},
		migrate.LintUnit{SQL: []string{"CREATE TABLE t (id bigint PRIMARY KEY, a int)", "CREATE INDEX i ON t (a)", "ALTER TABLE t ADD CHECK (a > 0)"}},
		migrate.LintUnit{SQL: []string{"CREATE UNIQUE INDEX j ON t (a)", "UPDATE t SET a = 1", "ALTER TABLE t ADD COLUMN b int", "SELECT 1"}})
	require.NoError(t, err)
	require.Len(t, got, 1, "%v", got)
	require.Equal(t, "shop/0002_test:4: warning L00 not-traced: the statement was not traced: its words were to be judged", got[0].String())
	got, err = migrate.LintSQL(t.Context(), offline(t, gorm.Config{}), shop(), migrate.LintOptions{Words: true}, migrate.LintUnit{SQL: []string{"CREATE TABLE t (a int)", "CREATE INDEX i ON orders (total)"}})
	require.NoError(t, err)
	require.Equal(t, "L02 L37", rulesOf(got))
	require.Regexp(t, `error L02 index-blocking: .* \(by its words\)$`, got[0].String()+got[1].String())
}

// A role without rights has its statements traced in another database.
func TestLintOnAnotherDatabase(t *testing.T) {
	t.Parallel()
	db, other := created(t), setup(t)
	role := "lint_on_" + strings.ToLower(strings.ReplaceAll(t.Name(), "/", "_")) + "_" + names(t, db, `SELECT oid::text FROM pg_database WHERE datname = current_database()`)[0]
	run(t, db, `CREATE ROLE `+role)
	t.Cleanup(func() { run(t, db, `DROP ROLE `+role) })
	require.NoError(t, db.Connection(func(conn *gorm.DB) error {
		run(t, conn, `SET ROLE `+role)
		defer run(t, conn, `RESET ROLE`)
		for sql, want := range map[string]string{
			`ALTER TABLE orders ADD COLUMN x int`:                                          "",
			`ALTER TABLE orders ADD COLUMN token uuid DEFAULT gen_random_uuid()`:           "L12",
			`DO $$ BEGIN EXECUTE 'CREATE INDEX i ON orders (total)'; END $$`:               "L02",
			`ALTER TABLE orders ADD CONSTRAINT c CHECK (total > 0) NOT VALID`:              "",
			`ALTER TABLE orders ADD COLUMN day date GENERATED ALWAYS AS (at::date) STORED`: "L12",
		} {
			got, err := migrate.LintSQL(t.Context(), conn, shop(), migrate.LintOptions{On: other}, migrate.LintUnit{SQL: []string{sql}})
			require.NoError(t, err, sql)
			require.Equal(t, want, rulesOf(got), "%s: %v", sql, got)
			for _, f := range got {
				require.False(t, f.ByWords, f)
			}
		}
		return nil
	}))
	require.Equal(t, []string{"0"}, names(t, other, `SELECT count(*)::text FROM pg_namespace WHERE nspname LIKE 'gormango_trace%'`))
}
