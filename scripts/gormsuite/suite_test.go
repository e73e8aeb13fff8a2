package main

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

const theirs = `//go:debug x=1
package tests_test

import "gorm.io/gorm"

var postgresDSN = "somewhere"

func init() { _, _ = OpenTestConnection(&gorm.Config{}) }

func OpenTestConnection(cfg *gorm.Config) (db *gorm.DB, err error) { return nil, nil }
`

func TestWithoutOpener(t *testing.T) {
	t.Parallel()
	got, err := withoutOpener([]byte(theirs))
	require.NoError(t, err)
	require.Contains(t, string(got), "func openTestConnectionOfGORM(cfg *gorm.Config)")
	require.Contains(t, string(got), "_, _ = OpenTestConnection(&gorm.Config{})", "the calls reach gormango's opener")
	require.Contains(t, string(got), "//go:debug x=1")
	_, err = withoutOpener([]byte("package tests_test\n"))
	require.EqualError(t, err, "gormsuite: tests_test.go declares no OpenTestConnection (this GORM opens its test database in another way)")
}

func TestOpenerIsGo(t *testing.T) {
	t.Parallel()
	_, err := parser.ParseFile(token.NewFileSet(), "opener.go", opener, parser.AllErrors)
	require.NoError(t, err)
}

func TestPrepareLeavesTheCheckoutAlone(t *testing.T) {
	t.Parallel()
	source := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(source, "tests"), 0o700))
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(source, "tests", name), []byte(text), 0o600))
	}
	write("tests_test.go", theirs)
	write("go.mod", "module gorm.io/gorm/tests\n\ngo 1.24.0\n\nreplace gorm.io/gorm => ../\n")
	s := &suite{source: source, work: t.TempDir()}
	require.NoError(t, s.prepare(t.Context(), "/gormango"))

	text, err := os.ReadFile(s.modfile())
	require.NoError(t, err)
	require.Contains(t, string(text), "replace github.com/gormango/gormango => /gormango")
	require.Contains(t, string(text), "replace gorm.io/gorm => ../")
	entries, err := os.ReadDir(s.tests())
	require.NoError(t, err)
	require.Len(t, entries, 2)
	text, err = os.ReadFile(filepath.Join(source, "tests", "tests_test.go"))
	require.NoError(t, err)
	require.Equal(t, theirs, string(text))
}
