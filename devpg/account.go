//go:build unix

package devpg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"syscall"
	"time"
)

// account is the user that runs PostgreSQL's programs: the current one, or
// another one in place of root, which they refuse.
type account struct {
	name string
	uid  int
	gid  int
	cred *syscall.Credential // nil: no change of user
}

// rootStandIns are the users in place of root, best first.
var rootStandIns = []string{"postgres", "nobody"}

func serverAccount() (account, error) {
	if uid := os.Geteuid(); uid != 0 {
		return account{name: strconv.Itoa(uid), uid: uid, gid: os.Getegid()}, nil
	}
	for _, name := range rootStandIns {
		if a, err := lookupAccount(name); err == nil && a.uid != 0 {
			return a, nil
		}
	}
	return account{}, fmt.Errorf("devpg: PostgreSQL does not run as root, and there is no user %q or %q to run it as (add one, run as a plain user, or set DATABASE_URL)", rootStandIns[0], rootStandIns[1])
}

func lookupAccount(name string) (account, error) {
	u, err := user.Lookup(name)
	if err != nil {
		return account{}, err
	}
	uid, errUID := strconv.ParseUint(u.Uid, 10, 32)
	gid, errGID := strconv.ParseUint(u.Gid, 10, 32)
	return account{name: name, uid: int(uid), gid: int(gid), cred: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, errors.Join(errUID, errGID)
}

// command returns a command that runs as the account.
func (a account) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = "/" // the current one may be closed to the account
	cmd.Env = serverEnv()
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: a.cred}
	cmd.WaitDelay = 5 * time.Second
	return cmd
}

// failed returns the error of a program of the account that was to do
// something, with the end of what it wrote; nil if err is nil.
func (a account) failed(ctx context.Context, doing, program string, out []byte, err error) error {
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("devpg: %s: %w", doing, ctx.Err())
	case err != nil:
		return fmt.Errorf("devpg: %s: %w; %s said:\n%s", doing, a.explain(err), program, lastLines(out))
	}
	return nil
}

// explain adds a hint to an error of the account's programs.
func (a account) explain(err error) error {
	if a.cred != nil && errors.Is(err, syscall.EPERM) {
		return fmt.Errorf("%w (this root may not become user %q: run as a plain user, or set DATABASE_URL)", err, a.name)
	}
	return err
}

// chown makes the account the owner of a directory or file.
func (a account) chown(path string) error {
	if a.cred == nil {
		return nil
	}
	return os.Lchown(path, a.uid, a.gid)
}

// mayEnter checks that the account can enter a directory. It can fail only for
// the account of root.
func (a account) mayEnter(ctx context.Context, dir string) error {
	if a.cred == nil {
		return nil
	}
	if err := a.command(ctx, "/bin/sh", "-c", `cd "$1"`, "sh", dir).Run(); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return a.explain(fmt.Errorf("devpg: user %q, whom root lets run PostgreSQL, cannot enter %q (choose a directory outside closed ones like /root): %w", a.name, dir, err))
	}
	return nil
}

// serverEnv is the whole environment of the programs started here. Variables
// such as PGPORT would change their behavior, and secrets must not reach
// another user's processes.
func serverEnv() []string {
	env := []string{"LC_ALL=C", "TZ=UTC", "HOME=/", "PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin:" + os.Getenv("PATH")}
	for _, name := range []string{"LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH"} {
		if value, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+value)
		}
	}
	return env
}
