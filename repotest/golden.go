package repotest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A Statement is what has a text and arguments: a QuerySet of package repo.
type Statement interface {
	SQL() (string, []any, error)
}

// GoldenSQL compares the statement of a QuerySet with testdata/golden/NAME.sql,
// where NAME is that of the test and name, and fails the test if they differ.
// With GORMANGO_UPDATE=1 it writes the file. It runs no statement.
func GoldenSQL(t testing.TB, name string, s Statement) {
	t.Helper()
	text, args, err := s.SQL()
	if err != nil {
		t.Errorf("repotest: the statement of %s: %v", name, err)
		return
	}
	got := text + "\n"
	for i, arg := range args {
		got += fmt.Sprintf("-- $%d: %T\n", i+1, arg)
	}
	file := filepath.Join("testdata", "golden", strings.NewReplacer("/", "_", "#", "_").Replace(t.Name()+"_"+name)+".sql")
	if os.Getenv("GORMANGO_UPDATE") == "1" {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Error(err)
			return
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Error(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	switch {
	case os.IsNotExist(err):
		t.Errorf("repotest: there is no %s (GORMANGO_UPDATE=1 writes it); the statement is\n%s", file, got)
	case err != nil:
		t.Error(err)
	case strings.ReplaceAll(string(want), "\r\n", "\n") != got:
		t.Errorf("repotest: the statement differs from %s (GORMANGO_UPDATE=1 writes it)\nwant %sgot  %s", file, want, got)
	}
}
