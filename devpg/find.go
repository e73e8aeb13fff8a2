//go:build unix

package devpg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// minMajor is the oldest PostgreSQL that is accepted.
const minMajor = 14

// installation is a folder with PostgreSQL's server programs.
type installation struct {
	bindir  string
	version string // "15.18"
	major   int
}

func (i installation) program(name string) string { return filepath.Join(i.bindir, name) }

// search lists the places to search for installations.
type search struct {
	path     string   // like $PATH
	patterns []string // folders, with wildcards; newest first within one
	pgConfig bool     // ask pg_config on path, last since it costs a process
}

func defaultSearch() search {
	return search{path: os.Getenv("PATH"), pgConfig: true, patterns: []string{
		"/usr/lib/postgresql/*/bin",                      // Debian
		"/usr/pgsql-*/bin",                               // PGDG's rpm
		"/usr/libexec/postgresql*",                       // Alpine
		"/usr/lib/postgresql*/bin",                       // SUSE
		"/usr/local/pgsql/bin",                           // built from source
		"/opt/homebrew/opt/postgresql*/bin",              // Homebrew on Apple silicon
		"/usr/local/opt/postgresql*/bin",                 // Homebrew on Intel
		"/home/linuxbrew/.linuxbrew/opt/postgresql*/bin", // Homebrew on Linux
		"/opt/local/lib/postgresql*/bin",                 // MacPorts
		"/Applications/Postgres.app/Contents/Versions/*/bin",
	}}
}

// find returns the first usable installation, of a major version unless that is
// 0. The account must be able to run its programs.
func (s search) find(ctx context.Context, who account, major int) (installation, error) {
	var rejected []string
	seen := map[string]bool{}
	for _, step := range s.steps(ctx, who) {
		for _, dir := range step() {
			if seen[dir] {
				continue
			}
			seen[dir] = true
			i, err := inspect(ctx, who, dir)
			switch {
			case ctx.Err() != nil:
				return installation{}, fmt.Errorf("devpg: look for PostgreSQL: %w", ctx.Err())
			case err != nil:
				rejected = append(rejected, err.Error())
			case major != 0 && i.major != major:
				rejected = append(rejected, fmt.Sprintf("%s: is version %s", dir, i.version))
			default:
				return i, nil
			}
		}
	}
	return installation{}, s.notFound(rejected)
}

// steps returns the places in order. Each is examined only if those before it
// had no usable installation.
func (s search) steps(ctx context.Context, who account) []func() []string {
	steps := []func() []string{func() []string {
		var dirs []string
		for _, dir := range filepath.SplitList(s.path) {
			if filepath.IsAbs(dir) && isProgram(filepath.Join(dir, "postgres")) {
				dirs = append(dirs, resolve(dir))
			}
		}
		return dirs
	}}
	for _, pattern := range s.patterns {
		steps = append(steps, func() []string { return newestFirst(pattern) })
	}
	if s.pgConfig {
		steps = append(steps, func() []string {
			program, err := exec.LookPath("pg_config")
			if err != nil {
				return nil
			}
			out, err := who.command(ctx, program, "--bindir").Output()
			dir := strings.TrimSpace(string(out))
			if err != nil || !isProgram(filepath.Join(dir, "postgres")) {
				return nil
			}
			return []string{dir}
		})
	}
	return steps
}

// resolve follows a link to the server's program, since the other programs may
// not be next to the link.
func resolve(dir string) string {
	if real, err := filepath.EvalSymlinks(filepath.Join(dir, "postgres")); err == nil && isProgram(filepath.Join(filepath.Dir(real), "initdb")) {
		return filepath.Dir(real)
	}
	return dir
}

var lastNumber = regexp.MustCompile(`(\d+)\D*$`)

