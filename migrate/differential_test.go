package migrate_test

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/migrate"
	"github.com/gormango/gormango/repotest"
)

// everything is the server's own text of each column, constraint, index and
// comment.
const everything = `
SELECT 'column ' || c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
	|| CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
	|| coalesce(' ' || a.attgenerated::text || ' ' || pg_get_expr(d.adbin, d.adrelid), '') || a.attidentity::text
	|| CASE WHEN a.attcollation <> t.typcollation THEN ' ' || a.attcollation::regcollation ELSE '' END
	|| coalesce(' -- ' || col_description(c.oid, a.attnum), '')
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL
SELECT 'constraint ' || conrelid::regclass || '.' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
WHERE connamespace = current_schema()::regnamespace AND conrelid <> 0
UNION ALL
SELECT 'index ' || indexrelid::regclass || ' ' || pg_get_indexdef(indexrelid) FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid
WHERE c.relnamespace = current_schema()::regnamespace
ORDER BY 1`

// contents lists a database; a key that counts up by a sequence or by an
// identity is the same.
func contents(t testing.TB, db *gorm.DB) []string {
	t.Helper()
	list := names(t, db, everything)
	for i, s := range list {
		if s[:6] == "column" {
			list[i] = regexp.MustCompile(`NOT NULL(  nextval\(.*\)|d)$`).ReplaceAllString(s, "NOT NULL counted")
		}
	}
	return list
}

func TestAutoMakesWhatAutoMigrateMakes(t *testing.T) {
	t.Parallel()
	url := repotest.URL(t)
	theirs := withLoans(t, plain(t, url))
	require.NoError(t, theirs.AutoMigrate(zoo...))

	ours := withLoans(t, setup(t))
	report, err := migrate.Auto(t.Context(), ours, zoo...)
	require.NoError(t, err)
	require.NotEmpty(t, report.Statements)
	require.Equal(t, contents(t, theirs), contents(t, ours))

	t.Run("second run is empty", func(t *testing.T) {
		report, err := migrate.Auto(t.Context(), ours, zoo...)
		require.NoError(t, err)
		require.Empty(t, report.Statements)
	})
	t.Run("their database is accepted", func(t *testing.T) {
		report, err := migrate.Auto(t.Context(), withLoans(t, open(t, url)), zoo...)
		require.NoError(t, err)
		require.Empty(t, report.Statements)
	})
	t.Run("on plain GORM", func(t *testing.T) {
		report, err := migrate.Auto(t.Context(), theirs, zoo...)
		require.NoError(t, err)
		require.Empty(t, report.Statements)
		db := withLoans(t, plain(t, repotest.URL(t)))
		_, err = migrate.Auto(t.Context(), db, zoo...)
		require.NoError(t, err)
		require.Equal(t, contents(t, ours), contents(t, db))
	})
}
