package migrate_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/migrate"
)

func text(name string) migrate.Column          { return migrate.Column{Name: name, Type: "text"} }
func bigint(name string) migrate.Column        { return migrate.Column{Name: name, Type: "bigint"} }
func columnOf(name, typ string) migrate.Column { return migrate.Column{Name: name, Type: typ} }

// shop is the state of the linter's tests.
func shop() *migrate.State {
	id := migrate.Column{Name: "id", Type: "bigint", Identity: "BY DEFAULT", NotNull: true}
	return &migrate.State{
		Enums: map[string]*migrate.Enum{"mood": {Name: "mood", Values: []string{"sad", "ok"}}},
		Tables: map[string]*migrate.Table{
			"customers": {Name: "customers", Key: []string{"id"}, Columns: []migrate.Column{id, text("name"), columnOf("mood", "mood")}},
			"orders": {
				Name: "orders", Key: []string{"id"},
				Columns: []migrate.Column{
					id, bigint("customer_id"), bigint("kept_id"), text("note"), columnOf("code", "varchar(64)"), columnOf("total", "numeric(10,2)"), columnOf("qty", "integer"),
					columnOf("at", "timestamp"), columnOf("seen", "timestamptz"), {Name: "web", Type: "boolean", NotNull: true, Default: "true"}, bigint("filled"),
					{Name: "twice", Type: "bigint", Generated: "filled * 2"}, columnOf("tags", "text[]"),
				},
				Indexes:     []migrate.Index{{Name: "idx_code", Parts: []string{"code"}, Columns: []string{"code"}}, {Name: "uq_note", Parts: []string{"note"}, Columns: []string{"note"}, Unique: true}},
				ForeignKeys: []migrate.ForeignKey{{Name: "fk_kept", Columns: []string{"kept_id"}, Ref: "customers", RefColumns: []string{"id"}, NotValid: true}},
				Constraints: []migrate.Constraint{
					{Name: "filled_there", Definition: "CHECK (filled IS NOT NULL)"}, {Name: "qty_positive", Definition: "CHECK (qty > 0)", NotValid: true},
				},
			},
			"events": {Name: "events", Columns: []migrate.Column{{Name: "day", Type: "date", NotNull: true}}, PartitionBy: "RANGE (day)", Partitions: []migrate.Partition{{Name: "events_1", Values: "FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')"}}},
			"loose":  {Name: "loose", Key: []string{"day"}, Columns: []migrate.Column{{Name: "day", Type: "date", NotNull: true}}},
			"checked": {
				Name: "checked", Key: []string{"day"}, Columns: []migrate.Column{{Name: "day", Type: "date", NotNull: true}},
				Constraints: []migrate.Constraint{{Name: "in_2028", Definition: "CHECK (day >= '2028-01-01' AND day < '2029-01-01')"}},
			},
		},
	}
}

// created returns a database with the tables of shop.
func created(t testing.TB) *gorm.DB {
	t.Helper()
	db := setup(t)
	run(t, db, migrate.CreateAll(shop())...)
	return db
}

// rulesOf returns the rules of findings, each once.
func rulesOf(findings []migrate.Finding) string {
	var ids []string
	for _, f := range findings {
		ids = append(ids, f.Rule)
	}
	slices.Sort(ids)
	return strings.Join(slices.Compact(ids), " ")
}

// lintCase is a migration with the rules that it breaks.
type lintCase struct {
	sql  string // statements, separated by ";;"
	want string
	unit migrate.LintUnit
}

func noTx(sql, want string) lintCase {
	return lintCase{sql: sql, want: want, unit: migrate.LintUnit{NoTx: true}}
}

func meant(sql, want string, ops ...migrate.Op) lintCase {
	return lintCase{sql: sql, want: want, unit: migrate.LintUnit{Ops: ops}}
}

// creates returns the operation that creates a table.
func creates(name string) migrate.Op { return migrate.CreateTable{Table: migrate.Table{Name: name}} }

