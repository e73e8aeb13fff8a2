package catalog_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/catalog"
	"github.com/gormango/gormango/repotest"
)

func setup(t testing.TB, sql ...string) *gorm.DB {
	t.Helper()
	db, err := gormango.Open(t.Context(), gormango.Config{URL: repotest.URL(t)})
	require.NoError(t, err)
	t.Cleanup(func() { _ = gormango.Close(db) })
	for _, s := range sql {
		require.NoError(t, db.Exec(s).Error, s)
	}
	return db
}

func TestSplit(t *testing.T) {
	t.Parallel()
	require.Equal(t, catalog.Name{Table: "items"}, catalog.Split("items"))
	require.Equal(t, catalog.Name{Schema: "shop", Table: "items"}, catalog.Split("shop.items"))
}

func TestRead(t *testing.T) {
	t.Parallel()
	db := setup(t,
		`CREATE SCHEMA shop`,
		`CREATE TABLE shop.kinds (a int, b int, PRIMARY KEY (a, b))`,
		`CREATE TABLE items (
			id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, gone text, name varchar(20) NOT NULL DEFAULT 'x',
			twice int GENERATED ALWAYS AS (1 + 1) STORED, a int, b int,
			CONSTRAINT named UNIQUE (name, a), CONSTRAINT positive CHECK (a > 0),
			CONSTRAINT kind FOREIGN KEY (b, a) REFERENCES shop.kinds (b, a) ON DELETE CASCADE)`,
		`ALTER TABLE items DROP COLUMN gone`,
		`CREATE UNIQUE INDEX mixed ON items USING btree (lower(name), a DESC) INCLUDE (b) WHERE a > 1`,
		`CREATE VIEW seen AS SELECT 1 AS one`,
	)
	c, err := catalog.Read(db, []string{"items", "shop.kinds", "seen", "absent", "nowhere.items"}, []string{"int8", "varchar(3)[]", "nonsense", "shop.kinds"})
	require.NoError(t, err)
	require.Equal(t, "public", c.Schema)
	require.Equal(t, map[string]bool{"shop": true}, c.Schemas)
	require.Equal(t, catalog.Type{OID: 20, Name: "bigint"}, c.Types["int8"])
	require.Equal(t, "character varying[]", c.Types["varchar(3)[]"].Name)
	require.NotContains(t, c.Types, "nonsense")
	require.Contains(t, c.Types, "shop.kinds")
	require.Len(t, c.Tables, 3)
	require.Equal(t, "v", c.Tables["seen"].Kind)

	items := c.Tables["items"]
	require.Equal(t, "public", items.Schema)
	require.Equal(t, "r", items.Kind)
	require.Equal(t, []catalog.Column{
		{Name: "id", TypeOID: 20, Type: "bigint", NotNull: true, Identity: "a"},
		{Name: "name", TypeOID: 1043, Type: "character varying(20)", NotNull: true, Default: "'x'::character varying"},
		{Name: "twice", TypeOID: 23, Type: "integer", Default: "(1 + 1)", Generated: "s"},
		{Name: "a", TypeOID: 23, Type: "integer"},
		{Name: "b", TypeOID: 23, Type: "integer"},
	}, items.Columns)
	mixed, ok := items.Index("mixed")
	require.True(t, ok)
	require.Equal(t, catalog.Index{Name: "mixed", Method: "btree", Unique: true, Valid: true, Partial: true, Columns: []string{"", "a"},
		Def: "CREATE UNIQUE INDEX mixed ON public.items USING btree (lower((name)::text), a DESC) INCLUDE (b) WHERE (a > 1)"}, mixed)
	kind, ok := items.Constraint("kind")
	require.True(t, ok)
	require.Equal(t, catalog.Constraint{Name: "kind", Kind: "f", Columns: []string{"b", "a"}, RefSchema: "shop", RefTable: "kinds",
		RefColumns: []string{"b", "a"}, OnDelete: "c", OnUpdate: "a",
		Def: "FOREIGN KEY (b, a) REFERENCES shop.kinds(b, a) ON DELETE CASCADE"}, kind)
	named, _ := items.Constraint("named")
	require.Equal(t, "u", named.Kind)
	require.Equal(t, []string{"name", "a"}, named.Columns)
	key, ok := items.PrimaryKey()
	require.True(t, ok)
	require.Equal(t, []string{"id"}, key.Columns)
	key, _ = c.Tables["shop.kinds"].PrimaryKey()
	require.Equal(t, []string{"a", "b"}, key.Columns)

	_, ok = items.Column("gone")
	require.False(t, ok)
	_, ok = items.Column("name")
	require.True(t, ok)
	_, ok = items.Index("none")
	require.False(t, ok)
	_, ok = items.Constraint("none")
	require.False(t, ok)
	_, ok = c.Tables["seen"].PrimaryKey()
	require.False(t, ok)
}

func TestReadNothing(t *testing.T) {
	t.Parallel()
	db := setup(t, `DROP SCHEMA public`)
	c, err := catalog.Read(db, nil, nil)
	require.NoError(t, err)
	require.Equal(t, &catalog.Catalog{}, c)
}

// manyTables creates 300 tables and returns their names.
func manyTables(t testing.TB) (db *gorm.DB, asked []string) {
	var sql strings.Builder
	for i := range 300 {
		fmt.Fprintf(&sql, "CREATE TABLE t%d (id bigint PRIMARY KEY, a text, b text, c text, d text, e text, parent bigint CONSTRAINT p%d REFERENCES t%d, CONSTRAINT c%d CHECK (a <> ''));", i, i, max(0, i-1), i)
		fmt.Fprintf(&sql, "CREATE INDEX i%d ON t%d (a); CREATE INDEX j%d ON t%d (b, c);", i, i, i, i)
		asked = append(asked, fmt.Sprintf("t%d", i))
	}
	return setup(t, sql.String()), asked
}

func TestReadManyTables(t *testing.T) {
	t.Parallel()
	db, asked := manyTables(t)
	c, err := catalog.Read(db, asked, []string{"bigint", "text"})
	require.NoError(t, err)
	require.Len(t, c.Tables, 300)
}

func BenchmarkReadManyTables(b *testing.B) {
	db, asked := manyTables(b)
	for b.Loop() {
		_, err := catalog.Read(db, asked, []string{"bigint", "text"})
		require.NoError(b, err)
	}
}
