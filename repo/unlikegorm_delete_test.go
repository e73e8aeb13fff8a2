package repo_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/repo"
)

// Each test shows a trap of plain GORM, and what repositories do instead.

// Soft delete is not applied in joins written by hand.
func TestUnlikeGORMJoinsLeaveOutDeletedRows(t *testing.T) {
	t.Parallel()
	ctx, db, docs := documents(t)
	a := &document{Name: "a"}
	require.NoError(t, docs.Create(ctx, a))
	sheets := repo.New[sheet](db)
	require.NoError(t, sheets.Create(ctx, &sheet{Document: a}))
	_, err := docs.Delete(ctx, a)
	require.NoError(t, err)

	var n int64
	require.NoError(t, db.Model(&sheet{}).Joins("JOIN documents ON documents.id = sheets.document_id").Where("documents.name = ?", "a").Count(&n).Error)
	require.EqualValues(t, 1, n, "plain GORM finds the sheet of a deleted document")
	require.NoError(t, db.Table("documents").Where("name = ?", "a").Count(&n).Error)
	require.EqualValues(t, 1, n, "and the document itself, by its table")

	require.Zero(t, count(t, ctx, sheets.Filter("document__name", "a")))
	require.Zero(t, count(t, ctx, docs.Filter("name", "a")))
	require.EqualValues(t, 1, count(t, ctx, docs.WithDeleted().Filter("name", "a")))
	require.EqualValues(t, 1, count(t, ctx, docs.OnlyDeleted().Filter("pages__document_id", a.ID)))
	got, err := sheets.SelectRelated("document").Get(ctx)
	require.NoError(t, err)
	require.Nil(t, got.Document)
}

// A delete or save of a row that is gone is no error.
func TestUnlikeGORMWriteOfNoRowIsAnError(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	gone := &Tag{AutoKey: key(999), Name: "x"}
	res := l.db.Delete(gone)
	require.NoError(t, res.Error, "plain GORM")
	require.Zero(t, res.RowsAffected)
	require.NoError(t, l.db.Model(gone).Update("name", "y").Error)

	_, err := l.tags.Delete(ctx, gone)
	require.ErrorIs(t, err, repo.ErrDoesNotExist)
	require.ErrorIs(t, l.tags.Save(ctx, gone, "name"), repo.ErrDoesNotExist)
	d, err := l.tags.Filter("pk", 999).Delete(ctx)
	require.NoError(t, err, "rows are counted")
	require.Zero(t, d.Total)
}

// A condition that vanishes deletes the whole table.
func TestUnlikeGORMDeleteOfAllRowsIsExplicit(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	l.author(t, "Ann")
	wanted := Author{} // its name was to come from a request
	all := l.db.Session(&gorm.Session{AllowGlobalUpdate: true})
	require.ErrorIs(t, all.Transaction(func(tx *gorm.DB) error {
		res := tx.Where(&wanted).Delete(&Author{})
		require.NoError(t, res.Error)
		require.EqualValues(t, 1, res.RowsAffected, "plain GORM deletes every author")
		return gorm.ErrInvalidTransaction
	}), gorm.ErrInvalidTransaction)
	require.EqualValues(t, 1, count(t, ctx, l.authors))

	authors := repo.New[Author](all)
	for name, qs := range map[string]*repo.QuerySet[Author]{
		"no condition": authors, "an empty list": authors.Exclude("id__in", []int64{}), "nothing to say": authors.Where(repo.Cond[Author]{}),
	} {
		_, err := qs.Delete(ctx)
		require.ErrorIs(t, err, gorm.ErrMissingWhereClause, name)
		_, err = qs.HardDelete(ctx)
		require.ErrorIs(t, err, gorm.ErrMissingWhereClause, name)
	}
	d, err := authors.Filter("name", wanted.Name).Delete(ctx)
	require.NoError(t, err)
	require.Zero(t, d.Total, "an empty name is a name")
	_, err = authors.Delete(ctx, &wanted)
	require.ErrorIs(t, err, repo.ErrNoKey)
	d, err = authors.AllRows().Delete(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 1, d.Total)
}
