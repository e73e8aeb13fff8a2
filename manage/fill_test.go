package manage_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/manage"
	"github.com/gormango/gormango/migrate"
	"github.com/gormango/gormango/models"
)

type looseMemo struct {
	models.AutoKey
	Text  *string
	Stars *int
}

func (looseMemo) TableName() string { return "memos" }

type strictMemo struct {
	models.AutoKey
	Text  string `gorm:"not null"`
	Stars int    `gorm:"not null"`
}

func (strictMemo) TableName() string { return "memos" }

// Without a terminal, a column that becomes NOT NULL without a default needs
// the flag --fill, and the error names the column and the choices.
func TestNotNullIsAnsweredByAFlag(t *testing.T) {
	t.Parallel()
	a := newApplication(t, &looseMemo{})
	a.ok("makemigrations")
	a.models = []any{&strictMemo{}}
	code, _, errs := a.run("makemigrations", "--yes")
	require.Equal(t, 2, code)
	require.Contains(t, errs, "column memos.text becomes NOT NULL without a default, and rows may hold NULL "+
		"(choices are --fill memos.text=<SQL value>, --fill memos.text=- if no row holds NULL, or a default in the model)")
	code, _, errs = a.run("makemigrations", "--fill", "memos.text=-")
	require.Equal(t, 2, code)
	require.Contains(t, errs, "column memos.stars")
	files, err := os.ReadDir(a.dir)
	require.NoError(t, err)
	require.Len(t, files, 2, "nothing was written but the first migration and its sum")

	for flag, want := range map[string]string{"memos.text": `write --fill users.name`, "memos.txt=1": "--fill memos.txt=1: no such column becomes NOT NULL"} {
		code, _, errs = a.run("makemigrations", "--fill", "memos.text=-", "--fill", "memos.stars=0", "--fill", flag)
		require.Equal(t, 2, code)
		require.Contains(t, errs, want)
	}
	code, _, errs = a.run("makemigrations", "--check")
	require.Equal(t, 3, code, errs)
	a.ok("makemigrations", "--fill", "memos.text='none'", "--fill", "memos.stars=-")
	paths, err := filepath.Glob(filepath.Join(a.dir, "*.sql"))
	require.NoError(t, err)
	var all string
	for _, path := range paths {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		all += string(text)
	}
	require.Contains(t, all, `"value":"'none'"`)
	require.NotContains(t, all, `fill_column":{"table":"memos","column":"stars"`)
	a.ok("migrate")
	a.ok("verify")
}

// terminalDir is the environment variable that makes TestTerminalProcess a
// command on a terminal.
const terminalDir = "GORMANGO_TEST_TERMINAL"

func TestTerminalProcess(t *testing.T) {
	dir := os.Getenv(terminalDir)
	if dir == "" {
		t.Skip("a process of TestNotNullIsAskedOnATerminal")
	}
	require.Zero(t, manage.Run(t.Context(), manage.Options{Apps: []manage.App{{Dir: dir, Load: func() (*migrate.Set, error) {
		return migrate.Load(os.DirFS(dir), migrate.App("shop", &strictMemo{}))
	}}}}, []string{"makemigrations"}))
}

// On a terminal the values are asked for; an empty answer stops.
func TestNotNullIsAskedOnATerminal(t *testing.T) {
	t.Parallel()
	script, err := exec.LookPath("script")
	if err != nil || runtime.GOOS != "linux" {
		t.Skip("SKIPPED: no program that makes a terminal (script of util-linux)")
	}
	a := newApplication(t, &looseMemo{})
	a.ok("makemigrations")
	answer := func(answers string) (string, error) {
		cmd := exec.CommandContext(t.Context(), script, "-qec", os.Args[0]+" -test.run=^TestTerminalProcess$", "/dev/null")
		cmd.Env = append(os.Environ(), terminalDir+"="+a.dir)
		cmd.Stdin = strings.NewReader(answers)
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	out, err := answer("\n\n")
	require.Error(t, err, out)
	require.Contains(t, out, "stopped: nothing was written")
	out, err = answer("'none'\n-\n")
	require.NoError(t, err, out)
	require.Contains(t, out, "column memos.text (text) becomes NOT NULL without a default, and rows may hold NULL.")
	files, err := filepath.Glob(filepath.Join(a.dir, "*fill_memos_text.sql"))
	require.NoError(t, err)
	require.Len(t, files, 1)
}
