package txutil_test

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/pgpool"
	"github.com/gormango/gormango/repotest"
	"github.com/gormango/gormango/txutil"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Order and Line are an order with its lines; a line needs a positive amount.
type Order struct {
	ID    int64
	Name  string `gorm:"uniqueIndex"`
	Lines []Line
}

type Line struct {
	ID      int64
	OrderID int64
	Amount  int `gorm:"check:amount_positive,amount > 0"`
}

var errBoom = errors.New("boom")

// setup opens a database with a pool of one connection, so that a test that
// needs a second one hangs.
func setup(t testing.TB) (context.Context, *gorm.DB) {
	t.Helper()
	url := repotest.URL(t) // before the clock starts, as the first start of a server is slow
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	t.Cleanup(cancel)
	db, err := gormango.Open(ctx, gormango.Config{URL: url, Models: []any{&Order{}, &Line{}}, Pool: gormango.Pool{Max: 1}})
	require.NoError(t, err)
	t.Cleanup(func() {
		source, _ := pgpool.Of(db)
		require.Zero(t, source.Pool().Pgx().Stat().AcquiredConns())
		require.NoError(t, gormango.Close(db))
	})
	require.NoError(t, db.AutoMigrate(&Order{}, &Line{}))
	return ctx, db
}

func names(t testing.TB, db *gorm.DB) []string {
	t.Helper()
	got := []string{}
	require.NoError(t, db.Model(&Order{}).Order("id").Pluck("name", &got).Error)
	return got
}

func TestAtomicCommits(t *testing.T) {
	t.Parallel()
	ctx, db := setup(t)
	require.NoError(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
		require.True(t, txutil.InTransaction(ctx, db))
		if err := db.WithContext(ctx).Create(&Order{Name: "a", Lines: []Line{{Amount: 1}, {Amount: 2}}}).Error; err != nil {
			return err
		}
		return gormango.Native(ctx, db, func(conn *pgx.Conn) error {
			_, err := conn.CopyFrom(ctx, pgx.Identifier{"orders"}, []string{"name"}, pgx.CopyFromRows([][]any{{"b"}}))
			return err
		})
	}))
	require.False(t, txutil.InTransaction(ctx, db))
	require.Equal(t, []string{"a", "b"}, names(t, db))
}

func TestAtomicRollsBackPlainGORM(t *testing.T) {
	t.Parallel()
	ctx, db := setup(t)
	require.ErrorIs(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
		plain := db.WithContext(ctx)
		require.NoError(t, plain.Create(&Order{Name: "a", Lines: []Line{{Amount: 1}}}).Error)
		require.NoError(t, plain.Model(&Order{}).Where("name = ?", "a").Update("name", "b").Error)
		require.NoError(t, plain.Save(&Order{Name: "c"}).Error)
		require.NoError(t, plain.Where("order_id > 0").Delete(&Line{}).Error)
		require.Equal(t, []string{"b", "c"}, names(t, plain))
		return errBoom
	}), errBoom)
	require.Empty(t, names(t, db))
}

func TestOrderWithOneBadLineLeavesNoRow(t *testing.T) {
	t.Parallel()
	ctx, db := setup(t)
	bad := func() *Order { return &Order{Name: "o", Lines: []Line{{Amount: 1}, {Amount: -1}}} }
	for name, create := range map[string]func() error{
		"plain GORM": func() error { return db.Create(bad()).Error },
		"in a block": func() error {
			return txutil.Atomic(ctx, db, func(ctx context.Context) error { return db.WithContext(ctx).Create(bad()).Error })
		},
		"in an inner block, error hidden": func() error {
			var inner error
			require.NoError(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
				inner = db.WithContext(ctx).Transaction(func(tx *gorm.DB) error { return tx.Create(bad()).Error })
				return nil
			}))
			return inner
		},
	} {
		err := create()
		var integrity *gormango.IntegrityError
		require.ErrorAs(t, err, &integrity, name)
		require.Equal(t, gormango.Check, integrity.Kind, name)
		require.Empty(t, names(t, db), name)
		var lines int64
		require.NoError(t, db.Model(&Line{}).Count(&lines).Error)
		require.Zero(t, lines, name)
	}
}

func TestNestedAtomic(t *testing.T) {
	t.Parallel()
	ctx, db := setup(t)
	create := func(ctx context.Context, name string) error {
		return db.WithContext(ctx).Create(&Order{Name: name}).Error
	}
	require.NoError(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
		require.NoError(t, create(ctx, "outer"))
		require.ErrorIs(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
			require.NoError(t, create(ctx, "lost"))
			return create(ctx, "outer")
		}), gorm.ErrDuplicatedKey)
		return txutil.Atomic(ctx, db, func(ctx context.Context) error { return create(ctx, "inner") })
	}))
	require.Equal(t, []string{"outer", "inner"}, names(t, db))
}

