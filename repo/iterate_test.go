package repo_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/txutil"
)

// many stores n books, more than a chunk of Iter.
func many(t *testing.T, l *library, n int) {
	t.Helper()
	a := l.author(t, "Ann")
	books := make([]*Book, n)
	for i := range books {
		books[i] = &Book{Title: fmt.Sprintf("b%05d", i), AuthorID: a.ID, Pages: i}
	}
	require.NoError(t, l.books.BulkCreate(context.Background(), books))
}

func TestIterInsideATransactionWrites(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	many(t, l, 4100)
	seen := 0
	require.NoError(t, txutil.Atomic(ctx, l.db, func(ctx context.Context) error {
		for b, err := range l.books.OrderBy("id").SelectRelated("author").Iter(ctx) {
			if err != nil {
				return err
			}
			require.Equal(t, seen, b.Pages)
			require.Equal(t, "Ann", b.Author.Name)
			seen++
			b.Stock = int32(seen)
			if err := l.books.Save(ctx, b, "stock"); err != nil {
				return err
			}
		}
		return nil
	}))
	require.Equal(t, 4100, seen)
	n, err := l.books.Filter("stock__gt", 0).Count(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 4100, n)
}

func TestIterOutside(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	many(t, l, 4001)
	seen := 0
	for b, err := range l.books.Iter(ctx) {
		require.NoError(t, err)
		if seen%1000 == 0 { // the loop has connections of its own
			b.Stock = 1
			require.NoError(t, l.books.Save(ctx, b))
		}
		seen++
	}
	require.Equal(t, 4001, seen)
	seen = 0
	for _, err := range l.books.Iter(ctx) { // leaving the loop returns the connection
		require.NoError(t, err)
		if seen++; seen == 3 {
			break
		}
	}
	for range l.books.None().Iter(ctx) {
		t.Fatal("None has rows")
	}
	require.Zero(t, inUse(t, l), "no connection is held any more")
}

func TestIterErrors(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	many(t, l, 10)
	count := 0
	for b, err := range l.books.Filter("nmae", 1).Iter(ctx) {
		count++
		require.Nil(t, b)
		require.ErrorContains(t, err, `Book has no field "nmae"`)
	}
	require.Equal(t, 1, count)

	// A loop that spoils its transaction sees its own error, and no other follows.
	spoiled := errors.New("spoiled")
	err := txutil.Atomic(ctx, l.db, func(ctx context.Context) error {
		for b, err := range l.books.Iter(ctx) {
			require.NoError(t, err)
			b.Stock = -1
			if err := l.books.Save(ctx, b); err != nil {
				var ie *gormango.IntegrityError
				require.ErrorAs(t, err, &ie)
				require.Equal(t, "chk_books_stock", ie.Constraint)
				return spoiled
			}
		}
		return nil
	})
	require.ErrorIs(t, err, spoiled)

	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	for _, err := range l.books.Iter(cancelled) {
		require.ErrorIs(t, err, context.Canceled)
	}
	require.Zero(t, inUse(t, l))
}

func TestIterTwoAtOnce(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	many(t, l, 30)
	pairs := 0
	require.NoError(t, txutil.Atomic(ctx, l.db, func(ctx context.Context) error {
		for range l.books.Iter(ctx) {
			for range l.books.Iter(ctx) {
				pairs++
			}
		}
		return nil
	}))
	require.Equal(t, 900, pairs)
}

// A panic of the loop that is recovered within the transaction leaves no cursor
// open.
func TestIterPanicClosesItsCursor(t *testing.T) {
	t.Parallel()
	onlyOpened(t, "plain GORM calls that join the context's transaction")
	ctx, l := setup(t)
	many(t, l, 10)
	require.NoError(t, txutil.Atomic(ctx, l.db, func(ctx context.Context) error {
		require.Panics(t, func() {
			for range l.books.Iter(ctx) {
				panic("in the loop")
			}
		})
		var open int
		require.NoError(t, l.db.WithContext(ctx).Raw("SELECT count(*) FROM pg_cursors WHERE name LIKE 'gormango%'").Scan(&open).Error)
		require.Zero(t, open)
		return nil
	}))
}
