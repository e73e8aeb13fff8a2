package repo_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/txutil"
)

// sBin is marked with what lies in it.
type sBin struct {
	models.AutoKey
	models.SoftDelete
	models.Versioned
	Name string
	InID *int64
	In   *sBin
	Tags []sTag `gorm:"many2many:s_bin_tags"`
}

func (sBin) Meta() models.Meta { return cascading("in") }

type sTag struct{ models.AutoKey }

// sPaper is marked too, sNail has no mark, sLease refuses, sView lets go.
type sPaper struct {
	models.AutoKey
	models.SoftDelete
	models.Versioned
	BinID int64
	Bin   *sBin
}

func (sPaper) Meta() models.Meta { return cascading("bin") }

type sNail struct {
	models.AutoKey
	BinID int64
	Bin   *sBin
}

func (sNail) Meta() models.Meta { return cascading("bin") }

type sLease struct {
	models.AutoKey
	models.SoftDelete
	BinID   *int64
	Bin     *sBin
	PaperID *int64
	Paper   *sPaper
}

func (sLease) Meta() models.Meta {
	return models.Meta{Relations: map[string]models.RelationOptions{"bin": {OnDelete: models.Restrict}, "paper": {OnDelete: models.Protect}}}
}

type sView struct {
	models.AutoKey
	BinID *int64
	Bin   *sBin
}

func (sView) Meta() models.Meta {
	return models.Meta{Relations: map[string]models.RelationOptions{"bin": {OnDelete: models.SetNull}}}
}

type bins struct {
	ctx    context.Context
	db     *gorm.DB
	bins   *repo.Repository[sBin]
	papers *repo.Repository[sPaper]
	leases *repo.Repository[sLease]
	top    *sBin
	inner  *sBin
}

// fillBins is a bin in a bin, each with a paper; the paper of the outer one was
// deleted before there were others.
func fillBins(t *testing.T) *bins {
	db := openDB(t, &sBin{}, &sTag{}, &sPaper{}, &sNail{}, &sLease{}, &sView{})
	b := &bins{context.Background(), db, repo.New[sBin](db), repo.New[sPaper](db), repo.New[sLease](db), &sBin{Name: "top"}, &sBin{Name: "inner"}}
	require.NoError(t, b.bins.Create(b.ctx, b.top))
	b.inner.InID = &b.top.ID
	require.NoError(t, b.bins.Create(b.ctx, b.inner))
	old := &sPaper{BinID: b.top.ID}
	require.NoError(t, b.papers.Create(b.ctx, old))
	_, err := b.papers.Delete(b.ctx, old)
	require.NoError(t, err)
	time.Sleep(time.Millisecond)
	require.NoError(t, b.papers.Create(b.ctx, &sPaper{BinID: b.top.ID}, &sPaper{BinID: b.inner.ID}))
	require.NoError(t, repo.New[sNail](db).Create(b.ctx, &sNail{BinID: b.inner.ID}))
	require.NoError(t, repo.New[sView](db).Create(b.ctx, &sView{BinID: &b.top.ID}))
	require.NoError(t, db.Model(b.top).Association("Tags").Append(&sTag{}))
	return b
}

func (b *bins) live(t *testing.T, nBins, nPapers int) {
	t.Helper()
	require.EqualValues(t, nBins, count(t, b.ctx, b.bins))
	require.EqualValues(t, nPapers, count(t, b.ctx, b.papers))
	for _, table := range []string{"s_nails", "s_views WHERE bin_id IS NOT NULL", "s_bin_tags"} {
		var n int64
		require.NoError(t, b.db.Raw("SELECT count(*) FROM "+table).Scan(&n).Error)
		require.EqualValues(t, 1, n, table)
	}
}

// The mark goes down to what has a mark, with one time; Restore brings back
// what it took along and no more.
func TestSoftDeleteGoesAlong(t *testing.T) {
	t.Parallel()
	for name, asRows := range map[string]bool{"objects": false, "rows": true} {
		b := fillBins(t)
		was := *b.top
		var d repo.Deleted
		var back repo.Restored
		var err error
		if asRows {
			d, err = b.bins.Filter("name", "top").Delete(b.ctx)
		} else {
			d, err = b.bins.Delete(b.ctx, b.top)
		}
		require.NoError(t, err, name)
		require.Equal(t, repo.Deleted{Total: 4, By: map[string]int64{"sBin": 2, "sPaper": 2}}, d, name)
		b.live(t, 0, 0)
		var times int64
		require.NoError(t, b.db.Raw("SELECT count(*) FROM (SELECT deleted_at FROM s_bins UNION SELECT deleted_at FROM s_papers) t").Scan(&times).Error)
		require.EqualValues(t, 2, times, "one of this delete, one of the paper before")
		if asRows {
			back, err = b.bins.Filter("name", "top").Restore(b.ctx)
		} else {
			require.True(t, b.top.DeletedAt.Valid)
			require.Equal(t, was.ID, b.top.ID, "the row is there still")
			require.Equal(t, was.LockVersion+1, b.top.LockVersion)
			stored, err := b.bins.WithDeleted().Filter("pk", was.ID).Get(b.ctx)
			require.NoError(t, err)
			require.True(t, stored.DeletedAt.Time.Equal(b.top.DeletedAt.Time))
			stale := was
			_, err = b.bins.Restore(b.ctx, &stale)
			require.ErrorIs(t, err, repo.ErrStaleObject)
			back, err = b.bins.Restore(b.ctx, b.top)
			require.NoError(t, err)
			require.False(t, b.top.DeletedAt.Valid)
			require.NoError(t, b.bins.Save(b.ctx, b.top), "the version is the row's")
		}
		require.NoError(t, err, name)
		require.Equal(t, repo.Restored{Total: 4, By: map[string]int64{"sBin": 2, "sPaper": 2}}, back, name)
		b.live(t, 2, 2)
		var version int64
		require.NoError(t, b.db.Raw("SELECT min(lock_version) FROM s_papers WHERE deleted_at IS NULL").Scan(&version).Error)
		require.EqualValues(t, 3, version, "who holds such a paper has to read it again")
	}
}

