package store_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/checks"
	"github.com/gormango/gormango/example_app/store"
	"github.com/gormango/gormango/internal/diagram"
	"github.com/gormango/gormango/internal/gormside"
)

func TestChecks(t *testing.T) {
	t.Parallel()
	for _, f := range checks.Models(store.Models()...) {
		t.Error(f)
	}
}

// The graphs of docs/example.md are those of the models.
func TestGraphsAreOfToday(t *testing.T) {
	t.Parallel()
	db, err := gormside.Offline()
	require.NoError(t, err)
	page, err := os.ReadFile("../../docs/example.md")
	require.NoError(t, err)
	bare, err := diagram.New(db, store.Models(), nil, true)
	require.NoError(t, err)
	require.Contains(t, string(page), "```mermaid\n"+bare.Mermaid()+"```\n", "go run ./example_app graph --no-fields")
	drawn, err := os.ReadFile("../../docs/example/models.svg")
	require.NoError(t, err)
	whole, err := diagram.New(db, store.Models(), nil, false)
	require.NoError(t, err)
	require.Equal(t, whole.SVG(), string(drawn), "go run ./example_app graph -o docs/example/models.svg")
}
