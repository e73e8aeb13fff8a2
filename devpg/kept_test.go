//go:build unix

package devpg

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// count writes a row and counts all.
func count(t *testing.T, url string) int {
	t.Helper()
	conn := connect(t, url)
	_, err := conn.Exec(t.Context(), "CREATE TABLE IF NOT EXISTS visit (at timestamptz DEFAULT now())")
	require.NoError(t, err)
	_, err = conn.Exec(t.Context(), "INSERT INTO visit DEFAULT VALUES")
	require.NoError(t, err)
	var n int
	require.NoError(t, conn.QueryRow(t.Context(), "SELECT count(*) FROM visit").Scan(&n))
	return n
}

func TestKeptData(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(workFolder(t), "some", "where", "kept")
	o := Options{Dir: dir, Database: "shop"}

	s := start(t, o)
	require.Equal(t, 1, count(t, s.URL()))
	conn := connect(t, s.URL())
	for name, want := range map[string]string{"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "autovacuum": "on", "listen_addresses": "127.0.0.1"} {
		var got string
		require.NoError(t, conn.QueryRow(t.Context(), "SELECT current_setting($1)", name).Scan(&got))
		require.Equal(t, want, got, name)
	}
	require.ErrorContains(t, ping(strings.Replace(s.URL(), "//postgres:", "//postgres:x", 1)), "password authentication failed")

	// Another process joins, by another name of the directory too.
	link := filepath.Join(t.TempDir(), "link")
	require.NoError(t, os.Symlink(dir, link))
	helper := spawn(t, "DEVPG_TEST_DIR="+link, "DEVPG_TEST_DATABASE=shop")
	require.Equal(t, s.URL(), helper.url)
	require.NoError(t, s.Close())
	time.Sleep(grace*time.Second + 2*time.Second)
	require.Equal(t, 2, count(t, helper.url))

	helper.kill(syscall.SIGKILL)
	waitGone(t, dir)
	require.Equal(t, 3, count(t, start(t, o).URL()))
}

// After any end of the server, its watcher and its holder the next start has
// the data, and the last end is orderly.
func TestKeptDataAfterCrash(t *testing.T) {
	t.Parallel()
	for name, crash := range map[string]func(t *testing.T, dir string, p *process){
		"the server": func(t *testing.T, dir string, p *process) {
			killHard(t, processOf(t, dir, serverMarkInPs))
		},
		"the watcher": func(t *testing.T, dir string, p *process) {
			killHard(t, processOf(t, dir, watcherMarkInPs))
		},
		"holder and watcher": func(t *testing.T, dir string, p *process) {
			killHard(t, processOf(t, dir, watcherMarkInPs))
			p.kill(syscall.SIGKILL)
			_ = p.cmd.Wait()
		},
		"all": func(t *testing.T, dir string, p *process) {
			killHard(t, processOf(t, dir, watcherMarkInPs))
			killHard(t, processOf(t, dir, serverMarkInPs))
			p.kill(syscall.SIGKILL)
			_ = p.cmd.Wait()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := keptDir(t)
			p := spawn(t, "DEVPG_TEST_DIR="+dir)
			require.Equal(t, 1, count(t, p.url))
			crash(t, dir, p)
			s := start(t, Options{Dir: dir})
			require.Equal(t, 2, count(t, s.URL()))
			if name == "the server" || name == "the watcher" {
				// The first holder's lease is still valid.
				require.NoError(t, s.Close())
				time.Sleep(grace*time.Second + 2*time.Second)
				require.Equal(t, 3, count(t, s.URL()))
				p.say("return")
			}
		})
	}
}

// After a reboot the number in postmaster.pid may belong to any process, even
// to one of the server's user, which would make PostgreSQL refuse to start.
func TestKeptStalePid(t *testing.T) {
	t.Parallel()
	dir := keptDir(t)
	s := start(t, Options{Dir: dir})
	require.Equal(t, 1, count(t, s.URL()))
	pidFile := filepath.Join(dir, "data", "postmaster.pid")
	text, err := os.ReadFile(pidFile)
	require.NoError(t, err)
	require.NoError(t, s.Close())
	waitGone(t, dir)

	who, err := serverAccount()
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	stranger := who.command(ctx, "sleep", "60")
	require.NoError(t, stranger.Start())
	defer func() { cancel(); _ = stranger.Wait() }()
	_, rest, _ := strings.Cut(string(text), "\n")
	require.NoError(t, os.WriteFile(pidFile, []byte(strconv.Itoa(stranger.Process.Pid)+"\n"+rest), 0o600))
	require.NoError(t, who.chown(pidFile))

	s = start(t, Options{Dir: dir})
	require.Equal(t, 2, count(t, s.URL()))
	require.NoError(t, s.Close())
	waitGone(t, dir)
	require.NoError(t, stranger.Process.Signal(syscall.Signal(0)), "the stranger lives")
}

