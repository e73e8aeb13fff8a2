package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/repotest"
)

// program is the built command, set by TestMain.
var program string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "example_app")
		if err != nil {
			panic(err)
		}
		defer os.RemoveAll(dir)
		program = filepath.Join(dir, "example_app")
		if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
			panic(fmt.Sprintf("go build: %v\n%s", err, out))
		}
		return m.Run()
	}())
}

// process is a running copy of the program.
type process struct {
	t      testing.TB
	cmd    *exec.Cmd
	url    string // "" if it ended before it served
	stderr *lines
	done   chan error
}

// lines collects a process's output.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// launch starts the program with env in place of the test's settings.
func launch(t testing.TB, env []string, args ...string) *process {
	t.Helper()
	p := &process{t: t, cmd: exec.Command(program, args...), stderr: &lines{}, done: make(chan error, 1)}
	p.cmd.Env = append(withoutDatabase(os.Environ()), env...)
	p.cmd.Stderr = p.stderr
	out, err := p.cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, p.cmd.Start())
	t.Cleanup(func() { _ = p.cmd.Process.Kill() })
	first, _ := bufio.NewReader(out).ReadString('\n')
	p.url = strings.TrimSpace(strings.TrimPrefix(first, "listening on "))
	go func() {
		_, _ = io.Copy(io.Discard, out)
		p.done <- p.cmd.Wait()
	}()
	return p
}

func withoutDatabase(env []string) []string {
	return slices.DeleteFunc(env, func(v string) bool {
		return strings.HasPrefix(v, "DATABASE_URL=") || strings.HasPrefix(v, "PG") || strings.HasPrefix(v, "EXAMPLE_APP_DATA=")
	})
}

// serving launches the program and waits until it serves.
func serving(t testing.TB, env []string, args ...string) *process {
	t.Helper()
	p := launch(t, env, append([]string{"-addr", "127.0.0.1:0"}, args...)...)
	require.NotEmpty(t, p.url, "%s", p.stderr)
	return p
}

// wait returns the exit code.
func (p *process) wait() int {
	p.t.Helper()
	select {
	case <-p.done:
	case <-time.After(time.Minute):
		p.t.Fatalf("the program does not end: %s", p.stderr)
	}
	return p.cmd.ProcessState.ExitCode()
}

func (p *process) stop(signal os.Signal) {
	p.t.Helper()
	require.NoError(p.t, p.cmd.Process.Signal(signal))
	require.Zero(p.t, p.wait(), "%s", p.stderr)
}

func (p *process) post(path, body string, status int) {
	p.t.Helper()
	resp, err := http.Post(p.url+path, "application/json", strings.NewReader(body))
	require.NoError(p.t, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	require.NoError(p.t, err)
	require.Equal(p.t, status, resp.StatusCode, "%s", text)
}

func (p *process) page(path string) string {
	p.t.Helper()
	resp, err := http.Get(p.url + path)
	require.NoError(p.t, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	require.NoError(p.t, err)
	require.Equal(p.t, 200, resp.StatusCode, "%s", text)
	return string(text)
}

func (p *process) count(path string) int {
	p.t.Helper()
	resp, err := http.Get(p.url + path)
	require.NoError(p.t, err)
	defer resp.Body.Close()
	var list struct{ Count int }
	require.NoError(p.t, json.NewDecoder(resp.Body).Decode(&list))
	return list.Count
}

func TestServesUntilInterrupted(t *testing.T) {
	t.Parallel()
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			p := serving(t, nil, "-database-url", repotest.URL(t))
			require.Equal(t, 4, p.count("/api/artists"))
			require.Contains(t, p.page("/artists"), "<h1")
			p.stop(signal)
			require.Contains(t, p.stderr.String(), "filled the empty database with a small sample")
			require.Contains(t, p.stderr.String(), "shutting down")
			_, err := http.Get(p.url)
			require.Error(t, err)
		})
	}
}

func TestTheEnvironmentNamesTheDatabase(t *testing.T) {
	t.Parallel()
	url := repotest.URL(t)
	p := serving(t, []string{"DATABASE_URL=" + url})
	p.post("/api/artists", `{"name": "New"}`, 201)
	p.stop(os.Interrupt)
	p = serving(t, nil, "-database-url", url)
	require.Equal(t, 5, p.count("/api/artists"))
	p.stop(os.Interrupt)
	require.Contains(t, p.stderr.String(), "tables: up to date")
}

func TestTakenPort(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	// The database does not exist, since the port is checked first.
	p := launch(t, nil, "-addr", listener.Addr().String(), "-database-url", "postgres://127.0.0.1:1/none")
	require.Equal(t, 1, p.wait())
	require.Contains(t, p.stderr.String(), "listen tcp "+listener.Addr().String()+": bind: address already in use")
}

func TestRefusedCommandLines(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"-h"}, 0, "-load DIR"},
		{[]string{"-nonsense"}, 2, "flag provided but not defined: -nonsense"},
		{[]string{"nonsense"}, 2, `no command "nonsense"`},
		{[]string{"-addr", "127.0.0.1:0", "-load", "no-such-folder"}, 1, `load "no-such-folder": genre.csv: no such file or directory`},
		{[]string{"-addr", "127.0.0.1:0", "-database-url", "postgres://u:secret@127.0.0.1:1/none"}, 1, `cannot open database "none" on 127.0.0.1:1 as user "u"`},
	} {
		p := launch(t, nil, c.args...)
		require.Equal(t, c.code, p.wait(), "%v: %s", c.args, p.stderr)
		require.Contains(t, p.stderr.String(), c.want)
		require.NotContains(t, p.stderr.String(), "secret")
	}
}

