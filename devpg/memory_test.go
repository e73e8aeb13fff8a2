//go:build unix

package devpg

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// bigMemory returns a folder in memory that is large enough.
func bigMemory(t *testing.T) string {
	t.Helper()
	if free, _ := inMemory("/dev/shm"); free < minMemory {
		t.Skip("/dev/shm has less than 2 GB free, so data goes to the disk here")
	}
	dir, err := os.MkdirTemp("/dev/shm", "devpg-test-")
	require.NoError(t, err)
	require.NoError(t, os.Chmod(dir, 0o755))
	t.Cleanup(func() {
		waitGone(t, dir)
		left, err := filepath.Glob(filepath.Join(dir, "*"))
		require.NoError(t, err)
		require.Empty(t, left)
		require.NoError(t, os.RemoveAll(dir))
	})
	return dir
}

func TestDataInMemory(t *testing.T) {
	t.Parallel()
	memory := bigMemory(t)
	dir, other := cache(t), cache(t)
	one := start(t, Options{cache: dir, memory: memory})
	two := start(t, Options{cache: dir, memory: memory})
	require.Equal(t, one.URL(), two.URL())
	require.Empty(t, servers(t, dir), "on the disk there is the template only")
	var data string
	require.NoError(t, connect(t, one.URL()).QueryRow(t.Context(), "SHOW data_directory").Scan(&data))
	require.True(t, strings.HasPrefix(data, memory+"/"), data)

	// Another cache has another lock, and its sweep leaves this server alone.
	third := start(t, Options{cache: other, memory: memory})
	require.NotEqual(t, one.URL(), third.URL())
	require.NoError(t, ping(one.URL()))

	p, err := StartPrivate(t.Context(), PrivateOptions{cache: dir, memory: memory})
	require.NoError(t, err)
	require.NoError(t, p.Close())
}

// The next start finds a server in memory without holder and watcher.
func TestSweepInMemory(t *testing.T) {
	t.Parallel()
	memory := bigMemory(t)
	dir := cache(t)
	first := start(t, Options{cache: dir, memory: memory})
	require.NoError(t, syscall.Kill(processOf(t, memory, watcherMarkInPs), syscall.SIGKILL))
	require.NoError(t, first.Close())
	require.NoError(t, ping(first.URL()))
	second := start(t, Options{cache: dir, memory: memory})
	require.NotEqual(t, first.URL(), second.URL())
	require.Error(t, ping(first.URL()))
}

func TestMemoryFolder(t *testing.T) {
	t.Setenv("GORMANGO_CACHE", "")
	dir := memoryFolder(Options{})
	if _, size := inMemory("/dev/shm"); runtime.GOOS == "linux" && size >= minMemory {
		require.True(t, strings.HasPrefix(dir, "/dev/shm/gormango-devpg-"), dir)
		info, err := os.Lstat(dir)
		require.NoError(t, err)
		require.True(t, info.IsDir() && ownedBy(info, os.Geteuid()))
	}
	require.Empty(t, memoryFolder(Options{cache: "/somewhere"}))
	t.Setenv("GORMANGO_CACHE", "/somewhere")
	require.Empty(t, memoryFolder(Options{}), "who chose a folder gets the data there")
	free, size := inMemory("/proc")
	require.Zero(t, free+size, "not in memory, or not for files")
	free, size = inMemory("/nonexistent")
	require.Zero(t, free+size)
}