func backward(sql, want string, ops ...migrate.Op) lintCase {
	return lintCase{sql: sql, want: want, unit: migrate.LintUnit{Back: true, Ops: ops}}
}

// Each rule finds what it is for, and not what is like it.
var lintCases = []lintCase{
	// L01
	{sql: `SET LOCAL lock_timeout = 0;;ALTER TABLE orders ADD COLUMN x int`, want: "L01"},
	{sql: `SET LOCAL lock_timeout TO '0s'`, want: "L01"},
	{sql: `SET LOCAL lock_timeout TO DEFAULT`, want: "L01"},
	{sql: `SET LOCAL lock_timeout = '5s';;ALTER TABLE orders ADD COLUMN x int`},
	// L02
	{sql: `CREATE INDEX i ON orders (total)`, want: "L02"},
	{sql: `CREATE UNIQUE INDEX i ON public.orders (total) WHERE total > 5`, want: "L02"},
	{sql: `REINDEX TABLE orders`, want: "L02"},
	{sql: `CREATE TABLE t (id bigint PRIMARY KEY, n int);;CREATE INDEX i ON t (n)`},
	noTx(`CREATE INDEX CONCURRENTLY i ON orders (total)`, ""),
	noTx(`REINDEX INDEX CONCURRENTLY idx_code`, ""),
	// L03
	{sql: `DROP INDEX idx_code`, want: "L03"},
	noTx(`DROP INDEX CONCURRENTLY idx_code`, ""),
	// L04
	{sql: `CREATE INDEX CONCURRENTLY i ON orders (total)`, want: "L04"},
	{sql: `VACUUM orders`, want: "L04"},
	noTx(`CREATE INDEX CONCURRENTLY i ON orders (total);;DROP INDEX CONCURRENTLY idx_code`, "L04"),
	noTx(`VACUUM orders`, "L00"),
	// L05
	noTx(`CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON orders (total)`, "L05"),
	{sql: `CREATE TABLE IF NOT EXISTS t (id bigint PRIMARY KEY)`},
	// L06
	{sql: `ALTER TABLE orders ADD CONSTRAINT u UNIQUE (total)`, want: "L06"},
	{sql: `ALTER TABLE orders ADD COLUMN x int UNIQUE`, want: "L06"},
	{sql: `ALTER TABLE orders ADD CONSTRAINT e EXCLUDE USING btree (total WITH =)`, want: "L06"},
	{sql: `ALTER TABLE orders ADD CONSTRAINT u UNIQUE USING INDEX uq_note`},
	{sql: `CREATE TABLE t (id bigint PRIMARY KEY, n int);;ALTER TABLE t ADD UNIQUE (n)`},
	// L07, L29
	{sql: `ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (customer_id) REFERENCES customers (id)`, want: "L07 L29"},
	{sql: `ALTER TABLE orders ADD COLUMN x bigint DEFAULT 1 REFERENCES customers (id)`, want: "L07 L29"},
	{sql: `ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID`, want: "L29"},
	{sql: `ALTER TABLE orders ADD COLUMN x bigint REFERENCES customers (id)`, want: "L29"},
	{sql: `ALTER TABLE orders VALIDATE CONSTRAINT fk_kept`},
	{sql: `ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (filled, id) REFERENCES customers (id, id) NOT VALID`, want: "L00"},
	{sql: `ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES customers (id) NOT VALID`},
	{sql: `CREATE TABLE t (id bigint PRIMARY KEY, order_id bigint REFERENCES orders (id));;CREATE INDEX i ON t (order_id)`},
	// L08
	{sql: `ALTER TABLE orders ADD CONSTRAINT c CHECK (total > 0)`, want: "L08"},
	{sql: `ALTER TABLE orders ADD COLUMN x int DEFAULT 3 CHECK (x > 0)`, want: "L08"},
	{sql: `ALTER TABLE orders ADD CONSTRAINT c CHECK (total > 0) NOT VALID`},
	{sql: `ALTER TABLE orders VALIDATE CONSTRAINT qty_positive`},
	// L09
	{sql: `ALTER TABLE orders ADD CONSTRAINT c CHECK (total > 0) NOT VALID;;ALTER TABLE orders VALIDATE CONSTRAINT c`, want: "L09"},
	noTx(`ALTER TABLE orders ADD CONSTRAINT c CHECK (total > 0) NOT VALID;;ALTER TABLE orders VALIDATE CONSTRAINT c`, ""),
	// L10
	{sql: `ALTER TABLE orders ALTER COLUMN note SET NOT NULL`, want: "L10"},
	{sql: `ALTER TABLE orders ALTER COLUMN filled SET NOT NULL;;ALTER TABLE orders DROP CONSTRAINT filled_there`},
	{sql: `CREATE TABLE t (id bigint PRIMARY KEY, n int);;ALTER TABLE t ALTER n SET NOT NULL`},
	// L11
	{sql: `ALTER TABLE orders ADD COLUMN x int NOT NULL`, want: "L11"},
	{sql: `ALTER TABLE orders ADD COLUMN x int NOT NULL DEFAULT 1`},
	// L12
	{sql: `ALTER TABLE orders ADD COLUMN x uuid DEFAULT gen_random_uuid()`, want: "L12"},
	{sql: `ALTER TABLE orders ADD COLUMN x bigserial`, want: "L12"},
	{sql: `ALTER TABLE orders ADD COLUMN x bigint GENERATED ALWAYS AS IDENTITY`, want: "L12"},
	{sql: `ALTER TABLE orders ADD COLUMN x bigint GENERATED ALWAYS AS (filled + 1) STORED`, want: "L12"},
	{sql: `ALTER TABLE orders ADD COLUMN x timestamptz DEFAULT now()`},
	// L13
	{sql: `ALTER TABLE orders ALTER COLUMN qty TYPE bigint`, want: "L13"},
	{sql: `ALTER TABLE orders SET UNLOGGED`, want: "L13"},
	{sql: `ALTER TABLE orders ALTER COLUMN code TYPE varchar(128)`},
	{sql: `ALTER TABLE orders ALTER COLUMN code TYPE text`},
	{sql: `ALTER TABLE orders ALTER COLUMN total TYPE numeric(12,2)`},
	// L14
	{sql: `ALTER TABLE orders ALTER COLUMN code TYPE varchar(10) USING code::varchar(10)`, want: "L13 L14"},
	{sql: `ALTER TABLE orders ALTER COLUMN total TYPE numeric(10,1)`, want: "L13 L14"},
	{sql: `ALTER TABLE orders ALTER COLUMN total TYPE integer`, want: "L13 L14"},
	{sql: `ALTER TABLE orders ALTER COLUMN code TYPE varchar(10)`, want: "L13"}, // the server refuses longer values
	// L15
	{sql: `ALTER TABLE orders ALTER COLUMN at TYPE timestamptz`, want: "L15"},
	{sql: `SET LOCAL timezone = 'UTC';;ALTER TABLE orders ALTER COLUMN at TYPE timestamptz`},
	{sql: `ALTER TABLE orders ALTER COLUMN at TYPE timestamptz USING at AT TIME ZONE 'Europe/Paris'`, want: "L13"},
	// L16
	{sql: `ALTER TABLE orders RENAME COLUMN note TO remark`, want: "L16"},
	{sql: `ALTER TABLE orders RENAME TO sales`, want: "L16"},
	{sql: `ALTER TABLE orders ADD COLUMN x int;;ALTER TABLE orders RENAME COLUMN x TO y`},
	{sql: `CREATE TABLE t (id bigint PRIMARY KEY);;ALTER TABLE t RENAME TO u`},
	// L17
	{sql: `ALTER TABLE orders DROP COLUMN note`, want: "L17"},
	{sql: `ALTER TABLE orders ADD COLUMN x int;;ALTER TABLE orders DROP COLUMN x`},
	// L18
	{sql: `DROP TABLE loose`, want: "L18"},
	{sql: `CREATE TABLE t (id bigint PRIMARY KEY);;DROP TABLE t`},
	// L19
	{sql: `ALTER TABLE orders ALTER COLUMN web DROP NOT NULL`, want: "L19"},
	{sql: `ALTER TABLE orders ALTER COLUMN web DROP DEFAULT`, want: "L19"},
	{sql: `ALTER TABLE orders ALTER COLUMN web SET DEFAULT false`},
	// L20
	{sql: `ALTER TABLE orders DROP COLUMN twice;;ALTER TABLE orders ADD COLUMN twice bigint GENERATED ALWAYS AS (filled * 3) STORED`, want: "L12 L20"},
	// L21
	{sql: `ALTER TYPE mood ADD VALUE 'great';;UPDATE customers SET mood = 'great' WHERE id = 1`, want: "L21"},
	{sql: `DELETE FROM pg_enum WHERE enumlabel = 'sad'`, want: "L21"},
	{sql: `ALTER TYPE mood RENAME VALUE 'sad' TO 'low'`, want: "L21"},
	{sql: `ALTER TYPE mood ADD VALUE 'great'`},
	// L22
	{sql: `ALTER TABLE customers ALTER COLUMN id TYPE numeric`, want: "L13 L22"},
	{sql: `ALTER TABLE loose ALTER COLUMN day TYPE timestamptz`, want: "L13 L22"},
	{sql: `ALTER TABLE loose DROP CONSTRAINT loose_pkey`, want: "L22"},
	// L23
	{sql: `ALTER TABLE orders ADD COLUMN x int;;UPDATE orders SET x = 1`, want: "L23"},
	{sql: `CREATE TABLE t (id bigint PRIMARY KEY);;INSERT INTO t SELECT id FROM orders`},
	{sql: `CREATE TABLE t (id bigint PRIMARY KEY);;INSERT INTO customers (name) VALUES ('a')`},
	// L24
	{sql: `UPDATE orders SET note = 'x'`, want: "L24"},
	{sql: `DELETE FROM orders WHERE total < 0`, want: "L24"},
	{sql: `DO $$ BEGIN UPDATE orders SET note = 'x'; END $$`, want: "L24"},
	{sql: `WITH x AS (DELETE FROM orders RETURNING *) SELECT count(*) FROM x`, want: "L24"},
	{sql: `UPDATE orders SET note = 'x' WHERE id = 5`},
	{sql: `INSERT INTO customers (name) SELECT note FROM orders`, want: "L24"},
	// L25
	{sql: `ALTER TABLE orders ADD COLUMN x int;;ALTER TABLE customers ADD COLUMN x int`, want: "L25"},
	noTx(`ALTER TABLE orders ADD COLUMN x int;;ALTER TABLE customers ADD COLUMN x int`, ""),
	backward(`DROP TABLE orders;;DROP TABLE loose`, "L25 L34", creates("other")),
	backward(`DROP TABLE orders;;DROP TABLE loose`, "L34", creates("orders"), creates("loose")),
	backward(`DROP TABLE orders;;ALTER TABLE customers DROP COLUMN name`, "L34", creates("orders")),
	{sql: `ALTER TABLE orders ADD COLUMN x int;;CREATE TABLE t (id bigint PRIMARY KEY);;ALTER TABLE t ADD COLUMN y int`},
	// L26
	{sql: `ALTER TABLE orders ADD COLUMN x int;;ALTER TABLE orders VALIDATE CONSTRAINT qty_positive`, want: "L09"},
	{sql: `ALTER TABLE customers ADD COLUMN x int;;ALTER TABLE orders VALIDATE CONSTRAINT qty_positive`, want: "L26"},
	{sql: `ALTER TABLE orders ADD COLUMN x int;;SELECT count(*) FROM customers`, want: "L26"},
	// L27, L28, L31, L37
	{sql: `CREATE TABLE t (id serial PRIMARY KEY)`, want: "L27"},
	{sql: `CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY)`, want: "L27"},
	{sql: `CREATE TABLE t (id bigserial PRIMARY KEY, j json)`, want: "L28"},
	{sql: `ALTER TABLE orders ADD COLUMN j json`, want: "L28"},
	{sql: `CREATE TABLE t (id bigint PRIMARY KEY, j jsonb, at timestamp)`, want: "L31"},
	{sql: `ALTER TABLE orders ADD COLUMN at2 timestamp(3)`, want: "L31"},
	{sql: `CREATE TABLE t (id bigint)`, want: "L37"},
	{sql: `CREATE TABLE t (id bigint);;ALTER TABLE t ADD PRIMARY KEY (id)`},
	{sql: `CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM ('2027-01-01') TO ('2028-01-01')`},
	// L30
	noTx(`CREATE INDEX CONCURRENTLY i ON orders (code)`, "L30"),
	noTx(`CREATE INDEX CONCURRENTLY i ON orders (code, total)`, "L30"),
	noTx(`CREATE INDEX CONCURRENTLY i ON orders (code) WHERE total > 0`, ""),
	// L32
	{sql: `ALTER TABLE orders ADD COLUMN ` + strings.Repeat("x", 64) + ` int`, want: "L32"},
	{sql: `ALTER TABLE orders ADD COLUMN ` + strings.Repeat("x", 63) + ` int`},
	// L34
	backward(`ALTER TABLE orders DROP COLUMN note`, "L34", migrate.AddColumn{Table: "orders", Column: text("note")}),
	{sql: `ALTER TABLE orders DROP COLUMN note`, unit: migrate.LintUnit{Back: true, Loses: []string{"orders.note"}, Ops: []migrate.Op{migrate.AddColumn{Table: "orders", Column: text("note")}}}},
	// L35
	{sql: `ALTER TABLE orders DROP CONSTRAINT qty_positive`, want: "L35"},
	meant(`ALTER TABLE orders DROP CONSTRAINT qty_positive`, "", migrate.DropConstraint{Table: "orders", Name: "qty_positive"}),
	// L36
	{sql: `TRUNCATE orders`, want: "L36"},
	{sql: `DROP TABLE loose CASCADE`, want: "L18 L36"},
	{sql: `ALTER TABLE orders ADD COLUMN x bigint REFERENCES customers (id) ON DELETE CASCADE`, want: "L29"},
	{sql: `CREATE TABLE t (id bigint PRIMARY KEY);;TRUNCATE t`},
	// L38
	{sql: `SET statement_timeout = '1s'`, want: "L38"},
	{sql: `SELECT pg_advisory_lock(1)`, want: "L38"},
	{sql: `LISTEN x`, want: "L38"},
	{sql: `CREATE TEMP TABLE x (id int)`, want: "L38"},
	{sql: `CREATE TEMP TABLE x (id int) ON COMMIT DROP`},
	{sql: `SET LOCAL statement_timeout = '1s'`},
	{sql: `SET CONSTRAINTS ALL IMMEDIATE`},
	{sql: `SELECT pg_advisory_xact_lock(1)`},
	// L39
	{sql: `BEGIN;;ALTER TABLE orders ADD COLUMN x int;;COMMIT`, want: "L39"},
	{sql: `ROLLBACK TO SAVEPOINT x`, want: "L00"},
	// L40
	{sql: `CREATE EXTENSION pgcrypto`, want: "L40"},
	{sql: `CREATE EXTENSION IF NOT EXISTS pgcrypto`},
	{sql: `CREATE EXTENSION IF NOT EXISTS pgcrypto;;CREATE EXTENSION IF NOT EXISTS citext`},
	{sql: `CREATE EXTENSION IF NOT EXISTS pgcrypto;;CREATE TABLE t (id bigint PRIMARY KEY)`, want: "L40"},
	// L41
	{sql: `ALTER TABLE events ATTACH PARTITION loose FOR VALUES FROM ('2030-01-01') TO ('2031-01-01')`, want: "L41"},
	{sql: `ALTER TABLE events DETACH PARTITION events_1`, want: "L41"},
	{sql: `ALTER TABLE events ATTACH PARTITION checked FOR VALUES FROM ('2028-01-01') TO ('2029-01-01')`},
	noTx(`ALTER TABLE events DETACH PARTITION events_1 CONCURRENTLY`, ""),
	// L42
	{sql: `CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;;CREATE TRIGGER g BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION f()`, want: "L42"},
	// L43
	{sql: `ALTER TABLE orders ENABLE ROW LEVEL SECURITY`, want: "L43"},
	{sql: `ALTER TABLE orders ENABLE ROW LEVEL SECURITY;;CREATE POLICY p ON orders USING (true)`},
	{sql: `CREATE POLICY p ON orders USING (true);;ALTER TABLE orders ENABLE ROW LEVEL SECURITY`},
	{sql: `COMMENT ON TABLE orders IS 'x'`},
	{sql: `GRANT SELECT ON orders TO PUBLIC`},
}

