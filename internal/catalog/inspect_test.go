package catalog_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/catalog"
)

// all has an object of every kind, with the name S for its schema.
const all = `
CREATE TYPE S.mood AS ENUM ('sad', 'o''k');
CREATE DOMAIN S.price AS numeric(8, 2) NOT NULL DEFAULT 1 CONSTRAINT positive CHECK (VALUE > 0);
CREATE TYPE S.point3 AS (x int, y int, label varchar(3) COLLATE "C");
CREATE TYPE S.span AS RANGE (subtype = float8);
CREATE SEQUENCE S.tickets AS integer INCREMENT BY 5 CYCLE;
CREATE FUNCTION S.twice(n int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 2 * n';
CREATE PROCEDURE S.nothing() LANGUAGE sql AS 'SELECT 1';
CREATE AGGREGATE S.total(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0');
CREATE OPERATOR S.<~> (FUNCTION = int4pl, LEFTARG = int, RIGHTARG = int);
CREATE COLLATION S.german (provider = icu, locale = 'de');
CREATE TEXT SEARCH CONFIGURATION S.words (COPY = pg_catalog.simple);
CREATE TEXT SEARCH DICTIONARY S.stops (TEMPLATE = pg_catalog.simple, accept = false);
CREATE TABLE S.items (
	id bigint GENERATED ALWAYS AS IDENTITY (START WITH 7) PRIMARY KEY WITH (fillfactor = 70),
	old serial, ticket int DEFAULT nextval('S.tickets'),
	name varchar(20) COLLATE "C" NOT NULL DEFAULT 'x' CONSTRAINT filled CHECK (name <> ''),
	mood S.mood DEFAULT 'sad', cost S.price, place S.point3, during S.span,
	double int GENERATED ALWAYS AS (S.twice(1)) STORED, note text,
	parent bigint REFERENCES S.items ON DELETE CASCADE DEFERRABLE,
	CONSTRAINT named UNIQUE (name, parent), EXCLUDE USING gist (during WITH &&));
ALTER TABLE S.items ADD CONSTRAINT later CHECK (id > 0) NOT VALID, REPLICA IDENTITY FULL, ENABLE ROW LEVEL SECURITY;
ALTER TABLE S.items ALTER note SET STORAGE EXTERNAL, ALTER note SET STATISTICS 50, ALTER note SET COMPRESSION pglz;
CREATE INDEX mixed ON S.items (lower(name) DESC, parent NULLS FIRST, note text_pattern_ops) INCLUDE (id) WITH (fillfactor = 80) WHERE parent > 1;
CREATE STATISTICS S.both_of (ndistinct) ON name, parent FROM S.items;
CREATE POLICY own ON S.items FOR SELECT USING (name = 'x');
CREATE FUNCTION S.fire() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER fires BEFORE UPDATE ON S.items FOR EACH ROW WHEN (NEW.parent > 1) EXECUTE FUNCTION S.fire();
ALTER TABLE S.items DISABLE TRIGGER fires;
CREATE RULE quiet AS ON DELETE TO S.items WHERE OLD.id = 0 DO INSTEAD NOTHING;
CREATE UNLOGGED TABLE S.fast (id int) WITH (fillfactor = 50);
CREATE TABLE S.child (more int) INHERITS (S.items);
CREATE TABLE S.years (at date NOT NULL, n int, CONSTRAINT n_positive CHECK (n > 0), PRIMARY KEY (at)) PARTITION BY RANGE (at);
CREATE TABLE S.year1 PARTITION OF S.years FOR VALUES FROM ('2001-01-01') TO ('2002-01-01');
CREATE INDEX years_n ON S.years (n);
CREATE VIEW S.seen AS SELECT i.id, i.mood FROM S.items i WHERE i.mood = 'sad';
CREATE MATERIALIZED VIEW S.kept AS SELECT id FROM S.seen;
CREATE UNIQUE INDEX kept_id ON S.kept (id);
COMMENT ON TABLE S.items IS 'the items'; COMMENT ON COLUMN S.items.name IS 'its name'; COMMENT ON INDEX S.mixed IS 'an index';
COMMENT ON CONSTRAINT filled ON S.items IS 'a check'; COMMENT ON TYPE S.mood IS 'a type'; COMMENT ON FUNCTION S.twice IS 'a function';
COMMENT ON TRIGGER fires ON S.items IS 'a trigger'; COMMENT ON SEQUENCE S.tickets IS 'a sequence'; COMMENT ON VIEW S.seen IS 'a view'`

func inside(schema string) string { return strings.ReplaceAll(all, "S.", schema+".") }

func inspect(t testing.TB, db *gorm.DB, schemas ...string) []*catalog.Schema {
	t.Helper()
	out, err := catalog.Inspect(t.Context(), db.Statement.ConnPool, catalog.Options{}, schemas...)
	require.NoError(t, err)
	return out
}

