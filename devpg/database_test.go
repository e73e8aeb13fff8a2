//go:build unix

package devpg

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDatabaseIsCreatedOnce(t *testing.T) {
	t.Parallel()
	dir := cache(t)
	const name = `Shop "1"`
	helpers := make([]*process, 4)
	for i := range helpers {
		helpers[i] = prepare(t, "GORMANGO_CACHE="+dir, "DEVPG_TEST_DATABASE="+name)
		helpers[i].start()
	}
	for _, p := range helpers {
		p.ready()
		var got string
		require.NoError(t, connect(t, p.url).QueryRow(t.Context(), "SELECT current_database()").Scan(&got))
		require.Equal(t, name, got)
	}

	s := start(t, Options{cache: dir})
	require.Contains(t, s.URL(), "/postgres?sslmode=disable")
}
