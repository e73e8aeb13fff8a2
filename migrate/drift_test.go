package migrate_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/longtest"
	"github.com/gormango/gormango/migrate"
	"github.com/gormango/gormango/repotest"
)

// company has a part of every kind.
func company() *migrate.State {
	objects := map[string]*migrate.SQLObject{}
	for _, o := range []migrate.SQLObject{
		{Kind: "sequence", Name: "tickets", Create: `CREATE SEQUENCE tickets`},
		{Kind: "domain", Name: "price", Create: `CREATE DOMAIN price AS numeric(8, 2) CONSTRAINT price_positive CHECK (VALUE > 0)`},
		{Kind: "type", Name: "place", Create: `CREATE TYPE place AS (x int, y int)`},
		{Kind: "view", Name: "rich", Create: `CREATE VIEW rich AS SELECT id, name FROM customers WHERE balance > 1000`},
		{Kind: "materialized view", Name: "totals", Create: `CREATE MATERIALIZED VIEW totals AS SELECT customer_id, count(*) AS n FROM orders GROUP BY 1`},
		{Kind: "function", Name: "stamp", Create: `CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$`},
		{Kind: "procedure", Name: "tidy", Create: `CREATE PROCEDURE tidy() LANGUAGE sql AS 'SELECT 1'`},
		{Kind: "trigger", Name: "orders_stamp", Create: `CREATE TRIGGER orders_stamp BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION stamp()`, Uses: []string{"function stamp"}},
		{Kind: "policy", Name: "own", Create: `CREATE POLICY own ON customers USING (balance >= 0)`},
		{Kind: "statistics", Name: "customers_pair", Create: `CREATE STATISTICS customers_pair (ndistinct) ON name, born FROM customers`},
	} {
		o.Drop = "DROP " + o.Kind + " " + o.Name
		if table := map[string]string{"trigger": "orders", "policy": "customers"}[o.Kind]; table != "" {
			o.Drop += " ON " + table
		}
		objects[o.Kind+" "+o.Name] = &o
	}
	return &migrate.State{
		Enums:   map[string]*migrate.Enum{"mood": {Name: "mood", Values: []string{"calm", "angry"}}},
		Objects: objects,
		Tables: map[string]*migrate.Table{
			"customers": {
				Name: "customers", Key: []string{"id"}, Comment: "those who pay",
				Columns: []migrate.Column{
					{Name: "id", Type: "bigint", NotNull: true, Identity: "BY DEFAULT"},
					{Name: "email", Type: "text", NotNull: true},
					{Name: "name", Type: "varchar(50)", Comment: "as they write it"},
					{Name: "mood", Type: "mood", Default: "'calm'"},
					{Name: "born", Type: "date"},
					{Name: "balance", Type: "numeric(10, 2)", NotNull: true, Default: "0"},
					{Name: "note", Type: "text", Collation: `"C"`},
					{Name: "upper_name", Type: "text", Generated: "upper(name)"},
				},
				Indexes: []migrate.Index{
					{Name: "customers_name", Parts: []string{`"name"`}, Columns: []string{"name"}},
					{Name: "customers_born", Parts: []string{`"born" DESC`}, Where: "born IS NOT NULL"},
					{Name: "customers_lower", Parts: []string{`lower(email)`}, Unique: true},
				},
				Constraints: []migrate.Constraint{
					{Name: "customers_email", Definition: "UNIQUE (email)", Unique: []string{"email"}},
					{Name: "customers_balance", Definition: "CHECK (balance >= 0)"},
					{Name: "customers_born", Definition: "CHECK (born > '1800-01-01')", NotValid: true},
				},
			},
			"orders": {
				Name: "orders", Key: []string{"id"},
				Columns: []migrate.Column{
					{Name: "id", Type: "bigint", NotNull: true, Identity: "ALWAYS"},
					{Name: "customer_id", Type: "bigint"},
					{Name: "total", Type: "integer"},
				},
				ForeignKeys: []migrate.ForeignKey{{Name: "orders_customer", Columns: []string{"customer_id"}, Ref: "customers", RefColumns: []string{"id"}, OnDelete: "CASCADE"}},
			},
			"events": {
				Name: "events", Columns: []migrate.Column{{Name: "at", Type: "date", NotNull: true}, {Name: "what", Type: "text"}},
				PartitionBy: "RANGE (at)", Partitions: []migrate.Partition{{Name: "events_old", Values: "FOR VALUES FROM ('2001-01-01') TO ('2002-01-01')"}},
			},
		},
	}
}