// Live rows refuse, marked ones do not; a mark that is there is not set again.
func TestSoftDeleteRefuses(t *testing.T) {
	t.Parallel()
	b := fillBins(t)
	lease := &sLease{BinID: &b.inner.ID}
	require.NoError(t, b.leases.Create(b.ctx, lease))
	was := *b.top
	_, err := b.bins.Delete(b.ctx, b.top)
	var restricted *repo.RestrictedError
	require.ErrorAs(t, err, &restricted)
	require.Equal(t, was, *b.top)
	paper, err := b.papers.First(b.ctx)
	require.NoError(t, err)
	require.NoError(t, b.db.Model(lease).Update("paper_id", paper.ID).Error)
	_, err = b.bins.Delete(b.ctx, b.top)
	var protected *repo.ProtectedError
	require.ErrorAs(t, err, &protected)
	_, err = b.leases.Delete(b.ctx, lease)
	require.NoError(t, err)
	_, err = b.bins.Delete(b.ctx, b.top)
	require.NoError(t, err)
	_, err = b.bins.Delete(b.ctx, b.top)
	require.ErrorIs(t, err, repo.ErrStaleObject)
	_, err = b.bins.HardDelete(b.ctx, b.top)
	require.ErrorAs(t, err, &protected, "a hidden row holds its foreign key as well")
	require.Equal(t, []repo.Holder{{Model: "sLease", Key: lease.ID, Relation: "sLease.paper"}}, protected.Holders)
}

// HardDelete removes marked and live rows, and what refers to them.
func TestHardDelete(t *testing.T) {
	t.Parallel()
	b := fillBins(t)
	_, err := b.bins.Delete(b.ctx, b.inner)
	require.NoError(t, err)
	d, err := b.bins.OnlyDeleted().AllRows().HardDelete(b.ctx)
	require.NoError(t, err)
	require.Equal(t, map[string]int64{"sBin": 1, "sPaper": 1, "sNail": 1}, d.By)
	d, err = b.bins.HardDelete(b.ctx, b.top)
	require.NoError(t, err)
	require.Equal(t, map[string]int64{"sBin": 1, "sPaper": 2, "s_bin_tags": 1}, d.By)
	require.Zero(t, b.top.ID)
	views, err := repo.New[sView](b.db).Get(b.ctx)
	require.NoError(t, err)
	require.Nil(t, views.BinID)
	_, err = b.bins.HardDelete(b.ctx)
	require.ErrorIs(t, err, gorm.ErrMissingWhereClause)
}

func TestRestore(t *testing.T) {
	t.Parallel()
	b := fillBins(t)
	_, err := b.bins.Restore(b.ctx)
	require.ErrorIs(t, err, gorm.ErrMissingWhereClause)
	_, err = b.bins.Limit(1).Restore(b.ctx)
	require.ErrorIs(t, err, repo.ErrSliced)
	_, err = repo.New[sNail](b.db).AllRows().Restore(b.ctx)
	require.ErrorContains(t, err, "repo: sNail: the model has no soft delete")
	_, err = repo.New[sNail](b.db).Restore(b.ctx, &sNail{})
	require.ErrorContains(t, err, "no soft delete")
	_, err = b.bins.Restore(b.ctx, &sBin{})
	require.ErrorIs(t, err, repo.ErrNoKey)
	_, err = b.bins.Restore(b.ctx, &sBin{AutoKey: key(999)})
	require.ErrorIs(t, err, repo.ErrDoesNotExist)
	back, err := b.bins.Restore(b.ctx, b.top)
	require.NoError(t, err)
	require.Zero(t, back.Total, "it is live")

	// A leaf is one statement; a block that rolls back takes the objects' fields
	// along.
	_, err = b.leases.AllRows().Delete(b.ctx)
	require.NoError(t, err)
	lease := &sLease{}
	require.NoError(t, b.leases.Create(b.ctx, lease))
	require.Len(t, sentBy(b.db, func(db *gorm.DB) {
		_, err := repo.New[sLease](db).Delete(b.ctx, lease)
		require.NoError(t, err)
		back, err := repo.New[sLease](db).AllRows().Restore(b.ctx)
		require.NoError(t, err)
		require.EqualValues(t, 1, back.Total)
	}), 2)
	_, err = b.leases.Delete(b.ctx, lease)
	require.ErrorIs(t, err, nil)
	at := lease.DeletedAt
	require.Error(t, txutil.Atomic(b.ctx, b.db, func(ctx context.Context) error {
		_, err := b.leases.Restore(ctx, lease)
		require.NoError(t, err)
		require.False(t, lease.DeletedAt.Valid)
		return gorm.ErrInvalidData
	}))
	require.Equal(t, at, lease.DeletedAt)
}
