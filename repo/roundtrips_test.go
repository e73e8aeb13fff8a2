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
}