// build creates a state in the database.
func build(t testing.TB, db *gorm.DB, s *migrate.State) {
	t.Helper()
	run(t, db, migrate.CreateAll(s)...)
}

var errBack = errors.New("back")

// Every change by hand is found, with its kind and name and nothing else.
func TestDriftFindsChanges(t *testing.T) {
	t.Parallel()
	db, state := setup(t), company()
	build(t, db, state)
	found, err := migrate.DriftOf(t.Context(), db, state)
	require.NoError(t, err)
	require.Empty(t, found)
	want, err := migrate.Canonical(t.Context(), db, state)
	require.NoError(t, err)
	for i, change := range []struct{ sql, want string }{
		// tables
		{`CREATE TABLE extra (id int PRIMARY KEY)`, "table extra."},
		{`DROP TABLE orders CASCADE`, "table orders.; materialized view totals."},
		{`ALTER TABLE orders SET UNLOGGED`, "persistence orders."},
		{`ALTER TABLE customers SET (fillfactor = 60)`, "storage parameters customers."},
		{`ALTER TABLE customers ENABLE ROW LEVEL SECURITY`, "row security customers."},
		{`ALTER TABLE customers FORCE ROW LEVEL SECURITY`, "row security customers."},
		{`ALTER TABLE customers REPLICA IDENTITY FULL`, "replica identity customers."},
		{`CREATE TABLE kin () INHERITS (orders)`, "table kin."},
		{`COMMENT ON TABLE customers IS 'those who owe'`, "comment customers."},
		{`COMMENT ON TABLE orders IS 'new'`, "comment orders."},
		{`ALTER TABLE orders RENAME TO purchases`, "table orders.; table purchases.; materialized view totals."},
		// columns
		{`ALTER TABLE customers ADD more int`, "column customers.more"},
		{`ALTER TABLE customers DROP born CASCADE`, "column customers.born; constraint customers.customers_born; index customers.customers_born; statistics customers.customers_pair"},
		{`ALTER TABLE orders ALTER total TYPE bigint`, "column orders.total"},
		{`ALTER TABLE customers ALTER email TYPE text COLLATE "C"`, "column customers.email"},
		{`ALTER TABLE customers ALTER note SET NOT NULL`, "column customers.note"},
		{`ALTER TABLE customers ALTER email DROP NOT NULL`, "column customers.email"},
		{`ALTER TABLE customers ALTER mood SET DEFAULT 'angry'`, "column customers.mood"},
		{`ALTER TABLE customers ALTER mood DROP DEFAULT`, "column customers.mood"},
		{`ALTER TABLE customers ALTER upper_name DROP EXPRESSION`, "column customers.upper_name"},
		{`ALTER TABLE customers DROP upper_name, ADD upper_name text GENERATED ALWAYS AS (lower(name)) STORED`, "column customers.upper_name"},
		{`ALTER TABLE customers ALTER id DROP IDENTITY`, "column customers.id"},
		{`ALTER TABLE customers ALTER id SET GENERATED ALWAYS`, "column customers.id"},
		{`ALTER TABLE orders ALTER id SET INCREMENT BY 10`, "column orders.id"},
		{`ALTER TABLE orders ALTER total SET NOT NULL, ALTER total ADD GENERATED ALWAYS AS IDENTITY`, "column orders.total"},
		{`ALTER TABLE customers ALTER note SET STORAGE EXTERNAL`, "column customers.note"},
		{`ALTER TABLE customers ALTER note SET COMPRESSION pglz`, "column customers.note"},
		{`ALTER TABLE customers ALTER note SET STATISTICS 500`, "column customers.note"},
		{`ALTER TABLE customers ALTER note SET (n_distinct = 5)`, "column customers.note"},
		{`COMMENT ON COLUMN customers.name IS NULL`, "comment customers.name"},
		{`ALTER TABLE orders RENAME total TO amount`, "column orders.amount; column orders.total"},
		// indexes
		{`CREATE INDEX more ON orders (total)`, "index orders.more"},
		{`DROP INDEX customers_name`, "index customers.customers_name"},
		{`ALTER INDEX customers_name RENAME TO by_name`, "index customers.by_name; index customers.customers_name"},
		{`UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'customers_name'::regclass`, "index customers.customers_name"},
		{`DROP INDEX customers_name; CREATE INDEX customers_name ON customers (name COLLATE "C")`, "index customers.customers_name"},
		{`DROP INDEX customers_name; CREATE INDEX customers_name ON customers (name text_pattern_ops)`, "index customers.customers_name"},
		{`DROP INDEX customers_name; CREATE INDEX customers_name ON customers (name) INCLUDE (born)`, "index customers.customers_name"},
		{`DROP INDEX customers_name; CREATE INDEX customers_name ON customers USING hash (name)`, "index customers.customers_name"},
		{`DROP INDEX customers_name; CREATE UNIQUE INDEX customers_name ON customers (name)`, "index customers.customers_name"},
		{`DROP INDEX customers_born; CREATE INDEX customers_born ON customers (born DESC) WHERE born > '2000-01-01'`, "index customers.customers_born"},
		{`DROP INDEX customers_born; CREATE INDEX customers_born ON customers (born) WHERE born IS NOT NULL`, "index customers.customers_born"},
		{`DROP INDEX customers_lower; CREATE UNIQUE INDEX customers_lower ON customers (upper(email))`, "index customers.customers_lower"},
		{`ALTER INDEX customers_name SET (fillfactor = 50)`, "index customers.customers_name"},
		{`CLUSTER customers USING customers_name`, "index customers.customers_name"},
		// constraints
		{`ALTER TABLE orders ADD CONSTRAINT more CHECK (total > 0)`, "constraint orders.more"},
		{`ALTER TABLE orders ADD CONSTRAINT more CHECK (total > 0) NOT VALID`, "constraint orders.more"},
		{`ALTER TABLE customers DROP CONSTRAINT customers_balance`, "constraint customers.customers_balance"},
		{`ALTER TABLE customers DROP CONSTRAINT customers_balance, ADD CONSTRAINT customers_balance CHECK (balance > 0)`, "constraint customers.customers_balance"},
		{`ALTER TABLE customers DROP CONSTRAINT customers_balance, ADD CONSTRAINT customers_balance CHECK (balance >= 0) NOT VALID`, "constraint customers.customers_balance"},
		{`ALTER TABLE customers VALIDATE CONSTRAINT customers_born`, "constraint customers.customers_born"},
		{`ALTER TABLE customers RENAME CONSTRAINT customers_balance TO other`, "constraint customers.customers_balance; constraint customers.other"},
		{`ALTER TABLE customers DROP CONSTRAINT customers_email, ADD CONSTRAINT customers_email UNIQUE (email) DEFERRABLE`, "constraint customers.customers_email"},
		{`ALTER TABLE customers DROP CONSTRAINT customers_email`, "constraint customers.customers_email"},
		{`ALTER TABLE orders ADD CONSTRAINT apart EXCLUDE (total WITH =)`, "constraint orders.apart"},
		{`ALTER TABLE orders DROP CONSTRAINT orders_pkey`, "primary key orders."},
		{`ALTER TABLE orders DROP CONSTRAINT orders_customer`, "foreign key orders.orders_customer"},
		{`ALTER TABLE orders DROP CONSTRAINT orders_customer, ADD CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers`, "foreign key orders.orders_customer"},
		{`ALTER TABLE orders ALTER CONSTRAINT orders_customer DEFERRABLE INITIALLY DEFERRED`, "foreign key orders.orders_customer"},
		{`ALTER TABLE orders DROP CONSTRAINT orders_customer, ADD CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers ON DELETE CASCADE NOT VALID`, "foreign key orders.orders_customer"},
		// sequences and types
		{`CREATE SEQUENCE more`, "sequence .more"},
		{`ALTER SEQUENCE tickets INCREMENT BY 2`, "sequence .tickets"},
		{`ALTER TYPE mood ADD VALUE 'happy'`, "enum .mood"},
		{`ALTER TYPE mood RENAME VALUE 'angry' TO 'cross'`, "enum .mood"},
		{`CREATE TYPE size AS ENUM ('s')`, "enum .size"},
		{`ALTER DOMAIN price SET NOT NULL`, "domain .price"},
		{`ALTER DOMAIN price DROP CONSTRAINT price_positive; SELECT 1`, "domain .price"},
		{`ALTER TYPE place ADD ATTRIBUTE z int`, "composite type .place"},
		{`CREATE TYPE span AS RANGE (subtype = float8)`, "range type .span"},
		// the rest
		{`CREATE OR REPLACE VIEW rich AS SELECT id, name FROM customers WHERE balance > 2000`, "view rich."},
		{`DROP VIEW rich`, "view rich."},
		{`CREATE VIEW poor AS SELECT 1 AS one`, "view poor."},
		{`CREATE UNIQUE INDEX totals_customer ON totals (customer_id)`, "index totals.totals_customer"},
		{`DROP MATERIALIZED VIEW totals`, "materialized view totals."},
		{`CREATE OR REPLACE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN OLD; END $$`, "function .stamp()"},
		{`CREATE FUNCTION more(int) RETURNS int LANGUAGE sql AS 'SELECT 1'`, "function .more(integer)"},
		{`ALTER PROCEDURE tidy() SECURITY DEFINER`, "procedure .tidy()"},
		{`CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int)`, "aggregate .total(integer)"},
		{`ALTER TABLE orders DISABLE TRIGGER orders_stamp`, "trigger orders.orders_stamp"},
		{`DROP TRIGGER orders_stamp ON orders`, "trigger orders.orders_stamp"},
		{`CREATE TRIGGER more AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION stamp()`, "trigger orders.more"},
		{`CREATE RULE quiet AS ON DELETE TO orders DO INSTEAD NOTHING`, "rule orders.quiet"},
		{`ALTER POLICY own ON customers USING (balance > 0)`, "policy customers.own"},
		{`DROP POLICY own ON customers`, "policy customers.own"},
		{`CREATE TABLE events_new PARTITION OF events FOR VALUES FROM ('2002-01-01') TO ('2003-01-01')`, "table events_new."},
		{`ALTER TABLE events DETACH PARTITION events_old`, "partition events_old.; column events_old.at; column events_old.what"},
		{`DROP STATISTICS customers_pair`, "statistics customers.customers_pair"},
		{`CREATE STATISTICS more ON total, customer_id FROM orders`, "statistics orders.more"},
		{`COMMENT ON FUNCTION stamp IS 'new'`, "comment .function stamp()"},
		{`CREATE COLLATION german (provider = icu, locale = 'de')`, "collation .german"},
		{`CREATE OPERATOR <~> (FUNCTION = int4pl, LEFTARG = int, RIGHTARG = int)`, "operator .<~>(integer, integer)"},
		{`CREATE TEXT SEARCH CONFIGURATION words (COPY = pg_catalog.simple)`, "text search configuration .words"},
	} {
		t.Run(fmt.Sprintf("%02d", i), func(t *testing.T) {
			require.ErrorIs(t, db.Transaction(func(tx *gorm.DB) error {
				run(t, tx, change.sql)
				have, err := migrate.InspectDB(t.Context(), migrate.ConnPool(tx), "")
				require.NoError(t, err)
				found := migrate.Differences(want, have, nil)
				if i%10 == 0 { // the wanted catalog does not depend on the database's
					all, err := migrate.DriftOf(t.Context(), tx, state)
					require.NoError(t, err, change.sql)
					require.Equal(t, all, found)
				}
				var got []string
				for _, d := range found {
					require.NotEqual(t, d.Is, d.Should)
					got = append(got, d.Kind+" "+d.Table+"."+d.Name)
				}
				listed := strings.Split(change.want, "; ")
				slices.Sort(listed)
				slices.Sort(got)
				require.Equal(t, listed, got, "%s: %v", change.sql, found)
				return errBack
			}), errBack)
		})
	}
}