// newestFirst lists the folders of a pattern that hold a server.
func newestFirst(pattern string) []string {
	dirs, _ := filepath.Glob(pattern) // fails for bad patterns only; these are constant
	dirs = slices.DeleteFunc(dirs, func(dir string) bool { return !isProgram(filepath.Join(dir, "postgres")) })
	number := func(dir string) int {
		n := 0
		if m := lastNumber.FindStringSubmatch(dir); m != nil {
			n, _ = strconv.Atoi(m[1]) // digits; an overflow may sort anywhere
		}
		return n
	}
	slices.SortStableFunc(dirs, func(a, b string) int { return number(b) - number(a) })
	return dirs
}

var versionText = regexp.MustCompile(`\) (\d{1,9})(\S*)`)

// inspect checks that the programs of a folder are complete, new enough and can
// run.
func inspect(ctx context.Context, who account, dir string) (installation, error) {
	if !isProgram(filepath.Join(dir, "initdb")) {
		return installation{}, fmt.Errorf("%s: has no initdb", dir)
	}
	version := func() ([]byte, error) { return who.command(ctx, filepath.Join(dir, "postgres"), "--version").Output() }
	out, err := version()
	// A program that was just unpacked is busy while another goroutine's child is
	// between fork and exec and still has it open for writing.
	for try := 0; errors.Is(err, syscall.ETXTBSY) && try < 50 && pause(ctx, 10*time.Millisecond) == nil; try++ {
		out, err = version()
	}
	if err != nil {
		return installation{}, fmt.Errorf("%s: postgres --version: %w%s", dir, who.explain(err), said(err))
	}
	m := versionText.FindStringSubmatch(string(out))
	if m == nil {
		return installation{}, fmt.Errorf("%s: postgres --version said %q", dir, strings.TrimSpace(string(out)))
	}
	major, _ := strconv.Atoi(m[1]) // digits, too few to overflow
	if major < minMajor {
		return installation{}, fmt.Errorf("%s: is version %s, older than %d", dir, m[1]+m[2], minMajor)
	}
	return installation{bindir: dir, version: m[1] + m[2], major: major}, nil
}

// said returns what a failed program wrote, such as the name of a missing
// library.
func said(err error) string {
	if exit, ok := errors.AsType[*exec.ExitError](err); ok && len(exit.Stderr) > 0 {
		return ": " + lastLines(exit.Stderr)
	}
	return ""
}

func isProgram(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}

// notFound returns the error with the places tried and the advice.
func (s search) notFound(rejected []string) error {
	tried := append([]string{"DATABASE_URL, PGHOST, PGSERVICE, GORMANGO_PG_BIN (not set)", "PATH"}, s.patterns...)
	if s.pgConfig {
		tried = append(tried, "pg_config")
	}
	var text strings.Builder
	fmt.Fprintf(&text, " (version %d or newer with its server programs is needed)\n  tried: %s\n", minMajor, strings.Join(tried, ", "))
	for _, reason := range rejected {
		fmt.Fprintf(&text, "  passed over %s\n", reason)
	}
	return &notFoundError{text: strings.TrimSuffix(text.String(), "\n"), advice: advice}
}

const advice = `
  on Debian or Ubuntu: apt install postgresql
  on Fedora or RHEL: dnf install postgresql-server
  on macOS: brew install postgresql
  or name a running server: DATABASE_URL=postgres://user:password@host:5432/database`

// notFoundError is the long text of ErrNotFound: the places tried, then the
// advice.
type notFoundError struct{ text, advice string }

func (e *notFoundError) Error() string { return ErrNotFound.Error() + e.text + e.advice }
func (e *notFoundError) Unwrap() error { return ErrNotFound }

// add adds a place that was tried.
func (e *notFoundError) add(reason string) { e.text += "\n  " + reason }

// otherMajor returns the error for a kept directory of another major version.
func otherMajor(data string, major int, installed installation) error {
	return fmt.Errorf("devpg: the data in %q was made by PostgreSQL %d, but installed is %s in %q (install PostgreSQL %d, or move the directory away to begin anew)",
		data, major, installed.version, installed.bindir, major)
}
