package repo_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/txutil"
)

func TestGetOrCreate(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	tag := &Tag{Name: "go"}
	created, err := l.tags.By("name").GetOrCreate(ctx, tag)
	require.NoError(t, err)
	require.True(t, created)
	again := &Tag{Name: "go"}
	created, err = l.tags.By("name").GetOrCreate(ctx, again)
	require.NoError(t, err)
	require.False(t, created)
	require.Equal(t, tag.ID, again.ID)

	// A relation identifies too, and a NULL is looked for as NULL.
	ann := l.author(t, "Ann")
	b := &Book{Title: "a", Author: ann}
	created, err = l.books.By("author", "editor").GetOrCreate(ctx, b)
	require.NoError(t, err)
	require.True(t, created)
	found := &Book{AuthorID: ann.ID, Title: "ignored"}
	created, err = l.books.By("author", "editor").GetOrCreate(ctx, found)
	require.NoError(t, err)
	require.False(t, created)
	require.Equal(t, "a", found.Title)
	l.book(t, "b", ann)
	_, err = l.books.By("author").GetOrCreate(ctx, &Book{AuthorID: ann.ID})
	require.ErrorIs(t, err, repo.ErrMultipleObjectsReturned)
	_, err = l.books.By("athor").GetOrCreate(ctx, &Book{})
	require.ErrorContains(t, err, `did you mean "author"?`)
}

// Of many who want the same row at once, one creates it and all get it, inside
// a transaction as well, which the lost race does not spoil.
func TestGetOrCreateRace(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	var (
		wg      sync.WaitGroup
		created atomic.Int32
		ids     sync.Map
	)
	for i := range 100 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			run := func(ctx context.Context) error {
				tag := &Tag{Name: "same"}
				mine, err := l.tags.By("name").GetOrCreate(ctx, tag)
				if err != nil {
					return err
				}
				if mine {
					created.Add(1)
				}
				ids.Store(tag.ID, true)
				_, err = l.tags.Count(ctx) // the transaction goes on
				return err
			}
			var err error
			if i%2 == 0 {
				err = run(ctx)
			} else {
				err = txutil.Atomic(ctx, l.db, run)
			}
			if err != nil {
				t.Error(err)
			}
		}()
	}
	wg.Wait()
	require.EqualValues(t, 1, created.Load())
	n := 0
	ids.Range(func(any, any) bool { n++; return true })
	require.Equal(t, 1, n)
}

func TestGetOrCreateKeepsToTheRepository(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	go_, sql := &Tag{Name: "go"}, &Tag{Name: "sql"}
	require.NoError(t, l.tags.Create(ctx, go_, sql))
	for _, qs := range []*repo.QuerySet[Tag]{l.tags.None(), l.tags.Limit(1)} {
		_, err := qs.By("name").GetOrCreate(ctx, &Tag{Name: "go"})
		require.ErrorIs(t, err, repo.ErrSliced)
	}
	// What is no column of the caller's object stays.
	mine := &Tag{Name: "go", Books: []Book{{Title: "mine"}}}
	created, err := l.tags.By("name").GetOrCreate(ctx, mine)
	require.NoError(t, err)
	require.False(t, created)
	require.Equal(t, go_.ID, mine.ID)
	require.Len(t, mine.Books, 1)
}

// A violation of another constraint than the one asked about is an error.
func TestGetOrCreateOtherConstraint(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	ann := l.author(t, "Ann")
	l.book(t, "taken", ann)
	_, err := l.books.By("pages").GetOrCreate(ctx, &Book{Title: "taken", Pages: 5, AuthorID: ann.ID})
	require.ErrorContains(t, err, "title")
	require.Equal(t, []string{"taken"}, titles(t, l.books))
}

func TestUpdateOrCreate(t *testing.T) {
	t.Parallel()
	ctx, db, seats := seats(t)
	var fields []repo.Name[seat]
	repo.PostSave(db, func(_ context.Context, e repo.SaveEvent[seat]) error { fields = e.Fields; return nil })
	a := seatCoded("a", 1)
	a.Status = "kept"
	created, err := seats.By("code").UpdateOrCreate(ctx, a, "rank")
	require.NoError(t, err)
	require.True(t, created)
	require.Nil(t, fields)

	b := seatCoded("a", 0)
	b.Status, b.Price, b.Fee = "mine", ptr(4), ptr(decimal.New(9, 0))
	created, err = seats.By("code").UpdateOrCreate(ctx, b, "rank", "price")
	require.NoError(t, err)
	require.False(t, created)
	require.Equal(t, []repo.Name[seat]{"rank", "price", "updated_at"}, fields)
	require.Equal(t, a.ID, b.ID)
	require.Equal(t, "kept", b.Status, "what was not named is the row's")
	require.Nil(t, b.Fee, "a NULL too")
	require.True(t, b.UpdatedAt.After(a.UpdatedAt))
	require.Equal(t, a.CreatedAt, b.CreatedAt)
	got, err := seats.Get(ctx)
	require.NoError(t, err)
	require.Equal(t, b, got)
	require.Zero(t, got.Rank)

	_, err = seats.By("code").UpdateOrCreate(ctx, b, "id")
	require.ErrorContains(t, err, "seat.id cannot be written")
	_, err = seats.By("code").UpdateOrCreate(ctx, nil, "rank")
	require.EqualError(t, err, "repo: seat: a nil object")
	require.NoError(t, seats.Create(ctx, seatCoded("b", 0)))
	_, err = seats.By("rank").UpdateOrCreate(ctx, &seat{}, "status")
	require.ErrorIs(t, err, repo.ErrMultipleObjectsReturned)
	require.ErrorContains(t, err, "UpdateOrCreate")
	// Where the rows are joined, only the model's own are locked.
	_, l := setup(t)
	ann := l.author(t, "Ann")
	l.book(t, "x", ann)
	narrow := l.books.Filter("editor__name__isnull", true)
	created, err = narrow.By("title").UpdateOrCreate(ctx, &Book{Title: "x", AuthorID: ann.ID, Pages: 9}, "pages")
	require.NoError(t, err)
	require.False(t, created)
}

// One of a hundred concurrent calls creates the row; every count arrives, since
// each call waits for the one before.
func TestUpdateOrCreateRace(t *testing.T) {
	t.Parallel()
	ctx, db, seats := seats(t)
	var wg sync.WaitGroup
	var made atomic.Int32
	for i := range 100 {
		wg.Go(func() {
			run := func(ctx context.Context) error {
				created, err := seats.By("code").UpdateOrCreate(ctx, seatCoded("same", i), "rank")
				if err == nil && created {
					made.Add(1)
				}
				return err
			}
			var err error
			if i%3 == 0 {
				err = txutil.Atomic(ctx, db, run)
			} else {
				err = run(ctx)
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, 1, made.Load())
	require.EqualValues(t, 1, count(t, ctx, seats))
}