// many returns a state of n tables.
func many(n int) *migrate.State {
	s := &migrate.State{Tables: map[string]*migrate.Table{}}
	for i := range n {
		name := fmt.Sprintf("t%d", i)
		s.Tables[name] = &migrate.Table{
			Name: name, Key: []string{"id"},
			Columns: []migrate.Column{
				{Name: "id", Type: "bigint", NotNull: true, Identity: "BY DEFAULT"}, {Name: "a", Type: "varchar(20)", Default: "'x'"},
				{Name: "b", Type: "timestamptz", Default: "now()"}, {Name: "c", Type: "numeric(10,2)", NotNull: true, Default: "0"},
				{Name: "d", Type: "text[]", Default: "'{}'"}, {Name: "e", Type: "jsonb"}, {Name: "parent", Type: "bigint"},
			},
			Indexes:     []migrate.Index{{Name: name + "_a", Parts: []string{"lower(a)"}}, {Name: name + "_b", Parts: []string{`"b" DESC`, `"c"`}, Where: "a <> ''"}},
			Constraints: []migrate.Constraint{{Name: name + "_c", Definition: "CHECK (c >= 0 AND a IN ('x', 'y'))"}},
			ForeignKeys: []migrate.ForeignKey{{Name: name + "_parent", Columns: []string{"parent"}, Ref: fmt.Sprintf("t%d", max(0, i-1)), RefColumns: []string{"id"}}},
		}
	}
	return s
}