func TestLintRules(t *testing.T) {
	t.Parallel()
	db := created(t)
	covered := map[string]bool{}
	for _, c := range lintCases {
		u := c.unit
		u.SQL = strings.Split(c.sql, ";;")
		got, err := migrate.LintSQL(t.Context(), db, shop(), migrate.LintOptions{}, u)
		require.NoError(t, err, c.sql)
		if want := c.want; rulesOf(got) != want {
			t.Errorf("%s: want %q, got %q: %v", c.sql, want, rulesOf(got), got)
		}
		for _, f := range got {
			covered[f.Rule] = true
			require.NotEmpty(t, f.Text)
			require.NotEmpty(t, f.Name)
			require.NotContains(t, f.Text+f.Rewrite, "gormango_trace", c.sql)
		}
	}
	got, err := migrate.LintSQL(t.Context(), db, shop(), migrate.LintOptions{}, migrate.LintUnit{SQL: []string{"SELECT 1"}, NoBack: true})
	require.NoError(t, err)
	require.Equal(t, "L33", rulesOf(got))
	require.Equal(t, migrate.Warn, got[0].Level)
	got, err = migrate.LintSQL(t.Context(), db, shop(), migrate.LintOptions{RequireBack: true}, migrate.LintUnit{SQL: []string{"SELECT 1"}, NoBack: true})
	require.NoError(t, err)
	require.Equal(t, migrate.Error, got[0].Level)
	covered["L33"] = true
	for i := 1; i < 44; i++ { // L44 is the runner's ErrChecksum
		require.True(t, covered[fmt.Sprintf("L%02d", i)], "L%02d has no test", i)
	}
}