func TestTwentyCopiesOnOneEmptyDatabase(t *testing.T) {
	t.Parallel()
	url := repotest.URL(t)
	copies := make([]*process, 20)
	var wg sync.WaitGroup
	for i := range copies {
		wg.Go(func() { copies[i] = launch(t, nil, "-addr", "127.0.0.1:0", "-database-url", url) })
	}
	wg.Wait()
	filled, created := 0, 0
	for _, p := range copies {
		require.NotEmpty(t, p.url, "%s", p.stderr)
		require.Equal(t, 12, p.count("/api/tracks"))
	}
	for _, p := range copies {
		require.NoError(t, p.cmd.Process.Signal(os.Interrupt))
	}
	for _, p := range copies {
		require.Zero(t, p.wait(), "%s", p.stderr)
		filled += strings.Count(p.stderr.String(), "filled the empty database")
		created += strings.Count(p.stderr.String(), "tables: applied")
	}
	require.Equal(t, 1, filled)
	require.Equal(t, 1, created)
}

func TestLoadChinook(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("GORMANGO_CHINOOK")
	if dir == "" {
		t.Skip("SKIPPED: GORMANGO_CHINOOK names no folder with the Chinook CSV files")
	}
	url := repotest.URL(t)
	serving(t, nil, "-database-url", url).stop(os.Interrupt) // leaves the sample
	start := time.Now()
	p := serving(t, nil, "-database-url", url, "-load", dir)
	t.Logf("loaded and served after %s", time.Since(start))
	for _, path := range []string{"artists", "genres", "media-types", "playlists"} {
		p.post("/api/"+path, `{"name": "New"}`, 201)
	}
	p.post("/api/invoices", `{"customer_id": 59, "lines": [{"track_id": 3503, "quantity": 1}]}`, 201)
	p.stop(os.Interrupt) // the output is complete only now
	require.Contains(t, p.stderr.String(), "replacing the sample")
	require.Contains(t, p.stderr.String(), "tracks: 3503 rows in")

	p = serving(t, nil, "-database-url", url, "-load", dir)
	require.Equal(t, 413, p.count("/api/invoices"))
	p.stop(os.Interrupt)
	require.Contains(t, p.stderr.String(), "loaded already, nothing changed")

	broken := t.TempDir()
	require.NoError(t, os.CopyFS(broken, os.DirFS(dir)))
	albums, err := os.ReadFile(filepath.Join(dir, "album.csv"))
	require.NoError(t, err)
	rows := strings.Split(string(albums), "\n")
	rows[11] = "11,Broken,9999"
	require.NoError(t, os.WriteFile(filepath.Join(broken, "album.csv"), []byte(strings.Join(rows, "\n")), 0o600))
	empty := repotest.URL(t)
	p = launch(t, nil, "-addr", "127.0.0.1:0", "-database-url", empty, "-load", broken)
	require.Equal(t, 1, p.wait())
	require.Contains(t, p.stderr.String(), "album.csv:12: column artist_id: no artist has the key 9999")
	conn, err := pgx.Connect(context.Background(), empty)
	require.NoError(t, err)
	defer conn.Close(context.Background())
	var tables int
	require.NoError(t, conn.QueryRow(t.Context(), "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").Scan(&tables))
	require.Zero(t, tables)
}

// Without any setting the program starts a server. It runs until the last copy
// of the program ends, and its data stays longer.
func TestServerOfItsOwn(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp("/var/tmp", "example_app") // a folder that another user's server may enter
	require.NoError(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	require.NoError(t, os.Chmod(dir, 0o755))
	env := []string{"EXAMPLE_APP_DATA=" + filepath.Join(dir, "data")}

	first := launch(t, env, "-addr", "127.0.0.1:0")
	if first.url == "" {
		first.wait()
		if os.Getenv("DATABASE_URL") != "" && strings.Contains(first.stderr.String(), "no PostgreSQL found") {
			t.Skip("SKIPPED: no PostgreSQL is installed that could be started")
		}
		t.Fatal(first.stderr)
	}
	second := serving(t, env)
	first.post("/api/artists", `{"name": "New"}`, 201)
	require.Equal(t, 5, second.count("/api/artists"))
	first.stop(os.Interrupt)
	require.Equal(t, 5, second.count("/api/artists"))
	second.stop(syscall.SIGTERM)

	pidFile := filepath.Join(dir, "data", "data", "postmaster.pid")
	require.Eventually(t, func() bool {
		_, err := os.Stat(pidFile)
		return os.IsNotExist(err)
	}, time.Minute, 100*time.Millisecond, "the server stays")

	third := serving(t, env)
	require.Equal(t, 5, third.count("/api/artists"))
	third.stop(os.Interrupt)
	require.Eventually(t, func() bool {
		_, err := os.Stat(pidFile)
		return os.IsNotExist(err)
	}, time.Minute, 100*time.Millisecond, "the server stays")
}
