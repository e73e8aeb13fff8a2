//go:build unix

package devpg

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// initCluster makes a new data directory "data" and its superuser's password
// file "password" in dir. Unless durable, initdb does not wait for the disk.
func initCluster(ctx context.Context, i installation, who account, dir string, durable bool) error {
	password := newPassword()
	secret, err := verifier(password)
	if err != nil {
		return err
	}
	// Another user's initdb reads this file, so it holds only the verifier.
	secretFile := filepath.Join(dir, "verifier")
	if err := os.WriteFile(secretFile, []byte(secret+"\n"), 0o600); err != nil {
		return fmt.Errorf("devpg: write the password's verifier: %w", err)
	}
	defer os.Remove(secretFile)
	data := filepath.Join(dir, "data")
	if err := errors.Join(who.chown(secretFile), makeData(who, data)); err != nil {
		return fmt.Errorf("devpg: prepare the data directory: %w", err)
	}
	if err := writePassword(dir, password); err != nil {
		return err
	}
	args := []string{"-D", data, "-U", adminUser, "-E", "UTF8", "--locale=C", "-A", "scram-sha-256", "--pwfile=" + secretFile}
	if !durable {
		args = append(args, "-N")
	}
	var out []byte
	for _, ctype := range letters {
		out, err = who.command(ctx, i.program("initdb"), append(args, "--lc-ctype="+ctype)...).CombinedOutput()
		if err == nil || !strings.Contains(string(out), "invalid locale name") {
			break
		}
	}
	if ctx.Err() != nil {
		return fmt.Errorf("devpg: initdb: %w", ctx.Err())
	}
	if err != nil {
		return fmt.Errorf("devpg: initdb of PostgreSQL %s: %w; it said:\n%s", i.version, who.explain(err), lastLines(out))
	}
	return nil
}

// letters are locales with the case of all letters, for icontains, in order of
// preference. C has those of ASCII only. Texts sort as in C in any case, the
// same on every machine.
var letters = []string{"C.UTF-8", "en_US.UTF-8", "C"}

// makeData makes the empty directory that initdb or a copy fills.
func makeData(who account, data string) error {
	return errors.Join(os.Mkdir(data, 0o700), who.chown(data))
}

// cluster is a data directory and the parameters to run it.
type cluster struct {
	installation installation
	who          account
	data         string
	log          string
	settings     []string // name=value
	port         int      // 0: any free one
	logf         func(format string, args ...any)
}

// throwAway trades safety for speed. Autovacuum would only slow down short
// tests, and 300 connections allow many test binaries to share the server.
// Dynamic shared memory is in the data directory, which is removed however the
// server ends, and not in a small /dev/shm.
var throwAway = []string{
	"fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0",
	"max_wal_size=2GB", "autovacuum=off", "jit=off", "max_connections=300", "shared_buffers=64MB", "dynamic_shared_memory_type=mmap",
}

// start runs the server and returns its port once it accepts connections. The
// caller holds the lock and a lease, and no server runs on the data.
func (c cluster) start(ctx context.Context) (port int, err error) {
	// A crash leaves the file. The server would refuse to start if its number now
	// belongs to another process of the same user.
	if err := os.Remove(filepath.Join(c.data, "postmaster.pid")); err != nil && !errors.Is(err, os.ErrNotExist) {
		return 0, fmt.Errorf("devpg: remove the stale lock of the data directory: %w", err)
	}
	for range 5 {
		port, err = c.tryPort(ctx)
		if !errors.Is(err, errPortTaken) || c.port != 0 && pause(ctx, time.Second) != nil {
			break
		}
	}
	return port, err
}

// errPortTaken reports that another process took the port after it was found
// free, as an outgoing connection can.
var errPortTaken = errors.New("the port is taken")

func (c cluster) tryPort(ctx context.Context) (int, error) {
	port := c.port
	if port == 0 {
		var err error
		if port, err = freePort(ctx); err != nil {
			return 0, fmt.Errorf("devpg: find a free port: %w", err)
		}
	}
	args := []string{c.installation.program("postgres"), "-D", c.data, "-p", strconv.Itoa(port)}
	for _, setting := range append([]string{"listen_addresses=127.0.0.1", "unix_socket_directories=", "logging_collector=off", "log_destination=stderr"}, c.settings...) {
		args = append(args, "-c", setting)
	}
	c.logf("devpg: starting PostgreSQL %s on port %d, data in %q", c.installation.version, port, c.data)
	for {
		err := c.run(ctx, args)
		if err == nil {
			return port, nil
		}
		// Backends of a killed server take a moment to notice.
		if !strings.Contains(err.Error(), "pre-existing shared memory block") || pause(ctx, 200*time.Millisecond) != nil {
			return 0, err
		}
	}
}

// run starts the server once and waits until it is ready.
func (c cluster) run(ctx context.Context, args []string) error {
	log, err := os.OpenFile(c.log, os.O_WRONLY|os.O_CREATE|os.O_TRUNC|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("devpg: open the server's log: %w", err)
	}
	pid, err := launch(c.who, log, nil, args...)
	log.Close()
	if err != nil {
		return fmt.Errorf("devpg: run %q: %w", args[0], err)
	}
	for {
		if pm, ok := readPostmaster(c.data); ok && pm.pid == pid && pm.ready {
			return nil
		}
		if !alive(pid) {
			text, _ := os.ReadFile(c.log) // without it the error is shorter
			err := fmt.Errorf("devpg: PostgreSQL %s ended while starting; its log says:\n%s", c.installation.version, lastLines(text))
			if strings.Contains(err.Error(), "Address already in use") {
				return fmt.Errorf("%w: %w", errPortTaken, err)
			}
			return err
		}
		if err := pause(ctx, 10*time.Millisecond); err != nil {
			stopNow(c.data)
			text, _ := os.ReadFile(c.log)
			return fmt.Errorf("devpg: wait for PostgreSQL %s to start: %w; its log says:\n%s", c.installation.version, err, lastLines(text))
		}
	}
}

// freePort returns a port that is free now.
func freePort(ctx context.Context) (int, error) {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp4", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return l.Addr().(*net.TCPAddr).Port, l.Close()
}

// lastLines returns the end of a log, which has the reason.
func lastLines(text []byte) string {
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.Join(lines[max(0, len(lines)-12):], "\n")
}