// The long form has 300 tables, which are read in less than a second.
func TestDriftOfManyTables(t *testing.T) {
	t.Parallel()
	db, state := setup(t), many(longtest.Size(40, 300))
	build(t, db, state)
	found, err := migrate.DriftOf(t.Context(), db, state)
	require.NoError(t, err)
	require.Empty(t, found)
	fastest := time.Hour // of three, for the machine has other work
	for range 3 {
		start := time.Now()
		_, err := migrate.InspectDB(t.Context(), migrate.ConnPool(db), "")
		require.NoError(t, err)
		fastest = min(fastest, time.Since(start))
	}
	t.Logf("%d tables are read in %v", len(state.Tables), fastest)
	require.Less(t, fastest, time.Second)
}

func BenchmarkDriftOfManyTables(b *testing.B) {
	db, state := setup(b), many(300)
	build(b, db, state)
	for b.Loop() {
		found, err := migrate.DriftOf(b.Context(), db, state)
		require.NoError(b, err)
		require.Empty(b, found)
	}
}

// A column whose type was changed is like one that has had it from the start,
// though the server writes other casts into what uses it.
func TestDriftAfterTypesChanged(t *testing.T) {
	t.Parallel()
	state := many(2)
	db := setup(t)
	build(t, db, state)
	run(t, db, `ALTER TABLE t0 ALTER a TYPE text, ALTER c TYPE double precision`, `ALTER TABLE t1 ALTER a TYPE varchar(40), ALTER c TYPE bigint`)
	for name, types := range map[string][2]string{"t0": {"text", "double precision"}, "t1": {"varchar(40)", "bigint"}} {
		state.Tables[name].Columns[1].Type, state.Tables[name].Columns[3].Type = types[0], types[1]
	}
	found, err := migrate.DriftOf(t.Context(), db, state)
	require.NoError(t, err)
	require.Empty(t, found)
	run(t, db, `ALTER TABLE t0 DROP CONSTRAINT t0_c, ADD CONSTRAINT t0_c CHECK (c >= 0 AND a IN ('x', 'z'))`)
	found, err = migrate.DriftOf(t.Context(), db, state)
	require.NoError(t, err)
	require.Len(t, found, 1)
}

