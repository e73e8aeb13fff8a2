package repo_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
)

type audited struct {
	models.AutoKey
	models.Timestamps
	models.Versioned
	Name  string  `gorm:"not null"`
	Note  *string `gorm:"not null"`
	Count int     `gorm:"not null"`
}

// The old values are read once, and only if a receiver asks.
func TestSaveEventChanges(t *testing.T) {
	t.Parallel()
	c := openCounted(t, &audited{})
	ctx, rows := context.Background(), repo.New[audited](c.db)
	a := &audited{Name: "a", Note: ptrTo("x")}
	var before, after []repo.Change[audited]
	stop := repo.PreSave(c.db, func(context.Context, repo.SaveEvent[audited]) error { return nil })
	require.NoError(t, rows.Create(ctx, a))
	quiet := c.trips(func() { require.NoError(t, rows.Save(ctx, a)) })
	stop()

	stop = repo.PreSave(c.db, func(ctx context.Context, e repo.SaveEvent[audited]) (err error) {
		before, err = e.Changes(ctx)
		return err
	})
	defer repo.PostSave(c.db, func(ctx context.Context, e repo.SaveEvent[audited]) (err error) {
		after, err = e.Changes(ctx)
		return err
	})()
	a.Name, a.Note, a.Count = "b", ptrTo("x"), 3
	require.NoError(t, rows.Save(ctx, a))
	want := []repo.Change[audited]{{Name: "name", Old: "a", New: "b"}, {Name: "count", Old: 0, New: 3}}
	require.Equal(t, want, before)
	require.Equal(t, want, after)
	a.Name, a.Count = "c", 4
	require.NoError(t, rows.Save(ctx, a, "count"))
	require.Equal(t, []repo.Change[audited]{{Name: "count", Old: 3, New: 4}}, after)
	require.Equal(t, quiet+1, c.trips(func() { require.NoError(t, rows.Save(ctx, a)) }))
	require.Empty(t, after)

	require.NoError(t, rows.Create(ctx, &audited{Name: "n", Note: ptrTo("")}))
	require.Contains(t, after, repo.Change[audited]{Name: "name", New: "n"})
	require.Len(t, after, 5, "the key, the time of creation, name, note and count")
	stop()
	require.ErrorContains(t, rows.Save(ctx, a), "call it in a PreSave receiver")
}
