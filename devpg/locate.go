//go:build unix

package devpg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// locator searches the sources of PostgreSQL's programs.
type locator struct {
	who    account
	search search
	named  string // GORMANGO_PG_BIN: this folder or none
	cache  string // of devpg; "" if there is none
	// fetchers are tried in order if nothing is installed.
	fetchers []fetcher
	off      bool // GORMANGO_DEVPG=off: do not fetch
}

// fetcher installs PostgreSQL on the machine and returns the folder of its
// programs, "" if the search finds them. If it does not apply, its error is an
// errNotHere.
type fetcher struct {
	name  string
	fetch func(ctx context.Context, cache string, major int) (bindir string, err error)
}

// errNotHere is the reason why a fetcher does not apply on this machine.
type errNotHere string

func (e errNotHere) Error() string { return string(e) }

func newLocator(who account, o Options) locator {
	cache, _ := cacheFolder(o.cache) // "" with an error, which its users report
	l := locator{
		who: who, search: defaultSearch(), named: os.Getenv("GORMANGO_PG_BIN"), cache: cache, off: os.Getenv("GORMANGO_DEVPG") == "off",
		fetchers: []fetcher{
			{"download", download{announce: o.announce}.fetch},
			{"apt-get", apt{announce: o.announce}.fetch},
		},
	}
	if cache != "" {
		l.search.patterns = append(l.search.patterns, filepath.Join(escapeGlob(cache), programsFolder, "*", "bin"))
	}
	return l
}

// find returns the programs to use, of a major version unless that is 0. It
// fetches them if needed.
func (l locator) find(ctx context.Context, major int) (installation, error) {
	i, err := l.installed(ctx, major)
	if l.named != "" || !errors.Is(err, ErrNotFound) {
		return i, err
	}
	missing, _ := errors.AsType[*notFoundError](err)
	if l.off || l.cache == "" {
		why := "GORMANGO_DEVPG is off"
		if !l.off {
			why = "there is no cache folder"
		}
		missing.add("download, apt-get: not tried, because " + why)
		return i, missing
	}
	// Many test binaries may get here at once: one of them fetches.
	unlock, err := lock(ctx, filepath.Join(l.cache, "fetch.lock"))
	if err != nil {
		return i, err
	}
	defer unlock()
	if i, err := l.installed(ctx, major); err == nil {
		return i, nil
	}
	for _, f := range l.fetchers {
		i, err := l.fetch(ctx, f, major)
		if err == nil {
			return i, nil
		}
		if ctx.Err() != nil {
			return i, fmt.Errorf("devpg: %s: %w", f.name, errors.Join(ctx.Err(), err))
		}
		missing.add(f.name + ": " + err.Error())
	}
	return i, missing
}

func (l locator) fetch(ctx context.Context, f fetcher, major int) (installation, error) {
	dir, err := f.fetch(ctx, l.cache, major)
	if err != nil {
		return installation{}, err
	}
	if dir == "" {
		return l.installed(ctx, major)
	}
	i, err := inspect(ctx, l.who, dir)
	if err != nil {
		// The programs cannot run here: remove them, so that the next call does not
		// find them.
		return i, errors.Join(err, os.RemoveAll(filepath.Dir(dir)))
	}
	return i, nil
}

// installed is find without fetching.
func (l locator) installed(ctx context.Context, major int) (installation, error) {
	if l.named == "" {
		return l.search.find(ctx, l.who, major)
	}
	fail := func(err error) (installation, error) {
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		return installation{}, fmt.Errorf("devpg: GORMANGO_PG_BIN=%q cannot be used (name a folder with postgres and initdb, or unset it to let devpg look for one): %w", l.named, err)
	}
	if !filepath.IsAbs(l.named) {
		return fail(errors.New("the path is not absolute"))
	}
	dir := filepath.Clean(l.named)
	if !isProgram(filepath.Join(dir, "postgres")) {
		return fail(errors.New("it has no postgres"))
	}
	i, err := inspect(ctx, l.who, dir)
	if err != nil {
		return fail(err)
	}
	if major != 0 && i.major != major {
		return i, &notFoundError{text: fmt.Sprintf(" of version %d (GORMANGO_PG_BIN=%q is %s)", major, l.named, i.version)}
	}
	return i, nil
}
