//go:build unix

package devpg

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// kept is a kept directory. It holds:
//
//	lock       guards making, starting and joining
//	data/      PostgreSQL's data directory
//	password   of the superuser
//	log        of the server's last run
//	run/       the pipe of the leases
//	new-*/     a data directory in the making
type kept struct {
	dir  string
	who  account
	find locator
	logf func(format string, args ...any)
}

func (k kept) path(name string) string { return filepath.Join(k.dir, name) }

// startKept runs the server of a directory, or joins it.
func startKept(ctx context.Context, who account, o Options) (*Server, error) {
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return nil, fmt.Errorf("devpg: directory %q: %w", o.Dir, err)
	}
	// A directory must have one name, which identifies its server.
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	if dir, err = ownFolder(dir); err != nil {
		return nil, err
	}
	if dir, err = filepath.EvalSymlinks(dir); err != nil { // it was just made behind a link
		return nil, fmt.Errorf("devpg: directory %q: %w", o.Dir, err)
	}
	k := kept{dir: dir, who: who, find: newLocator(who, o), logf: o.logf}
	if err := k.check(); err != nil {
		return nil, err
	}
	l, port, password, err := k.locked(ctx)
	if err != nil {
		return nil, err
	}
	return hold(ctx, l, port, password, o)
}

// check refuses a directory with files that devpg did not create.
func (k kept) check() error {
	entries, err := os.ReadDir(k.dir)
	if err != nil {
		return fmt.Errorf("devpg: read directory %q: %w", k.dir, err)
	}
	ours := []string{"lock", "data", "password", "log", "run", "lost+found"}
	for _, entry := range entries {
		name := entry.Name()
		if name == "PG_VERSION" {
			return fmt.Errorf("devpg: %q is itself a data directory of PostgreSQL; devpg keeps its own in a folder below (choose another directory, or run that server and set DATABASE_URL)", k.dir)
		}
		// Files of the system (.DS_Store, lost+found) may be anywhere.
		if !slices.Contains(ours, name) && !strings.HasPrefix(name, "new-") && name[0] != '.' {
			return fmt.Errorf("devpg: %q is not a directory of devpg's: it contains %q (choose a new or empty directory)", k.dir, name)
		}
	}
	return nil
}

// locked runs the steps that only one process may run at a time.
func (k kept) locked(ctx context.Context) (_ *lease, port int, password string, err error) {
	unlock, err := lock(ctx, k.path("lock"))
	if err != nil {
		return nil, 0, "", err
	}
	defer unlock()
	if err := k.who.mayEnter(ctx, k.dir); err != nil {
		return nil, 0, "", err
	}
	i, err := k.prepare(ctx)
	if err != nil {
		return nil, 0, "", err
	}
	if password, err = readPassword(k.path("password")); err != nil {
		return nil, 0, "", fmt.Errorf("devpg: the data in %q has lost its password (restore the file, or move the directory away to begin anew): %w", k.dir, err)
	}
	l, err := k.lease(ctx)
	if err != nil {
		return nil, 0, "", err
	}
	if port, err = k.serve(ctx, i, password); err != nil {
		l.release()
		return nil, 0, "", err
	}
	return l, port, password, nil
}

// prepare returns the programs that fit the data, and makes the data if there
// is none.
func (k kept) prepare(ctx context.Context) (installation, error) {
	if err := removeUnfinished(k.dir); err != nil {
		return installation{}, fmt.Errorf("devpg: remove an unfinished data directory: %w", err)
	}
	info, err := os.Lstat(k.path("data"))
	if errors.Is(err, fs.ErrNotExist) {
		return k.create(ctx)
	}
	if err != nil {
		return installation{}, fmt.Errorf("devpg: look at the data directory: %w", err)
	}
	if !info.IsDir() || !ownedBy(info, k.who.uid) {
		return installation{}, fmt.Errorf("devpg: %q must be a directory of user %q (give it to that user, or move it away to begin anew)", k.path("data"), k.who.name)
	}
	text, err := os.ReadFile(filepath.Join(k.path("data"), "PG_VERSION"))
	major, numberErr := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil || numberErr != nil {
		return installation{}, fmt.Errorf("devpg: %q is not a data directory of PostgreSQL: it has no readable PG_VERSION (move it away to begin anew)", k.path("data"))
	}
	i, err := k.find.find(ctx, major)
	if errors.Is(err, ErrNotFound) {
		if other, otherErr := k.find.installed(ctx, 0); otherErr == nil {
			return installation{}, otherMajor(k.path("data"), major, other)
		}
	}
	return i, err
}