func TestInspect(t *testing.T) {
	t.Parallel()
	db := setup(t, `CREATE SCHEMA shop`, inside("public"), inside("shop"))
	found := inspect(t, db, "")
	require.Len(t, found, 1)
	require.Equal(t, "public", found[0].Name)
	require.Equal(t, []catalog.Enum{{Name: "mood", Values: []string{"sad", "o'k"}}}, found[0].Enums)
	require.Equal(t, []catalog.Domain{{Name: "price", Type: "numeric(8,2)"}}, found[0].Domains)
	require.Equal(t, []string{"plpgsql"}, found[0].Extensions)
	flat := found[0].Flat()
	for key, text := range map[catalog.Key]string{
		{"enum", "", "mood"}:                          "'sad', 'o''k'",
		{"domain", "", "price"}:                       "numeric(8,2) NOT NULL DEFAULT 1 CONSTRAINT positive CHECK (VALUE > 0::numeric)",
		{"composite type", "", "point3"}:              `x integer, y integer, label character varying(3) COLLATE "C"`,
		{"range type", "", "span"}:                    "SUBTYPE = double precision",
		{"sequence", "", "tickets"}:                   "integer INCREMENT BY 5 CYCLE",
		{"sequence", "items", "old"}:                  "integer",
		{"function", "", "twice(n integer)"}:          "CREATE OR REPLACE FUNCTION twice(n integer)\n RETURNS integer\n LANGUAGE sql\n IMMUTABLE\nAS $function$SELECT 2 * n$function$",
		{"procedure", "", "nothing()"}:                "CREATE OR REPLACE PROCEDURE nothing()\n LANGUAGE sql\nAS $procedure$SELECT 1$procedure$",
		{"aggregate", "", "total(integer)"}:           "SFUNC = int4pl, STYPE = integer, INITCOND = '0', PARALLEL = UNSAFE",
		{"operator", "", "<~>(integer, integer)"}:     "int4pl",
		{"text search dictionary", "", "stops"}:       "simple accept = 'false'",
		{"table", "items", ""}:                        "table",
		{"row security", "items", ""}:                 "enabled",
		{"replica identity", "items", ""}:             "full",
		{"persistence", "fast", ""}:                   "unlogged",
		{"storage parameters", "fast", ""}:            "fillfactor=50",
		{"inherits", "child", "items"}:                "inherits",
		{"column", "child", "more"}:                   "integer",
		{"partition key", "years", ""}:                "RANGE (at)",
		{"partition", "year1", ""}:                    "of years FOR VALUES FROM ('2001-01-01') TO ('2002-01-01')",
		{"column", "items", "id"}:                     "bigint NOT NULL GENERATED ALWAYS AS IDENTITY START WITH 7",
		{"column", "items", "old"}:                    "integer NOT NULL DEFAULT nextval(its own sequence)",
		{"column", "items", "ticket"}:                 "integer DEFAULT nextval('tickets'::regclass)",
		{"column", "items", "name"}:                   `character varying(20) COLLATE "C" NOT NULL DEFAULT 'x'::character varying`,
		{"column", "items", "mood"}:                   "mood DEFAULT 'sad'::mood",
		{"column", "items", "double"}:                 "integer GENERATED ALWAYS AS (twice(1)) STORED",
		{"column", "items", "note"}:                   "text STORAGE EXTERNAL COMPRESSION pglz STATISTICS 50",
		{"primary key", "items", ""}:                  "PRIMARY KEY (id) WITH (fillfactor=70)",
		{"foreign key", "items", "items_parent_fkey"}: "FOREIGN KEY (parent) REFERENCES items(id) ON DELETE CASCADE DEFERRABLE",
		{"constraint", "items", "named"}:              "UNIQUE (name, parent)",
		{"constraint", "items", "items_during_excl"}:  "EXCLUDE USING gist (during WITH &&)",
		{"constraint", "items", "later"}:              "CHECK (id > 0) NOT VALID",
		{"index", "items", "mixed"}:                   "CREATE INDEX mixed ON items USING btree (lower(name::text) DESC, parent NULLS FIRST, note text_pattern_ops) INCLUDE (id) WITH (fillfactor='80') WHERE parent > 1",
		{"statistics", "items", "both_of"}:            "(ndistinct) ON name, parent",
		{"policy", "items", "own"}:                    "PERMISSIVE FOR SELECT TO public USING (name::text = 'x'::text)",
		{"trigger", "items", "fires"}:                 "CREATE TRIGGER fires BEFORE UPDATE ON items FOR EACH ROW WHEN (new.parent > 1) EXECUTE FUNCTION fire() DISABLED",
		{"rule", "items", "quiet"}:                    "CREATE RULE quiet AS\n    ON DELETE TO items\n   WHERE old.id = 0 DO INSTEAD NOTHING;",
		{"index", "kept", "kept_id"}:                  "CREATE UNIQUE INDEX kept_id ON kept USING btree (id)",
		{"comment", "items", ""}:                      "the items",
		{"comment", "items", "name"}:                  "its name",
		{"comment", "items", "index mixed"}:           "an index",
		{"comment", "items", "constraint filled"}:     "a check",
		{"comment", "items", "trigger fires"}:         "a trigger",
		{"comment", "", "type mood"}:                  "a type",
		{"comment", "", "function twice(n integer)"}:  "a function",
		{"comment", "", "sequence tickets"}:           "a sequence",
		{"comment", "seen", ""}:                       "a view",
	} {
		require.Equal(t, text, flat[key], "%v", key)
	}
	for _, key := range []catalog.Key{
		{"index", "year1", "year1_n_idx"}, {"primary key", "year1", ""}, {"column", "year1", "n"}, {"constraint", "year1", "n_positive"}, // from the partitioned table
		{"index", "items", "items_pkey"}, {"sequence", "items", "id"}, {"function", "", "span(double precision, double precision)"},
		{"column", "seen", "id"},
	} {
		require.NotContains(t, flat, key)
	}
	require.Contains(t, flat[catalog.Key{Kind: "view", Table: "seen"}], "mood = 'sad'::mood")
	require.Contains(t, flat[catalog.Key{Kind: "materialized view", Table: "kept"}], "FROM seen")
	require.NotContains(t, flat[catalog.Key{Kind: "collation", Name: "german"}], "german")
	require.Contains(t, flat, catalog.Key{Kind: "text search configuration", Name: "words"})

	t.Run("equal contents have equal texts", func(t *testing.T) {
		require.Equal(t, flat, inspect(t, db, "shop")[0].Flat())
	})
	t.Run("renamed", func(t *testing.T) {
		renamed, err := catalog.Inspect(t.Context(), db.Statement.ConnPool, catalog.Options{Rename: map[string]string{"shop": `the "store"`}}, "", "shop")
		require.NoError(t, err)
		require.Equal(t, `the "store"`, renamed[1].Label)
		require.Contains(t, renamed[1].Flat(), catalog.Key{Kind: "table", Table: `the "store".items`})
	})
	t.Run("several schemas", func(t *testing.T) {
		both := inspect(t, db, "", "shop", "absent")
		require.Len(t, both, 3)
		require.Equal(t, flat, both[0].Flat())
		require.Equal(t, "FOREIGN KEY (parent) REFERENCES shop.items(id) ON DELETE CASCADE DEFERRABLE",
			both[1].Flat()[catalog.Key{Kind: "foreign key", Table: "shop.items", Name: "items_parent_fkey"}])
		require.Equal(t, "'sad', 'o''k'", both[1].Flat()[catalog.Key{Kind: "enum", Name: "shop.mood"}])
		require.Equal(t, "", both[2].Name)
	})
}

