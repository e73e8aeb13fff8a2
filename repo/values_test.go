package repo_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
)

// stocked is a library of three books by two authors.
func stocked(t testing.TB) (context.Context, *library) {
	ctx, l := setup(t)
	ann, bob := l.author(t, "Ann"), l.author(t, "Bob")
	day := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	l.book(t, "Go", ann, func(b *Book) {
		b.Pages, b.Stock, b.Price, b.Rating, b.Day = 380, 2, decimal.RequireFromString("10.50"), ptr(4.5), &day
		b.EditorID, b.PublishedAt = &bob.ID, ptr(time.Date(2026, 2, 3, 23, 30, 5, 0, time.UTC))
	})
	l.book(t, "More Go", ann, func(b *Book) {
		b.Pages, b.Subtitle, b.PublishedAt = 91, ptr("again"), ptr(time.Date(2025, 12, 31, 23, 30, 0, 0, time.UTC))
	})
	l.book(t, "SQL", bob, func(b *Book) { b.Pages, b.Stock, b.Rating = 250, 1, ptr(3.0) })
	return ctx, l
}

func TestValuesIntoStructs(t *testing.T) {
	t.Parallel()
	ctx, l := stocked(t)
	type brief struct {
		Title      string
		AuthorName string
		Score      *float64       `gorm:"column:rating"`
		Editor     sql.NullString `gorm:"column:editor__name"`
		Price      decimal.Decimal
	}
	rows, err := repo.Values[brief](ctx, l.books.OrderBy("title"), "title", "author__name", "rating", "editor__name", "price")
	require.NoError(t, err)
	require.Len(t, rows, 3)
	require.Equal(t, "Go", rows[0].Title)
	require.Equal(t, "Ann", rows[0].AuthorName)
	require.Equal(t, 4.5, *rows[0].Score)
	require.Equal(t, sql.NullString{String: "Bob", Valid: true}, rows[0].Editor)
	require.Equal(t, "10.5", rows[0].Price.String())
	require.Nil(t, rows[1].Score)
	require.False(t, rows[1].Editor.Valid)

	// An embedded struct is its fields, behind a pointer too; the whole model is a
	// struct as others.
	type Named struct{ Title string }
	type Paged struct{ Pages uint16 }
	type both struct {
		Named
		*Paged
		note *Tag // no business of a row
	}
	mixed, err := repo.Values[both](ctx, l.books.OrderBy("title"), "pages", "title")
	require.NoError(t, err)
	require.Equal(t, uint16(91), mixed[1].Pages)
	require.Equal(t, both{Named{"SQL"}, &Paged{250}, nil}, mixed[2])
	whole, err := repo.Values[Book](ctx, l.books.OrderBy("title"))
	require.NoError(t, err)
	one, err := l.books.Filter("title", "Go").Get(ctx)
	require.NoError(t, err)
	require.Equal(t, *one, whole[0])
}

func TestValuesIntoMapsRowsAndScalars(t *testing.T) {
	t.Parallel()
	ctx, l := stocked(t)
	books := l.books.OrderBy("title")
	maps, err := repo.Values[map[string]any](ctx, books, "title", "pages", "price", "rating", "day", "author")
	require.NoError(t, err)
	ann, err := l.authors.Filter("name", "Ann").Get(ctx)
	require.NoError(t, err)
	price := maps[0]["price"].(decimal.Decimal)
	require.Equal(t, "10.5", price.String())
	delete(maps[0], "price")
	require.Equal(t, map[string]any{"title": "Go", "pages": int64(380), "rating": 4.5, "day": time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), "author": ann.ID}, maps[0])
	require.Nil(t, maps[1]["rating"])

	lists, err := repo.Values[[]any](ctx, books, "pages", "title")
	require.NoError(t, err)
	require.Equal(t, [][]any{{int64(380), "Go"}, {int64(91), "More Go"}, {int64(250), "SQL"}}, lists)

	plain, err := repo.Values[string](ctx, books, "author__name")
	require.NoError(t, err)
	require.Equal(t, []string{"Ann", "Ann", "Bob"}, plain)
	null, err := repo.Values[*string](ctx, books, "subtitle")
	require.NoError(t, err)
	require.Equal(t, []*string{nil, ptr("again"), nil}, null)
	numbers, err := repo.Values[any](ctx, books, "stock")
	require.NoError(t, err)
	require.Equal(t, []any{int64(2), int64(0), int64(1)}, numbers)
	named, err := repo.Values[Status](ctx, books.Limit(1), "status")
	require.NoError(t, err)
	require.Equal(t, []Status{""}, named)

	var seen []string
	for title, err := range repo.ValuesIter[string](ctx, books, "title") {
		require.NoError(t, err)
		if seen = append(seen, title); len(seen) == 2 {
			break
		}
	}
	require.Equal(t, []string{"Go", "More Go"}, seen)
	require.Zero(t, inUse(t, l))

	none, err := repo.Values[string](ctx, l.books.None(), "title")
	require.NoError(t, err)
	require.NotNil(t, none)
	require.Empty(t, none)
	empty, err := repo.Values[string](ctx, l.books.Filter("title", "x"), "title")
	require.NoError(t, err)
	require.NotNil(t, empty)
}

