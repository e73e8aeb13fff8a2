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
//	<key>.private-<random>/    the same, of a server for one process
//	<key>.new-<random>/        a template in the making
//
// Generations are in memory instead if that is large enough, under a name that
// begins with the cache folder's sum, since the cache folder's lock guards
// them.
//
// format is part of the key. Raise it with every change of the layout or of
// initdb's options.
const format = 2

const (
	templateMark = ".template"
	serverMark   = ".server-"
	privateMark  = ".private-"
	newMark      = ".new-"
)

// place is a folder of generations, with the prefix of their names.
type place struct{ dir, prefix string }

// generations are the throw-away servers of one kind.
type generations struct {
	installation installation
	who          account
	cache        string
	memory       place // without dir there is none
	key          string
	logf         func(format string, args ...any)
}

// newGenerations finds the programs and the folders.
func newGenerations(ctx context.Context, who account, o Options) (generations, error) {
	i, err := newLocator(who, o).find(ctx, 0)
	if err != nil {
		return generations{}, err
	}
	cache, err := cacheFolder(o.cache)
	if err != nil {
		return generations{}, err
	}
	return generations{
		installation: i, who: who, cache: cache, logf: o.logf,
		memory: place{memoryFolder(o), sum(cache) + "-"},
		key:    fmt.Sprintf("pg%d-%s", i.major, sum(i.bindir, i.version, runtime.GOARCH, who.name, fmt.Sprint(format))),
	}, nil
}

// sum returns a short name for some texts.
func sum(texts ...string) string {
	s := sha256.Sum256([]byte(strings.Join(texts, "\x00")))
	return hex.EncodeToString(s[:6])
}

// startShared joins the user's throw-away server or makes one.
func startShared(ctx context.Context, who account, o Options) (*Server, error) {
	g, err := newGenerations(ctx, who, o)
	if err != nil {
		return nil, err
	}
	l, port, password, err := g.locked(ctx)
	if err != nil {
		return nil, err
	}
	return hold(ctx, l, port, password, o)
}

// places returns the folders of generations.
func (g generations) places() []place {
	if g.memory.dir == "" {
		return []place{{dir: g.cache}}
	}
	return []place{{dir: g.cache}, g.memory}
}

// sweep removes abandoned servers. The caller holds the lock.
func (g generations) sweep() {
	for _, p := range g.places() {
		sweep(p, g.key, g.logf)
	}
}

// locked runs the steps that only one process may run at a time.
func (g generations) locked(ctx context.Context) (l *lease, port int, password string, err error) {
	unlock, err := lock(ctx, filepath.Join(g.cache, "lock"))
	if err != nil {
		return nil, 0, "", err
	}
	defer unlock()
	g.sweep()
	var servers []string
	for _, p := range g.places() {
		found, err := filepath.Glob(filepath.Join(escapeGlob(p.dir), p.prefix+g.key+serverMark+"*"))
		if err != nil {
			return nil, 0, "", fmt.Errorf("devpg: list the running servers: %w", err)
		}
		servers = append(servers, found...)
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
		// A template damaged by a crash of the machine would fail forever.
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

// create makes and starts a new generation.
func (g generations) create(ctx context.Context) (*lease, int, string, error) {
	n, err := g.prepare(ctx, serverMark)
	if err != nil {
		return nil, 0, "", err
	}
	c, password, err := g.begin(ctx, n, throwAway, g.copyTemplate)
	return n.lease, c.port, password, err
}

// begin fills the data of a generation by fill and starts its server. A failure
// releases the lease.
func (g generations) begin(ctx context.Context, n generation, settings []string,
	fill func(ctx context.Context, dir string) (password string, err error)) (c cluster, password string, err error) {
	c = g.cluster(n.dir, settings)
	if password, err = fill(ctx, n.dir); err == nil {
		c.port, err = c.start(ctx)
	}
	if err != nil {
		n.lease.release()
	}
	return c, password, err
}

// generation is a folder that a watcher removes once there is no lease.
type generation struct {
	dir   string
	lease *lease
}

// prepare makes the folder of a generation. The watcher is started before the
// folder is filled, so that it cleans up if this process ends in the middle.
func (g generations) prepare(ctx context.Context, mark string) (generation, error) {
	if err := g.ensureTemplate(ctx); err != nil {
		return generation{}, err
	}
	home := place{dir: g.cache}
	if g.memory.dir != "" && roomInMemory(g.memory.dir) {
		home = g.memory
	}
	dir, err := g.folder(home, mark)
	if err != nil {
		return generation{}, err
	}
	l, err := watchPlan{run: dir, data: filepath.Join(dir, "data"), remove: dir, signals: stopThrowAway}.watch()
	if err != nil {
		return generation{}, errors.Join(err, os.RemoveAll(dir))
	}
	return generation{dir: dir, lease: l}, nil
}

func (g generations) cluster(dir string, settings []string) cluster {
	return cluster{installation: g.installation, who: g.who, data: filepath.Join(dir, "data"), log: filepath.Join(dir, "log"), settings: settings, logf: g.logf}
}

func (g generations) template() string { return filepath.Join(g.cache, g.key+templateMark) }

// ensureTemplate runs initdb unless an earlier start has.
func (g generations) ensureTemplate(ctx context.Context) error {
	now := time.Now()
	// The time of the last use protects it from sweep.
	if err := os.Chtimes(g.template(), now, now); err == nil {
		return nil
	}
	if err := g.who.mayEnter(ctx, g.cache); err != nil {
		return err
	}
	g.logf("devpg: first start with PostgreSQL %s from %q: running initdb", g.installation.version, g.installation.bindir)
	dir, err := g.folder(place{dir: g.cache}, newMark)
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

// copyTemplate fills a generation. The server's user, who owns the template,
// makes the copy: root must not follow a link of that user.
func (g generations) copyTemplate(ctx context.Context, dir string) (password string, err error) {
	password, err = readPassword(filepath.Join(g.template(), "password"))
	if err != nil {
		return "", fmt.Errorf("devpg: read the template's password: %w", err)
	}
	if err := writePassword(dir, password); err != nil {
		return "", err
	}
	data := filepath.Join(dir, "data")
	if err := makeData(g.who, data); err != nil {
		return "", fmt.Errorf("devpg: make the data directory: %w", err)
	}
	// The shell has a PATH even if this process has none.
	out, err := g.who.command(ctx, "/bin/sh", "-c", `exec cp -Rp "$1/." "$2"`, "sh", filepath.Join(g.template(), "data"), data).CombinedOutput()
	return password, g.who.failed(ctx, "copy the template", "cp", out, err)
}

// folder makes a folder of the key that the server's user can enter.
func (g generations) folder(in place, mark string) (string, error) {
	dir, err := os.MkdirTemp(in.dir, in.prefix+g.key+mark)
	if err == nil && g.who.cred != nil {
		err = os.Chmod(dir, 0o755)
	}
	if err != nil {
		return "", fmt.Errorf("devpg: make a folder in the cache: %w", err)
	}
	return dir, nil
}

// escapeGlob escapes a path for use in a pattern.
func escapeGlob(path string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}