// A transaction continues with the search path that it had.
func TestInspectKeepsTheSearchPath(t *testing.T) {
	t.Parallel()
	db := setup(t, `CREATE SCHEMA shop`, `CREATE TABLE shop.items (id int)`)
	require.NoError(t, db.Transaction(func(tx *gorm.DB) error {
		require.NoError(t, tx.Exec(`SET LOCAL search_path = public, "$user"`).Error)
		require.Len(t, inspect(t, tx, "shop")[0].Tables, 1)
		var path string
		require.NoError(t, tx.Raw(`SHOW search_path`).Scan(&path).Error)
		require.Equal(t, `public, "$user"`, path)
		require.NoError(t, tx.Exec(`SET LOCAL search_path = ''`).Error)
		require.Empty(t, inspect(t, tx, "")[0].Name)
		return nil
	}))
}

func TestInspectTemporary(t *testing.T) {
	t.Parallel()
	db := setup(t)
	require.NoError(t, db.Transaction(func(tx *gorm.DB) error {
		require.NoError(t, tx.Exec(`CREATE TEMP TABLE items (id int PRIMARY KEY)`).Error)
		temp := inspect(t, tx, "pg_temp")[0]
		require.True(t, temp.Temporary)
		require.Equal(t, "PRIMARY KEY (id)", temp.Flat()[catalog.Key{Kind: "primary key", Table: "items"}])
		return nil
	}))
}

func TestInspectGrants(t *testing.T) {
	t.Parallel()
	db := setup(t, `CREATE TABLE items (id int)`, `GRANT SELECT ON items TO public`, `GRANT UPDATE (id) ON items TO public`)
	grant := catalog.Key{Kind: "grant", Table: "items"}
	require.NotContains(t, inspect(t, db, "")[0].Flat(), grant)
	found, err := catalog.Inspect(t.Context(), db.Statement.ConnPool, catalog.Options{Grants: true}, "")
	require.NoError(t, err)
	require.Contains(t, found[0].Flat()[grant], "=r/")
	grant.Name = "id"
	require.Contains(t, found[0].Flat()[grant], "=w/")
}

func TestInspectOfAnEndedContext(t *testing.T) {
	t.Parallel()
	db := setup(t)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	_, err := catalog.Inspect(ctx, db.Statement.ConnPool, catalog.Options{}, "")
	require.ErrorIs(t, err, context.Canceled)
}

func BenchmarkInspectManyTables(b *testing.B) {
	db, _ := manyTables(b)
	for b.Loop() {
		require.Len(b, inspect(b, db, "")[0].Tables, 300)
	}
}