// A reason beside the statement accepts the finding, and Dangerous passes it.
func TestLintReasons(t *testing.T) {
	t.Parallel()
	db := created(t)
	u := migrate.LintUnit{SQL: []string{`CREATE INDEX i ON orders (total)`}}
	got, err := migrate.LintSQL(t.Context(), db, shop(), migrate.LintOptions{}, u)
	require.NoError(t, err)
	err = migrate.Dangerous(got)
	require.ErrorIs(t, err, migrate.ErrDangerous)
	var dangerous *migrate.DangerousError
	require.ErrorAs(t, err, &dangerous)
	require.Len(t, dangerous.Findings, 1)
	require.EqualError(t, err, `migrate: dangerous statement (rewrite it, or write the reason above it: -- +gormango allow L02 "…"):
shop/0002_test:1: error L02 index-blocking: it builds an index of orders under a lock (SHARE) that stops writes while the table is read
	CREATE INDEX CONCURRENTLY i ON orders (total);
	in a file of its own with -- +goose NO TRANSACTION`)
	for allow, passes := range map[string]bool{"L02": true, "L13": false} {
		u.Allow = map[string]string{allow: "nobody is there at night"}
		got, err = migrate.LintSQL(t.Context(), db, shop(), migrate.LintOptions{}, u)
		require.NoError(t, err)
		require.Equal(t, passes, migrate.Dangerous(got) == nil, allow)
	}
	u.Allow = map[string]string{"L02": " "}
	got, err = migrate.LintSQL(t.Context(), db, shop(), migrate.LintOptions{}, u)
	require.NoError(t, err)
	require.Error(t, migrate.Dangerous(got), "no reason, no run")
	got, err = migrate.LintSQL(t.Context(), db, shop(), migrate.LintOptions{}, migrate.LintUnit{SQL: []string{`DROP INDEX idx_code`}})
	require.NoError(t, err)
	require.NoError(t, migrate.Dangerous(got), "a warning")
}

