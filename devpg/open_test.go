//go:build unix

package devpg

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango"
)

// Open keeps the database's data, and uses a URL that is given.
func TestOpen(t *testing.T) {
	t.Setenv("DATABASE_URL", "")
	t.Setenv("GORMANGO_CACHE", cache(t))
	t.Setenv("XDG_DATA_HOME", t.TempDir())
	for i := range 2 {
		db, err := Open(t.Context(), "books-here", gormango.Config{})
		require.NoError(t, err)
		var name string
		require.NoError(t, db.Raw("SELECT current_database()").Scan(&name).Error)
		require.Equal(t, "books-here", name)
		require.NoError(t, db.Exec("CREATE TABLE IF NOT EXISTS kept (n int)").Error)
		require.NoError(t, db.Exec("INSERT INTO kept VALUES (1)").Error)
		var n int
		require.NoError(t, db.Raw("SELECT count(*) FROM kept").Scan(&n).Error)
		require.Equal(t, i+1, n)
		require.NoError(t, gormango.Close(db))
	}
	_, err := Open(t.Context(), "../up", gormango.Config{})
	require.Error(t, err)
	_, err = Open(t.Context(), "x", gormango.Config{URL: "postgres://127.0.0.1:1/none?connect_timeout=1"})
	require.ErrorContains(t, err, "127.0.0.1:1")
}
