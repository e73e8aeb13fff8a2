package repo_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/txutil"
)

func TestCreate(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	ann := l.author(t, "Ann")
	at := time.Date(2026, 3, 1, 12, 0, 0, 123456789, time.UTC)
	b := &Book{Title: "a", Author: ann, Price: decimal.New(123, -2), PublishedAt: &at, Rating: ptr(1.5), Day: &at}
	require.NoError(t, l.books.Create(ctx, b))
	require.NotZero(t, b.ID)
	require.Equal(t, ann.ID, b.AuthorID, "the key of the loaded author")
	require.Equal(t, 123456000, b.PublishedAt.Nanosecond(), "the object equals its row")
	got, err := l.books.ByPK(ctx, b.ID)
	require.NoError(t, err)
	require.True(t, at.Truncate(time.Microsecond).Equal(*got.PublishedAt))
	require.Equal(t, "1.23", got.Price.String())
	require.Equal(t, time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), *got.Day)
	require.Nil(t, got.Subtitle)

	// Several in one transaction: the second fails, the first does not stay.
	err = l.books.Create(ctx, &Book{Title: "b", AuthorID: ann.ID}, &Book{Title: "a", AuthorID: ann.ID})
	var ie *gormango.IntegrityError
	require.ErrorAs(t, err, &ie)
	require.Equal(t, gormango.Unique, ie.Kind)
	require.Equal(t, "books", ie.Table)
	require.Equal(t, []string{"title"}, ie.Columns)
	require.Equal(t, []string{"a"}, titles(t, l.books))

	// A key that is set is kept.
	require.NoError(t, l.books.Create(ctx, &Book{AutoKey: key(77), Title: "c", AuthorID: ann.ID}))
	_, err = l.books.ByPK(ctx, 77)
	require.NoError(t, err)
}

func TestCreateChecks(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	ann := l.author(t, "Ann")
	for name, err := range map[string]error{
		"create": l.books.Create(ctx, &Book{AuthorID: ann.ID}),
		"second": l.books.Create(ctx, &Book{Title: "x", AuthorID: ann.ID}, &Book{AuthorID: ann.ID}),
		"bulk":   l.books.BulkCreate(ctx, []*Book{{Title: "x", AuthorID: ann.ID}, {AuthorID: ann.ID}}),
		"save":   l.books.Save(ctx, &Book{}),
		"update": l.books.Save(ctx, &Book{AutoKey: key(1)}, "pages"),
	} {
		var ve *models.ValidationError
		require.ErrorAs(t, err, &ve, name)
		require.Equal(t, "blank", ve.Fields["title"][0].Code)
	}
	_, err := l.books.By("title").GetOrCreate(ctx, &Book{AuthorID: ann.ID})
	require.ErrorContains(t, err, "This field cannot be blank.")
	n, err := l.books.Count(ctx)
	require.NoError(t, err)
	require.Zero(t, n, "nothing was stored")

	require.EqualError(t, l.books.Create(ctx, nil), "repo: Book: a nil object")
	require.EqualError(t, l.books.Save(ctx, nil), "repo: Book: a nil object")
	err = l.books.Create(ctx, &Book{Title: "x", Author: &Author{Name: "unsaved"}})
	require.ErrorIs(t, err, repo.ErrNoKey)
	require.EqualError(t, err, "repo: the object has no primary key: Author: Book.author was not saved before Book (create it first)")
}

