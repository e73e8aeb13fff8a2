package repo_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/migrate"
	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
)

func TestBulkCreate(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	ann := l.author(t, "Ann")
	// More values than a statement may have parameters.
	books := make([]*Book, 10_000)
	day := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	for i := range books {
		books[i] = &Book{Title: fmt.Sprint("ä", i), AuthorID: ann.ID, Pages: i, Price: decimal.New(int64(i), -2), Status: "x"}
		if i%2 == 0 {
			books[i].Rating, books[i].PublishedAt, books[i].Day, books[i].Subtitle = ptr(float64(i)), ptr(time.Now()), &day, ptr("s")
		}
	}
	require.NoError(t, l.books.BulkCreate(ctx, books))
	got, err := l.books.OrderBy("id").All(ctx)
	require.NoError(t, err)
	require.Len(t, got, len(books))
	for i, b := range books {
		require.Equal(t, b.ID, got[i].ID, "each object got the key of its own row")
		require.True(t, b.Price.Equal(got[i].Price))
		b.Price, got[i].Price = decimal.Zero, decimal.Zero
		if b.PublishedAt != nil {
			require.True(t, b.PublishedAt.Equal(*got[i].PublishedAt))
			b.PublishedAt, got[i].PublishedAt = nil, nil
		}
		require.Equal(t, *b, *got[i])
	}
	require.NoError(t, l.books.BulkCreate(ctx, nil))
}

func TestBulkCreateMixed(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	a := []*Author{{Name: "a"}, {AutoKey: key(50), Name: "b"}, {Name: "c"}, {AutoKey: key(51), Name: "d"}}
	require.NoError(t, l.authors.BulkCreate(ctx, a))
	require.Equal(t, int64(50), a[1].ID)
	require.NotZero(t, a[0].ID)
	names := func() (out []string) {
		all, err := l.authors.All(ctx)
		require.NoError(t, err)
		for _, x := range all {
			out = append(out, x.Name)
		}
		return out
	}
	require.Equal(t, []string{"a", "b", "c", "d"}, names())

	// Two statements, the second fails: nothing stays.
	err := l.authors.BulkCreate(ctx, []*Author{{Name: "e"}, {AutoKey: key(50), Name: "f"}})
	var ie *gormango.IntegrityError
	require.ErrorAs(t, err, &ie)
	require.Equal(t, []string{"id"}, ie.Columns)
	require.Equal(t, []string{"a", "b", "c", "d"}, names())

	err = l.books.BulkCreate(ctx, []*Book{{Title: "x"}, {Title: ""}})
	var ve *models.ValidationError
	require.ErrorAs(t, err, &ve)
	require.EqualError(t, err, "repo: Book: object 1: models: invalid title: This field cannot be blank.")
	require.EqualError(t, l.books.BulkCreate(ctx, []*Book{nil}), "repo: Book: object 0: repo: Book: a nil object")
}

type labelled struct {
	models.AutoKey
	Labels []string       `gorm:"type:text[]"`
	Data   map[string]any `gorm:"type:jsonb;serializer:json"`
}

type mood string

type sized struct {
	models.AutoKey
	Word  string  `gorm:"size:3"`
	Code  string  `gorm:"type:char(2)"`
	Bits  *string `gorm:"type:varchar(1)"`
	Mood  mood    `gorm:"type:mood"`
	Other *mood   `gorm:"type:mood"`
	Level level   `gorm:"type:smallint"`
}

type level uint8

func sizedRows(t *testing.T) (context.Context, *repo.Repository[sized]) {
	t.Helper()
	db := openDB(t)
	require.NoError(t, db.Exec("CREATE TYPE mood AS ENUM ('calm', 'wild')").Error)
	_, err := migrate.Auto(context.Background(), db, &sized{})
	require.NoError(t, err)
	return context.Background(), repo.New[sized](db)
}

// A cast to varchar(3) cuts what is too long in silence; a column refuses it.
func TestBulkCreateCutsNothing(t *testing.T) {
	t.Parallel()
	ctx, r := sizedRows(t)
	for _, bad := range []*sized{{Word: "four", Mood: "calm"}, {Code: "abc", Mood: "calm"}, {Bits: ptr("xy"), Mood: "calm"}} {
		one := *bad
		require.ErrorContains(t, r.Create(ctx, &one), "22001")
		require.ErrorContains(t, r.BulkCreate(ctx, []*sized{bad, {Word: "ok", Mood: "calm"}}), "22001")
	}
	n, err := r.Count(ctx)
	require.NoError(t, err)
	require.Zero(t, n)
}

// Named types of text and small integers, enums of PostgreSQL among them, go into lists.
func TestNamedTypesInLists(t *testing.T) {
	t.Parallel()
	ctx, r := sizedRows(t)
	require.NoError(t, r.BulkCreate(ctx, []*sized{{Word: "a", Mood: "calm", Level: 3}, {Word: "b", Mood: "wild", Other: ptr(mood("calm")), Level: 200}}))
	for lookup, v := range map[repo.Lookup[sized]]any{"mood__in": []mood{"wild"}, "mood": mood("wild"), "other__in": []*mood{ptr(mood("calm"))}, "level__in": []level{200, 7}, "level": level(200)} {
		got, err := r.Filter(lookup, v).Get(ctx)
		require.NoError(t, err, lookup)
		require.Equal(t, "b", got.Word, lookup)
	}
}

// unnest flattens arrays of arrays, so such rows go one by one.
func TestBulkCreateArrays(t *testing.T) {
	t.Parallel()
	onlyOpened(t, "arrays in plain slices: GORM does not read them")
	ctx, _ := setup(t)
	r := repo.New[labelled](openDB(t, &labelled{}))
	rows := []*labelled{{Labels: []string{"a", "b"}, Data: map[string]any{"x": 1.0}}, {Labels: []string{}}, {Labels: nil}}
	require.NoError(t, r.BulkCreate(ctx, rows))
	got, err := r.OrderBy("id").All(ctx)
	require.NoError(t, err)
	require.Equal(t, []string{"a", "b"}, got[0].Labels)
	require.Equal(t, map[string]any{"x": 1.0}, got[0].Data)
	require.Equal(t, []string{}, got[1].Labels)
	require.Nil(t, got[2].Labels)
}
