package repotest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/txutil"
)

// Tests with transactions of their own see their own rows alone.
func TestTransactionsAreApart(t *testing.T) {
	t.Parallel()
	for i := range 4 {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			ctx, db := Tx(t, Shared(t, &shelf{}, &box{}))
			rows := repo.New[shelf](db)
			require.NoError(t, rows.Create(ctx, &shelf{Name: fmt.Sprint("shelf ", i)}))
			require.NoError(t, db.Create(&shelf{Name: fmt.Sprint("plain ", i)}).Error)
			require.NoError(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
				return rows.Create(ctx, &shelf{Name: fmt.Sprint("durable ", i)})
			}, txutil.Durable()))
			require.ErrorIs(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
				return txutil.Atomic(ctx, db, func(context.Context) error { return nil }, txutil.Durable())
			}), txutil.ErrDurable)
			n, err := rows.Count(ctx)
			require.NoError(t, err)
			require.EqualValues(t, 3, n)
		})
	}
	t.Cleanup(func() {
		n, err := repo.New[shelf](Shared(t, &shelf{}, &box{})).Count(context.Background())
		require.NoError(t, err)
		require.Zero(t, n)
	})
}

func TestOnCommitIsCaptured(t *testing.T) {
	t.Parallel()
	ctx, db := Tx(t, Shared(t, &shelf{}, &box{}))
	var ran []string
	note := func(ctx context.Context, name string) error {
		return txutil.OnCommit(ctx, db, func(ctx context.Context) error {
			ran = append(ran, name)
			if name == "first" {
				return txutil.OnCommit(ctx, db, func(context.Context) error { ran = append(ran, "inner"); return nil })
			}
			return nil
		})
	}
	subject := func(ctx context.Context) {
		require.NoError(t, txutil.Atomic(ctx, db, func(ctx context.Context) error { return note(ctx, "first") }))
		require.Error(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
			require.NoError(t, note(ctx, "lost"))
			return errors.New("no")
		}))
		require.NoError(t, txutil.Atomic(ctx, db, func(ctx context.Context) error { return note(ctx, "last") }))
	}
	require.Len(t, CaptureOnCommit(ctx, t, db, subject), 2)
	require.Empty(t, ran)
	require.NoError(t, RunOnCommit(ctx, t, db, subject))
	require.Equal(t, []string{"first", "inner", "last"}, ran)
	require.ErrorContains(t, RunOnCommit(ctx, t, db, func(ctx context.Context) {
		require.NoError(t, txutil.OnCommit(ctx, db, func(context.Context) error { return errors.New("no mail") }))
	}), "no mail")
}

// A deferred constraint that COMMIT would refuse fails the test.
func TestDeferredConstraintsAreChecked(t *testing.T) {
	t.Parallel()
	home := Open(t, &shelf{}, &box{})
	require.NoError(t, home.Exec("ALTER TABLE boxes ALTER CONSTRAINT fk_boxes_shelf DEFERRABLE INITIALLY DEFERRED").Error)
	other := &ending{heard: heard{TB: t}}
	_, db := Tx(other, home)
	require.NoError(t, db.Omit("Shelf").Create(&box{ShelfID: 99}).Error)
	other.end()
	require.Len(t, other.texts, 1)
}

// A test about a statement that fails ends well: what cannot be committed has
// no deferred constraints to check, as in Django's TestCase.
func TestTransactionOfAFailedStatement(t *testing.T) {
	t.Parallel()
	other := &ending{heard: heard{TB: t}}
	_, db := Tx(other, Shared(t, &shelf{}, &box{}))
	require.NoError(t, db.Create(&shelf{Name: "one of a kind"}).Error)
	require.Error(t, db.Create(&shelf{Name: "one of a kind"}).Error)
	other.end()
	require.Empty(t, other.texts)
}

// ending is a test whose cleanups run when told.
type ending struct {
	heard
	cleanups []func()
}

func (e *ending) Cleanup(fn func()) { e.cleanups = append(e.cleanups, fn) }
func (e *ending) Failed() bool      { return false }
func (e *ending) end() {
	for i := len(e.cleanups) - 1; i >= 0; i-- {
		e.cleanups[i]()
	}
}

func TestSchema(t *testing.T) {
	t.Parallel()
	dbs := []*gorm.DB{Schema(t, &shelf{}, &box{}), Schema(t, &shelf{}, &box{})}
	for i, db := range dbs {
		rows := shelves(t, db)
		n, err := rows.Count(t.Context())
		require.NoError(t, err, i)
		require.EqualValues(t, 3, n)
	}
}

func BenchmarkTx(b *testing.B) {
	home := Shared(b, &shelf{}, &box{})
	for b.Loop() {
		e := &ending{heard: heard{TB: b}}
		_, db := Tx(e, home)
		require.NoError(b, db.Create(&shelf{Name: "top"}).Error)
		e.end()
	}
}

func BenchmarkSchema(b *testing.B) {
	Shared(b)
	for b.Loop() {
		e := &ending{heard: heard{TB: b}}
		db := Schema(e, &shelf{}, &box{})
		require.NoError(b, db.Create(&shelf{Name: "top"}).Error)
		e.end()
	}
}
