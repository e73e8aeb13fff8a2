package migrate_test

import (
	"context"
	"errors"
	"net/url"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/migrate"
	"github.com/gormango/gormango/repotest"
	"github.com/gormango/gormango/txutil"
)

// relations lists the schemas and relations of the database.
func relations(t testing.TB, db *gorm.DB) []string {
	t.Helper()
	var out []string
	require.NoError(t, db.Raw(`SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' UNION ALL SELECT nspname::text FROM pg_namespace WHERE nspname !~ '^pg_t' ORDER BY 1`).Scan(&out).Error)
	return out
}

func TestScratch(t *testing.T) {
	t.Parallel()
	db := open(t, repotest.URL(t))
	run(t, db, `CREATE TABLE items (id int)`)
	before := relations(t, db)
	err := migrate.Scratch(t.Context(), db, []string{
		`CREATE TABLE items (id int PRIMARY KEY, name text DEFAULT 'a;b') -- a comment`,
		`CREATE FUNCTION one() RETURNS int LANGUAGE sql AS $$ SELECT 1; SELECT 1 $$`,
		`CREATE INDEX items_name ON items (name)`,
	}, func(tx *gorm.DB, schema string) error {
		c, err := migrate.InspectDB(t.Context(), migrate.ConnPool(tx), schema)
		require.NoError(t, err)
		text, ok := c.Text("column", "items", "name")
		require.True(t, ok)
		require.Equal(t, "text DEFAULT 'a;b'::text", text)
		require.Len(t, c.Objects(), 6)
		require.Equal(t, migrate.CatalogObject{Kind: "function", Name: "one()", Text: "CREATE OR REPLACE FUNCTION one()\n RETURNS integer\n LANGUAGE sql\nAS $function$ SELECT 1; SELECT 1 $function$"}, c.Objects()[0])
		require.Equal(t, "id", migrate.TableOf(c, "items").Columns[0].Name)
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, before, relations(t, db))

	t.Run("an error of the function comes back", func(t *testing.T) {
		mine := errors.New("mine")
		require.Equal(t, mine, migrate.Scratch(t.Context(), db, nil, func(*gorm.DB, string) error { return mine }))
	})
	t.Run("the statement that fails is named", func(t *testing.T) {
		err := migrate.Scratch(t.Context(), db, []string{`CREATE TABLE a (id int)`, `CREATE TABLE b (id nonsense)`}, func(*gorm.DB, string) error { panic("called") })
		var refused *migrate.CopyError
		require.ErrorAs(t, err, &refused)
		require.ErrorContains(t, err, "nothing was changed; statement: CREATE TABLE b (id nonsense)")
	})
	t.Run("a table outside of the copy", func(t *testing.T) {
		err := migrate.Scratch(t.Context(), db, []string{`ALTER TABLE items ADD more int`}, func(*gorm.DB, string) error { panic("called") })
		var outside *migrate.OutsideError
		require.ErrorAs(t, err, &outside)
		require.Equal(t, []string{"public.items"}, outside.Tables)
		require.ErrorContains(t, err, "public.items")
	})
	t.Run("within a transaction", func(t *testing.T) {
		require.NoError(t, txutil.Atomic(t.Context(), db, func(ctx context.Context) error {
			require.NoError(t, db.WithContext(ctx).Exec(`INSERT INTO items VALUES (1)`).Error)
			require.NoError(t, migrate.Scratch(ctx, db, []string{`CREATE TABLE a (id int)`}, func(*gorm.DB, string) error { return nil }))
			var path string
			require.NoError(t, db.WithContext(ctx).Raw(`SHOW search_path`).Scan(&path).Error)
			require.Equal(t, `"$user", public`, path)
			return nil
		}))
		var n int
		require.NoError(t, db.Raw(`SELECT count(*) FROM items`).Scan(&n).Error)
		require.Equal(t, 1, n)
	})
	require.Equal(t, before, relations(t, db))
}

// as returns the URL of a database for another role.
func as(t testing.TB, text, role string) string {
	t.Helper()
	u, err := url.Parse(text)
	require.NoError(t, err)
	u.User = url.UserPassword(role, role)
	return u.String()
}

// A role that may not create schemas gets a copy in pg_temp.
func TestScratchOfAnUnprivilegedRole(t *testing.T) {
	t.Parallel()
	address := repotest.URL(t)
	owner := open(t, address)
	role := "plain_" + quoteless(t, owner)
	run(t, owner, `CREATE ROLE `+role+` LOGIN PASSWORD '`+role+`'`)
	t.Cleanup(func() { run(t, owner, `DROP OWNED BY `+role, `DROP ROLE `+role) })
	db := open(t, as(t, address, role))
	require.NoError(t, migrate.Scratch(t.Context(), db, []string{
		`CREATE TYPE mood AS ENUM ('sad')`,
		`CREATE TABLE items (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, mood mood, twice int GENERATED ALWAYS AS (2 * 1) STORED, parent int REFERENCES items)`,
		`CREATE INDEX items_mood ON items (mood) WHERE mood = 'sad'`,
	}, func(tx *gorm.DB, schema string) error {
		require.Equal(t, "pg_temp", schema)
		c, err := migrate.InspectDB(t.Context(), migrate.ConnPool(tx), schema)
		require.NoError(t, err)
		text, _ := c.Text("index", "items", "items_mood")
		require.Equal(t, "CREATE INDEX items_mood ON items USING btree (mood) WHERE mood = 'sad'::mood", text)
		return nil
	}))

	var database string
	require.NoError(t, owner.Raw(`SELECT current_database()`).Scan(&database).Error)
	run(t, owner, `REVOKE TEMPORARY ON DATABASE `+strconv.Quote(database)+` FROM public`)
	err := migrate.Scratch(t.Context(), db, nil, func(*gorm.DB, string) error { return nil })
	require.Equal(t, &migrate.RightError{Role: role, Right: "CREATE", Database: database}, err)
	require.ErrorContains(t, err, "GRANT CREATE ON DATABASE "+strconv.Quote(database)+" TO "+strconv.Quote(role))
}

// quoteless returns the name of the database, which names of roles contain:
// they belong to the server.
func quoteless(t testing.TB, db *gorm.DB) (name string) {
	t.Helper()
	require.NoError(t, db.Raw(`SELECT current_database()`).Scan(&name).Error)
	return name
}

func TestInspectDB(t *testing.T) {
	t.Parallel()
	db := open(t, repotest.URL(t))
	run(t, db, `CREATE SCHEMA shop`, `CREATE TABLE shop.items (id int PRIMARY KEY)`)
	c, err := migrate.InspectDB(t.Context(), migrate.ConnPool(db), "shop")
	require.NoError(t, err)
	require.Equal(t, "shop", c.Schema)
	_, ok := c.Text("primary key", "items", "")
	require.True(t, ok)
	require.Nil(t, migrate.TableOf(c, "others"))
	_, err = migrate.InspectDB(t.Context(), migrate.ConnPool(db), "absent")
	require.EqualError(t, err, `migrate: schema "absent" does not exist`)
	require.NoError(t, db.Transaction(func(tx *gorm.DB) error {
		run(t, tx, `SET LOCAL search_path = absent`)
		_, err := migrate.InspectDB(t.Context(), migrate.ConnPool(tx), "")
		require.ErrorContains(t, err, "search path has no schema")
		return nil
	}))
}