// An error is a warning for a table with few rows, by what the database says.
func TestLintSizes(t *testing.T) {
	t.Parallel()
	db := created(t)
	level := func(sql string) migrate.Level {
		got, err := migrate.LintSQL(t.Context(), db, shop(), migrate.LintOptions{Live: true, Small: 1000}, migrate.LintUnit{SQL: []string{sql}})
		require.NoError(t, err)
		require.Len(t, got, 1, sql)
		return got[0].Level
	}
	require.Equal(t, migrate.Warn, level(`CREATE INDEX i ON orders (total)`))
	require.Equal(t, migrate.Error, level(`TRUNCATE orders`), "whatever the size")
	run(t, db, `INSERT INTO orders (note, filled) SELECT g, g FROM generate_series(1, 5000) g`)
	require.Equal(t, migrate.Error, level(`CREATE INDEX i ON orders (total)`), "before the first ANALYZE")
	run(t, db, `ANALYZE orders`)
	require.Equal(t, migrate.Error, level(`CREATE INDEX i ON orders (total)`))
	require.Equal(t, migrate.Warn, level(`ALTER TABLE customers ADD COLUMN x uuid DEFAULT gen_random_uuid()`))
	run(t, db, `INSERT INTO events SELECT '2026-02-02' FROM generate_series(1, 5000) g`, `ANALYZE events`)
	require.Equal(t, migrate.Error, level(`ALTER TABLE events ADD COLUMN x uuid DEFAULT gen_random_uuid()`), "the partitions' rows")
}

