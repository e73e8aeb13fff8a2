package repo_test

import (
	"context"
	"fmt"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/faultproxy"
	"github.com/gormango/gormango/internal/pgpool"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repotest"
	"github.com/gormango/gormango/txutil"
)

// countedDB is a database behind a proxy that counts round trips, on one
// connection.
type countedDB struct {
	db    *gorm.DB
	proxy *faultproxy.Proxy
}

func openCounted(t *testing.T, models ...any) *countedDB {
	t.Helper()
	src, ok := pgpool.Of(repotest.Open(t, models...))
	require.True(t, ok)
	u, err := url.Parse(src.Pool().Pgx().Config().ConnString())
	require.NoError(t, err)
	p, err := faultproxy.Start(u.Host)
	require.NoError(t, err)
	t.Cleanup(p.Close)
	u.Host = p.Addr()
	db, err := gormango.Open(context.Background(), gormango.Config{URL: u.String(), Models: models, Pool: gormango.Pool{Max: 1}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, gormango.Close(db)) })
	return &countedDB{db, p}
}

// trips returns how many round trips do takes once its statements are prepared.
func (c *countedDB) trips(do func()) int64 {
	do()
	do()
	before := c.proxy.RoundTrips()
	do()
	return c.proxy.RoundTrips() - before
}

// Bulk writes outside a transaction take one round trip.
func TestRoundTripsOfBulkWrites(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	c := openCounted(t, &dropped{}, &droppedShop{}, &keyedDropped{}, &versionedDropped{})
	rows, keyed, versioned := repo.New[dropped](c.db), repo.New[keyedDropped](c.db), repo.New[versionedDropped](c.db)
	n := 0
	list := func() (out []*dropped) {
		for range 20 {
			n++
			out = append(out, &dropped{Name: fmt.Sprint(n)})
		}
		return out
	}
	kept := list()
	require.NoError(t, rows.BulkCreate(ctx, kept))
	versions := []*versionedDropped{{Name: "a"}, {Name: "b"}}
	require.NoError(t, versioned.BulkCreate(ctx, versions))
	for verb, do := range map[string]func() error{
		"BulkCreate": func() error { return rows.BulkCreate(ctx, list()) },
		"BulkCreate with keys": func() error {
			n++
			return keyed.BulkCreate(ctx, []*keyedDropped{{Name: fmt.Sprint(n)}, {Name: fmt.Sprint("x", n)}})
		},
		"BulkUpdate":          func() error { _, err := rows.BulkUpdate(ctx, kept, "stock"); return err },
		"BulkUpdate, version": func() error { _, err := versioned.BulkUpdate(ctx, versions, "name"); return err },
		"upsert":              func() error { return rows.OnConflict("name").Update("stock").BulkCreate(ctx, kept) },
	} {
		require.EqualValues(t, 1, c.trips(func() { require.NoError(t, do(), verb) }), verb)
	}
	require.EqualValues(t, 4, versions[0].LockVersion)
	require.EqualValues(t, 2, c.trips(func() {
		n++
		created, err := rows.By("name").GetOrCreate(ctx, &dropped{Name: fmt.Sprint(n)})
		require.NoError(t, err)
		require.True(t, created)
	}))
}

