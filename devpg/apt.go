//go:build unix

package devpg

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// apt installs the distribution's PostgreSQL, for machines that reach only
// package mirrors. The package may create and start a cluster of the machine,
// which is left alone.
type apt struct {
	announce func(format string, args ...any)
	path     string // of apt-get; "" for the usual one
}

func (a apt) fetch(ctx context.Context, cache string, major int) (string, error) {
	if a.path == "" {
		a.path = "/usr/bin/apt-get"
	}
	switch {
	case !isProgram(a.path):
		return "", errNotHere("not a Debian or Ubuntu")
	case major != 0:
		return "", errNotHere(fmt.Sprintf("installs the distribution's version, not %d", major))
	case os.Geteuid() != 0:
		return "", errNotHere("needs root")
	}
	a.announce("devpg: no PostgreSQL on this machine: installing the distribution's package by apt-get (GORMANGO_DEVPG=off forbids it)")
	// dpkg must be able to finish if this process ends, so the output goes to a
	// file, not a pipe.
	log, err := os.OpenFile(filepath.Join(cache, "apt.log"), os.O_CREATE|os.O_TRUNC|os.O_RDWR|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return "", err
	}
	defer log.Close()
	for _, args := range [][]string{
		{"update", "-q"},
		{"install", "-yq", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=120", "postgresql"},
	} {
		if err := a.run(ctx, log, args...); err != nil {
			text, _ := os.ReadFile(log.Name()) // without it the error is shorter
			return "", fmt.Errorf("apt-get %s: %w; it said:\n%s", args[0], err, lastLines(text))
		}
	}
	return "", nil
}

// run runs apt-get in a session of its own, which Ctrl-C does not reach.
func (a apt) run(ctx context.Context, log *os.File, args ...string) error {
	cmd := exec.CommandContext(ctx, a.path, args...)
	cmd.Dir = "/"
	cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C") // with the proxy's variables
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGINT) }
	cmd.WaitDelay = time.Minute
	return cmd.Run()
}
