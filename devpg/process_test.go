//go:build unix

package devpg

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func pidText(pid int) []byte {
	return fmt.Appendf(nil, "%d\n/data\n1700000000\n5432\n\n127.0.0.1\n  1 2\nready   \n", pid)
}

func TestReadPostmaster(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		want postmaster
		ok   bool
	}{
		"ready":    {string(pidText(17)), postmaster{17, 5432, true}, true},
		"starting": {"17\n/data\n1700000000\n5432\n\n127.0.0.1\n  1 2\nstarting\n", postmaster{17, 5432, false}, true},
		"first":    {"17\n/data\n", postmaster{17, 0, false}, true},
		"empty":    {"", postmaster{}, false},
		"negative": {"-1\n", postmaster{}, false}, // of a single-user backend; a signal to -1 would reach every process
		"text":     {"x\n", postmaster{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data := t.TempDir()
			require.NoError(t, os.WriteFile(filepath.Join(data, "postmaster.pid"), []byte(c.text), 0o600))
			got, ok := readPostmaster(data)
			require.Equal(t, c.ok, ok)
			require.Equal(t, c.want, got)
		})
	}
	_, ok := readPostmaster(t.TempDir())
	require.False(t, ok)
}

func TestIsPostmaster(t *testing.T) {
	t.Parallel()
	run := func(args ...string) int {
		cmd := exec.Command("/bin/sh", append([]string{"-c", "read -r _; :"}, args...)...)
		in, err := cmd.StdinPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		t.Cleanup(func() { in.Close(); _ = cmd.Wait() })
		return cmd.Process.Pid
	}
	server := run("/bin/postgres", "-D", "/x/data", "-p", "1")
	require.Eventually(t, func() bool { return isPostmaster(server, "/x/data") }, waitLong, time.Millisecond, "right after the start it has no arguments for a moment")
	require.False(t, isPostmaster(server, "/x/dat"))
	require.False(t, isPostmaster(run("/bin/tail", "-D", "/x/data"), "/x/data"))
	require.False(t, isPostmaster(run("/bin/postgres", "-D", "/x/data2"), "/x/data"))
}

func TestAlive(t *testing.T) {
	t.Parallel()
	require.True(t, alive(os.Getpid()))
	cmd := exec.Command("/bin/sh", "-c", "exit")
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	_, _ = out.Read(make([]byte, 1)) // it has ended, and is a zombie until Wait
	require.Eventually(t, func() bool { return !alive(cmd.Process.Pid) }, waitLong, waitStep)
	require.NoError(t, cmd.Wait())
	require.False(t, alive(cmd.Process.Pid))
}
