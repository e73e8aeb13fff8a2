package repo_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/longtest"
	"github.com/gormango/gormango/repo"
)

// B14: plain GORM saves what hangs from an object, and links it, unasked, and
// leaves a changed child as it was; a repository writes the row, and a
// RelatedManager what it is told.
func TestUnlikeGORMAssociationsAreWrittenWhenAsked(t *testing.T) {
	t.Parallel()
	ctx, c := openClub(t)
	count := func(want int64) {
		t.Helper()
		n, err := c.shops.Count(ctx)
		require.NoError(t, err)
		require.Equal(t, want, n)
	}
	a := &clubArea{Name: "a", Shops: []*clubShop{{Name: "child"}}}
	require.NoError(t, c.db.Create(a).Error)
	count(1)
	a.Shops[0].Name = "changed"
	require.NoError(t, c.db.Save(a).Error)
	require.Equal(t, []string{"child"}, texts(t, c.shops, "name"), "the trap: created, and then not updated")

	b := &clubArea{Name: "b", Shops: []*clubShop{{Name: "mine"}}}
	require.NoError(t, c.areas.Create(ctx, b))
	require.NoError(t, c.areas.Save(ctx, b))
	count(1)
	require.NoError(t, repo.RelatedByName[clubShop](c.areas, b, "shops").Create(ctx, b.Shops[0]))
	count(2)
	b.Shops[0].Name = "yours"
	require.NoError(t, c.shops.Save(ctx, b.Shops[0]))
	require.Equal(t, []string{"yours"}, texts(t, c.shops.Filter("area", b), "name"))
}

// D22: plain GORM's Preload and Append die of 65,535 parameters. By default the
// manager's verbs take fewer objects than that.
func TestUnlikeGORMPrefetchTakesManyKeys(t *testing.T) {
	t.Parallel()
	ctx, c := openClub(t)
	require.NoError(t, c.db.Exec(`INSERT INTO club_people (name) SELECT 'p' || i FROM generate_series(1, 70000) i`).Error)
	var all []*clubPerson
	err := c.db.Preload("Follows").Find(&all).Error
	require.ErrorContains(t, err, "65535", "the trap")

	all, err = c.people.PrefetchRelated("follows").OrderBy("id").All(ctx)
	require.NoError(t, err)
	require.Len(t, all, 70000)
	m := repo.RelatedByName[clubPerson](c.people, all[0], "follows")
	if longtest.Asked() {
		require.Error(t, c.db.Model(&clubPerson{AutoKey: key(all[1].ID)}).Association("Follows").Append(all), "the trap")
	}
	all = all[:longtest.Size(2_000, len(all))]
	c.sends(t, 1, func() { require.NoError(t, m.Add(ctx, all[0], all[1:]...)) })
	c.sends(t, 2, func() { require.NoError(t, m.Replace(ctx, all[1:]...)) })
	c.sends(t, 1, func() { require.NoError(t, m.Remove(ctx, all[1], all[2:]...)) })
	n, err := m.Count(ctx)
	require.NoError(t, err)
	require.Zero(t, n)
}

// D23: Preload has no order and no limit for each parent, and does not show
// what was loaded.
func TestUnlikeGORMPrefetchLimitsEachParent(t *testing.T) {
	t.Parallel()
	ctx, c := openClub(t)
	areas := c.area(t, "a", "b")
	c.shop(t, areas[0], "1", "2", "3")
	c.shop(t, areas[1], "4", "5")
	var found []clubArea
	require.NoError(t, c.db.Preload("Shops", func(db *gormDB) *gormDB { return db.Order("name DESC").Limit(2) }).Order("id").Find(&found).Error)
	require.Equal(t, []int{0, 2}, []int{len(found[0].Shops), len(found[1].Shops)}, "the trap: two of all, not two each")

	top, err := c.areas.Prefetch("shops", c.shops.OrderBy("-name").Limit(2)).OrderBy("id").All(ctx)
	require.NoError(t, err)
	require.Equal(t, []int{2, 2}, []int{len(top[0].Shops), len(top[1].Shops)})
	is, err := repo.Loaded(c.areas, top[0], "shops")
	require.NoError(t, err)
	require.True(t, is)
	is, err = repo.Loaded(c.areas, areas[0], "shops")
	require.NoError(t, err)
	require.False(t, is)
}
