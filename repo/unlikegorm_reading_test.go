package repo_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/repo"
)

// Each test shows a trap of plain GORM, and what repositories do instead.

// readers are three pieces: a with 1, b with 2, c with 3.
func readers(t *testing.T, db *gorm.DB, parts *repo.Repository[piece]) {
	t.Helper()
	require.NoError(t, parts.Create(t.Context(), &piece{Name: "a", N: 1}, &piece{Name: "b", N: 2}, &piece{Name: "c", N: 3}))
}

func named(list []piece) (out string) {
	for _, p := range list {
		out += p.Name
	}
	return out
}

// A5: a *gorm.DB that is used twice carries the conditions of the first use.
func TestUnlikeGORMConditionsDoNotLeak(t *testing.T) {
	t.Parallel()
	ctx, db, parts := parts(t)
	readers(t, db, parts)
	var first, second []piece
	q := db.Where("n > ?", 1)
	require.NoError(t, q.Where("name = ?", "b").Find(&first).Error)
	require.NoError(t, q.Order("id").Find(&second).Error)
	require.Equal(t, "b", named(second), "the trap: b and c were asked for")

	qs := parts.Filter("n__gt", 1)
	require.EqualValues(t, 1, count(t, ctx, qs.Filter("name", "b")))
	require.Equal(t, []string{"b", "c"}, texts(t, qs.OrderBy("id"), "name"))
}

// A6: OR takes in what stands before it.
func TestUnlikeGORMOrHasParentheses(t *testing.T) {
	t.Parallel()
	_, db, parts := parts(t)
	readers(t, db, parts)
	var found []piece
	require.NoError(t, db.Where("n < ?", 3).Where("name = ?", "a").Or("name = ?", "c").Order("id").Find(&found).Error)
	require.Equal(t, "ac", named(found), "the trap: c is not below 3")
	found = nil
	scope := func(d *gorm.DB) *gorm.DB { return d.Where(d.Where("name = ?", "a").Or("name = ?", "c")) }
	require.NoError(t, scope(db.Where("n < ?", 3)).Order("id").Find(&found).Error)
	require.Equal(t, "ac", named(found), "the trap: in a scope's parentheses too")

	ours := func(qs *repo.QuerySet[piece]) *repo.QuerySet[piece] {
		return qs.Where(parts.Q("name", "a").Or(parts.Q("name", "c")))
	}
	require.Equal(t, []string{"a"}, texts(t, ours(parts.Filter("n__lt", 3)), "name"))
	require.Equal(t, []string{"a"}, texts(t, parts.Scopes(ours).Filter("n__lt", 3), "name"))
}

// A9: not in nothing is nothing.
func TestUnlikeGORMNotInNothingIsAll(t *testing.T) {
	t.Parallel()
	ctx, db, parts := parts(t)
	readers(t, db, parts)
	var n int64
	require.NoError(t, db.Model(&piece{}).Where("name NOT IN ?", []string{}).Count(&n).Error)
	require.Zero(t, n, "the trap: NOT IN (NULL)")
	require.NoError(t, db.Model(&piece{}).Where("name IN ?", []string{}).Count(&n).Error)
	require.Zero(t, n)

	require.EqualValues(t, 3, count(t, ctx, parts.Exclude("name__in", []string{})))
	require.Empty(t, sentBy(db, func(db *gorm.DB) {
		list, err := repo.New[piece](db).Filter("name__in", []string{}).All(ctx)
		require.NoError(t, err)
		require.Empty(t, list)
	}), "in nothing is known without asking")
}

// A10: FindInBatches goes on behind the last key, whatever the order.
func TestUnlikeGORMBatchesFollowTheOrder(t *testing.T) {
	t.Parallel()
	ctx, db, parts := parts(t)
	readers(t, db, parts)
	var batch []piece
	seen := ""
	require.NoError(t, db.Order("n DESC").FindInBatches(&batch, 2, func(*gorm.DB, int) error {
		seen += named(batch)
		return nil
	}).Error)
	require.NotEqual(t, "cba", seen, "the trap")

	ours := ""
	for p, err := range parts.OrderBy("-n").Iter(ctx) {
		require.NoError(t, err)
		ours += p.Name
	}
	require.Equal(t, "cba", ours)
	ours = ""
	for cursor, more := "", true; more; {
		page, err := repo.PaginateAfter(ctx, parts.OrderBy("-n"), cursor, 2)
		require.NoError(t, err)
		for _, p := range page.Items {
			ours += p.Name
		}
		cursor, more = page.Next, page.HasNext()
	}
	require.Equal(t, "cba", ours)
}

// B12: text where a key is expected is SQL.
func TestUnlikeGORMTextIsNeverSQL(t *testing.T) {
	t.Parallel()
	ctx, db, parts := parts(t)
	readers(t, db, parts)
	fromARequest := "1 = 1"
	var found []piece
	require.NoError(t, db.Find(&found, fromARequest).Error)
	require.Len(t, found, 3, "the trap")

	_, err := parts.ByPK(ctx, fromARequest)
	var bad *repo.LookupValueError
	require.ErrorAs(t, err, &bad)
	require.Zero(t, count(t, ctx, parts.Filter("name", "' OR "+fromARequest+" --")))
}
