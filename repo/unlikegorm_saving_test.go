package repo_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/repo"
)

// piece is a model of which plain GORM gets zero values, defaults and vanished
// rows wrong.
type piece struct {
	ID     int64
	Name   string
	N      int
	Active bool     `gorm:"not null;default:true"`
	Seen   []string `gorm:"-"`
}

func (p *piece) BeforeUpdate(tx *gorm.DB) error {
	p.Seen = append(p.Seen, "update of "+p.Name)
	return nil
}
func (p *piece) BeforeCreate(tx *gorm.DB) error {
	p.Seen = append(p.Seen, "create of "+p.Name)
	return nil
}

func parts(t *testing.T) (context.Context, *gorm.DB, *repo.Repository[piece]) {
	t.Helper()
	db := openDB(t, &piece{})
	return context.Background(), db, repo.New[piece](db)
}

// A1: Updates with a struct skips zero values.
func TestUnlikeGORMUpdatesWriteZeroValues(t *testing.T) {
	t.Parallel()
	ctx, db, parts := parts(t)
	p := &piece{Name: "a", N: 5, Active: true}
	require.NoError(t, parts.Create(ctx, p))
	require.NoError(t, db.Model(p).Updates(piece{Name: "b", N: 0}).Error)
	require.EqualValues(t, 1, count(t, ctx, parts.Filter("n", 5)), "the trap")

	p.N = 0
	require.NoError(t, parts.Save(ctx, p, "n"))
	require.Zero(t, count(t, ctx, parts.Filter("n", 5)))
	p.Active = false
	require.NoError(t, parts.Save(ctx, p))
	_, err := parts.Filter("name", "b").Update(ctx, parts.Set("name", ""))
	require.NoError(t, err)
	require.EqualValues(t, 1, count(t, ctx, parts.Filter("active", false).Filter("name", "")))
}

// A2: a struct as a condition loses its zero values.
func TestUnlikeGORMConditionsKeepZeroValues(t *testing.T) {
	t.Parallel()
	ctx, db, parts := parts(t)
	require.NoError(t, parts.Create(ctx, &piece{Name: "a", N: 1}, &piece{Name: "b", N: 0}))
	var found []piece
	require.NoError(t, db.Where(&piece{N: 0}).Find(&found).Error)
	require.Len(t, found, 2, "the trap")
	require.EqualValues(t, 1, count(t, ctx, parts.Filter("n", 0)))
}

// A3: a default replaces a zero that was meant.
func TestUnlikeGORMDefaultsKeepZeroValues(t *testing.T) {
	t.Parallel()
	ctx, db, parts := parts(t)
	trap := &piece{Name: "a", Active: false}
	require.NoError(t, db.Create(trap).Error)
	require.True(t, trap.Active, "the trap")

	ours, asked := &piece{Name: "b"}, &piece{Name: "c"}
	require.NoError(t, parts.Create(ctx, ours))
	require.NoError(t, parts.BulkCreate(ctx, []*piece{{Name: "d"}}))
	require.False(t, ours.Active)
	require.NoError(t, parts.Defaults("active").Create(ctx, asked))
	require.True(t, asked.Active)
	require.EqualValues(t, 2, count(t, ctx, parts.Filter("active", false)))
}

// A8: a row that is not there any more is no error. B13: or comes back.
func TestUnlikeGORMSaveOfADeletedRowIsAnError(t *testing.T) {
	t.Parallel()
	ctx, db, parts := parts(t)
	gone := &piece{ID: 77, Name: "gone"}
	require.NoError(t, db.Model(gone).Updates(piece{Name: "x"}).Error, "the trap")
	require.NoError(t, db.Delete(gone).Error, "the trap")
	require.ErrorIs(t, parts.Save(ctx, gone), repo.ErrDoesNotExist)
	require.ErrorIs(t, parts.Save(ctx, gone, "name"), repo.ErrDoesNotExist)
	_, err := parts.Delete(ctx, gone)
	require.ErrorIs(t, err, repo.ErrDoesNotExist)
	require.ErrorIs(t, parts.Refresh(ctx, gone), repo.ErrDoesNotExist)

	gone.Seen = nil
	require.NoError(t, db.Save(gone).Error)
	require.EqualValues(t, 1, count(t, ctx, parts), "the trap: it is there again")
	require.NotContains(t, gone.Seen, "create of x", "without the hooks of creating")
	_, err = parts.AllRows().Delete(ctx)
	require.NoError(t, err)
	require.ErrorIs(t, parts.Save(ctx, gone), repo.ErrDoesNotExist)
	require.Zero(t, count(t, ctx, parts))
	// Django's save(), where it is meant.
	if err = parts.Save(ctx, gone); err != nil {
		err = parts.Create(ctx, gone)
	}
	require.NoError(t, err)
	require.EqualValues(t, 77, gone.ID)
}

// B15: hooks of an update by condition see an empty model.
func TestUnlikeGORMHooksSeeTheObject(t *testing.T) {
	t.Parallel()
	ctx, db, parts := parts(t)
	p := &piece{Name: "a"}
	require.NoError(t, parts.Create(ctx, p))
	empty := &piece{}
	require.NoError(t, db.Model(empty).Where("id = ?", p.ID).Updates(map[string]any{"n": 1}).Error)
	require.Equal(t, []string{"update of "}, empty.Seen, "the trap")

	p.Seen = nil
	require.NoError(t, parts.Save(ctx, p, "n"))
	require.Equal(t, []string{"update of a"}, p.Seen)
	_, err := parts.Filter("name", "a").Update(ctx, parts.Set("n", 2))
	require.NoError(t, err)
	require.Len(t, p.Seen, 1, "what has no objects runs no hooks")
}

// D22: more than 65,535 values in one call.
func TestUnlikeGORMWritesTakeManyValues(t *testing.T) {
	t.Parallel()
	ctx, db, parts := parts(t)
	list := make([]*piece, 30_000)
	for i := range list {
		list[i] = &piece{Name: fmt.Sprint(i), N: i, Active: true}
	}
	require.ErrorContains(t, db.Create(&list).Error, "65535", "the trap")
	for _, p := range list {
		p.ID = 0
	}
	require.NoError(t, parts.BulkCreate(ctx, list))
	for _, p := range list {
		p.N = -p.N
	}
	n, err := parts.BulkUpdate(ctx, list, "n", "name", "active")
	require.NoError(t, err)
	require.EqualValues(t, len(list), n)
	require.EqualValues(t, len(list)-1, count(t, ctx, parts.Filter("n__lt", 0)))
	require.NoError(t, parts.OnConflict("pk").Update("n").BulkCreate(ctx, list))
	require.EqualValues(t, len(list), count(t, ctx, parts))
}

// D24: what a row costs.
func TestUnlikeGORMBulkCreateAllocatesLess(t *testing.T) {
	onlyOpened(t, "arrays of pgx's own")
	ctx, db, parts := parts(t)
	batch := func() []*piece {
		list := make([]*piece, 1_000)
		for i := range list {
			list[i] = &piece{Name: "x", N: i, Active: true}
		}
		return list
	}
	theirs := testing.AllocsPerRun(3, func() {
		require.NoError(t, db.Session(&gorm.Session{SkipHooks: true}).CreateInBatches(batch(), 1_000).Error)
	})
	ours := testing.AllocsPerRun(3, func() { require.NoError(t, parts.BulkCreate(ctx, batch())) })
	t.Logf("%.0f allocations for 1,000 rows, GORM %.0f", ours, theirs)
	require.Less(t, ours, theirs)
}
