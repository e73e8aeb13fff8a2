//go:build unix

package devpg

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestExternal(t *testing.T) {
	dir := cache(t)
	local := start(t, Options{cache: dir})
	t.Setenv("DATABASE_URL", local.URL())
	s, err := Start(t.Context(), Options{Dir: "/not/used", Database: "not_used"})
	require.NoError(t, err)
	require.True(t, s.External())
	require.Equal(t, local.URL(), s.URL())
	require.NoError(t, s.Close())
	require.NoError(t, ping(local.URL()), "not ours to end")

	wrong := strings.Replace(local.URL(), "//postgres:", "//postgres:hunter2", 1)
	t.Setenv("DATABASE_URL", wrong)
	_, err = Start(t.Context(), Options{})
	require.ErrorContains(t, err, `devpg: DATABASE_URL names host "127.0.0.1", port `)
	require.ErrorContains(t, err, `database "postgres", user "postgres"`)
	require.ErrorContains(t, err, "password authentication failed")
	require.NotContains(t, err.Error(), "hunter2")

	for _, bad := range []string{
		"postgres://u:hunter2%zz@h/x", "postgres://u:hunter2@h:port/x", "postgres://u:hunter2 @h:70000000/x", "host=h password='hunter2", "hunter2",
		"postgres://u:hunter2/x@h/x", "postgres://u:hunter2@h/x?sslmode=odd",
	} {
		t.Setenv("DATABASE_URL", bad)
		_, err = Start(t.Context(), Options{})
		require.ErrorContains(t, err, "DATABASE_URL cannot be parsed", bad)
		require.NotContains(t, err.Error(), "hunter2", bad)
	}
}
