package manage_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestGraph(t *testing.T) {
	t.Parallel()
	a := newApplication(t, &note{}, &label{})
	a.ok("makemigrations")
	require.Contains(t, a.ok("graph"), "erDiagram\n    note {\n        bigint id PK\n")
	require.Equal(t, "erDiagram\n    label\n", a.ok("graph", "--no-fields", "--app", "shop", "labels"))
	file := filepath.Join(t.TempDir(), "models.svg")
	a.ok("graph", "-o", file)
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Contains(t, string(text), "<svg ")
	require.Equal(t, string(text), a.ok("graph", "--format", "svg"))
	code, _, errs := a.run("graph", "--format", "png")
	require.Equal(t, 2, code)
	require.Contains(t, errs, `no format "png" (choices are mermaid and svg)`)
	require.Zero(t, a.opens, "graph needs no database")
}
