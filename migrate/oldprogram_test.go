package migrate_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/longtest"
	"github.com/gormango/gormango/migrate"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repotest"
	"github.com/gormango/gormango/txutil"
)

// servedOrder is an order of the release before. The table has a column more,
// which this release has ceased to use.
type servedOrder struct {
	ID    int64
	Note  string
	Total int64
}

func (servedOrder) TableName() string { return "orders" }

// servedFiles are migrations that the program of the release before outlives.
func servedFiles() map[string]string {
	return map[string]string{
		"0001_initial.sql": fileText("-- +gormango id shop/0001_initial", "CREATE TABLE orders (id bigint PRIMARY KEY, note text, total bigint, legacy text);", "DROP TABLE orders;"),
		"0002_channel.sql": sqlFile("shop/0002_channel", "shop/0001_initial", "ALTER TABLE orders ADD COLUMN channel text NOT NULL DEFAULT 'web'", "ALTER TABLE orders DROP COLUMN channel"),
		"0003_legacy.sql":  sqlFile("shop/0003_legacy", "shop/0002_channel", "ALTER TABLE orders DROP COLUMN legacy", "ALTER TABLE orders ADD COLUMN legacy text"),
		"0004_index.sql": "-- +gormango id shop/0004_index after shop/0003_legacy\n-- +goose NO TRANSACTION\n-- +goose Up\n" +
			"CREATE INDEX CONCURRENTLY orders_total ON orders (total);\n-- +goose Down\nDROP INDEX CONCURRENTLY orders_total;\n",
		"0005_total.sql": sqlFile("shop/0005_total", "shop/0004_index", "ALTER TABLE orders ALTER COLUMN total SET NOT NULL", "ALTER TABLE orders ALTER COLUMN total DROP NOT NULL"),
	}
}

// warmed runs fn on n connections, each of which has run it once before, with
// between in the meantime, and returns the errors of the second time.
func warmed(t *testing.T, db *gorm.DB, n int, fn func(conn *gorm.DB) error, between func()) error {
	t.Helper()
	var first, second sync.WaitGroup
	var mu sync.Mutex
	var errs []error
	next := make(chan struct{})
	first.Add(n)
	for range n {
		second.Go(func() {
			err := db.Connection(func(conn *gorm.DB) error {
				err := fn(conn)
				first.Done()
				<-next
				return errors.Join(err, fn(conn))
			})
			if err != nil {
				mu.Lock()
				defer mu.Unlock()
				errs = append(errs, err)
			}
		})
	}
	first.Wait()
	between()
	close(next)
	second.Wait()
	return errors.Join(errs...)
}

// The program of the release before loses no request, in and out of
// transactions, while its tables get a column, lose one, get an index and NOT
// NULL. With GORM alone each connection fails.
// The long form has 50 connections and 100,000 requests.
func TestOldProgramLosesNoRequest(t *testing.T) {
	t.Parallel()
	url, ctx := repotest.URL(t), t.Context()
	connections, requests := longtest.Size(8, 50), int64(longtest.Size(2000, 100_000))
	admin := open(t, url)
	r := newRunner(t, admin, loadSet(t, servedFiles()), migrate.Allow("L17", "the release before has ceased to use it"))
	_, err := r.Up(ctx, "0001")
	require.NoError(t, err)
	run(t, admin, `INSERT INTO orders SELECT i, 'n', i, 'x' FROM generate_series(1, 100) i`)

	old, err := gormango.Open(ctx, gormango.Config{URL: url, Models: []any{&servedOrder{}}, Pool: gormango.Pool{Min: int32(connections), Max: int32(connections)}})
	require.NoError(t, err)
	t.Cleanup(func() { _ = gormango.Close(old) })
	orders := repo.New[servedOrder](old)
	request := func(ctx context.Context, i int64) error {
		list, err := orders.Filter("total__gte", 0).Filter("id", 1+i%100).All(ctx)
		if err == nil && len(list) != 1 {
			err = errors.New("a request without its row")
		}
		if err == nil {
			err = old.WithContext(ctx).First(&servedOrder{}, 1+i%100).Error
		}
		if err == nil {
			_, err = orders.Filter("id", 1+i%100).Update(ctx, orders.Set("note", "m"))
		}
		return err
	}
	var done atomic.Int64
	var wg sync.WaitGroup
	var mu sync.Mutex
	var failed []error
	migrated := make(chan struct{})
	for range connections {
		wg.Go(func() {
			for {
				i := done.Add(1)
				select {
				case <-migrated:
					if i > requests {
						return
					}
				default:
				}
				var err error
				if i%2 == 0 {
					err = request(ctx, i)
				} else {
					err = txutil.Atomic(ctx, old, func(ctx context.Context) error { return request(ctx, i) })
				}
				if err != nil {
					mu.Lock()
					failed = append(failed, err)
					mu.Unlock()
				}
			}
		})
	}
	for i, id := range []migrate.ID{"0002", "0003", "0004", "0005"} {
		at := done.Load()
		require.Eventually(t, func() bool { return done.Load() >= max(at+int64(10*connections), requests*int64(i+1)/6) }, 5*time.Minute, time.Millisecond)
		_, err := r.Up(ctx, id)
		require.NoError(t, err)
	}
	close(migrated)
	wg.Wait()
	require.Empty(t, failed)
	require.GreaterOrEqual(t, done.Load(), requests)
	t.Logf("%d requests on %d connections", done.Load(), connections)

	// The control.
	require.NoError(t, gormango.Close(old))
	theirs := plain(t, url)
	err = warmed(t, theirs, connections, func(conn *gorm.DB) error {
		return conn.Session(&gorm.Session{NewDB: true}).Find(&[]servedOrder{}, "total >= ?", 0).Error
	},
		func() { run(t, admin, `ALTER TABLE orders ADD COLUMN more int`) })
	require.ErrorContains(t, err, "cached plan must not change result type")
	joined, ok := err.(interface{ Unwrap() []error })
	require.True(t, ok)
	require.Len(t, joined.Unwrap(), connections, "each connection fails")
}
