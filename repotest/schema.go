package repotest

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/migrate"
)

// Schema opens a new schema with the empty tables of models, as migrate.Auto
// creates them, in the database of [Shared] without models. Its connections
// have that schema as their search_path. It is dropped at the end of the test.
//
// It serves where the server's user must not create databases at will, or where
// a test is about schemas. A database of [Open] is made in less time.
func Schema(t testing.TB, models ...any) *gorm.DB {
	t.Helper()
	home := Shared(t)
	name := databaseName()
	ident := pgx.Identifier{name}.Sanitize()
	require.NoError(t, home.Exec("CREATE SCHEMA "+ident).Error)
	t.Cleanup(func() {
		require.NoError(t, home.Exec("DROP SCHEMA "+ident+" CASCADE").Error)
	})
	var database string
	require.NoError(t, home.Raw("SELECT current_database()").Scan(&database).Error)
	connString, err := withDatabase(serverURL(t), database)
	require.NoError(t, err)
	connString, err = withSearchPath(connString, name)
	require.NoError(t, err)
	db := open(t, gormango.Config{URL: connString, Models: models})
	_, err = migrate.Auto(context.Background(), db)
	require.NoError(t, err)
	return db
}

// withSearchPath returns a connection string with a schema as search_path.
func withSearchPath(connString, schema string) (string, error) {
	if !strings.HasPrefix(connString, "postgres://") && !strings.HasPrefix(connString, "postgresql://") {
		return connString + " search_path=" + schema, nil
	}
	u, err := url.Parse(connString)
	if err != nil {
		return "", err // withDatabase has parsed it before
	}
	query := u.Query()
	query.Set("search_path", schema)
	u.RawQuery = query.Encode()
	return u.String(), nil
}
