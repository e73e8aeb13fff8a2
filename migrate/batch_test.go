package migrate_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/migrate"
)

// goSet returns a set with the table orders and a migration in Go.
func goSet(t testing.TB, g migrate.GoMigration) *migrate.Set {
	g.ID, g.After = "shop/0004_fill", []migrate.ID{"shop/0003_note"}
	return loadSet(t, shopFiles(), migrate.WithGo(g))
}

func fillOrders(t testing.TB, db *gorm.DB, n int) {
	t.Helper()
	run(t, db, fmt.Sprintf(`INSERT INTO orders SELECT i, NULL, '' FROM generate_series(1, %d) i`, n))
}

func touch(b *migrate.Batch, size int, each func(migrate.Range) error) func(context.Context) error {
	return func(ctx context.Context) error {
		for keys, err := range b.Keys(ctx, "orders", "id", "channel IS NULL OR channel <> '@skip'", size) {
			if err != nil {
				return err
			}
			if err := b.Tx(ctx, func(tx *gorm.DB) error {
				if err := tx.Exec("UPDATE orders SET note = note || 'x' WHERE id BETWEEN ? AND ?", keys.From, keys.To).Error; err != nil {
					return err
				}
				return each(keys)
			}); err != nil {
				return err
			}
		}
		return nil
	}
}

// A migration that is cut off goes on where it stopped: each row is changed
// once.
func TestBatchResumes(t *testing.T) {
	t.Parallel()
	db, ctx := setup(t), context.Background()
	stop := errors.New("stop")
	left, again := 3, 1
	var seen []string
	s := goSet(t, migrate.GoMigration{Up: func(ctx context.Context, b *migrate.Batch) error {
		if err := b.Tx(ctx, func(tx *gorm.DB) error { return tx.Exec("UPDATE orders SET note = note || 'a'").Error }); err != nil {
			return err
		}
		if err := touch(b, 10, func(k migrate.Range) error {
			if left--; left == 0 {
				return stop
			}
			seen = append(seen, fmt.Sprint(k.From, "-", k.To))
			return nil
		})(ctx); err != nil {
			return err
		}
		if err := touch(b, 100, func(migrate.Range) error {
			if again--; again == 0 {
				return stop
			}
			return nil
		})(ctx); err != nil {
			return err
		}
		return b.Tx(ctx, func(tx *gorm.DB) error { return tx.Exec("UPDATE orders SET note = note || 'z'").Error })
	}})
	r := newRunner(t, db, s)
	_, err := r.Up(ctx, "0003")
	require.NoError(t, err)
	fillOrders(t, db, 45)
	_, err = r.Up(ctx)
	require.ErrorIs(t, err, stop)
	require.ErrorContains(t, err, "migrate: shop/0004_fill: stop")
	require.Equal(t, "shop/0004_fill running", history(t, db)[3])
	_, err = r.Back(ctx, "0003")
	require.ErrorIs(t, err, migrate.ErrIrreversible)
	_, err = r.Up(ctx)
	require.ErrorIs(t, err, stop, "in the second loop")
	report, err := r.Up(ctx)
	require.NoError(t, err)
	require.Equal(t, []migrate.ID{"shop/0004_fill"}, report.Applied)
	require.Equal(t, []string{"1-10", "11-20", "21-30", "31-40", "41-45"}, seen)
	require.Equal(t, []string{"axxz"}, names(t, db, "SELECT DISTINCT note FROM orders"))
	require.Equal(t, "shop/0004_fill done", history(t, db)[3])
	report, err = r.Up(ctx)
	require.NoError(t, err)
	require.Empty(t, report.Applied)
}

func TestBatchBack(t *testing.T) {
	t.Parallel()
	db, ctx := setup(t), context.Background()
	fail := true
	s := goSet(t, migrate.GoMigration{Up: nothing, Down: func(ctx context.Context, b *migrate.Batch) error {
		return touch(b, 4, func(k migrate.Range) error {
			if fail && k.From == int64(5) {
				fail = false
				return errors.New("stop")
			}
			return nil
		})(ctx)
	}})
	r := newRunner(t, db, s)
	_, err := r.Up(ctx)
	require.NoError(t, err)
	fillOrders(t, db, 10)
	_, err = r.Back(ctx, "0003")
	require.ErrorContains(t, err, "migrate: shop/0004_fill (back): stop")
	require.Equal(t, "shop/0004_fill undoing", history(t, db)[3])
	_, err = r.Back(ctx, "0003")
	require.NoError(t, err)
	require.Len(t, history(t, db), 3)
	require.Equal(t, []string{"x"}, names(t, db, "SELECT DISTINCT note FROM orders"))
}

