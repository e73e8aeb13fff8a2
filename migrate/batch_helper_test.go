package migrate_test

import (
	"context"
	"io/fs"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/migrate"
)

func nothing(context.Context, *migrate.Batch) error { return nil }

func readText(t testing.TB, fsys fs.FS, name string) string {
	t.Helper()
	text, err := fs.ReadFile(fsys, name)
	require.NoError(t, err)
	return string(text)
}