// Without names: what Columns or GroupBy chose and the annotations after it,
// else all.
func TestValuesWithoutNames(t *testing.T) {
	t.Parallel()
	ctx, l := stocked(t)
	books := l.books.OrderBy("title")
	chosen, err := repo.Values[[]any](ctx, books.Columns("title").Annotate("more", repo.F("pages").Add(1)))
	require.NoError(t, err)
	require.Equal(t, []any{"Go", int64(381)}, chosen[0])
	all, err := repo.Values[map[string]any](ctx, books.Annotate("more", repo.F("pages").Add(1)).Alias("hidden", repo.F("pages")))
	require.NoError(t, err)
	require.Equal(t, int64(381), all[0]["more"])
	require.Contains(t, all[0], "author_id")
	require.NotContains(t, all[0], "hidden")
	union, err := repo.Values[[]any](ctx, books.Filter("title", "Go").Union(books.Filter("title", "SQL")).OrderBy("title"), "title")
	require.NoError(t, err)
	require.Equal(t, [][]any{{"Go"}, {"SQL"}}, union)
}

func TestPluck(t *testing.T) {
	t.Parallel()
	ctx, l := stocked(t)
	got, err := repo.Pluck(ctx, l.books.OrderBy("title"), repo.NewField[*Book, string]("", "author__name"))
	require.NoError(t, err)
	require.Equal(t, []string{"Ann", "Ann", "Bob"}, got)
	ratings, err := repo.Pluck(ctx, l.books.OrderBy("title"), repo.NewField[*Book, *float64]("", "rating"))
	require.NoError(t, err)
	require.Equal(t, []*float64{ptr(4.5), nil, ptr(3.0)}, ratings)
	_, err = repo.Pluck[Book, string](ctx, l.books, nil)
	require.ErrorContains(t, err, "Pluck without a column")
}

func TestValuesMistakes(t *testing.T) {
	t.Parallel()
	ctx, l := stocked(t)
	_, err := repo.Values[struct{ Titel string }](ctx, l.books, "title")
	require.ErrorContains(t, err, `struct { Titel string } has no field for the column "title"; its fields take titel [repo/values_test.go`)
	_, err = repo.Values[struct{ Title, Pages string }](ctx, l.books, "title")
	require.ErrorContains(t, err, `no column fills the field Pages of struct { Title string; Pages string } ("pages"); the columns are title`)
	_, err = repo.Values[struct {
		A string `gorm:"column:title"`
		B string `gorm:"column:title"`
	}](ctx, l.books, "title")
	require.ErrorContains(t, err, `take the column "title"`)
	_, err = repo.Values[string](ctx, l.books, "title", "pages")
	require.ErrorContains(t, err, "rows of 2 columns do not fit string (choose one of pages, title")
	_, err = repo.Values[*Book](ctx, l.books)
	require.ErrorContains(t, err, "name the struct itself, repo_test.Book")
	_, err = repo.Values[string](ctx, l.books, "titel")
	var fe *repo.FieldError
	require.ErrorAs(t, err, &fe)
	require.Equal(t, "title", fe.Nearest)
	_, err = repo.Values[int](ctx, l.books, "title")
	require.ErrorContains(t, err, `"title"`)
	_, err = repo.Values[map[int]string](ctx, l.books, "title")
	require.Error(t, err)
	_, err = repo.Values[chan int](ctx, l.books, "title")
	require.Error(t, err)
	_, err = repo.Values[string](ctx, (*repo.Repository[Book])(nil), "title")
	require.ErrorIs(t, err, repo.ErrUnbound)
	_, err = repo.Values[string, Book](ctx, nil)
	require.ErrorIs(t, err, repo.ErrUnbound)
	for _, err := range repo.ValuesIter[string](ctx, l.books, "titel") {
		require.ErrorAs(t, err, &fe)
	}
}

// Sample has a column of every kind.
type Sample struct {
	models.AutoKey
	Whole  int64
	Small  int16
	Ratio  float64
	Exact  decimal.Decimal `gorm:"type:numeric(12,3)"`
	Word   string
	Yes    bool
	At     time.Time
	Local  time.Time `gorm:"type:timestamp"`
	Day    time.Time `gorm:"type:date"`
	Clock  string    `gorm:"type:time without time zone"`
	Long   string    `gorm:"type:interval"`
	Doc    string    `gorm:"type:jsonb"`
	Mark   uuid.UUID `gorm:"type:uuid"`
	Bytes  []byte
	Words  []string       `gorm:"type:text[]"`
	Counts string         `gorm:"type:int[]"`
	Grid   string         `gorm:"type:numeric[]"`
	Labels map[string]int `gorm:"serializer:json"`
}

