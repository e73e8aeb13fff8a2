package repo_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/txutil"
)

type document struct {
	models.UUIDKey
	models.Timestamps
	models.SoftDelete
	models.Versioned
	Name  string `gorm:"not null;unique"`
	Pages []sheet
}

type sheet struct {
	models.UUIDKey
	models.Timestamps
	DocumentID uuid.UUID `gorm:"type:uuid;not null"`
	Document   *document
	Text       string
}

func documents(t *testing.T) (context.Context, *gorm.DB, *repo.Repository[document]) {
	t.Helper()
	db := openDB(t, &document{}, &sheet{})
	return context.Background(), db, repo.New[document](db)
}

func TestUUIDKey(t *testing.T) {
	t.Parallel()
	ctx, db, docs := documents(t)
	a := &document{Name: "a"}
	require.NoError(t, docs.Create(ctx, a))
	require.Equal(t, uuid.Version(7), a.ID.Version())
	many := []*document{{Name: "b"}, {Name: "c"}}
	require.NoError(t, docs.BulkCreate(ctx, many))
	require.NotEqual(t, uuid.Nil, many[1].ID)
	own := uuid.New()
	require.NoError(t, docs.Create(ctx, &document{UUIDKey: models.UUIDKey{ID: own}, Name: "d"}))
	got, err := docs.ByPK(ctx, own)
	require.NoError(t, err)
	require.Equal(t, "d", got.Name)
	got, err = docs.ByPK(ctx, own.String())
	require.NoError(t, err, "the text form does")
	require.Equal(t, own, got.ID)

	if *plain {
		return // its own calls have no callback of ours
	}
	// Plain GORM, alone and in slices, and a child that comes along.
	plain := document{Name: "e", Pages: []sheet{{Text: "x"}}}
	require.NoError(t, db.Create(&plain).Error)
	require.Equal(t, uuid.Version(7), plain.ID.Version())
	require.Equal(t, plain.ID, plain.Pages[0].DocumentID)
	require.NotEqual(t, uuid.Nil, plain.Pages[0].ID)
	require.EqualValues(t, 1, plain.LockVersion)
	batch := []*document{{Name: "f"}, {Name: "g"}}
	require.NoError(t, db.Create(&batch).Error)
	require.NotEqual(t, batch[0].ID, batch[1].ID)
	values := []document{{Name: "h"}, {Name: "i"}}
	require.NoError(t, db.Create(values).Error)
	require.NotEqual(t, uuid.Nil, values[1].ID)
	require.NoError(t, db.Model(&document{}).Create(map[string]any{"id": uuid.New(), "name": "j", "created_at": time.Now(), "updated_at": time.Now(), "lock_version": 1}).Error)

	p, err := repo.New[sheet](db).Filter("document__name", "e").SelectRelated("document").Get(ctx)
	require.NoError(t, err)
	require.Equal(t, plain.ID, p.Document.ID)
	d, err := docs.PrefetchRelated("pages").Filter("name", "e").Get(ctx)
	require.NoError(t, err)
	require.Len(t, d.Pages, 1)
}

func TestTimestamps(t *testing.T) {
	t.Parallel()
	ctx, _, docs := documents(t)
	a := &document{Name: "a"}
	require.NoError(t, docs.Create(ctx, a))
	require.WithinDuration(t, time.Now(), a.CreatedAt, time.Minute)
	require.Equal(t, a.CreatedAt, a.UpdatedAt)
	made := a.CreatedAt
	time.Sleep(2 * time.Millisecond)
	require.NoError(t, docs.Save(ctx, a))
	require.True(t, a.UpdatedAt.After(made))
	require.Equal(t, made, a.CreatedAt)
	saved := a.UpdatedAt
	_, err := docs.Filter("pk", a.ID).Update(ctx, docs.Set("name", "b"))
	require.NoError(t, err)
	require.NoError(t, docs.Refresh(ctx, a))
	require.Equal(t, saved, a.UpdatedAt, "an update of rows leaves it")
}

