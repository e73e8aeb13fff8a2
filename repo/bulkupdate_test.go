package repo_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/longtest"
	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
)

// More rows than a statement may have parameters, in one statement.
func TestBulkUpdate(t *testing.T) {
	t.Parallel()
	ctx, db, seats := seats(t)
	_, err := seats.BulkCreateSeq(ctx, func(yield func(*seat, error) bool) {
		for i := range longtest.Size(5_000, 70_000) {
			if !yield(seatCoded(fmt.Sprint(i), i), nil) {
				return
			}
		}
	}, repo.UseCopy())
	require.NoError(t, err)
	heard := 0
	repo.PreSave(db, func(_ context.Context, _ repo.SaveEvent[seat]) error { heard++; return nil })
	list, err := seats.OrderBy("id").All(ctx)
	require.NoError(t, err)
	was := list[0].UpdatedAt
	for i, s := range list {
		s.Rank, s.Status = -i, "unnamed"
		if i%2 == 0 {
			s.Price = ptr(i)
		}
	}
	again := *list[5]
	again.Rank = 99
	n, err := seats.BulkUpdate(ctx, append(list, &again, &seat{AutoKey: key(1_000_000), Code: "gone"}), "rank", "price")
	require.NoError(t, err)
	require.EqualValues(t, len(list), n, "rows that were there")
	require.Zero(t, heard)
	got, err := seats.OrderBy("id").All(ctx)
	require.NoError(t, err)
	require.Len(t, got, len(list))
	for i, s := range got {
		require.Equal(t, -i, s.Rank, "the first of two objects with one key counts")
		require.Equal(t, list[i].Price, s.Price)
		require.Empty(t, s.Status)
	}
	require.Equal(t, was, got[0].UpdatedAt, "moved only where it is named")
	old := time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC)
	list[0].UpdatedAt = old
	_, err = seats.BulkUpdate(ctx, list[:1], "updated_at")
	require.NoError(t, err)
	require.NoError(t, seats.Refresh(ctx, list[0]))
	require.True(t, old.Equal(list[0].UpdatedAt))

	n, err = seats.BulkUpdate(ctx, nil, "rank")
	require.NoError(t, err)
	require.Zero(t, n)
	var fe *repo.FieldError
	for _, name := range []repo.Name[seat]{"id", "pk", "nothing"} {
		_, err = seats.BulkUpdate(ctx, nil, name)
		require.ErrorAs(t, err, &fe, name)
	}
	_, err = seats.BulkUpdate(ctx, []*seat{list[0], {}}, "rank")
	require.ErrorIs(t, err, repo.ErrNoKey)
	require.ErrorContains(t, err, "object 1")
	_, err = seats.BulkUpdate(ctx, []*seat{nil}, "rank")
	require.ErrorContains(t, err, "object 0")
}

func TestBulkUpdateNamesTheBadRow(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	ann := l.author(t, "Ann")
	var books []*Book
	for i := range 20 {
		books = append(books, l.book(t, fmt.Sprint(i), ann))
	}
	books[13].Stock = -1
	for _, b := range books {
		b.Pages = 5
	}
	_, err := l.books.BulkUpdate(ctx, append(books[:2:2], books...), "pages", "stock")
	var oe *repo.ObjectError
	require.ErrorAs(t, err, &oe)
	require.Equal(t, 15, oe.Index, "its place in the list, with those that were there twice")
	require.Equal(t, "stock", oe.Field)
	require.Zero(t, count(t, ctx, l.books.Filter("pages", 5)))
	books[13].Stock, books[7].Title = 0, "8"
	_, err = l.books.BulkUpdate(ctx, books, "title")
	var ie *gormango.IntegrityError
	require.ErrorAs(t, err, &ie)
	books[7].Title = ""
	_, err = l.books.BulkUpdate(ctx, books, "title")
	var ve *models.ValidationError
	require.ErrorAs(t, err, &ve)
	require.ErrorAs(t, err, &oe)
	require.Equal(t, 7, oe.Index)
}

// Keys of several columns, arrays and versions.
func TestBulkUpdateOfOtherModels(t *testing.T) {
	t.Parallel()
	onlyOpened(t, "arrays in plain slices: GORM does not read them")
	ctx, _ := setup(t)
	rows := repo.New[stockRow](openDB(t, &stockRow{}))
	a, b := &stockRow{Shop: 1, Item: "a"}, &stockRow{Shop: 1, Item: "b"}
	require.NoError(t, rows.BulkCreate(ctx, []*stockRow{a, b}))
	a.Qty, b.Qty, a.Notes = 7, 8, []string{"x", "y"}
	gone := &stockRow{Shop: 2, Item: "b", Versioned: models.Versioned{LockVersion: 1}}
	n, err := rows.BulkUpdate(ctx, []*stockRow{a, gone, b}, "qty", "notes")
	require.NoError(t, err)
	require.EqualValues(t, 2, n)
	require.EqualValues(t, 2, a.LockVersion, "raised")
	for _, want := range []*stockRow{a, b} {
		got, err := rows.Filter("shop", want.Shop).Filter("item", want.Item).Get(ctx)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	// One was saved in between: none is changed.
	theirs := *b
	require.NoError(t, rows.Save(ctx, &theirs))
	a.Qty, b.Qty = 70, 80
	for _, field := range []repo.Name[stockRow]{"qty", "notes"} {
		_, err = rows.BulkUpdate(ctx, []*stockRow{a, b}, field)
		require.ErrorIs(t, err, repo.ErrStaleObject, field)
		require.EqualValues(t, 2, a.LockVersion)
		require.Zero(t, count(t, ctx, rows.Filter("qty__gte", 70)))
	}
	_, err = rows.BulkUpdate(ctx, []*stockRow{a}, "lock_version")
	require.ErrorContains(t, err, "cannot be written")
}

// Values that move from row to row of a unique column meet in the order of the
// rows, as in Django, whatever the order of the objects.
func TestBulkUpdateMovesValues(t *testing.T) {
	t.Parallel()
	ctx, db, seats := seats(t)
	for _, n := range []int{5, 50} {
		list := make([]*seat, n)
		for i := range list {
			list[i] = seatCoded(fmt.Sprintf("%d-%03d", n, i+1), i)
		}
		require.NoError(t, seats.BulkCreate(ctx, list))
		require.NoError(t, db.Exec("ANALYZE").Error) // the server may begin with either side of a join now
		slices.Reverse(list)
		for i, s := range list {
			s.Code = fmt.Sprintf("%d-%03d", n, n-i-1)
		}
		changed, err := seats.BulkUpdate(ctx, list, "code")
		require.NoError(t, err)
		require.EqualValues(t, n, changed)
		all, err := seats.Filter("code__startswith", fmt.Sprint(n, "-")).OrderBy("rank").All(ctx)
		require.NoError(t, err)
		for i, s := range all {
			require.Equal(t, fmt.Sprintf("%d-%03d", n, i), s.Code)
		}
	}
}
