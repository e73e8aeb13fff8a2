//go:build unix

package devpg

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestThrowAwaySettings(t *testing.T) {
	t.Parallel()
	dir := cache(t)
	s := start(t, Options{cache: dir})
	conn := connect(t, s.URL())
	for name, want := range map[string]string{
		"fsync": "off", "autovacuum": "off", "max_connections": "300", "listen_addresses": "127.0.0.1",
		"unix_socket_directories": "", "TimeZone": "UTC", "server_encoding": "UTF8", "lc_messages": "C",
	} {
		var got string
		require.NoError(t, conn.QueryRow(t.Context(), "SELECT current_setting($1)", name).Scan(&got))
		require.Equal(t, want, got, name)
	}
	var upper, sorted string
	require.NoError(t, conn.QueryRow(t.Context(), "SELECT upper('aä'), (SELECT string_agg(x, '' ORDER BY x) FROM unnest('{b,B,a,ä}'::text[]) x)").Scan(&upper, &sorted))
	require.Equal(t, "AÄ", upper, "case is known of all letters")
	require.Equal(t, "Babä", sorted, "texts sort by their bytes")

	// A superuser without a password would let every user act as this one.
	wrong := strings.Replace(s.URL(), "//postgres:", "//postgres:x", 1)
	require.ErrorContains(t, ping(wrong), "password authentication failed")
	info, err := os.Stat(filepath.Join(servers(t, dir)[0], "password"))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
}

// A server that died is left to its holders, and a new one is made.
func TestDeadServerIsReplaced(t *testing.T) {
	t.Parallel()
	dir := cache(t)
	first := start(t, Options{cache: dir})
	require.NoError(t, syscall.Kill(processOf(t, dir, serverMarkInPs), syscall.SIGKILL))
	require.Eventually(t, func() bool { return ping(first.URL()) != nil }, waitLong, waitStep)
	second := start(t, Options{cache: dir})
	require.NoError(t, ping(second.URL()))
	require.NotEqual(t, first.URL(), second.URL())
}

func TestDamagedTemplateIsMadeAgain(t *testing.T) {
	t.Parallel()
	dir := cache(t)
	control, err := filepath.Glob(filepath.Join(dir, "devpg", "*"+templateMark, "data", "global", "pg_control"))
	require.NoError(t, err)
	require.Len(t, control, 1)
	require.NoError(t, os.Truncate(control[0], 0))
	s := start(t, Options{cache: dir})
	require.NoError(t, ping(s.URL()))
}

func TestEscapeGlob(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), `a[b]*\?`)
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "x"), 0o700))
	found, err := filepath.Glob(filepath.Join(escapeGlob(dir), "*"))
	require.NoError(t, err)
	require.Len(t, found, 1)
}
