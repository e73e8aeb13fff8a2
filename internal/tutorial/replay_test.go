package tutorial_test

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/longtest"
	"github.com/gormango/gormango/repotest"
)

var update = flag.Bool("update", false, "write what the commands print into the pages")

// The first migration of docs/migrations is replayed.
func TestFirstMigration(t *testing.T) {
	t.Parallel()
	r := newReader(t, "example.org/notes")
	r.follow("../../docs/migrations/first.md")
	require.Greater(t, r.commands, 8)
}

// The seven parts of the tutorial are replayed, one after another.
func TestTutorial(t *testing.T) {
	longtest.Only(t, "programs are built and run for minutes")
	t.Parallel()
	parts, err := filepath.Glob("../../docs/tutorial/[1-9]-*.md")
	require.NoError(t, err)
	require.Len(t, parts, 7)
	r := newReader(t, "example.org/polls")
	for _, part := range parts {
		before := r.commands
		r.follow(part)
		require.Greater(t, r.commands, before, "%s runs no command", part)
	}
}

// A reader follows pages in a module of its own.
type reader struct {
	t        *testing.T
	dir      string
	env      []string
	commands int
	server   *server // the program that a page has started last
}

func newReader(t *testing.T, module string) *reader {
	r := &reader{t: t, dir: t.TempDir()}
	r.env = append(os.Environ(), "DATABASE_URL="+repotest.URL(t), "GOWORK=off", "GOFLAGS=-mod=mod")
	t.Cleanup(r.stop)
	r.module(module)
	return r
}

// module makes the module of the reader, which requires this one.
func (r *reader) module(name string) {
	root, err := filepath.Abs("../..")
	require.NoError(r.t, err)
	text, err := os.ReadFile("../../go.mod")
	require.NoError(r.t, err)
	mod := strings.Replace(string(text), "module github.com/gormango/gormango\n", "module "+name+"\n", 1)
	mod += "\nrequire github.com/gormango/gormango v0.0.0\n\nreplace github.com/gormango/gormango => " + root + "\n"
	r.file("go.mod", mod)
	sum, err := os.ReadFile("../../go.sum")
	require.NoError(r.t, err)
	r.file("go.sum", string(sum))
}

var block = regexp.MustCompile("(?ms)^```(go|html|console)\n(.*?)^```$")

// follow writes the files of a page and runs its commands.
func (r *reader) follow(page string) {
	text, err := os.ReadFile(page)
	require.NoError(r.t, err)
	var seen strings.Builder
	end := 0
	for _, m := range block.FindAllSubmatchIndex(text, -1) {
		kind, body := string(text[m[2]:m[3]]), string(text[m[4]:m[5]])
		seen.Write(text[end:m[4]])
		end = m[5]
		if kind != "console" {
			r.write(body)
			seen.WriteString(body)
			continue
		}
		for _, one := range strings.Split("\n"+body, "\n$ ")[1:] {
			line, want, _ := strings.Cut(one, "\n")
			if want != "" && !strings.HasSuffix(want, "\n") {
				want += "\n"
			}
			r.commands++
			got := r.run(line)
			if !*update {
				require.Equal(r.t, want, got, "%s: %s", filepath.Base(page), line)
			}
			seen.WriteString("$ " + line + "\n" + got)
		}
	}
	seen.Write(text[end:])
	if *update {
		require.NoError(r.t, os.WriteFile(page, []byte(seen.String()), 0o644))
	}
}

var heading = regexp.MustCompile(`^(?:// |<!-- )([\w./-]+\.(?:go|html))(, more)?(?: -->)?$`)

// write writes a block whose first line names its file. With "more" behind the
// name the block is added to the file.
func (r *reader) write(text string) {
	first, rest, _ := strings.Cut(text, "\n")
	m := heading.FindStringSubmatch(first)
	if m == nil {
		return // a part of a program
	}
	if m[2] != "" {
		before, err := os.ReadFile(filepath.Join(r.dir, m[1]))
		require.NoError(r.t, err)
		rest = string(before) + rest
	}
	r.file(m[1], rest)
}

func (r *reader) file(name, text string) {
	name = filepath.Join(r.dir, name)
	require.NoError(r.t, os.MkdirAll(filepath.Dir(name), 0o755))
	require.NoError(r.t, os.WriteFile(name, []byte(text), 0o644))
}