func TestValuesOfEveryKind(t *testing.T) {
	t.Parallel()
	ctx, db := context.Background(), openDB(t, &Sample{})
	mark := uuid.MustParse("0190163d-8694-739b-aea5-966c26f8ad91")
	require.NoError(t, db.Exec(`INSERT INTO samples (whole, small, ratio, exact, word, yes, at, local, day, clock, long, doc, mark, bytes, words, counts, grid, labels) VALUES
		(9007199254740993, 7, 0.25, 12.500, 'w', true, '2026-01-02 03:04:05.678+00', '2026-01-02 03:04:05', '2026-01-02', '03:04:05.5', '1 year 1 mon 2 days 03:04:05.5',
		'{"a": [1, 2.5, 12345678901234567890], "b": null}', ?, '\x00ff', '{"a b",NULL,"c,\"d"}', '{1,NULL,3}', '{{1.5,2},{3,4}}', '{"x":1}')`, mark).Error)
	samples := repo.New[Sample](db)
	at, local := time.Date(2026, 1, 2, 3, 4, 5, 678e6, time.UTC), time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	long := (365+30+2)*24*time.Hour + 3*time.Hour + 4*time.Minute + 5500*time.Millisecond
	doc := map[string]any{"a": []any{int64(1), 2.5, json.Number("12345678901234567890")}, "b": nil}

	rows, err := repo.Values[map[string]any](ctx, samples)
	require.NoError(t, err)
	row := rows[0]
	require.True(t, at.Equal(row["at"].(time.Time)))
	require.True(t, local.Equal(row["local"].(time.Time)))
	require.Equal(t, "12.5", row["exact"].(decimal.Decimal).String())
	grid := row["grid"].([]any)
	require.Equal(t, "3", grid[1].([]any)[0].(decimal.Decimal).String())
	for _, k := range []string{"at", "local", "exact", "grid", "id"} {
		delete(row, k)
	}
	require.Equal(t, map[string]any{"whole": int64(9007199254740993), "small": int64(7), "ratio": 0.25, "word": "w", "yes": true, "day": time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC),
		"clock": "03:04:05.500000", "long": long, "doc": doc, "mark": mark, "bytes": []byte{0, 255}, "words": []any{"a b", nil, `c,"d`}, "counts": []any{int64(1), nil, int64(3)},
		"labels": `{"x":1}`}, row)

	type typed struct {
		Small  *int
		Exact  float64
		Long   time.Duration
		Doc    struct{ A []float64 }
		Mark   string
		Words  []*string
		Counts []*int16
		Grid   [][]float64
		Labels map[string]int
		Yes    any
		Clock  *string
	}
	structs, err := repo.Values[typed](ctx, samples, "small", "exact", "long", "doc", "mark", "words", "counts", "grid", "labels", "yes", "clock")
	require.NoError(t, err)
	require.Equal(t, typed{Small: ptr(7), Exact: 12.5, Long: long, Doc: struct{ A []float64 }{[]float64{1, 2.5, 12345678901234567890}}, Mark: mark.String(),
		Words: []*string{ptr("a b"), nil, ptr(`c,"d`)}, Counts: []*int16{ptr(int16(1)), nil, ptr(int16(3))}, Grid: [][]float64{{1.5, 2}, {3, 4}},
		Labels: map[string]int{"x": 1}, Yes: true, Clock: ptr("03:04:05.5")}, structs[0])
	duration, err := repo.Values[time.Duration](ctx, samples, "long")
	require.NoError(t, err)
	require.Equal(t, []time.Duration{long}, duration)
	words, err := repo.Values[[]*string](ctx, samples, "words")
	require.NoError(t, err)
	require.Len(t, words[0], 3)
	year, err := repo.Values[any](ctx, samples, "day__year")
	require.NoError(t, err)
	require.Equal(t, []any{int64(2026)}, year)
	asInt, err := repo.Values[int](ctx, samples, "at__year")
	require.NoError(t, err)
	require.Equal(t, []int{2026}, asInt)

	// What a Go type cannot hold is an error, or text, never a wrong value.
	require.NoError(t, db.Exec("UPDATE samples SET exact = 'NaN', day = 'infinity', small = NULL").Error)
	_, err = repo.Values[map[string]any](ctx, samples, "exact")
	require.ErrorContains(t, err, `column "exact": a special number does not fit decimal.Decimal`)
	infinite, err := repo.Values[any](ctx, samples, "day")
	require.NoError(t, err)
	require.Equal(t, []any{"infinity"}, infinite)
}
