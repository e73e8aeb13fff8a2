package manage_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/repotest"
)

var block = regexp.MustCompile("(?ms)^```(go|console)\n(.*?)^```$")

// The tutorial is replayed in a module of its own: its files are written, its
// commands run, and what they print is what the page says.
func TestTutorial(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../docs/migrations/first.md")
	require.NoError(t, err)
	dir := t.TempDir()
	module(t, dir)
	env := append(os.Environ(), "DATABASE_URL="+repotest.URL(t), "GOWORK=off", "GOFLAGS=-mod=mod")
	commands := 0
	for _, m := range block.FindAllStringSubmatch(string(page), -1) {
		if m[1] == "go" {
			write(t, dir, m[2])
			continue
		}
		for _, one := range strings.Split(m[2], "$ ")[1:] {
			line, want, _ := strings.Cut(one, "\n")
			commands++
			require.Equal(t, want, shell(t, dir, env, line), "%s", line)
		}
	}
	require.Greater(t, commands, 8)
}

// module makes a module that requires this one.
func module(t *testing.T, dir string) {
	root, err := filepath.Abs("..")
	require.NoError(t, err)
	text, err := os.ReadFile("../go.mod")
	require.NoError(t, err)
	mod := strings.Replace(string(text), "module github.com/gormango/gormango\n", "module example.org/notes\n", 1)
	mod += "\nrequire github.com/gormango/gormango v0.0.0\n\nreplace github.com/gormango/gormango => " + root + "\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte(mod), 0o644))
	sum, err := os.ReadFile("../go.sum")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.sum"), sum, 0o644))
}

// write writes a block whose first line names its file.
func write(t *testing.T, dir, text string) {
	name, rest, _ := strings.Cut(text, "\n")
	name, whole := strings.CutPrefix(name, "// ")
	if !whole || !strings.HasSuffix(name, ".go") {
		return // a part of a program
	}
	name = filepath.Join(dir, name)
	require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
	require.NoError(t, os.WriteFile(name, []byte(rest), 0o644))
}

// shell returns what a command prints, with times left out. A program is linked
// again only if its files have changed.
func shell(t *testing.T, dir string, env []string, line string) string {
	line = strings.Replace(line, "go run ./cmd/manage", "go build -o program ./cmd/manage && ./program", 1)
	c := exec.Command("sh", "-c", line)
	c.Dir, c.Env = dir, env
	var errs strings.Builder
	c.Stderr = &errs
	out, err := c.Output()
	if err != nil {
		t.Logf("%s: %v: %s", line, err, errs.String())
	}
	return times.ReplaceAllString(string(out), "(2026-11-30 12:00:00)")
}

var times = regexp.MustCompile(`\(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\)`)
