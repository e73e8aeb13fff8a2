//go:build unix

package devpg

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// watched returns a run folder with a watcher and a lease, but no server.
func watched(t *testing.T) (string, *lease) {
	t.Helper()
	dir := filepath.Join(workFolder(t), "run")
	require.NoError(t, os.Mkdir(dir, 0o700))
	l, err := watchPlan{run: dir, data: filepath.Join(dir, "data"), remove: dir, signals: stopThrowAway}.watch()
	require.NoError(t, err)
	t.Cleanup(func() { l.release() })
	return dir, l
}

func TestPipeStates(t *testing.T) {
	t.Parallel()
	expect := func(dir string, want pipeState) {
		t.Helper()
		// A child that another test starts holds our descriptors until its exec.
		var got pipeState
		require.Eventually(t, func() bool {
			var err error
			got, err = probe(alivePath(dir))
			return err == nil && got == want
		}, waitLong, waitStep, "want %v", want)
	}
	dir, l := watched(t)
	expect(dir, pipeWatched)
	require.NoError(t, syscall.Kill(processOf(t, dir, watcherMarkInPs), syscall.SIGKILL))
	require.Eventually(t, func() bool { s, err := probe(alivePath(dir)); return err == nil && s == pipeHeld }, waitLong, waitStep)
	_, err := takeLease(dir)
	require.ErrorIs(t, err, errUnwatched)
	require.NoError(t, l.release())
	expect(dir, pipeFree)
	require.NoError(t, os.Remove(alivePath(dir)))
	expect(dir, pipeAbsent)
	_, err = takeLease(dir)
	require.ErrorIs(t, err, errClosing)
}

// A lease taken at any time around the end of the grace period either fails or
// keeps the server, under its name.
func TestLeaseAgainstTheEnd(t *testing.T) {
	t.Parallel()
	for i := range 20 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			dir, first := watched(t)
			require.NoError(t, first.release())
			time.Sleep(grace*time.Second - 10*time.Millisecond + 2*time.Duration(i)*time.Millisecond)
			l, err := takeLease(dir)
			if err != nil {
				require.True(t, errors.Is(err, errClosing) || errors.Is(err, errUnwatched), err)
				waitGone(t, dir)
				return
			}
			defer l.release()
			time.Sleep(300 * time.Millisecond)
			second, err := takeLease(dir)
			require.NoError(t, err, "the first was granted, so others can join")
			require.NoError(t, second.release())
		})
	}
}