func TestVersioned(t *testing.T) {
	t.Parallel()
	ctx, _, docs := documents(t)
	a := &document{Name: "a"}
	require.NoError(t, docs.Create(ctx, a))
	require.EqualValues(t, 1, a.LockVersion)
	other, err := docs.ByPK(ctx, a.ID)
	require.NoError(t, err)
	a.Name = "mine"
	require.NoError(t, docs.Save(ctx, a))
	require.EqualValues(t, 2, a.LockVersion)
	require.NoError(t, docs.Save(ctx, a, "name"), "a named save raises it too")
	require.EqualValues(t, 3, a.LockVersion)

	other.Name = "theirs"
	err = docs.Save(ctx, other)
	require.ErrorIs(t, err, repo.ErrStaleObject)
	require.NotErrorIs(t, err, repo.ErrDoesNotExist)
	require.EqualError(t, err, "repo: document was changed since it was read (refresh it and try again)")
	require.EqualValues(t, 1, other.LockVersion, "the object stays as it was")
	_, err = docs.Delete(ctx, other)
	require.ErrorIs(t, err, repo.ErrStaleObject)
	require.False(t, other.DeletedAt.Valid)

	require.NoError(t, docs.Refresh(ctx, other))
	require.Equal(t, "mine", other.Name)
	_, err = docs.Delete(ctx, other)
	require.NoError(t, err)
	require.True(t, other.DeletedAt.Valid)
	err = docs.Save(ctx, &document{UUIDKey: models.UUIDKey{ID: uuid.New()}, Name: "x"})
	require.ErrorIs(t, err, repo.ErrDoesNotExist, "no row at all")
}

// Of many who save the same version, one wins.
func TestVersionedRace(t *testing.T) {
	t.Parallel()
	ctx, _, docs := documents(t)
	a := &document{Name: "a"}
	require.NoError(t, docs.Create(ctx, a))
	var (
		wg   sync.WaitGroup
		mu   sync.Mutex
		wins int
	)
	for range 12 {
		mine := *a
		wg.Add(1)
		go func() {
			defer wg.Done()
			err := docs.Save(ctx, &mine)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				wins++
			} else if !errors.Is(err, repo.ErrStaleObject) {
				t.Error(err)
			}
		}()
	}
	wg.Wait()
	require.Equal(t, 1, wins)
}

// What a write filled in is put back when it comes to nothing.
func TestFilledFieldsArePutBack(t *testing.T) {
	t.Parallel()
	ctx, db, docs := documents(t)
	kept := &document{Name: "kept"}
	require.NoError(t, docs.Create(ctx, kept))
	was := *kept
	stop := errors.New("stop")
	made, bulk := &document{Name: "made"}, &document{Name: "bulk"}
	blank, blankBulk := *made, *bulk
	err := txutil.Atomic(ctx, db, func(ctx context.Context) error {
		require.NoError(t, docs.Create(ctx, made))
		require.NoError(t, docs.BulkCreate(ctx, []*document{bulk}))
		require.NoError(t, docs.Save(ctx, kept))
		require.NotEqual(t, uuid.Nil, made.ID)
		require.EqualValues(t, 2, kept.LockVersion)
		return stop
	})
	require.ErrorIs(t, err, stop)
	require.Equal(t, blank, *made)
	require.Equal(t, blankBulk, *bulk)
	require.Equal(t, was, *kept)
	require.NoError(t, docs.Save(ctx, made), "so that it can be saved once more")

	// A failed statement alone, and a savepoint that rolled back inside a block
	// that went on.
	double := &document{Name: "kept"}
	require.Error(t, docs.Create(ctx, double))
	require.Equal(t, document{Name: "kept"}, *double)
	require.Error(t, docs.BulkCreate(ctx, []*document{double}))
	require.Equal(t, document{Name: "kept"}, *double)
	inner := &document{Name: "inner"}
	require.NoError(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
		require.ErrorIs(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
			require.NoError(t, docs.Create(ctx, inner))
			return stop
		}), stop)
		require.Equal(t, document{Name: "inner"}, *inner)
		return docs.Create(ctx, inner)
	}))
	require.NotEqual(t, uuid.Nil, inner.ID)
}

func TestSoftDelete(t *testing.T) {
	t.Parallel()
	ctx, db, docs := documents(t)
	a := &document{Name: "a", Pages: nil}
	require.NoError(t, docs.Create(ctx, a))
	sheets := repo.New[sheet](db)
	require.NoError(t, sheets.Create(ctx, &sheet{Document: a, Text: "x"}))
	_, err := docs.Delete(ctx, a)
	require.NoError(t, err)
	exists, err := docs.Filter("name", "a").Exists(ctx)
	require.NoError(t, err)
	require.False(t, exists)

	// Joins and prefetches leave it out; the child's own row stays.
	n, err := sheets.Filter("document__name", "a").Count(ctx)
	require.NoError(t, err)
	require.Zero(t, n)
	for _, qs := range []*repo.QuerySet[sheet]{sheets.SelectRelated("document"), sheets.PrefetchRelated("document")} {
		s, err := qs.Get(ctx)
		require.NoError(t, err)
		require.Nil(t, s.Document)
		require.Equal(t, a.ID, s.DocumentID)
	}
	var gorms int64
	require.NoError(t, db.Unscoped().Model(&document{}).Count(&gorms).Error)
	require.EqualValues(t, 1, gorms)
}
