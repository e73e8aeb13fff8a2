package repo_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/repo"
)

// openShops is a custom manager: it sees no shop that is called hidden.
type openShops struct{ *repo.Repository[clubShop] }

func notHidden(q *repo.QuerySet[clubShop]) *repo.QuerySet[clubShop] {
	return q.Exclude("name", "hidden")
}

func newOpenShops(db *gorm.DB) openShops { return openShops{repo.New[clubShop](db).Scoped(notHidden)} }

// Called is a verb of the manager's own.
func (s openShops) Called(name string) *repo.QuerySet[clubShop] { return s.Filter("name", name) }

// MG-01, MG-02, MG-04: default scopes hold for queries, not for objects, and
// are lifted.
func TestScopedRepositories(t *testing.T) {
	t.Parallel()
	ctx, c := openClub(t)
	areas := c.area(t, "north", "south")
	c.shop(t, areas[0], "a", "hidden")
	shops := newOpenShops(c.db)
	require.Equal(t, []string{"a"}, texts(t, shops, "name"))
	require.Equal(t, []string{"a"}, texts(t, shops.Called("a").Filter("area", areas[0]), "name"))
	require.Empty(t, texts(t, shops.Called("hidden"), "name"))
	hidden, err := shops.Unscoped().Filter("name", "hidden").Get(ctx)
	require.NoError(t, err)
	_, err = shops.ByPK(ctx, hidden.ID)
	require.ErrorIs(t, err, repo.ErrDoesNotExist)

	// By: a hidden row is not found, and another is made.
	created, err := shops.By("name").GetOrCreate(ctx, &clubShop{Name: "hidden", AreaID: areas[1].ID})
	require.NoError(t, err)
	require.True(t, created)

	// Objects are found by their key.
	hidden.SpareID = &areas[1].ID
	require.NoError(t, shops.Save(ctx, hidden))
	require.NoError(t, shops.Refresh(ctx, hidden))
	related := repo.RelatedByName[clubShop](c.areas, areas[0], "shops")
	require.Equal(t, []string{"a", "hidden"}, texts(t, related.OrderBy("name"), "name"))
	require.Equal(t, []string{"a"}, texts(t, related.With(shops), "name"))
	got, err := c.areas.Prefetch("shops", shops).Filter("id", areas[0].ID).Get(ctx)
	require.NoError(t, err)
	require.Len(t, got.Shops, 1)
	_, err = shops.Delete(ctx, hidden)
	require.NoError(t, err)

	require.Equal(t, []string{"a", "hidden"}, texts(t, shops.Unscoped().OrderBy("name"), "name"))
	twice := shops.Scoped(func(q *repo.QuerySet[clubShop]) *repo.QuerySet[clubShop] { return q.Filter("name", "none") })
	require.Empty(t, texts(t, twice, "name"))
	require.Equal(t, []string{"a", "hidden"}, texts(t, twice.Unscoped().OrderBy("name"), "name"), "all scopes are lifted")
	require.Same(t, c.shops, c.shops.Unscoped(), "nothing to lift")
	require.ErrorIs(t, (&repo.Repository[clubShop]{}).Scoped(notHidden).Unscoped().Err(), repo.ErrUnbound)
	sliced := c.shops.Scoped(func(q *repo.QuerySet[clubShop]) *repo.QuerySet[clubShop] { return q.Limit(1) })
	require.ErrorIs(t, sliced.Filter("name", "a").Err(), repo.ErrSliced)
}