// Auto's database is what the models want. AutoMigrate's lacks indexes.
func TestDriftOfModels(t *testing.T) {
	t.Parallel()
	db := withLoans(t, setup(t))
	state, err := migrate.FromModels(db, zoo...)
	require.NoError(t, err)
	_, err = migrate.Auto(t.Context(), db, zoo...)
	require.NoError(t, err)
	found, err := migrate.DriftOf(t.Context(), db, state)
	require.NoError(t, err)
	require.Empty(t, found)

	theirs := withLoans(t, plain(t, repotest.URL(t)))
	require.NoError(t, theirs.AutoMigrate(zoo...))
	found, err = migrate.DriftOf(t.Context(), theirs, state)
	require.NoError(t, err)
	for _, d := range found { // AutoMigrate makes no indexes on foreign keys
		require.Equal(t, []string{"index", "missing"}, []string{d.Kind, d.Is}, d.String())
	}
}

// A state may name schemas, also that of the search path.
func TestDriftOfSchemas(t *testing.T) {
	t.Parallel()
	db := setup(t)
	state := &migrate.State{
		Schemas: []string{"Odd name", "shop"},
		Enums:   map[string]*migrate.Enum{"shop.mood": {Name: "shop.mood", Values: []string{"calm"}}},
		Tables: map[string]*migrate.Table{
			"shop.items": {Name: "shop.items", Key: []string{"id"}, Columns: []migrate.Column{{Name: "id", Type: "bigint", NotNull: true}, {Name: "mood", Type: "shop.mood", Default: "'calm'::shop.mood"}},
				Constraints: []migrate.Constraint{{Name: "c", Definition: "CHECK (mood::text <> 'shop.mood')"}}},
			"Odd name.items": {Name: "Odd name.items", Columns: []migrate.Column{{Name: "id", Type: "bigint"}},
				ForeignKeys: []migrate.ForeignKey{{Name: "f", Columns: []string{"id"}, Ref: "shop.items", RefColumns: []string{"id"}}}},
			"public.items": {Name: "public.items", Columns: []migrate.Column{{Name: "id", Type: "bigint"}, {Name: "word", Type: "public.citext"}},
				ForeignKeys: []migrate.ForeignKey{{Name: "f", Columns: []string{"id"}, Ref: "shop.items", RefColumns: []string{"id"}}}},
		},
		Objects: map[string]*migrate.SQLObject{"view shop.calm": {Kind: "view", Name: "shop.calm", Create: `CREATE VIEW shop.calm AS SELECT i.id FROM shop.items i JOIN public.items p ON p.id = i.id`}},
	}
	run(t, db, `CREATE EXTENSION citext`)
	found, err := migrate.DriftOf(t.Context(), db, state)
	require.NoError(t, err)
	require.Equal(t, []migrate.Difference{
		{Kind: "schema", Name: "Odd name", Is: "missing", Should: "schema", Hint: `CREATE SCHEMA "Odd name"`},
		{Kind: "schema", Name: "shop", Is: "missing", Should: "schema", Hint: `CREATE SCHEMA "shop"`},
	}, found)
	build(t, db, state)
	found, err = migrate.DriftOf(t.Context(), db, state)
	require.NoError(t, err)
	require.Empty(t, found)
	run(t, db, `ALTER TABLE shop.items ADD more int`, `ALTER TABLE public.items ADD more int`, `DROP VIEW shop.calm`, `ALTER TABLE "Odd name".items DROP CONSTRAINT f`)
	found, err = migrate.DriftOf(t.Context(), db, state)
	require.NoError(t, err)
	require.Len(t, found, 4)
	require.Equal(t, migrate.Difference{Kind: "foreign key", Table: "Odd name.items", Name: "f", Is: "missing", Should: "FOREIGN KEY (id) REFERENCES shop.items(id)"}, found[0])
	require.Equal(t, migrate.Difference{Kind: "column", Table: "items", Name: "more", Is: "integer", Should: "not there"}, found[1])
}

func TestDriftOfExtensions(t *testing.T) {
	t.Parallel()
	db := setup(t)
	state := &migrate.State{Extensions: []string{"citext"}, Tables: map[string]*migrate.Table{
		"items": {Name: "items", Columns: []migrate.Column{{Name: "word", Type: "citext"}}}}}
	found, err := migrate.DriftOf(t.Context(), db, state)
	require.NoError(t, err)
	require.Equal(t, []migrate.Difference{{Kind: "extension", Name: "citext", Is: "missing", Should: "extension", Hint: `CREATE EXTENSION "citext"`}}, found)
	build(t, db, state)
	found, err = migrate.DriftOf(t.Context(), db, state)
	require.NoError(t, err)
	require.Empty(t, found)
}