// Relations of one depth are read in one round trip, whatever QuerySets narrow
// them, and so are a page and the count of its list.
func TestRoundTripsOfReads(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	c := openCounted(t, &clubArea{}, &clubShop{}, &clubKeeper{}, &clubNote{})
	areas, shops, keepers := repo.New[clubArea](c.db), repo.New[clubShop](c.db), repo.New[clubKeeper](c.db)
	notes := repo.New[clubNote](c.db)
	spare := &clubArea{Name: "spare"}
	require.NoError(t, areas.Create(ctx, spare))
	for i := range 3 {
		area := &clubArea{Name: fmt.Sprint("area ", i)}
		require.NoError(t, areas.Create(ctx, area))
		for j := range 2 {
			shop := &clubShop{Name: fmt.Sprint("shop ", i, j), AreaID: area.ID, SpareID: &spare.ID}
			require.NoError(t, shops.Create(ctx, shop))
			require.NoError(t, keepers.Create(ctx, &clubKeeper{Name: shop.Name, ShopID: &shop.ID}))
			require.NoError(t, notes.Create(ctx, &clubNote{Text: shop.Name, OwnerID: shop.ID, OwnerType: "club_shops"}))
		}
	}

	all := shops.PrefetchRelated("area__shops", "spare__spares", "keeper__shop", "notes").OrderBy("id")
	require.EqualValues(t, 3, c.trips(func() {
		list, err := all.All(ctx)
		require.NoError(t, err)
		require.Len(t, list, 6)
		for _, s := range list {
			require.Len(t, s.Area.Shops, 2)
			require.Len(t, s.Spare.Spares, 6)
			require.Equal(t, s.ID, s.Keeper.Shop.ID)
			require.Len(t, s.Notes, 1)
		}
	}))
	narrowed := shops.Prefetch("area", areas.PrefetchRelated("shops", "spares")).Prefetch("notes", notes.Filter("text__contains", "0")).
		PrefetchRelated("keeper").OrderBy("id")
	require.EqualValues(t, 3, c.trips(func() {
		list, err := narrowed.All(ctx)
		require.NoError(t, err)
		require.Len(t, list[0].Area.Shops, 2)
		require.NotNil(t, list[5].Keeper)
		require.Empty(t, list[3].Notes)
		require.Len(t, list[1].Notes, 1)
	}))
	_, err := shops.PrefetchRelated("area", "keeper").Prefetch("notes", notes.Filter("text__regex", "(")).All(ctx)
	require.ErrorContains(t, err, "repo: prefetching clubShop.notes: ")
	require.EqualValues(t, 2, c.trips(func() {
		list, err := shops.OrderBy("id").All(ctx)
		require.NoError(t, err)
		require.NoError(t, repo.Load(ctx, shops, list, "area", "keeper", "notes"))
		require.NotNil(t, list[0].Area)
		require.NotNil(t, list[5].Keeper)
	}))
	require.EqualValues(t, 1, c.trips(func() {
		page, err := repo.Paginate(ctx, shops.OrderBy("name"), 2, 4)
		require.NoError(t, err)
		require.EqualValues(t, 6, page.Total)
		require.Len(t, page.Items, 2)
	}))
	require.EqualValues(t, 1, c.trips(func() {
		page, err := (repo.Params[clubShop]{}).Page(ctx, shops, url.Values{"limit": {"4"}})
		require.NoError(t, err)
		require.EqualValues(t, 6, page.Total)
		require.Len(t, page.Items, 4)
	}))
}

// BEGIN travels with the first statement of a transaction, and one without
// statements sends nothing.
func TestRoundTripsOfTransactions(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	c := openCounted(t, &clubArea{}, &clubShop{}, &clubKeeper{}, &clubNote{})
	areas := repo.New[clubArea](c.db)
	atomic := func(fn func(ctx context.Context) error) func() {
		return func() { require.NoError(t, txutil.Atomic(ctx, c.db, fn, txutil.Isolation(txutil.RepeatableRead))) }
	}
	require.Zero(t, c.trips(atomic(func(context.Context) error { return nil })))
	require.EqualValues(t, 2, c.trips(atomic(func(ctx context.Context) error { _, err := areas.Count(ctx); return err })))
	require.EqualValues(t, 4, c.trips(atomic(func(ctx context.Context) error {
		area := &clubArea{Name: "a"}
		if err := areas.Create(ctx, area); err != nil {
			return err
		}
		area.Name = "b"
		if err := areas.Save(ctx, area); err != nil {
			return err
		}
		var level string
		require.NoError(t, c.db.WithContext(ctx).Raw("SHOW transaction_isolation").Scan(&level).Error)
		require.Equal(t, "repeatable read", level)
		return nil
	})))

	// BEGIN with the rows of the second table, the rows of the third, the deletes
	// of the three, COMMIT.
	c = openCounted(t, &level1{}, &level2{}, &level3{})
	tops, below := repo.New[level1](c.db), repo.New[level2](c.db)
	var list []*level1
	for range 3 {
		top := &level1{Name: "a"}
		require.NoError(t, tops.Create(ctx, top))
		require.NoError(t, below.Create(ctx, &level2{UpID: top.ID}))
		list = append(list, top)
	}
	require.EqualValues(t, 5, c.trips(func() {
		n, err := tops.Delete(ctx, list[0])
		require.NoError(t, err)
		require.EqualValues(t, 2, n.Total)
		list = list[1:]
	}))
}
