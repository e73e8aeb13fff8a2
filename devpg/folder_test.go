//go:build unix

package devpg

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDataDir(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_DATA_HOME", "")
	dir, err := DataDir("shop")
	require.NoError(t, err)
	switch {
	case os.Geteuid() == 0:
		require.Equal(t, "/var/lib/gormango/shop", dir)
	case runtime.GOOS == "darwin":
		require.Equal(t, filepath.Join(home, "Library/Application Support/gormango/shop"), dir)
	default:
		require.Equal(t, filepath.Join(home, ".local/share/gormango/shop"), dir)
	}
	entries, err := os.ReadDir(home)
	require.NoError(t, err)
	require.Empty(t, entries, "nothing is created yet")

	for _, name := range []string{"", ".", "..", ".hidden", "a/b", `a\b`, "c:"} {
		_, err := DataDir(name)
		require.ErrorContains(t, err, "does not name an application", name)
	}
}

func TestHomeData(t *testing.T) {
	t.Setenv("HOME", "/nonexistent")
	t.Setenv("XDG_DATA_HOME", "")
	require.Empty(t, homeData())
	t.Setenv("XDG_DATA_HOME", "/data")
	require.Equal(t, "/data", homeData())
	t.Setenv("XDG_DATA_HOME", "relative")
	require.Empty(t, homeData())
}

func TestOwnFolder(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	dir, err := ownFolder(filepath.Join(root, "a", "b"))
	require.NoError(t, err)
	again, err := ownFolder(dir)
	require.NoError(t, err)
	require.Equal(t, dir, again)

	link := filepath.Join(root, "link")
	require.NoError(t, os.Symlink(dir, link))
	_, err = ownFolder(link)
	require.ErrorContains(t, err, "is not a directory")

	require.NoError(t, os.Chmod(dir, 0o770))
	_, err = ownFolder(dir)
	require.ErrorContains(t, err, "can be written to by other users")

	if os.Geteuid() == 0 {
		require.NoError(t, os.Chmod(dir, 0o755))
		require.NoError(t, os.Lchown(dir, 65534, -1))
		_, err = ownFolder(dir)
		require.ErrorContains(t, err, "belongs to another user")
	}
}

func TestCacheFolder(t *testing.T) {
	root := t.TempDir()
	t.Setenv("GORMANGO_CACHE", root)
	dir, err := cacheFolder("")
	require.NoError(t, err)
	require.Equal(t, filepath.Join(root, "devpg"), dir)
}
