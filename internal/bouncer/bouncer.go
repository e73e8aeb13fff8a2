// Package bouncer starts PgBouncer for tests.
package bouncer

import (
	"bytes"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/repotest"
)

// Start starts PgBouncer in transaction mode with 5 server connections, and
// returns the URL of a new database through it and of the same one without it.
// GORMANGO_PGBOUNCER names another program or a wrapper; both get the path of
// the configuration as their last argument.
func Start(t testing.TB) (pooled, direct string) {
	t.Helper()
	program := os.Getenv("GORMANGO_PGBOUNCER")
	if program == "" {
		var err error
		if program, err = exec.LookPath("pgbouncer"); err != nil {
			if program, err = exec.LookPath("/usr/sbin/pgbouncer"); err != nil {
				t.Skip("SKIPPED: no pgbouncer on PATH (install it, or name it by GORMANGO_PGBOUNCER)")
			}
		}
	}
	direct = repotest.URL(t)
	u, err := url.Parse(direct)
	require.NoError(t, err)
	if u.Hostname() == "" {
		t.Skip("SKIPPED: the server is not reached by TCP")
	}
	dir, err := os.MkdirTemp("", "gormango_pgbouncer_") // not t.TempDir(), which others cannot enter
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	require.NoError(t, os.Chmod(dir, 0o755))
	server := fmt.Sprintf("host=%s port=%s user=%s", u.Hostname(), u.Port(), u.User.Username())
	if password, set := u.User.Password(); set {
		server += " password='" + strings.ReplaceAll(password, "'", "''") + "'"
	}
	port := ""
	for range 5 { // another program may take a port that was free a moment ago
		if port = listening(t, program, dir, server); port != "" {
			break
		}
	}
	require.NotEmpty(t, port, "pgbouncer does not listen")
	u.Host = "127.0.0.1:" + port
	u.RawQuery = "sslmode=disable"
	return u.String(), direct
}

// listening starts pgbouncer before a server, and returns its port; "" when it
// has ended at once.
func listening(t testing.TB, program, dir, server string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	_, port, err := net.SplitHostPort(l.Addr().String())
	require.NoError(t, err)
	require.NoError(t, l.Close())
	ini := filepath.Join(dir, "pgbouncer.ini")
	require.NoError(t, os.WriteFile(ini, []byte(fmt.Sprintf(`[databases]
* = %s
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = %s
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 5
max_client_conn = 1000
`, server, port)), 0o644))

	args := []string{}
	if os.Geteuid() == 0 { // it refuses to run as root
		args = append(args, "-u", "nobody")
	}
	var out bytes.Buffer
	cmd := exec.Command(program, append(args, ini)...)
	cmd.Stdout, cmd.Stderr = &out, &out
	require.NoError(t, cmd.Start())
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(ended)
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-ended
		if t.Failed() {
			t.Log(out.String())
		}
	})
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		select {
		case <-ended:
			return ""
		default:
		}
		// The listener may be another program's for a moment, until pgbouncer has
		// ended.
		if conn, err := net.DialTimeout("tcp", "127.0.0.1:"+port, time.Second); err == nil {
			require.NoError(t, conn.Close())
			select {
			case <-ended:
				return ""
			case <-time.After(100 * time.Millisecond):
				return port
			}
		}
	}
	return ""
}
