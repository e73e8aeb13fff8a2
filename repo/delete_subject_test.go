package repo_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/repo"
)

// Delete and its kin are about the objects that they are given, or about rows
// that a condition chose: an empty list never means all rows, and a condition
// never goes unheeded.
func TestDeleteIsAboutObjectsOrChosenRows(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	require.NoError(t, l.tags.Create(ctx, &Tag{Name: "a"}, &Tag{Name: "b"}))
	long := l.tags.Filter("name__gt", "")
	manager := l.tags.Scoped(func(q *repo.QuerySet[Tag]) *repo.QuerySet[Tag] { return q.Filter("name__gt", "") })
	var empty []*Tag
	for name, verb := range map[string]func(*repo.QuerySet[Tag], ...*Tag) error{
		"Delete":     func(qs *repo.QuerySet[Tag], objs ...*Tag) error { _, err := qs.Delete(ctx, objs...); return err },
		"HardDelete": func(qs *repo.QuerySet[Tag], objs ...*Tag) error { _, err := qs.HardDelete(ctx, objs...); return err },
		"Restore":    func(qs *repo.QuerySet[Tag], objs ...*Tag) error { _, err := qs.Restore(ctx, objs...); return err },
	} {
		for what, qs := range map[string]*repo.QuerySet[Tag]{"repository": l.tags, "scoped": manager, "configured": l.tags.KeepTimes()} {
			require.ErrorIs(t, verb(qs), gorm.ErrMissingWhereClause, name+" of a "+what)
			require.ErrorIs(t, verb(qs, empty...), gorm.ErrMissingWhereClause, name+" of a "+what+" with a nil list")
		}
		var bad *repo.FieldError
		err := verb(long, &Tag{Name: "c"})
		require.ErrorAs(t, err, &bad, name)
		require.Contains(t, err.Error(), name+" of objects ignores the calls before it (call it on the repository)")
		require.ErrorIs(t, verb(nil), repo.ErrUnbound)
	}
	d, err := l.tags.Delete(ctx, []*Tag{}...)
	require.NoError(t, err)
	require.Zero(t, d.Total, "an empty list is no object")
	require.EqualValues(t, 2, count(t, ctx, l.tags))

	d, err = manager.Filter("name", "a").Delete(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 1, d.Total)
	b, err := l.tags.Get(ctx)
	require.NoError(t, err)
	d, err = manager.Delete(ctx, b)
	require.NoError(t, err)
	require.EqualValues(t, 1, d.Total)
}

// A RelatedManager ends ties; the verbs that would forget them are refused,
// also behind calls of the chain.
func TestRelatedManagerRefusesVerbsWithoutTie(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	book := l.book(t, "Go", l.author(t, "Ann"))
	tags := repo.RelatedByName[Tag](l.books, book, "tags")
	require.NoError(t, tags.Create(ctx, &Tag{Name: "kept"}))
	refused := func(err error, text string) {
		t.Helper()
		var bad *repo.FieldError
		require.ErrorAs(t, err, &bad)
		require.Contains(t, err.Error(), text)
	}
	_, err := tags.Delete(ctx)
	refused(err, "Delete is not a verb of a RelatedManager")
	_, err = tags.HardDelete(ctx, &Tag{})
	refused(err, "HardDelete is not a verb of a RelatedManager")
	_, err = tags.Restore(ctx)
	refused(err, "Restore is not a verb of a RelatedManager")
	tag := &Tag{Name: "untied"}
	refused(tags.BulkCreate(ctx, []*Tag{tag}), "BulkCreate would not set the owner of its objects, which a RelatedManager needs")
	refused(tags.Filter("name", "x").Create(ctx, tag), "Create would not set the owner of its objects, which a RelatedManager needs")
	refused(tags.OnConflict("name").Ignore().Create(ctx, tag), "OnConflict would not set")
	require.EqualValues(t, 1, count(t, ctx, l.tags))
	d, err := tags.Filter("name", "kept").Delete(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 2, d.Total, "the tag and its link")
}
