package migrate_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/migrate"
)

type rulePublished struct {
	tool, name, sql, rule, reason string
	noTx                          bool
}

// published are the rules that squawk and strong_migrations document for
// PostgreSQL, each with statements that break it, and others that tool "none"
// has. rule is what the linter finds
// here; reason is why it finds nothing.
var published = []rulePublished{
	{tool: "squawk", name: "adding-field-with-default", sql: `ALTER TABLE orders ADD COLUMN token uuid DEFAULT gen_random_uuid()`, rule: "L12"},
	{tool: "squawk", name: "adding-foreign-key-constraint", sql: `ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (customer_id) REFERENCES customers (id)`, rule: "L07"},
	{tool: "squawk", name: "adding-not-nullable-field", sql: `ALTER TABLE orders ALTER COLUMN note SET NOT NULL`, rule: "L10"},
	{tool: "squawk", name: "adding-required-field", sql: `ALTER TABLE orders ADD COLUMN state text NOT NULL`, rule: "L11"},
	{tool: "squawk", name: "adding-serial-primary-key-field", sql: `ALTER TABLE loose DROP CONSTRAINT loose_pkey, ADD COLUMN id serial PRIMARY KEY`, rule: "L06"},
	{tool: "squawk", name: "ban-alter-domain-with-add-constraint", sql: `CREATE DOMAIN rate AS int;;ALTER DOMAIN rate ADD CHECK (VALUE > 0)`, reason: "no table has a column of the domain; TestLintOfDomains has one"},
	{tool: "squawk", name: "ban-create-domain-with-constraint", sql: `CREATE DOMAIN rate AS int CHECK (VALUE > 0)`, reason: "it costs when a column gets the type (L12, L13) or the domain changes (L08)"},
	{tool: "squawk", name: "ban-char-field", sql: `ALTER TABLE orders ADD COLUMN flag char(1)`, reason: "a matter of taste, which harms no running program"},
	{tool: "squawk", name: "ban-concurrent-index-creation-in-transaction", sql: `CREATE INDEX CONCURRENTLY i ON orders (total)`, rule: "L04"},
	{tool: "squawk", name: "ban-drop-column", sql: `ALTER TABLE orders DROP COLUMN note`, rule: "L17"},
	{tool: "squawk", name: "ban-drop-database", sql: `DROP DATABASE shop`, rule: "L36", noTx: true},
	{tool: "squawk", name: "ban-drop-not-null", sql: `ALTER TABLE orders ALTER COLUMN web DROP NOT NULL`, rule: "L19"},
	{tool: "squawk", name: "ban-drop-table", sql: `DROP TABLE loose`, rule: "L18"},
	{tool: "squawk", name: "ban-truncate-cascade", sql: `TRUNCATE customers CASCADE`, rule: "L36"},
	{tool: "squawk", name: "ban-uncommitted-transaction", sql: `BEGIN;;ALTER TABLE orders ADD COLUMN x int`, rule: "L39"},
	{tool: "squawk", name: "transaction-nesting", sql: `BEGIN;;SELECT 1;;COMMIT`, rule: "L39"},
	{tool: "squawk", name: "changing-column-type", sql: `ALTER TABLE orders ALTER COLUMN qty TYPE bigint`, rule: "L13"},
	{tool: "squawk", name: "constraint-missing-not-valid", sql: `ALTER TABLE orders ADD CONSTRAINT c CHECK (total >= 0)`, rule: "L08"},
	{tool: "squawk", name: "disallowed-unique-constraint", sql: `ALTER TABLE orders ADD CONSTRAINT u UNIQUE (code)`, rule: "L06"},
	{tool: "squawk", name: "identifier-too-long", sql: `CREATE VIEW ` + strings.Repeat("v", 70) + ` AS SELECT 1`, rule: "L32"},
	{tool: "squawk", name: "prefer-bigint-over-int", sql: `CREATE TABLE t (id serial PRIMARY KEY)`, rule: "L27"},
	{tool: "squawk", name: "prefer-bigint-over-smallint", sql: `CREATE TABLE t (id smallserial PRIMARY KEY)`, rule: "L27"},
	{tool: "squawk", name: "prefer-identity", sql: `CREATE TABLE t (id bigserial PRIMARY KEY)`, reason: "a matter of taste; FromModels makes identities"},
	{tool: "squawk", name: "prefer-robust-stmts", sql: `CREATE TABLE t (id bigint PRIMARY KEY)`, reason: "a migration and its record are one transaction, so it is not run twice; IF NOT EXISTS would hide a table of other columns"},
	{tool: "squawk", name: "prefer-text-field", sql: `ALTER TABLE orders ADD COLUMN x varchar(10)`, reason: "a wider limit costs nothing; L13 finds what does"},
	{tool: "squawk", name: "prefer-timestamp-tz", sql: `ALTER TABLE orders ADD COLUMN x timestamp`, rule: "L31"},
	{tool: "squawk", name: "renaming-column", sql: `ALTER TABLE orders RENAME COLUMN note TO remark`, rule: "L16"},
	{tool: "squawk", name: "renaming-table", sql: `ALTER TABLE orders RENAME TO sales`, rule: "L16"},
	{tool: "none", name: "set-schema", sql: `ALTER TABLE orders SET SCHEMA archive`, rule: "L16"},
	{tool: "squawk", name: "require-concurrent-index-creation", sql: `CREATE INDEX i ON orders (total)`, rule: "L02"},
	{tool: "squawk", name: "require-concurrent-index-deletion", sql: `DROP INDEX idx_code`, rule: "L03"},
	{tool: "squawk", name: "require-concurrent-partition-detach", sql: `ALTER TABLE events DETACH PARTITION events_1`, rule: "L41"},
	{tool: "squawk", name: "require-concurrent-reindex", sql: `REINDEX TABLE orders`, rule: "L02"},
	{tool: "squawk", name: "require-enum-value-ordering", sql: `ALTER TYPE mood ADD VALUE 'great'`, reason: "the order of values harms no running program"},
	{tool: "squawk", name: "require-timeout-settings", sql: `SET LOCAL lock_timeout = 0`, rule: "L01"},
	{tool: "squawk", name: "require-lock-timeout", sql: `SET LOCAL lock_timeout = 0`, rule: "L01"},
	{tool: "squawk", name: "require-statement-timeout", sql: `ALTER TABLE orders ADD COLUMN x boolean`, reason: "what reads a table must be let finish; L07 to L13 find what does so under a strong lock"},
	{tool: "squawk", name: "require-table-schema", sql: `ALTER TABLE orders ADD COLUMN x text`, reason: "the runner sets no search_path; one application may serve several schemas"},
	{tool: "squawk", name: "ban-duplicate-column-assignments", sql: `CREATE TABLE t (a int PRIMARY KEY, a text)`, rule: "L00"},
	{tool: "squawk", name: "prefer-repack", sql: `VACUUM FULL orders`, rule: "L13", noTx: true},
	{tool: "squawk", name: "prefer-repack", sql: `VACUUM (FULL, VERBOSE) public.orders`, rule: "L13", noTx: true},
	{tool: "squawk", name: "prefer-repack", sql: `CLUSTER orders USING idx_code`, rule: "L13"},
	{tool: "squawk", name: "unused-ignore", sql: `ALTER TABLE orders ADD COLUMN x text`, reason: "a reason may be for a rule that finds something at another table's size or server's version"},
	{tool: "squawk", name: "syntax-error", sql: `ALTER TABL orders ADD COLUMN x text`, rule: "L00"},
	{tool: "none", name: "drop-default", sql: `ALTER TABLE orders ALTER COLUMN web DROP DEFAULT`, rule: "L19"},
	{tool: "none", name: "drop-constraint", sql: `ALTER TABLE orders DROP CONSTRAINT qty_positive`, rule: "L35"},
	{tool: "none", name: "disable-trigger", sql: `ALTER TABLE orders DISABLE TRIGGER ALL`, rule: "L35"},
	{tool: "none", name: "row-level-security", sql: `ALTER TABLE orders ENABLE ROW LEVEL SECURITY`, rule: "L43"},
	{tool: "none", name: "alter-system", sql: `ALTER SYSTEM SET work_mem = '1GB'`, rule: "L04"},

	{tool: "strong_migrations", name: "removing a column", sql: `ALTER TABLE customers DROP COLUMN name`, rule: "L17"},
	{tool: "strong_migrations", name: "changing the type of a column", sql: `ALTER TABLE orders ALTER COLUMN total TYPE text`, rule: "L13"},
	{tool: "strong_migrations", name: "renaming a column", sql: `ALTER TABLE customers RENAME name TO title`, rule: "L16"},
	{tool: "strong_migrations", name: "renaming a table", sql: `ALTER TABLE customers RENAME TO clients`, rule: "L16"},
	{tool: "strong_migrations", name: "creating a table with force", sql: `DROP TABLE IF EXISTS loose CASCADE;;CREATE TABLE loose (id bigint PRIMARY KEY)`, rule: "L36"},
	{tool: "strong_migrations", name: "adding an auto-incrementing column", sql: `ALTER TABLE orders ADD COLUMN number bigserial`, rule: "L12"},
	{tool: "strong_migrations", name: "adding a stored generated column", sql: `ALTER TABLE orders ADD COLUMN gross numeric GENERATED ALWAYS AS (total * 2) STORED`, rule: "L12"},
	{tool: "strong_migrations", name: "adding a check constraint", sql: `ALTER TABLE customers ADD CONSTRAINT c CHECK (name <> '')`, rule: "L08"},
	{tool: "strong_migrations", name: "executing SQL", sql: `SELECT 1`, reason: "the server is asked what it does"},
	{tool: "strong_migrations", name: "backfilling data", sql: `ALTER TABLE orders ADD COLUMN x text;;UPDATE orders SET x = 'web'`, rule: "L23"},
	{tool: "strong_migrations", name: "adding an index non-concurrently", sql: `CREATE INDEX i ON customers (name)`, rule: "L02"},
	{tool: "strong_migrations", name: "adding a reference", sql: `ALTER TABLE orders ADD COLUMN shop_id bigint;;CREATE INDEX i ON orders (shop_id)`, rule: "L02"},
	{tool: "strong_migrations", name: "adding a foreign key", sql: `ALTER TABLE orders ADD FOREIGN KEY (filled) REFERENCES customers`, rule: "L07"},
	{tool: "strong_migrations", name: "adding a unique constraint", sql: `ALTER TABLE customers ADD UNIQUE (name)`, rule: "L06"},
	{tool: "strong_migrations", name: "adding an exclusion constraint", sql: `ALTER TABLE orders ADD EXCLUDE USING btree (code WITH =)`, rule: "L06"},
	{tool: "strong_migrations", name: "adding a json column", sql: `ALTER TABLE orders ADD COLUMN data json`, rule: "L28"},
	{tool: "strong_migrations", name: "setting NOT NULL", sql: `ALTER TABLE customers ALTER COLUMN name SET NOT NULL`, rule: "L10"},
	{tool: "strong_migrations", name: "adding a column with a volatile default", sql: `ALTER TABLE customers ADD COLUMN x float8 DEFAULT random()`, rule: "L12"},
	{tool: "strong_migrations", name: "setting NOT NULL with a default", sql: `UPDATE customers SET name = '' WHERE name IS NULL;;ALTER TABLE customers ALTER COLUMN name SET NOT NULL`, rule: "L23"},
	{tool: "strong_migrations", name: "index of more than three columns", sql: `CREATE INDEX CONCURRENTLY i ON orders (code, total, qty, at)`, reason: "it harms no running program", noTx: true},
	{tool: "strong_migrations", name: "renaming a schema", sql: `ALTER SCHEMA public RENAME TO shop`, rule: "L00"},
	{tool: "strong_migrations", name: "removing an index non-concurrently", sql: `DROP INDEX uq_note`, rule: "L03"},
}