func TestSave(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	ann, bob := l.author(t, "Ann"), l.author(t, "Bob")
	b := &Book{Title: "a", AuthorID: ann.ID, Pages: 5}
	require.NoError(t, l.books.Save(ctx, b), "an object without a key is created")
	require.NotZero(t, b.ID)
	b.Pages, b.Stock, b.EditorID = 0, 7, &bob.ID
	require.NoError(t, l.books.Save(ctx, b))
	got, err := l.books.ByPK(ctx, b.ID)
	require.NoError(t, err)
	require.Equal(t, 0, got.Pages)
	require.Equal(t, bob.ID, *got.EditorID)

	// Only the named columns; a relation's name means its column.
	got.Pages, got.Stock, got.EditorID = 9, 9, nil
	require.NoError(t, l.books.Save(ctx, got, "pages", "editor"))
	require.NoError(t, l.books.Refresh(ctx, b))
	require.Equal(t, 9, b.Pages)
	require.Equal(t, int32(7), b.Stock)
	require.Nil(t, b.EditorID)

	// Save never inserts under a key that is set.
	err = l.books.Save(ctx, &Book{AutoKey: key(999), Title: "z", AuthorID: ann.ID})
	require.ErrorIs(t, err, repo.ErrDoesNotExist)
	require.EqualError(t, err, "repo: no Book matches")

	require.ErrorIs(t, l.books.Save(ctx, &Book{Title: "n"}, "title"), repo.ErrNoKey)
	require.ErrorContains(t, l.books.Save(ctx, b, "titel"), `repo: Book has no field "titel" (did you mean "title"?); choices are`)
	require.ErrorContains(t, l.books.Save(ctx, b, "id"), `repo: Book.id cannot be written (it is the key, computed, or read-only) [repo/repository_test.go:`)
	require.ErrorContains(t, l.books.Save(ctx, b, "tags"), `Book has no column "tags": it belongs to Tag`)
}

func TestRefresh(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	ann, bob := l.author(t, "Ann"), l.author(t, "Bob")
	b := l.book(t, "a", ann, func(b *Book) { b.Rating = ptr(2.0) })
	_, err := l.books.Filter("pk", b.ID).Update(ctx, l.books.Set("title", "b"), l.books.Set("rating", nil), l.books.Set("author", bob))
	require.NoError(t, err)
	b.Author, b.Pages = ann, 33
	require.NoError(t, l.books.Refresh(ctx, b, "title"))
	require.Equal(t, "b", b.Title)
	require.Equal(t, 33, b.Pages, "other columns stay")
	require.NotNil(t, b.Author)
	require.NoError(t, l.books.Refresh(ctx, b))
	require.Zero(t, b.Pages)
	require.Nil(t, b.Rating, "NULL empties the field")
	require.Nil(t, b.Author, "another author's key: the loaded one is dropped")
	require.ErrorIs(t, l.books.Refresh(ctx, &Book{AutoKey: key(999)}), repo.ErrDoesNotExist)
	require.ErrorIs(t, l.books.Refresh(ctx, &Book{}), repo.ErrNoKey)
}

func TestDelete(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	ann := l.author(t, "Ann")
	a, b, c := l.book(t, "a", ann), l.book(t, "b", ann), l.book(t, "c", ann)
	was := *a
	d, err := l.books.Delete(ctx, a)
	require.NoError(t, err)
	require.Equal(t, repo.Deleted{Total: 1, By: map[string]int64{"Book": 1}}, d)
	require.Zero(t, a.ID, "so that Save inserts it anew")
	_, err = l.books.Delete(ctx, b, &was)
	require.ErrorIs(t, err, repo.ErrDoesNotExist)
	require.Equal(t, []string{"b", "c"}, titles(t, l.books.OrderBy("title")), "all or none")
	d, err = l.books.Delete(ctx, b, c)
	require.NoError(t, err)
	require.EqualValues(t, 2, d.Total)
	_, err = l.books.Delete(ctx, &Book{})
	require.ErrorIs(t, err, repo.ErrNoKey)
	_, err = l.books.Delete(ctx, nil)
	require.Error(t, err)
}

type stamped struct {
	ID        int64 `gorm:"primaryKey"`
	Name      string
	Token     string    `gorm:"default:gen_random_uuid()"`
	Made      time.Time `gorm:"default:CURRENT_TIMESTAMP"`
	Active    bool      `gorm:"default:true"`
	Twice     int64     `gorm:"->;type:bigint;generated:id * 2"`
	CreatedAt time.Time
	UpdatedAt time.Time
	DeletedAt gorm.DeletedAt
}

