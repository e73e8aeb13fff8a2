//go:build unix

package devpg

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func silent(string, ...any) {}

// Only the next start can end the server.
func TestSweepAfterTheWatcherWasKilledToo(t *testing.T) {
	t.Parallel()
	dir := cache(t)
	p := spawn(t, "GORMANGO_CACHE="+dir)
	old := servers(t, dir)
	killHard(t, processOf(t, dir, watcherMarkInPs))
	p.kill(syscall.SIGKILL)
	require.Error(t, p.cmd.Wait())
	time.Sleep(grace*time.Second + time.Second)
	require.NoError(t, ping(p.url), "without a watcher it runs on")

	s := start(t, Options{cache: dir})
	require.NotEqual(t, old, servers(t, dir))
	require.NoDirExists(t, old[0])
	require.Error(t, ping(p.url))
	require.NoError(t, ping(s.URL()))
}

// A server in use gets another watcher and can still be shared.
func TestSweepReplacesTheWatcher(t *testing.T) {
	t.Parallel()
	dir := cache(t)
	p := spawn(t, "GORMANGO_CACHE="+dir)
	killHard(t, processOf(t, dir, watcherMarkInPs))
	s := start(t, Options{cache: dir})
	require.Equal(t, p.url, s.URL())
	require.NoError(t, s.Close())
	time.Sleep(grace*time.Second + 2*time.Second)
	require.NoError(t, ping(p.url))
	p.kill(syscall.SIGKILL)
	waitGone(t, dir)
}

// A process that now has the number in postmaster.pid is left alone.
func TestSweepSparesStrangers(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	dir := filepath.Join(folder, "pg15-x"+serverMark+"1")
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "data"), 0o700))
	who, err := serverAccount()
	require.NoError(t, err)
	stranger := who.command(t.Context(), "sleep", "60")
	require.NoError(t, stranger.Start())
	defer func() { _ = stranger.Process.Kill(); _ = stranger.Wait() }()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "data", "postmaster.pid"), pidText(stranger.Process.Pid), 0o600))
	sweep(place{dir: folder}, "pg15-x", silent)
	require.NoDirExists(t, dir)
	require.True(t, alive(stranger.Process.Pid))
}

func TestSweepOfTemplates(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	old := time.Now().Add(-templateAge - time.Hour)
	for name, want := range map[string]struct {
		age  time.Time
		kept bool
	}{
		"pg15-mine" + templateMark:  {old, true},
		"pg14-old" + templateMark:   {old, false},
		"pg14-fresh" + templateMark: {time.Now(), true},
		"pg15-mine" + newMark + "1": {time.Now(), false},
		"notes":                     {old, true},
	} {
		dir := filepath.Join(folder, name)
		require.NoError(t, os.Mkdir(dir, 0o700))
		require.NoError(t, os.Chtimes(dir, want.age, want.age))
		sweep(place{dir: folder}, "pg15-mine", silent)
		if want.kept {
			require.DirExists(t, dir)
		} else {
			require.NoDirExists(t, dir)
		}
	}
}