func TestHiddenErrorOfAStatement(t *testing.T) {
	t.Parallel()
	ctx, db := setup(t)
	hide := func(ctx context.Context) error {
		require.NoError(t, db.WithContext(ctx).Create(&Order{Name: "a"}).Error)
		_ = db.WithContext(ctx).Exec("SELECT nonsense").Error
		return nil
	}
	err := txutil.Atomic(ctx, db, hide)
	require.ErrorIs(t, err, pgx.ErrTxCommitRollback)
	require.ErrorContains(t, err, "nonsense", "the error that was hidden")
	require.NoError(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
		require.ErrorIs(t, txutil.Atomic(ctx, db, hide), pgx.ErrTxCommitRollback)
		return db.WithContext(ctx).Create(&Order{Name: "b"}).Error
	}))
	require.Equal(t, []string{"b"}, names(t, db))
}

func TestPanicRollsBackAndGoesOn(t *testing.T) {
	t.Parallel()
	ctx, db := setup(t)
	block := func(ctx context.Context) error {
		require.NoError(t, db.WithContext(ctx).Create(&Order{Name: "a"}).Error)
		panic(errBoom)
	}
	require.PanicsWithValue(t, errBoom, func() { _ = txutil.Atomic(ctx, db, block) })
	require.PanicsWithValue(t, errBoom, func() {
		_ = txutil.Atomic(ctx, db, func(ctx context.Context) error { return txutil.Atomic(ctx, db, block) })
	})
	require.NoError(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
		require.Panics(t, func() { _ = txutil.Atomic(ctx, db, block) })
		return db.WithContext(ctx).Create(&Order{Name: "outer"}).Error
	}))
	require.Equal(t, []string{"outer"}, names(t, db))
}

func TestGoexitRollsBack(t *testing.T) {
	t.Parallel()
	ctx, db := setup(t)
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = txutil.Atomic(ctx, db, func(ctx context.Context) error {
			_ = db.WithContext(ctx).Create(&Order{Name: "a"}).Error
			runtime.Goexit() // as t.FailNow does
			return nil
		})
	}()
	<-done
	require.Empty(t, names(t, db))
}

func TestEndOfContext(t *testing.T) {
	t.Parallel()
	ctx, db := setup(t)
	short, cancel := context.WithCancel(ctx)
	err := txutil.Atomic(short, db, func(ctx context.Context) error {
		require.NoError(t, db.WithContext(ctx).Create(&Order{Name: "a"}).Error)
		cancel()
		return nil
	})
	require.ErrorIs(t, err, context.Canceled)
	require.Empty(t, names(t, db))
	require.ErrorIs(t, txutil.Atomic(short, db, func(context.Context) error { t.Error("entered"); return nil }), context.Canceled)
}

func TestDurable(t *testing.T) {
	t.Parallel()
	ctx, db := setup(t)
	create := func(ctx context.Context) error { return db.WithContext(ctx).Create(&Order{Name: "a"}).Error }
	require.NoError(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
		require.ErrorIs(t, txutil.Atomic(ctx, db, create, txutil.Durable()), txutil.ErrDurable)
		return nil
	}))
	require.Empty(t, names(t, db))
	require.NoError(t, txutil.Atomic(ctx, db, create, txutil.Durable()))
	require.Equal(t, []string{"a"}, names(t, db))
}

func TestAtomicOnATransactionOfGORM(t *testing.T) {
	t.Parallel()
	ctx, db := setup(t)
	require.NoError(t, db.Transaction(func(tx *gorm.DB) error {
		require.True(t, txutil.InTransaction(ctx, tx))
		require.ErrorIs(t, txutil.Atomic(ctx, tx, func(ctx context.Context) error {
			require.NoError(t, db.WithContext(ctx).Create(&Order{Name: "lost"}).Error)
			return errBoom
		}), errBoom)
		return tx.Create(&Order{Name: "kept"}).Error
	}))
	require.Equal(t, []string{"kept"}, names(t, db))
}

func TestNoSecondConnection(t *testing.T) {
	t.Parallel()
	ctx, db := setup(t)
	source, _ := pgpool.Of(db)
	before := source.Pool().Pgx().Stat().AcquireCount()
	require.NoError(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
		plain := db.WithContext(ctx)
		for range 3 {
			require.NoError(t, plain.Save(&Order{Lines: []Line{{Amount: 1}}}).Error)
			var orders []Order
			require.NoError(t, plain.Preload("Lines").Find(&orders).Error)
			require.Len(t, orders, 1)
			require.NoError(t, plain.Where("1 = 1").Delete(&Line{}).Error)
			require.NoError(t, plain.Delete(&orders[0]).Error)
		}
		return nil
	}))
	require.EqualValues(t, 1, source.Pool().Pgx().Stat().AcquireCount()-before)
}
