//go:build unix

package devpg

import (
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A process that outlives this one has only the pipe of its descriptors.
func TestWatcherHoldsOnlyThePipe(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("reads /proc, which only Linux has")
	}
	dir, _ := watched(t)
	pid := processOf(t, dir, watcherMarkInPs)
	fds := filepath.Join("/proc", strconv.Itoa(pid), "fd")
	var foreign []string
	require.Eventually(t, func() bool { // it begins as a copy of the shell that starts it
		foreign = nil
		entries, err := os.ReadDir(fds)
		for _, entry := range entries {
			target, err := os.Readlink(filepath.Join(fds, entry.Name()))
			if err == nil && target != os.DevNull && target != alivePath(dir) {
				foreign = append(foreign, entry.Name()+" "+target)
			}
		}
		return err == nil && len(foreign) == 0
	}, waitLong, waitStep, "%v", &foreign)
	sid, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	require.NoError(t, err)
	self, err := os.ReadFile("/proc/self/stat")
	require.NoError(t, err)
	session := func(stat []byte) string {
		return strings.Fields(string(stat[strings.LastIndex(string(stat), ")"):]))[4]
	}
	require.NotEqual(t, session(self), session(sid))
}

func TestWatcherIgnoresSignals(t *testing.T) {
	t.Parallel()
	dir, l := watched(t)
	pid := processOf(t, dir, watcherMarkInPs)
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGHUP, syscall.SIGTERM, syscall.SIGQUIT} {
		require.NoError(t, syscall.Kill(pid, signal))
	}
	time.Sleep(200 * time.Millisecond)
	require.True(t, alive(pid))
	require.NoError(t, l.release())
	waitGone(t, dir)
	require.NoDirExists(t, dir)
}

func TestLaunch(t *testing.T) {
	t.Parallel()
	log, err := os.Create(filepath.Join(t.TempDir(), "log"))
	require.NoError(t, err)
	defer log.Close()
	pid, err := launch(account{}, log, nil, "/bin/sh", "-c", `echo "$$ $1"; sleep 1`, "sh", "a  'b' $c")
	require.NoError(t, err)
	require.True(t, alive(pid))
	require.Eventually(t, func() bool {
		text, err := os.ReadFile(log.Name())
		return err == nil && string(text) == strconv.Itoa(pid)+" a  'b' $c\n"
	}, waitLong, waitStep)
	require.Eventually(t, func() bool { return !alive(pid) }, waitLong, waitStep)
}