// What other linters document is found, or there is a reason why not.
func TestLintRecall(t *testing.T) {
	t.Parallel()
	db := created(t)
	found, reasons := 0, 0
	for _, p := range published {
		got, err := migrate.LintSQL(t.Context(), db, shop(), migrate.LintOptions{}, migrate.LintUnit{SQL: strings.Split(p.sql, ";;"), NoTx: p.noTx})
		require.NoError(t, err, p.name)
		rules := rulesOf(got)
		if p.reason != "" {
			reasons++
			require.NotContains(t, rules, "L08", p.name)
			continue
		}
		if found++; !strings.Contains(rules, p.rule) {
			t.Errorf("%s %s: %s: want %s, got %q", p.tool, p.name, p.sql, p.rule, rules)
		}
	}
	names, err := os.ReadFile("testdata/squawk_rules.txt")
	require.NoError(t, err)
	page, err := os.ReadFile("../docs/migrations/lint.md")
	require.NoError(t, err)
	for name := range strings.FieldsSeq(string(names)) {
		i := slices.IndexFunc(published, func(p rulePublished) bool { return p.tool == "squawk" && p.name == name })
		require.GreaterOrEqual(t, i, 0, "squawk's rule %s", name)
		is := published[i].rule
		if is == "" {
			is = "not: " + published[i].reason
		}
		require.Contains(t, string(page), fmt.Sprintf("| %s | %s |\n", name, is))
	}
	t.Logf("%d found, %d left with a reason", found, reasons)
}

func TestLintOfDomains(t *testing.T) {
	t.Parallel()
	db := created(t)
	state := shop()
	state.Objects = map[string]*migrate.SQLObject{"domain rate": {Kind: "domain", Name: "rate", Create: "CREATE DOMAIN rate AS int", Drop: "DROP DOMAIN rate"}}
	orders := state.Tables["orders"]
	orders.Columns = append(orders.Columns, columnOf("rated", "rate"))
	got, err := migrate.LintSQL(t.Context(), db, state, migrate.LintOptions{}, migrate.LintUnit{SQL: []string{`ALTER DOMAIN rate ADD CHECK (VALUE > 0)`}})
	require.NoError(t, err)
	require.Equal(t, "L08", rulesOf(got))
}
