//go:build unix

package devpg

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango"
)

// Open uses a URL that is given, else a server of its own.
func TestOpen(t *testing.T) {
	t.Parallel()
	db, server, err := openKept(t.Context(), keptDir(t), "books-here", gormango.Config{})
	require.NoError(t, err)
	if !server.External() {
		var name string
		require.NoError(t, db.Raw("SELECT current_database()").Scan(&name).Error)
		require.Equal(t, "books-here", name)
	}
	require.NoError(t, gormango.Close(db))
	require.NoError(t, server.Close())
	_, err = Open(t.Context(), "../up", gormango.Config{})
	require.Error(t, err)
	_, err = Open(t.Context(), "x", gormango.Config{URL: "postgres://127.0.0.1:1/none?connect_timeout=1"})
	require.ErrorContains(t, err, "127.0.0.1:1")
}