// Keys are of any type that has an order.
func TestKeysOfOtherTypes(t *testing.T) {
	t.Parallel()
	db, ctx := setup(t), context.Background()
	run(t, db, `CREATE SCHEMA "S"`, `CREATE TABLE "S"."T" (u uuid DEFAULT gen_random_uuid(), n text, at timestamptz, m numeric, done int DEFAULT 0)`,
		`INSERT INTO "S"."T" SELECT gen_random_uuid(), 'n''' || i % 7, now() + i * interval '1 ms', i / 3.0 FROM generate_series(1, 50) i`)
	for i, key := range []string{"u", "n", "at", "m"} {
		ranges := 0
		s, err := migrate.Load(migrationFiles(t, nil), migrate.App("keys"), migrate.WithGo(migrate.GoMigration{ID: migrate.ID("keys/" + key), Up: func(ctx context.Context, b *migrate.Batch) error {
			for keys, err := range b.Keys(ctx, "S.T", key, "", 8) {
				if err != nil {
					return err
				}
				ranges++
				if err := b.Tx(ctx, func(tx *gorm.DB) error {
					return tx.Exec(`UPDATE "S"."T" SET done = done + 1 WHERE `+key+` BETWEEN ? AND ?`, keys.From, keys.To).Error
				}); err != nil {
					return err
				}
			}
			return nil
		}}))
		require.NoError(t, err)
		_, err = migrate.Up(ctx, db, s, migrate.History("public", "history_"+key))
		require.NoError(t, err)
		require.Equal(t, []string{fmt.Sprint(i + 1)}, names(t, db, `SELECT DISTINCT done::text FROM "S"."T"`), key)
		require.Greater(t, ranges, 3, key)
	}
}

func TestBatchMistakes(t *testing.T) {
	t.Parallel()
	db, ctx := setup(t), context.Background()
	r := newRunner(t, db, loadSet(t, shopFiles()))
	_, err := r.Up(ctx)
	require.NoError(t, err)
	fillOrders(t, db, 3)
	for want, fn := range map[string]func(ctx context.Context, b *migrate.Batch) error{
		"a range of Keys without Tx": func(ctx context.Context, b *migrate.Batch) error {
			for _, err := range b.Keys(ctx, "orders", "id", "", 2) {
				if err != nil {
					return err
				}
			}
			return nil
		},
		"Keys of 0 rows": func(ctx context.Context, b *migrate.Batch) error { return touch(b, 0, nil)(ctx) },
		`keys of table "order"`: func(ctx context.Context, b *migrate.Batch) error {
			for _, err := range b.Keys(ctx, "order", "id", "", 2) {
				return err
			}
			return nil
		},
	} {
		_, err := newRunner(t, db, goSet(t, migrate.GoMigration{Up: fn})).Up(ctx)
		require.ErrorContains(t, err, want)
		require.True(t, strings.HasPrefix(err.Error(), "migrate: shop/0004_fill: "), err)
	}
}

// A row in use is waited for, and the batch is run again.
func TestBatchRetries(t *testing.T) {
	t.Parallel()
	db, ctx := setup(t), context.Background()
	calls := 0
	s := goSet(t, migrate.GoMigration{Up: func(ctx context.Context, b *migrate.Batch) error {
		return touch(b, 10, func(migrate.Range) error { return nil })(ctx)
	}})
	_, err := newRunner(t, db, s).Up(ctx, "0003")
	require.NoError(t, err)
	fillOrders(t, db, 5)
	writer := db.Begin()
	defer writer.Rollback()
	require.NoError(t, writer.Exec("UPDATE orders SET channel = 'w' WHERE id = 3").Error)
	_, err = newRunner(t, db, s, migrate.LockTimeout(20*time.Millisecond), migrate.OnEvent(func(e migrate.Event) {
		if e.Kind == "retry" {
			if calls++; calls == 2 {
				writer.Rollback()
			}
		}
	})).Up(ctx)
	require.NoError(t, err)
	require.GreaterOrEqual(t, calls, 2)
	require.Equal(t, []string{"x"}, names(t, db, "SELECT DISTINCT note FROM orders"))
}

// Another process that has gone on with the migration is noticed.
func TestBatchOfTwoProcesses(t *testing.T) {
	t.Parallel()
	db, ctx := setup(t), context.Background()
	other := false
	s := goSet(t, migrate.GoMigration{Up: func(ctx context.Context, b *migrate.Batch) error {
		return touch(b, 1, func(k migrate.Range) error {
			if k.To == int64(2) && !other {
				other = true
			}
			return nil
		})(ctx)
	}})
	_, err := newRunner(t, db, s).Up(ctx, "0003")
	require.NoError(t, err)
	fillOrders(t, db, 5)
	_, err = newRunner(t, db, s, migrate.OnEvent(func(e migrate.Event) {
		if e.Kind == "batch" && other {
			other = false
			// As another process would: it has finished the rest.
			run(t, db, `UPDATE orders SET note = note || 'x' WHERE id > 2`, `UPDATE schema_history SET state = 'done', cursor = NULL WHERE id = 'shop/0004_fill'`)
		}
	})).Up(ctx)
	require.NoError(t, err)
	require.Equal(t, []string{"x"}, names(t, db, "SELECT DISTINCT note FROM orders"))
}