func TestColumnsThatFillThemselves(t *testing.T) {
	t.Parallel()
	ctx, _ := setup(t)
	db := openDB(t, &stamped{})
	r := repo.New[stamped](db)
	s := &stamped{Name: "a"}
	require.NoError(t, r.Create(ctx, s))
	require.NotEmpty(t, s.Token, "a default that is a function fills a zero value")
	require.NotZero(t, s.Made)
	require.False(t, s.Active, "an explicit zero is no default")
	require.NotZero(t, s.CreatedAt)
	require.Equal(t, s.CreatedAt, s.UpdatedAt)
	got, err := r.ByPK(ctx, s.ID)
	require.NoError(t, err)
	require.Equal(t, *s, *got)

	before := s.UpdatedAt
	time.Sleep(time.Millisecond)
	require.NoError(t, r.Save(ctx, s, "name"))
	require.True(t, s.UpdatedAt.After(before))
	require.NoError(t, r.Refresh(ctx, got))
	require.Equal(t, *s, *got)

	own := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	other := &stamped{Name: "b", Token: "mine", CreatedAt: own, UpdatedAt: own}
	require.NoError(t, r.Create(ctx, other))
	require.Equal(t, own, other.CreatedAt)
	require.Equal(t, own, other.UpdatedAt, "a time that is set at creation stays")
	require.Equal(t, "mine", other.Token)

	// A model with gorm.DeletedAt hides what was deleted.
	_, err = r.Delete(ctx, s)
	require.NoError(t, err)
	require.True(t, s.DeletedAt.Valid)
	_, err = r.ByPK(ctx, s.ID)
	require.ErrorIs(t, err, repo.ErrDoesNotExist)
	n, err := r.Filter("name", "b").Delete(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 1, n.Total)
	count, err := r.Count(ctx)
	require.NoError(t, err)
	require.Zero(t, count)
	var rows int64
	require.NoError(t, db.Unscoped().Model(&stamped{}).Count(&rows).Error)
	require.EqualValues(t, 2, rows)
	_, err = r.Delete(ctx)
	require.ErrorIs(t, err, gorm.ErrMissingWhereClause, "the hiding condition is none of the caller's")
}

func TestUnbound(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	var qs *repo.QuerySet[Book]
	_, err := qs.Filter("x", 1).All(ctx)
	require.ErrorIs(t, err, repo.ErrUnbound)
	var r repo.Repository[Book]
	require.ErrorIs(t, r.Create(ctx, &Book{}), repo.ErrUnbound)
	require.ErrorIs(t, repo.New[Book](nil).Err(), repo.ErrUnbound)
	_, err = repo.New[int](l.db).Count(ctx)
	require.EqualError(t, err, "gormango: a model is a struct, not int")
}

// Everything with the context of a transaction runs in it, plain GORM too.
func TestOneTransaction(t *testing.T) {
	t.Parallel()
	onlyOpened(t, "plain GORM calls that join the context's transaction")
	ctx, l := setup(t)
	stop := errors.New("stop")
	err := txutil.Atomic(ctx, l.db, func(ctx context.Context) error {
		a := &Author{Name: "Ann"}
		require.NoError(t, l.authors.Create(ctx, a))
		require.NoError(t, l.db.WithContext(ctx).Create(&Book{Title: "gorm", AuthorID: a.ID}).Error)
		require.Equal(t, int64(1), count(t, ctx, l.books.Filter("author", a)))
		require.NoError(t, l.db.WithContext(ctx).Create(&Author{Name: "Bob", Books: []Book{{Title: "x"}, {Title: "y"}}}).Error)
		require.Equal(t, int64(3), count(t, ctx, l.books))
		require.Zero(t, count(t, context.Background(), l.books), "nobody outside sees it")
		return stop
	})
	require.ErrorIs(t, err, stop)
	require.Zero(t, count(t, ctx, l.books))
	require.Zero(t, count(t, ctx, l.authors))

}

// GORM's own transaction is one for a repository made of it.
func TestRepositoryOfATransaction(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	stop := errors.New("stop")
	err := l.db.Transaction(func(tx *gorm.DB) error {
		require.NoError(t, repo.New[Author](tx).Create(ctx, &Author{Name: "Cid"}))
		return stop
	})
	require.ErrorIs(t, err, stop)
	require.Zero(t, count(t, ctx, l.authors))
}

func count[T any](t *testing.T, ctx context.Context, qs *repo.QuerySet[T]) int64 {
	t.Helper()
	n, err := qs.Count(ctx)
	require.NoError(t, err)
	return n
}
