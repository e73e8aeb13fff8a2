package store_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/example_app/store"
	"github.com/gormango/gormango/repo"
)

// Conditions belong to the model at the start of a path of any depth, as the
// compiler checks.
func TestFieldsKnowTheirModel(t *testing.T) {
	t.Parallel()
	f := store.F.Track
	var _ repo.Cond[store.Track] = f.Album().Artist().Name.IContains("ann")
	var _ repo.Cond[store.Playlist] = store.F.Playlist.Tracks().Some(f.Milliseconds.Gt(300))
	var _ repo.Column[store.Track, string] = f.Name
	var _ repo.Column[store.Track, *string] = f.Composer
	var _ repo.Path[*store.Track, *store.Playlist] = f.Playlists().Path
	require.Equal(t, repo.Name[store.Track]("album__artist__name"), f.Album().Artist().Name.Name())
	require.Equal(t, repo.Rel[store.Track]("album__artist"), f.Album().Artist().Rel())
	require.Same(t, f.Album(), f.Album(), "a relation's fields are made once")
}
