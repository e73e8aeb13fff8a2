package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSameGORM(t *testing.T) {
	t.Parallel()
	module := filepath.Join(t.TempDir(), "gorm@v1.2.3")
	checkout := t.TempDir()
	write := func(dir, name, text string) {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	}
	write(module, "gorm.go", "package gorm\n")
	write(module, "clause/clause.go", "package clause\n")
	require.ErrorContains(t, sameGORM(checkout, module), "has no tests/tests_test.go (name a checkout")

	write(checkout, "tests/tests_test.go", "package tests_test\n")
	write(checkout, "gorm.go", "package gorm\n")
	require.ErrorContains(t, sameGORM(checkout, module), `"clause/clause.go" differs from gorm@v1.2.3`)
	write(checkout, "clause/clause.go", "package clause // changed\n")
	require.ErrorContains(t, sameGORM(checkout, module), `"clause/clause.go" differs from gorm@v1.2.3`)
	write(checkout, "clause/clause.go", "package clause\n")
	write(checkout, "README.md", "not compared")
	require.NoError(t, sameGORM(checkout, module))
}

func TestCoreModule(t *testing.T) {
	t.Parallel()
	m, err := coreModule(t.Context())
	require.NoError(t, err)
	require.FileExists(t, filepath.Join(m.dir, "open.go"))
	require.FileExists(t, filepath.Join(m.gorm, "gorm.go"))
}
