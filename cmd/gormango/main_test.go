package main

import (
	"bytes"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/migrate"
	"github.com/gormango/gormango/repotest"
)

func call(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(t.Context(), args, &out, &errs)
	return code, out.String(), errs.String()
}

func TestExitCodes(t *testing.T) {
	t.Parallel()
	code, _, stderr := call(t)
	require.Equal(t, 2, code)
	require.Equal(t, usage, stderr)
	code, stdout, _ := call(t, "help")
	require.Zero(t, code)
	require.Equal(t, usage, stdout)
	code, _, stderr = call(t, "make")
	require.Equal(t, 2, code)
	require.Equal(t, "gormango: no command \"make\" (choices are gen, vet, inspectdb, lint, dbshell, help)\n", stderr)
	code, _, stderr = call(t, "gen", "-nothing")
	require.Equal(t, 2, code)
	require.Contains(t, stderr, "flag provided but not defined: -nothing")
	code, _, stderr = call(t, "gen", "-h")
	require.Zero(t, code)
	require.Contains(t, stderr, "-check")
	code, _, stderr = call(t, "gen")
	require.Equal(t, 1, code)
	require.Contains(t, stderr, "gormango: no models in .")
	code, stdout, stderr = call(t, "gen", "-check", "./internal/gen/testdata/kinds/other")
	require.Zero(t, code, stderr)
	require.Empty(t, stdout)
	code, _, stderr = call(t, "gen", "-C", "internal/gen/testdata", "-check", "./kinds/other")
	require.Zero(t, code, stderr)
	code, _, stderr = call(t, "gen", "-check", "-o", "other_name.go", "./internal/gen/testdata/kinds/other")
	require.Equal(t, 1, code)
	require.Contains(t, stderr, "was written by gormango gen as well")
}

func TestWritesAndNamesFiles(t *testing.T) {
	dir, err := os.MkdirTemp("internal/gen/testdata", "call")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	require.NoError(t, os.WriteFile(dir+"/a.go", []byte("package a\n\ntype Book struct{ ID int64 }\n"), 0o644))
	code, stdout, stderr := call(t, "gen", "-o", "made.go", "./"+dir)
	require.Zero(t, code, stderr)
	require.Equal(t, dir+"/made.go\n", stdout)
	text, err := os.ReadFile(dir + "/made.go")
	require.NoError(t, err)
	require.Contains(t, string(text), "ID *repo.OrderedField[P, int64]")
}

func TestToolsOfADatabase(t *testing.T) {
	t.Setenv("DATABASE_URL", repotest.URL(t))
	code, stdout, stderr := call(t, "inspectdb", "--package", "shop")
	require.Zero(t, code, stderr)
	require.Contains(t, stdout, "package shop")

	dir := t.TempDir()
	require.NoError(t, os.WriteFile(dir+"/0001_t.sql", []byte("-- +goose Up\nCREATE TABLE t (a int);\n"), 0o644))
	require.NoError(t, os.WriteFile(dir+"/0002_x.sql", []byte("-- +goose Up\nCREATE INDEX x ON t (a);\n"), 0o644))
	require.NoError(t, migrate.Rehash(dir))
	code, stdout, stderr = call(t, "lint", "--dir", dir, "--since", "0001_t")
	require.Equal(t, 3, code, stderr)
	require.Contains(t, stdout, "L02")
	code, _, stderr = call(t, "lint", "--nothing")
	require.Equal(t, 2, code)
	require.Contains(t, stderr, "gormango: unknown flag: --nothing")
}