// A narrower type is refused if a row would change, and the row is named.
func TestLintProbesRows(t *testing.T) {
	t.Parallel()
	db := created(t)
	run(t, db, `INSERT INTO orders (id, total, code, filled) VALUES (7, 1.50, 'short', 1), (8, 2.25, 'longer', 1)`)
	lossy := func(sql string) string {
		got, err := migrate.LintSQL(t.Context(), db, shop(), migrate.LintOptions{Live: true}, migrate.LintUnit{SQL: []string{sql}})
		require.NoError(t, err)
		for _, f := range got {
			if f.Rule == "L14" {
				require.Equal(t, migrate.Error, f.Level)
				return f.Text
			}
		}
		return ""
	}
	require.Contains(t, lossy(`ALTER TABLE orders ALTER total TYPE numeric(10,1)`), "as in the row with id = 8")
	require.Contains(t, lossy(`ALTER TABLE orders ALTER code TYPE varchar(5) USING code::varchar(5)`), "as in the row with id = 8")
	require.Empty(t, lossy(`ALTER TABLE orders ALTER code TYPE varchar(6) USING code::varchar(6)`))
	run(t, db, `UPDATE orders SET total = 2`)
	require.Empty(t, lossy(`ALTER TABLE orders ALTER total TYPE numeric(10,1)`))
}

