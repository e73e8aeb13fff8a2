//go:build !race

package exec_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
)

// What a query derives from its model is derived once: a second run allocates
// for its own tree, its statement and its row. The race detector allocates too.
func TestSecondRunAllocates(t *testing.T) {
	by := newOneByKey(t)
	ctx, songs := t.Context(), repo.New[song](by.db)
	list := newSongs(1000)
	kept, err := songs.All(ctx)
	require.NoError(t, err)
	type titled struct {
		ID        int64
		Title     string
		Composer  *string
		CreatedAt any
	}
	for _, c := range []struct {
		name string
		run  func() error
		most float64
	}{
		{"all columns of one object", func() error { _, err := by.kept(7); return err }, 17},
		{"some columns of one object", func() error { _, err := songs.Only("title", "album").Filter("pk", 7).Get(ctx); return err }, 23},
		{"a struct of columns", func() error {
			_, err := repo.Values[titled](ctx, songs.Filter("id", 7), "id", "title", "composer", "created_at")
			return err
		}, 60},
		{"one column", func() error { _, err := repo.Values[string](ctx, songs.Filter("id", 7), "title"); return err }, 48},
		{"a written object", func() error { return songs.Save(ctx, &song{AutoKey: models.AutoKey{ID: 8}, Title: "t"}, "title") }, 26},
		{"a thousand objects", func() error { _, err := songs.All(ctx); return err }, 65},
		{"a thousand created objects", func() error {
			for _, s := range list {
				s.ID = 0
			}
			return songs.BulkCreate(ctx, list)
		}, 145},
		{"a thousand copied objects", func() error {
			for _, s := range list {
				s.ID = 0
			}
			return songs.BulkCreate(ctx, list, repo.UseCopy())
		}, 155},
		{"a thousand updated objects", func() error { _, err := songs.BulkUpdate(ctx, kept, "title"); return err }, 88},
	} {
		n := testing.AllocsPerRun(10, func() { require.NoError(t, c.run()) })
		require.LessOrEqual(t, n, c.most, c.name)
	}
}
