package pgpool_test

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// cluster is a PostgreSQL of one test, which may restart it.
type cluster struct {
	t    *testing.T
	bin  string
	dir  string
	port int
	cred *syscall.Credential // PostgreSQL refuses to run as root
}

// programs finds the newest installed server, or one that GORMANGO_PG_BIN names. Without one the test is skipped.
func programs(t *testing.T) string {
	if bin := os.Getenv("GORMANGO_PG_BIN"); bin != "" {
		return bin
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	slices.Sort(found)
	if len(found) > 0 {
		return filepath.Dir(found[len(found)-1])
	}
	if p, err := exec.LookPath("postgres"); err == nil {
		if p, err = filepath.EvalSymlinks(p); err == nil {
			return filepath.Dir(p)
		}
	}
	t.Skip("SKIPPED: no programs of PostgreSQL on this machine to run a server that may be broken")
	return ""
}

func newCluster(t *testing.T, like *cluster) *cluster {
	t.Helper()
	c := &cluster{t: t, bin: programs(t)}
	base, err := os.MkdirTemp("", "gormango-fault-")
	require.NoError(t, err)
	c.dir = filepath.Join(base, "data")
	t.Cleanup(func() { _ = os.RemoveAll(base) })
	if os.Geteuid() == 0 {
		u, err := user.Lookup("postgres")
		if err != nil {
			t.Skip("SKIPPED: as root a user postgres is needed to run a server")
		}
		uid, _ := strconv.Atoi(u.Uid)
		gid, _ := strconv.Atoi(u.Gid)
		c.cred = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		require.NoError(t, os.Chown(base, uid, gid))
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	c.port = l.Addr().(*net.TCPAddr).Port
	require.NoError(t, l.Close())
	if like == nil {
		c.run("initdb", "-D", c.dir, "-U", "postgres", "-A", "trust", "-N", "-E", "UTF8", "--locale=C")
	} else {
		c.run("pg_basebackup", "-D", c.dir, "-R", "-X", "stream", "-c", "fast", "-d", like.url())
	}
	t.Cleanup(func() { _ = c.command("pg_ctl", "-D", c.dir, "-m", "immediate", "stop").Run() })
	c.start()
	return c
}

func (c *cluster) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(c.bin, name), args...)
	cmd.Dir = "/"
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Credential: c.cred}
	return cmd
}

func (c *cluster) run(name string, args ...string) {
	c.t.Helper()
	var out bytes.Buffer
	cmd := c.command(name, args...)
	cmd.Stdout, cmd.Stderr = &out, &out
	require.NoError(c.t, cmd.Run(), "%s: %s", name, &out)
}

// ctl runs pg_ctl; its output goes to a file, which the server keeps open.
func (c *cluster) ctl(args ...string) {
	c.t.Helper()
	c.run("pg_ctl", append([]string{"-D", c.dir, "-w", "-s", "-l", c.dir + ".log"}, args...)...)
}

func (c *cluster) options() string {
	return fmt.Sprintf("-p %d -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c max_connections=50", c.port)
}

func (c *cluster) start()              { c.ctl("-o", c.options(), "start") }
func (c *cluster) restart(mode string) { c.ctl("-m", mode, "-o", c.options(), "restart") }
func (c *cluster) stop(mode string)    { c.ctl("-m", mode, "stop") }
func (c *cluster) promote()            { c.ctl("promote") }

func (c *cluster) url() string {
	return fmt.Sprintf("postgres://postgres@127.0.0.1:%d/postgres?sslmode=disable", c.port)
}

// sql runs a statement on a connection of its own.
func (c *cluster) sql(query string, dst ...any) error {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, c.url())
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	if len(dst) > 0 {
		return conn.QueryRow(ctx, query).Scan(dst...)
	}
	_, err = conn.Exec(ctx, query)
	return err
}
