//go:build unix

package devpg

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestStartFailureShowsTheLog(t *testing.T) {
	t.Parallel()
	dir := keptDir(t)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "data", "postgresql.conf"), []byte("nonsense = on\n"), 0o600))
	_, err := startLocal(t.Context(), Options{Dir: dir})
	require.ErrorContains(t, err, "ended while starting; its log says:\n")
	require.ErrorContains(t, err, `unrecognized configuration parameter "nonsense"`)
}

func TestInitdbFailureShowsItsText(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	bin := filepath.Join(dir, "bin")
	installed(t, bin, "the disk is full")
	require.NoError(t, os.WriteFile(filepath.Join(bin, "initdb"), []byte("#!/bin/sh\necho the disk is full >&2\nexit 1\n"), 0o755))
	err := initCluster(t.Context(), installation{bindir: bin, version: "15.0"}, self, dir, false)
	require.EqualError(t, err, "devpg: initdb of PostgreSQL 15.0: exit status 1; it said:\nthe disk is full")
	password, err := readPassword(filepath.Join(dir, "password"))
	require.NoError(t, err)
	require.Len(t, password, 26)
	require.NoFileExists(t, filepath.Join(dir, "verifier"))
}

func TestLastLines(t *testing.T) {
	t.Parallel()
	require.Equal(t, strings.TrimSpace(strings.Repeat("b\n", 12)), lastLines([]byte(strings.Repeat("a\n", 30)+strings.Repeat("b\n", 12))))
	require.Empty(t, lastLines(nil))
}
