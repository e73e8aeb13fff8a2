package repo_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/models"
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

type subscriber struct {
	models.AutoKey
	Email string  `gorm:"uniqueIndex:idx_subscriber_email,expression:upper(email)"`
	Nick  *string `gorm:"index"`
	Seen  time.Time
	Name  string
	Tags  []string       `gorm:"type:text[]"`
	Data  map[string]any `gorm:"type:jsonb"`
	Teams []subscription
}

type subscription struct {
	models.AutoKey
	Subscriber   *subscriber
	SubscriberID *int64
	Title        string
}

// By takes a lookup behind a column, whose value is the object's.
func TestByLookup(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	db := openDB(t, &subscriber{}, &subscription{})
	r, subs := repo.New[subscriber](db), repo.New[subscription](db)
	at := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
	ann := &subscriber{Email: "Ann@x.org", Name: "Ann", Seen: at, Tags: []string{"a", "b"}, Data: map[string]any{"k": 1, "n": nil}}
	created, err := r.By("email__iexact").GetOrCreate(ctx, ann)
	require.NoError(t, err)
	require.True(t, created)
	data := func(key string, v any) map[string]any { return map[string]any{key: v} }
	for i, c := range []struct {
		by   *repo.Match[subscriber]
		o    subscriber
		want bool
	}{
		{r.By("email__iexact"), subscriber{Email: "ANN@X.ORG", Name: "other"}, true},
		{r.By("email__iexact", "name"), subscriber{Email: "bob@x.org", Name: "Ann"}, false},
		{r.By("seen__date", "nick__iexact"), subscriber{Email: "c", Seen: at.Add(time.Hour)}, true},
		{r.By("seen__date"), subscriber{Email: "c", Seen: at.Add(24 * time.Hour)}, false},
		{r.By("seen__year"), subscriber{Email: "c", Seen: at.Add(24 * time.Hour)}, true},
		{r.By("nick__iexact"), subscriber{Email: "c", Nick: ptr("Bob")}, false},
		{r.By("tags__len"), subscriber{Email: "c", Tags: []string{"x", "y"}}, true},
		{r.By("tags__len"), subscriber{Email: "c", Tags: []string{"x"}}, false},
		{r.By("tags__0"), subscriber{Email: "c", Tags: []string{"a", "c"}}, true},
		{r.By("tags__7"), subscriber{Email: "c", Tags: []string{"x"}}, true},
		{r.By("tags__overlap"), subscriber{Email: "c", Tags: []string{"b"}}, true},
		{r.By("data__k"), subscriber{Email: "c", Data: data("k", 1)}, true},
		{r.By("data__k"), subscriber{Email: "c", Data: data("k", 2)}, false},
		{r.By("data__k"), subscriber{Email: "c", Data: data("x", 2)}, false},
		{r.By("data__x"), subscriber{Email: "c", Data: data("k", 2)}, true},
		{r.By("email__startswith"), subscriber{Email: "Ann"}, true},
	} {
		created, err := c.by.GetOrCreate(ctx, &c.o)
		require.NoError(t, err, "%d", i)
		require.Equal(t, c.want, !created, "%d", i)
		if created {
			_, err = r.Delete(ctx, &c.o)
			require.NoError(t, err)
			continue
		}
		require.Equal(t, []any{ann.ID, "Ann@x.org"}, []any{c.o.ID, c.o.Email})
	}
	o := &subscriber{Email: "ann@x.org", Name: "new"}
	created, err = r.By("email__iexact").UpdateOrCreate(ctx, o, "name")
	require.NoError(t, err)
	require.False(t, created)
	require.Equal(t, []any{ann.ID, "Ann@x.org", "new"}, []any{o.ID, o.Email, o.Name})
	var field *repo.FieldError
	for _, bad := range []repo.Name[subscriber]{"email__nope", "nope__iexact", "email__in", "email__isnull", "email__range", "data__has_key",
		"teams", "teams__title", "teams__title__iexact", "email__", "nope"} {
		for _, by := range []*repo.Match[subscriber]{r.By(bad), r.By("name", bad), r.Annotate("nope", repo.F("email")).By(bad)} {
			_, err = by.GetOrCreate(ctx, &subscriber{Email: "c"})
			require.ErrorAs(t, err, &field, "%s: %v", bad, err)
			require.EqualValues(t, bad, field.Lookup)
			_, err = by.UpdateOrCreate(ctx, &subscriber{Email: "c"}, "name")
			require.ErrorAs(t, err, &field, "%s", bad)
		}
	}
	made := &subscription{Subscriber: ann, Title: "News"}
	require.NoError(t, subs.Create(ctx, made))
	for _, by := range []*repo.Match[subscription]{subs.By("subscriber", "title__iexact"), subs.By("subscriber__exact"), repo.RelatedByName[subscription](r, ann, "teams").By("title__iexact")} {
		s := &subscription{Subscriber: ann, Title: "NEWS"}
		created, err := by.GetOrCreate(ctx, s)
		require.NoError(t, err)
		require.False(t, created)
		require.Equal(t, made.ID, s.ID)
	}
	_, err = subs.By("subscriber__email__iexact").GetOrCreate(ctx, &subscription{})
	require.ErrorAs(t, err, &field)
}