// A start while the watcher is stopping the server waits for its end.
func TestKeptStartWhileEnding(t *testing.T) {
	t.Parallel()
	dir := keptDir(t)
	for range 4 {
		s := start(t, Options{Dir: dir})
		require.NoError(t, s.Close())
		require.Eventually(t, func() bool {
			_, err := os.Lstat(alivePath(filepath.Join(dir, "run")))
			return err != nil
		}, waitLong, time.Millisecond)
	}
	require.Equal(t, 1, count(t, start(t, Options{Dir: dir}).URL()))
}

func TestKeptRefusals(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(t *testing.T, dir string)
		want   string
	}{
		"foreign content": {
			func(t *testing.T, dir string) {
				require.NoError(t, os.WriteFile(filepath.Join(dir, "main.go"), nil, 0o600))
			},
			`is not a directory of devpg's: it contains "main.go" (choose a new or empty directory)`,
		},
		"a data directory": {
			func(t *testing.T, dir string) {
				require.NoError(t, os.WriteFile(filepath.Join(dir, "PG_VERSION"), []byte("15\n"), 0o600))
			},
			`is itself a data directory of PostgreSQL`,
		},
		"no data in data": {
			func(t *testing.T, dir string) { givenData(t, dir, "") },
			`is not a data directory of PostgreSQL: it has no readable PG_VERSION`,
		},
		"another major": {
			func(t *testing.T, dir string) { givenData(t, dir, "99\n") },
			`was made by PostgreSQL 99, but installed is `,
		},
		"lost password": {
			func(t *testing.T, dir string) {
				who, err := serverAccount()
				require.NoError(t, err)
				i, err := defaultSearch().find(t.Context(), who, 0)
				require.NoError(t, err)
				givenData(t, dir, strconv.Itoa(i.major)+"\n")
			},
			`has lost its password`,
		},
		"open to others": {
			func(t *testing.T, dir string) { require.NoError(t, os.Chmod(dir, 0o777)) },
			`can be written to by other users (chmod go-w it, or choose another directory)`,
		},
		"a file": {
			func(t *testing.T, dir string) {
				require.NoError(t, os.Remove(dir))
				require.NoError(t, os.WriteFile(dir, nil, 0o600))
			},
			`is not a directory`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(workFolder(t), "kept")
			require.NoError(t, os.Mkdir(dir, 0o755))
			c.change(t, dir)
			_, err := startLocal(t.Context(), Options{Dir: dir})
			require.ErrorContains(t, err, "devpg: ")
			require.ErrorContains(t, err, strconv.Quote(dir)[:len(dir)])
			require.ErrorContains(t, err, c.want)
		})
	}
}

// givenData makes a folder that looks like data of a version.
func givenData(t *testing.T, dir, version string) {
	t.Helper()
	who, err := serverAccount()
	require.NoError(t, err)
	data := filepath.Join(dir, "data")
	require.NoError(t, makeData(who, data))
	if version != "" {
		require.NoError(t, os.WriteFile(filepath.Join(data, "PG_VERSION"), []byte(version), 0o644))
	}
}

func TestKeptOfAnotherUser(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("needs root to make a directory of another user")
	}
	nobody, err := lookupAccount("nobody")
	require.NoError(t, err)
	dir := filepath.Join(workFolder(t), "kept")
	require.NoError(t, os.Mkdir(dir, 0o755))
	require.NoError(t, nobody.chown(dir))
	_, err = startLocal(t.Context(), Options{Dir: dir})
	require.ErrorContains(t, err, "belongs to another user")

	t.Run("closed to the server's user", func(t *testing.T) {
		parent := filepath.Join(workFolder(t), "closed")
		require.NoError(t, os.Mkdir(parent, 0o700))
		_, err := startLocal(t.Context(), Options{Dir: filepath.Join(parent, "kept")})
		require.ErrorContains(t, err, "cannot enter")
		require.ErrorContains(t, err, "choose a directory outside closed ones like /root")
	})
}
