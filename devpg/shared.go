//go:build unix

package devpg

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// The cache folder holds, for each kind of server (its key):
//
//	lock                       guards finding, making and joining
//	<key>.template/            result of initdb: data, password
//	<key>.server-<random>/     a generation: alive (the pipe), data, password, log
//	<key>.new-<random>/        a template in the making
//
// format is part of the key; raise it when the layout or initdb's options change.
const format = 2

const (
	templateMark = ".template"
	serverMark   = ".server-"
	newMark      = ".new-"
)

// generations is the throw-away servers of one kind.
type generations struct {
	installation installation
	who          account
	cache        string
	key          string
	logf         func(format string, args ...any)
}

// startShared joins the user's throw-away server or makes one.
func startShared(ctx context.Context, who account, o Options) (*Server, error) {
	i, err := defaultSearch().find(ctx, who, 0)
	if err != nil {
		return nil, err
	}
	cache, err := cacheFolder(o.cache)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{i.bindir, i.version, runtime.GOARCH, who.name, fmt.Sprint(format)}, "\x00")))
	g := generations{installation: i, who: who, cache: cache, key: fmt.Sprintf("pg%d-%s", i.major, hex.EncodeToString(sum[:6])), logf: o.logf}
	l, port, password, err := g.locked(ctx)
	if err != nil {
		return nil, err
	}
	return hold(ctx, l, port, password, o)
}

// locked does what only one process may do at a time.
func (g generations) locked(ctx context.Context) (l *lease, port int, password string, err error) {
	unlock, err := lock(ctx, filepath.Join(g.cache, "lock"))
	if err != nil {
		return nil, 0, "", err
	}
	defer unlock()
	sweep(g.cache, g.key, g.logf)
	servers, err := filepath.Glob(filepath.Join(escapeGlob(g.cache), g.key+serverMark+"*"))
	if err != nil {
		return nil, 0, "", fmt.Errorf("devpg: list the running servers: %w", err)
	}
	for _, dir := range servers {
		l, port, password, err := join(ctx, dir)
		if err == nil {
			g.logf("devpg: joined the running PostgreSQL %s on port %d", g.installation.version, port)
			return l, port, password, nil
		}
		if ctx.Err() != nil {
			return nil, 0, "", fmt.Errorf("devpg: join the running server: %w", ctx.Err())
		}
		g.logf("devpg: cannot join %q: %v", dir, err)
	}
	l, port, password, err = g.create(ctx)
	if err != nil && ctx.Err() == nil {
		// A template that a crash of the machine damaged would fail for ever.
		g.logf("devpg: making the template again after: %v", err)
		if err := os.RemoveAll(g.template()); err != nil {
			return nil, 0, "", fmt.Errorf("devpg: remove the template: %w", err)
		}
		l, port, password, err = g.create(ctx)
	}
	return l, port, password, err
}

// join takes a lease on a generation and checks that its server answers.
func join(ctx context.Context, dir string) (*lease, int, string, error) {
	l, err := takeLease(dir)
	if err != nil {
		return nil, 0, "", err
	}
	fail := func(err error) (*lease, int, string, error) {
		l.release()
		return nil, 0, "", err
	}
	pm, ok := readPostmaster(filepath.Join(dir, "data"))
	if !ok || !pm.ready {
		return fail(errors.New("it is not running"))
	}
	password, err := readPassword(filepath.Join(dir, "password"))
	if err != nil {
		return fail(err)
	}
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	if err := answers(ctx, pm.port, password); err != nil {
		return fail(err)
	}
	return l, pm.port, password, nil
}

// create makes and starts a new generation. The watcher comes first: it
// cleans up even if we end in the middle.
func (g generations) create(ctx context.Context) (_ *lease, port int, password string, err error) {
	if err := g.ensureTemplate(ctx); err != nil {
		return nil, 0, "", err
	}
	dir, err := g.folder(serverMark)
	if err != nil {
		return nil, 0, "", err
	}
	data := filepath.Join(dir, "data")
	l, err := watchPlan{run: dir, data: data, remove: dir, signals: stopThrowAway}.watch()
	if err != nil {
		return nil, 0, "", errors.Join(err, os.RemoveAll(dir))
	}
	defer func() {
		if err != nil {
			l.release()
		}
	}()
	if password, err = g.copyTemplate(ctx, dir); err != nil {
		return nil, 0, "", err
	}
	c := cluster{installation: g.installation, who: g.who, data: data, log: filepath.Join(dir, "log"), settings: throwAway, logf: g.logf}
	if port, err = c.start(ctx); err != nil {
		return nil, 0, "", err
	}
	return l, port, password, nil
}

func (g generations) template() string { return filepath.Join(g.cache, g.key+templateMark) }

// ensureTemplate runs initdb unless an earlier start has.
func (g generations) ensureTemplate(ctx context.Context) error {
	now := time.Now()
	// The time of the last use keeps sweep away.
	if err := os.Chtimes(g.template(), now, now); err == nil {
		return nil
	}
	if err := g.who.mayEnter(ctx, g.cache); err != nil {
		return err
	}
	g.logf("devpg: first start with PostgreSQL %s from %q: running initdb", g.installation.version, g.installation.bindir)
	dir, err := g.folder(newMark)
	if err != nil {
		return err
	}
	if err := initCluster(ctx, g.installation, g.who, dir, false); err != nil {
		return errors.Join(err, os.RemoveAll(dir))
	}
	if err := os.Rename(dir, g.template()); err != nil {
		return errors.Join(fmt.Errorf("devpg: put the template in place: %w", err), os.RemoveAll(dir))
	}
	return nil
}

// copyTemplate fills a generation. The copy is made as the server's user, who
// owns the template: root must not follow a link which that user put there.
func (g generations) copyTemplate(ctx context.Context, dir string) (password string, err error) {
	password, err = readPassword(filepath.Join(g.template(), "password"))
	if err != nil {
		return "", fmt.Errorf("devpg: read the template's password: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "password"), []byte(password+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("devpg: write the password: %w", err)
	}
	data := filepath.Join(dir, "data")
	if err := makeData(g.who, data); err != nil {
		return "", fmt.Errorf("devpg: make the data directory: %w", err)
	}
	// By the shell, which has a PATH even if we have none.
	out, err := g.who.command(ctx, "/bin/sh", "-c", `exec cp -Rp "$1/." "$2"`, "sh", filepath.Join(g.template(), "data"), data).CombinedOutput()
	if ctx.Err() != nil {
		return "", fmt.Errorf("devpg: copy the template: %w", ctx.Err())
	}
	if err != nil {
		return "", fmt.Errorf("devpg: copy the template: %w; cp said:\n%s", g.who.explain(err), lastLines(out))
	}
	return password, nil
}

// folder makes a folder of the key that the server's user can enter.
func (g generations) folder(mark string) (string, error) {
	dir, err := os.MkdirTemp(g.cache, g.key+mark)
	if err == nil && g.who.cred != nil {
		err = os.Chmod(dir, 0o755)
	}
	if err != nil {
		return "", fmt.Errorf("devpg: make a folder in the cache: %w", err)
	}
	return dir, nil
}

// escapeGlob makes a path stand for itself in a pattern.
func escapeGlob(path string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}
