package repo_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/txutil"
)

// hookedRow writes down which hooks ran and what they saw.
type hookedRow struct {
	ID      int64 `gorm:"primaryKey"`
	Name    string
	Slug    string
	OwnerID *int64
	Owner   *hookedRow
	Fail    string   `gorm:"-"`
	Calls   []string `gorm:"-"`
}

type hookLog struct {
	ID   int64 `gorm:"primaryKey"`
	Text string
}

func (h *hookedRow) note(tx *gorm.DB, name string) error {
	h.Calls = append(h.Calls, name)
	if h.Fail == name {
		return errors.New(name + " refuses")
	}
	if tx.Statement.Schema == nil || tx.Statement.Dest != any(h) || tx.Statement.Model != any(h) || !tx.Statement.ReflectValue.CanAddr() {
		return errors.New(name + " sees another statement")
	}
	return tx.Create(&hookLog{Text: name}).Error
}

func (h *hookedRow) BeforeSave(tx *gorm.DB) error {
	tx.Statement.SetColumn("Slug", "slug of "+h.Name)
	return h.note(tx, "BeforeSave")
}
func (h *hookedRow) BeforeCreate(tx *gorm.DB) error { return h.note(tx, "BeforeCreate") }
func (h *hookedRow) AfterCreate(tx *gorm.DB) error {
	if h.ID == 0 {
		return errors.New("no key after the insert")
	}
	return h.note(tx, "AfterCreate")
}
func (h *hookedRow) BeforeUpdate(tx *gorm.DB) error { return h.note(tx, "BeforeUpdate") }
func (h *hookedRow) AfterUpdate(tx *gorm.DB) error  { return h.note(tx, "AfterUpdate") }
func (h *hookedRow) AfterSave(tx *gorm.DB) error    { return h.note(tx, "AfterSave") }
func (h *hookedRow) BeforeDelete(tx *gorm.DB) error { return h.note(tx, "BeforeDelete") }
func (h *hookedRow) AfterDelete(tx *gorm.DB) error  { return h.note(tx, "AfterDelete") }
func (h *hookedRow) AfterFind(tx *gorm.DB) error {
	h.Calls = append(h.Calls, "AfterFind")
	return nil
}

// The hooks run in GORM's order, on the object, in the write's transaction.
func TestHooksRunAsGORMs(t *testing.T) {
	t.Parallel()
	ctx, _ := setup(t)
	db := openDB(t, &hookedRow{}, &hookLog{})
	rows := repo.New[hookedRow](db)

	ours, gorms := &hookedRow{Name: "a"}, &hookedRow{Name: "a"}
	step := func(name string, mine, theirs func() error) {
		ours.Calls, gorms.Calls = nil, nil
		require.NoError(t, theirs(), name)
		require.NoError(t, mine(), name)
		require.Equal(t, gorms.Calls, ours.Calls, name)
		require.NotEmpty(t, ours.Calls, name)
		require.Equal(t, gorms.Slug, ours.Slug, name)
	}
	step("create", func() error { return rows.Create(ctx, ours) }, func() error { return db.Create(gorms).Error })
	ours.Name, gorms.Name = "b", "b"
	step("save", func() error { return rows.Save(ctx, ours) }, func() error { return db.Save(gorms).Error })
	require.Equal(t, "slug of b", ours.Slug)
	got, err := rows.ByPK(ctx, ours.ID)
	require.NoError(t, err)
	require.Equal(t, "slug of b", got.Slug, "what a hook sets is written")
	require.Equal(t, []string{"AfterFind"}, got.Calls)
	step("delete", func() error { _, err := rows.Delete(ctx, ours); return err }, func() error { return db.Delete(gorms).Error })
}

// What a hook refuses, and what its own statements did, is rolled back.
func TestHooksShareTheTransaction(t *testing.T) {
	t.Parallel()
	ctx, _ := setup(t)
	db := openDB(t, &hookedRow{}, &hookLog{})
	rows, logs := repo.New[hookedRow](db), repo.New[hookLog](db)
	for _, name := range []string{"BeforeSave", "BeforeCreate", "AfterCreate", "AfterSave"} {
		err := rows.Create(ctx, &hookedRow{Name: "x", Fail: name})
		require.EqualError(t, err, name+" refuses")
	}
	require.Zero(t, count(t, ctx, rows))
	require.Zero(t, count(t, ctx, logs))

	h := &hookedRow{Name: "x"}
	require.NoError(t, rows.Create(ctx, h))
	before := count(t, ctx, logs)
	h.Name, h.Fail = "y", "AfterUpdate"
	require.Error(t, rows.Save(ctx, h))
	h.Fail = "AfterDelete"
	_, err := rows.Delete(ctx, h)
	require.Error(t, err)
	require.Equal(t, before, count(t, ctx, logs))
	got, err := rows.ByPK(ctx, h.ID)
	require.NoError(t, err)
	require.Equal(t, "x", got.Name)
}

// Rows that are changed without being loaded have no hooks, as in Django.
func TestHooksOfRowsNotLoaded(t *testing.T) {
	t.Parallel()
	ctx, _ := setup(t)
	db := openDB(t, &hookedRow{}, &hookLog{})
	rows, logs := repo.New[hookedRow](db), repo.New[hookLog](db)
	require.NoError(t, rows.BulkCreate(ctx, []*hookedRow{{Name: "a"}, {Name: "b"}}))
	_, err := rows.Filter("name", "a").Update(ctx, rows.Set("name", "c"))
	require.NoError(t, err)
	_, err = rows.AllRows().Delete(ctx)
	require.NoError(t, err)
	require.Zero(t, count(t, ctx, logs))
}

func TestAfterFindOfRelated(t *testing.T) {
	t.Parallel()
	ctx, _ := setup(t)
	db := openDB(t, &hookedRow{}, &hookLog{})
	rows := repo.New[hookedRow](db)
	owner := &hookedRow{Name: "owner"}
	require.NoError(t, rows.Create(ctx, owner))
	require.NoError(t, rows.Create(ctx, &hookedRow{Name: "x", Owner: owner}))
	for _, qs := range []*repo.QuerySet[hookedRow]{rows.SelectRelated("owner"), rows.PrefetchRelated("owner")} {
		got, err := qs.Filter("name", "x").Get(ctx)
		require.NoError(t, err)
		require.Equal(t, []string{"AfterFind"}, got.Calls)
		require.Equal(t, []string{"AfterFind"}, got.Owner.Calls)
	}
	require.NoError(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
		for r, err := range rows.Iter(ctx) {
			require.NoError(t, err)
			require.Equal(t, []string{"AfterFind"}, r.Calls)
		}
		return nil
	}))
}