// What an earlier migration makes is new for the later ones.
func TestLintSequence(t *testing.T) {
	t.Parallel()
	db := created(t)
	got, err := migrate.LintSQL(t.Context(), db, shop(), migrate.LintOptions{},
		migrate.LintUnit{SQL: []string{`CREATE TABLE t (id bigint PRIMARY KEY, n int)`, `ALTER TABLE orders ADD COLUMN fresh int`}},
		migrate.LintUnit{SQL: []string{`CREATE INDEX i ON t (n)`}},
		migrate.LintUnit{SQL: []string{`ALTER TABLE orders DROP COLUMN fresh`}},
		migrate.LintUnit{SQL: []string{`ALTER TABLE orders ADD CONSTRAINT c CHECK (total > 0) NOT VALID`}},
		migrate.LintUnit{SQL: []string{`ALTER TABLE orders VALIDATE CONSTRAINT c`}},
		migrate.LintUnit{SQL: []string{`CREATE INDEX CONCURRENTLY j ON orders (customer_id)`}, NoTx: true},
		migrate.LintUnit{SQL: []string{`ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID`}},
		migrate.LintUnit{SQL: []string{`ALTER TABLE orders ALTER COLUMN total SET NOT NULL`}},
		migrate.LintUnit{Code: true},
	)
	require.NoError(t, err)
	require.Equal(t, "L00 L10", rulesOf(got), "%v", got)
}

