//go:build unix

package devpg

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// installed writes programs that only print a version.
func installed(t *testing.T, dir, version string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(dir, 0o755))
	for _, name := range []string{"postgres", "initdb"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\necho '"+version+"'\n"), 0o755))
	}
}

// self runs the programs without a change of user.
var self = account{name: "self", uid: os.Geteuid(), gid: os.Getegid()}

func TestFind(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	installed(t, filepath.Join(root, "lib", "9.6", "bin"), "postgres (PostgreSQL) 9.6.24")
	installed(t, filepath.Join(root, "lib", "14", "bin"), "postgres (PostgreSQL) 14.1 (Debian 14.1-1)")
	installed(t, filepath.Join(root, "lib", "16", "bin"), "postgres (PostgreSQL) 16.4")
	installed(t, filepath.Join(root, "beta"), "postgres (PostgreSQL) 19beta1")
	installed(t, filepath.Join(root, "half"), "postgres (PostgreSQL) 17.0")
	require.NoError(t, os.Remove(filepath.Join(root, "half", "initdb")))
	require.NoError(t, os.Mkdir(filepath.Join(root, "links"), 0o755))
	require.NoError(t, os.Symlink(filepath.Join(root, "lib", "14", "bin", "postgres"), filepath.Join(root, "links", "postgres")))
	libs := filepath.Join(root, "lib", "*", "bin")

	for name, c := range map[string]struct {
		search search
		major  int
		want   string // folder
		says   string
	}{
		"newest of a pattern": {search{patterns: []string{libs}}, 0, "lib/16/bin", "16.4"},
		"path first":          {search{path: filepath.Join(root, "beta"), patterns: []string{libs}}, 0, "beta", "19beta1"},
		"link on path":        {search{path: filepath.Join(root, "links"), patterns: []string{libs}}, 0, "lib/14/bin", "14.1"},
		"incomplete":          {search{path: filepath.Join(root, "half"), patterns: []string{libs}}, 0, "lib/16/bin", "16.4"},
		"by major":            {search{path: filepath.Join(root, "beta"), patterns: []string{libs}}, 14, "lib/14/bin", "14.1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i, err := c.search.find(t.Context(), self, c.major)
			require.NoError(t, err)
			require.Equal(t, filepath.Join(root, c.want), i.bindir)
			require.Equal(t, c.says, i.version)
		})
	}

	t.Run("reasons", func(t *testing.T) {
		t.Parallel()
		_, err := search{path: filepath.Join(root, "half"), patterns: []string{libs}}.find(t.Context(), self, 12)
		require.ErrorIs(t, err, ErrNotFound)
		require.ErrorContains(t, err, "half: has no initdb\n")
		require.ErrorContains(t, err, "16/bin: is version 16.4\n")
		require.ErrorContains(t, err, "9.6/bin: is version 9.6.24, older than 14\n")
	})
}

func TestFindNothing(t *testing.T) {
	t.Parallel()
	_, err := search{patterns: []string{"/nowhere/*/bin"}}.find(t.Context(), self, 0)
	require.ErrorIs(t, err, ErrNotFound)
	require.EqualError(t, err, `devpg: no PostgreSQL found (version 14 or newer with its server programs is needed)
  tried: DATABASE_URL, PGHOST, PGSERVICE, GORMANGO_PG_BIN (not set), PATH, /nowhere/*/bin
  on Debian or Ubuntu: apt install postgresql
  on Fedora or RHEL: dnf install postgresql-server
  on macOS: brew install postgresql
  or name a running server: DATABASE_URL=postgres://user:password@host:5432/database`)
}