func (k kept) create(ctx context.Context) (installation, error) {
	i, err := k.find.find(ctx, 0)
	if err != nil {
		return i, err
	}
	k.logf("devpg: making a data directory for PostgreSQL %s in %q", i.version, k.dir)
	dir, err := os.MkdirTemp(k.dir, "new-")
	if err != nil {
		return i, fmt.Errorf("devpg: make a folder in %q: %w", k.dir, err)
	}
	defer os.RemoveAll(dir)
	if k.who.cred != nil {
		if err := os.Chmod(dir, 0o755); err != nil {
			return i, fmt.Errorf("devpg: open the folder for user %q: %w", k.who.name, err)
		}
	}
	if err := initCluster(ctx, i, k.who, dir, true); err != nil {
		return i, err
	}
	// The password is first: data without one could never be used.
	for _, name := range []string{"password", "data"} {
		if err := os.Rename(filepath.Join(dir, name), k.path(name)); err != nil {
			return i, fmt.Errorf("devpg: put the new data directory in place: %w", err)
		}
	}
	return i, nil
}

// lease takes a lease, with a new watcher if there is none. It waits for a
// watcher that is stopping the server.
func (k kept) lease(ctx context.Context) (*lease, error) {
	run := k.path("run")
	if err := os.Mkdir(run, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("devpg: make %q: %w", run, err)
	}
	for {
		l, err := takeLease(run)
		if err == nil {
			return l, nil
		}
		if !errors.Is(err, errClosing) && !errors.Is(err, errUnwatched) {
			return nil, fmt.Errorf("devpg: join the server of %q: %w", k.dir, err)
		}
		state, err := probe(closingPath(run))
		if err != nil {
			return nil, fmt.Errorf("devpg: look at the server of %q: %w", k.dir, err)
		}
		if state != pipeWatched {
			break
		}
		if err := pause(ctx, 50*time.Millisecond); err != nil {
			return nil, fmt.Errorf("devpg: wait for the server of %q to end: %w", k.dir, err)
		}
	}
	// A watcher was killed while it stopped the server. Leases on its pipe remain
	// valid.
	if err := os.Rename(closingPath(run), alivePath(run)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("devpg: take over the server of %q: %w", k.dir, err)
	}
	return watchPlan{run: run, data: k.path("data"), remove: closingPath(run), signals: stopKept}.watch()
}

// serve returns the port of the running server, or starts it. It waits for one
// that runs without answering, as it is starting, recovering or stopping.
func (k kept) serve(ctx context.Context, i installation, password string) (port int, err error) {
	for {
		pm, live := livePostmaster(k.path("data"))
		if !live {
			c := cluster{installation: i, who: k.who, data: k.path("data"), log: k.path("log"), logf: k.logf}
			return c.start(ctx)
		}
		if pm.ready {
			err := answers(ctx, pm.port, password)
			if err == nil {
				k.logf("devpg: joined the running PostgreSQL %s on port %d, data in %q", i.version, pm.port, k.dir)
				return pm.port, nil
			}
			if hasCode(err, "28P01", "28000") {
				return 0, fmt.Errorf("devpg: the server of %q refuses the password in its file: %w", k.dir, err)
			}
		}
		if err := pause(ctx, 50*time.Millisecond); err != nil {
			return 0, fmt.Errorf("devpg: the server of %q (process %d) runs but does not answer: %w", k.dir, pm.pid, err)
		}
	}
}