// Without the right to make a schema the words decide, and each finding says
// so.
func TestLintWithoutRight(t *testing.T) {
	t.Parallel()
	db := created(t)
	var name string
	require.NoError(t, db.Raw(`SELECT 'lint_' || oid FROM pg_database WHERE datname = current_database()`).Scan(&name).Error)
	run(t, db, `CREATE ROLE `+name)
	t.Cleanup(func() { run(t, db, `DROP ROLE `+name) })
	require.NoError(t, db.Connection(func(conn *gorm.DB) error {
		run(t, conn, `SET ROLE `+name)
		defer run(t, conn, `RESET ROLE`)
		for sql, want := range map[string]string{
			`CREATE INDEX i ON orders (total)`:                                                    "L02",
			`CREATE INDEX i ON "public"."orders" (total)`:                                         "L02",
			`DROP INDEX idx_code`:                                                                 "L03",
			`ALTER TABLE orders ADD CONSTRAINT u UNIQUE (total)`:                                  "L06",
			`ALTER TABLE ONLY orders ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES customers (id)`: "L07",
			`ALTER TABLE orders ADD CHECK (total > 0)`:                                            "L08",
			`ALTER TABLE orders ALTER note SET NOT NULL`:                                          "L10",
			`ALTER TABLE orders ALTER COLUMN qty SET DATA TYPE bigint`:                            "L13",
			`ALTER TABLE orders RENAME COLUMN note TO remark`:                                     "L16",
			`ALTER TABLE orders RENAME TO remark`:                                                 "L16",
			`ALTER TABLE orders DROP COLUMN note`:                                                 "L17",
			`DROP TABLE IF EXISTS orders`:                                                         "L18",
			`UPDATE orders SET note = 'x'`:                                                        "L24",
			`DELETE FROM orders`:                                                                  "L24",
			`ALTER TABLE orders ADD COLUMN x int`:                                                 "L00",
			`ALTER TABLE orders ADD CONSTRAINT c CHECK (total > 0) NOT VALID`:                     "L00",
			`SET LOCAL statement_timeout = '1s'`:                                                  "",
		} {
			got, err := migrate.LintSQL(t.Context(), conn, shop(), migrate.LintOptions{}, migrate.LintUnit{SQL: []string{sql}})
			require.NoError(t, err, sql)
			require.Equal(t, want, rulesOf(got), "%s: %v", sql, got)
			if want == "L00" {
				require.Contains(t, got[0].Text, "may not create schemas")
			}
		}
		return nil
	}))
}
