package repo_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
)

func TestInBulk(t *testing.T) {
	t.Parallel()
	ctx, l := stocked(t)
	all, err := l.books.OrderBy("title").All(ctx)
	require.NoError(t, err)
	got, err := repo.InBulk(ctx, l.books, []int64{all[0].ID, all[2].ID, 999})
	require.NoError(t, err)
	require.Equal(t, map[int64]*Book{all[0].ID: all[0], all[2].ID: all[2]}, got)
	ints, err := repo.InBulk[int](ctx, l.books.PrefetchRelated("tags"), nil)
	require.NoError(t, err)
	require.Len(t, ints, 3)
	require.NotNil(t, ints[int(all[1].ID)].Tags)
	over, cancel := context.WithCancel(ctx)
	cancel() // no statement would get through
	empty, err := repo.InBulk(over, l.books, []int64{})
	require.NoError(t, err)
	require.NotNil(t, empty)
	byTitle, err := repo.InBulkBy(ctx, l.books, "title", []string{"SQL", "C"})
	require.NoError(t, err)
	require.Equal(t, map[string]*Book{"SQL": all[2]}, byTitle)
	perAuthor, err := repo.InBulkBy[int64](ctx, l.books.OrderBy("author_id", "-pages").Distinct("author_id"), "author_id", nil)
	require.NoError(t, err)
	require.Len(t, perAuthor, 2)
	require.Equal(t, 380, perAuthor[all[0].AuthorID].Pages)

	_, err = repo.InBulk(ctx, l.books.Limit(1), []int64{1})
	require.ErrorIs(t, err, repo.ErrSliced)
	_, err = repo.InBulk(ctx, l.books.Columns("title"), []int64{1})
	require.ErrorIs(t, err, repo.ErrGrouped)
	_, err = repo.InBulkBy(ctx, l.books, "pages", []int{1})
	require.ErrorContains(t, err, "Book.pages is not unique")
	_, err = repo.InBulkBy(ctx, l.books, "titel", []string{"a"})
	var fe *repo.FieldError
	require.ErrorAs(t, err, &fe)
	_, err = repo.InBulk(ctx, l.books, []string{"a"})
	var ve *repo.LookupValueError
	require.ErrorAs(t, err, &ve)
	_, err = repo.InBulk[time.Time](ctx, l.books, nil)
	require.ErrorContains(t, err, "does not fit time.Time")
	_, err = repo.InBulkBy(ctx, l.books.Only("pages"), "title", []string{"SQL"})
	require.ErrorContains(t, err, "deferred")
}

type Ticket struct {
	models.UUIDKey
	Code *string `gorm:"uniqueIndex:,where:code <> ''"`
	Seat *int    `gorm:"unique"`
}

func TestInBulkByKeysOfOtherTypes(t *testing.T) {
	t.Parallel()
	ctx, tickets := context.Background(), repo.New[Ticket](openDB(t, &Ticket{}))
	require.NoError(t, tickets.Create(ctx, &Ticket{Code: ptr("a"), Seat: ptr(1)}, &Ticket{}))
	all, err := tickets.OrderBy("seat").All(ctx)
	require.NoError(t, err)
	id := all[0].ID
	byText, err := repo.InBulk(ctx, tickets, []string{id.String()})
	require.NoError(t, err)
	require.Equal(t, all[0], byText[id.String()])
	byID, err := repo.InBulk(ctx, tickets, []uuid.UUID{id})
	require.NoError(t, err)
	require.Equal(t, all[0], byID[id])
	seats, err := repo.InBulkBy[int64](ctx, tickets, "seat", nil)
	require.NoError(t, err)
	require.Equal(t, map[int64]*Ticket{1: all[0]}, seats)
	_, err = repo.InBulkBy(ctx, tickets, "code", []string{"a"})
	require.ErrorContains(t, err, "not unique") // the index has a condition
}

func TestEarliestLatestContains(t *testing.T) {
	t.Parallel()
	ctx, l := stocked(t)
	least, err := l.books.OrderBy("-pages").Earliest(ctx, "pages")
	require.NoError(t, err)
	require.Equal(t, "More Go", least.Title)
	last, err := l.books.Latest(ctx, "author__name", "-pages")
	require.NoError(t, err)
	require.Equal(t, "SQL", last.Title)
	last, err = l.books.Latest(ctx, "author_id", "-pages")
	require.NoError(t, err)
	require.Equal(t, "SQL", last.Title)
	_, err = l.books.Filter("title", "x").Latest(ctx, "pages")
	require.ErrorIs(t, err, repo.ErrDoesNotExist)
	_, err = l.books.Latest(ctx)
	require.ErrorContains(t, err, "Latest names the fields to order by")
	_, err = l.books.Limit(2).Earliest(ctx, "pages")
	require.ErrorIs(t, err, repo.ErrSliced)
	_, err = l.books.Columns("title").Earliest(ctx, "title")
	require.ErrorIs(t, err, repo.ErrGrouped)

	in := func(qs *repo.QuerySet[Book], want bool) {
		t.Helper()
		got, err := qs.Contains(ctx, least)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	in(l.books, true)
	in(l.books.Filter("pages__gt", 100), false)
	in(l.books.None(), false)
	in(l.books.OrderBy("author_id", "-pages").Distinct("author_id"), false)
	in(l.books.OrderBy("author_id", "pages").Distinct("author_id"), true)
	in(l.books.Filter("author__name", "Ann").Distinct(), true)
	_, err = l.books.Contains(ctx, &Book{})
	require.ErrorIs(t, err, repo.ErrNoKey)
	_, err = l.books.Contains(ctx, nil)
	require.ErrorContains(t, err, "repo: Book: Contains takes a saved object, not nil")
	_, err = l.books.OrderBy("pages").Limit(1).Contains(ctx, least)
	require.ErrorIs(t, err, repo.ErrSliced)
	_, err = l.books.Columns("title").Contains(ctx, least)
	require.ErrorIs(t, err, repo.ErrGrouped)
	_, err = l.books.Union(l.books).Contains(ctx, least)
	require.ErrorIs(t, err, repo.ErrCombined)
}

func TestDates(t *testing.T) {
	t.Parallel()
	ctx, l := stocked(t)
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }
	got, err := repo.Dates(ctx, l.books, "published_at", "month")
	require.NoError(t, err)
	require.Equal(t, []time.Time{day(2025, 12, 1), day(2026, 2, 1)}, got)
	got, err = repo.Dates(ctx, l.books.OrderBy("title"), "published_at", "year", repo.NewestFirst)
	require.NoError(t, err)
	require.Equal(t, []time.Time{day(2026, 1, 1), day(2025, 1, 1)}, got)
	got, err = repo.Dates(ctx, l.books, "day", "week")
	require.NoError(t, err)
	require.Equal(t, []time.Time{day(2026, 2, 23)}, got)
	got, err = repo.Dates(ctx, l.authors, "books__day", "day")
	require.NoError(t, err)
	require.Equal(t, []time.Time{day(2026, 3, 1)}, got)
	got, err = repo.Dates(ctx, l.books.None(), "day", "day")
	require.NoError(t, err)
	require.NotNil(t, got)

	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	times, err := repo.Datetimes(ctx, l.books, "published_at", "hour", berlin)
	require.NoError(t, err)
	require.Equal(t, []time.Time{time.Date(2026, 1, 1, 0, 0, 0, 0, berlin), time.Date(2026, 2, 4, 0, 0, 0, 0, berlin)}, times)
	times, err = repo.Datetimes(ctx, l.books, "published_at", "second", nil, repo.NewestFirst)
	require.NoError(t, err)
	require.Equal(t, time.Date(2026, 2, 3, 23, 30, 5, 0, time.UTC), times[0])

	_, err = repo.Dates(ctx, l.books, "published_at", "hour")
	require.ErrorContains(t, err, `Dates takes a kind of year, month, week, day, not "hour" [repo/reading_test.go`)
	_, err = repo.Dates(ctx, l.books, "title", "day")
	require.ErrorContains(t, err, "Dates is of a date or a time, and title is a text")
	_, err = repo.Datetimes(ctx, l.books, "day", "day", nil)
	require.ErrorContains(t, err, "Datetimes is of a time, and day is a date")
	_, err = repo.Datetimes(ctx, l.books, "published_at", "day", time.Local)
	require.ErrorContains(t, err, "Local has no name")
	_, err = repo.Dates(ctx, l.books, "dya", "day")
	var fe *repo.FieldError
	require.ErrorAs(t, err, &fe)
	_, err = repo.Dates(ctx, l.books.Limit(1), "day", "day")
	require.ErrorIs(t, err, repo.ErrSliced)
}

func TestExplain(t *testing.T) {
	t.Parallel()
	ctx, l := stocked(t)
	qs := l.books.Filter("title", "Go")
	plan, err := qs.Explain(ctx)
	require.NoError(t, err)
	require.Contains(t, plan, "books")
	require.NotContains(t, plan, "actual")
	plan, err = qs.Explain(ctx, "analyze", "Timing off", "buffers")
	require.NoError(t, err)
	require.Contains(t, plan, "actual rows=1")
	for _, format := range []repo.ExplainOption{"format json", "format xml", "format yaml", "FORMAT text"} {
		plan, err = qs.Explain(ctx, format)
		require.NoError(t, err)
		require.NotEmpty(t, plan)
		if format == "format json" {
			require.True(t, json.Valid([]byte(plan)))
		}
	}
	plan, err = l.books.GroupBy("author").Annotate("n", repo.CountAll()).Explain(ctx, "verbose")
	require.NoError(t, err)
	require.Contains(t, plan, "author_id")
	plan, err = l.books.None().Explain(ctx)
	require.NoError(t, err)
	require.Empty(t, plan)
	for _, bad := range []repo.ExplainOption{"", "analyse", "analyze maybe", "analyze on) select 1; --", "format", "format html", "a b c"} {
		_, err := qs.Explain(ctx, bad)
		require.ErrorContains(t, err, "Explain", bad)
	}
}

func TestSelectRaw(t *testing.T) {
	t.Parallel()
	ctx, l := stocked(t)
	type brief struct {
		Title string
		Pages int
		Score *float64 `gorm:"column:rating"`
	}
	read := func(text string, args ...any) ([]brief, error) {
		var out []brief
		for row, err := range repo.SelectRaw[brief](ctx, l.db, text, args...) {
			if err != nil {
				return out, err
			}
			out = append(out, row)
		}
		return out, nil
	}
	want := []brief{{"SQL", 250, ptr(3.0)}, {"Go", 380, ptr(4.5)}}
	for _, c := range []struct {
		text string
		args []any
	}{
		{"SELECT title, pages, rating FROM books WHERE pages > ? ORDER BY pages", []any{100}},
		{"SELECT title, pages, rating FROM books WHERE pages > $1 ORDER BY pages;", []any{100}},
		{"WITH x AS (SELECT * FROM books) SELECT pages, title, rating FROM x WHERE title IN ? ORDER BY pages", []any{[]string{"Go", "SQL"}}},
		{"\n(SELECT title, pages, rating FROM books WHERE pages > @least) ORDER BY pages", []any{sql.Named("least", 100)}},
		{"UPDATE books SET stock = stock WHERE title = ? RETURNING title, pages, rating", []any{"SQL"}},
	} {
		got, err := read(c.text, c.args...)
		require.NoError(t, err, c.text)
		require.Equal(t, want[:len(got)], got, c.text)
		require.NotEmpty(t, got, c.text)
	}
	for row, err := range repo.SelectRaw[map[string]any](ctx, l.db, "SELECT 1.5::numeric AS d, sum(pages)::bigint AS s, ARRAY[1,2] AS a FROM books") {
		require.NoError(t, err)
		require.Equal(t, "1.5", row["d"].(interface{ String() string }).String())
		require.Equal(t, []any{int64(1), int64(2)}, row["a"])
		require.Equal(t, int64(721), row["s"])
	}
	for _, c := range []struct {
		text string
		args []any
	}{
		{`SELECT 'x' WHERE ARRAY[1,2] @> $1::int[]`, []any{[]int{1}}},
		{`SELECT 'x' WHERE 'ann@x.org' = $1`, []any{"ann@x.org"}},
		{`SELECT 'x' WHERE '{"k":1}'::jsonb ? $1`, []any{"k"}},
		{`SELECT 'x' WHERE 'why?' <> ?`, []any{"k"}},
		{`SELECT 'x' WHERE '{"k":1}'::jsonb ?? ?`, []any{"k"}},
		{`SELECT 'x' WHERE '{"k":1}'::jsonb ??| ? AND 'a' IN (?) -- ?`, []any{gorm.Expr("ARRAY[?]", "k"), []string{"a", "b"}}},
		{`SELECT 'x' WHERE '{"k":1}'::jsonb ? 'k'`, nil},
		{`SELECT 'x' WHERE E'it\'s ?' <> ? AND $$?$$ = '?' /* ? */`, []any{"k"}},
		{`SELECT 'x' WHERE ARRAY[1,2] @> @list::int[] AND 'a@list' <> @text`, []any{sql.Named("list", gorm.Expr("ARRAY[1]")), sql.Named("text", "b")}},
		{`SELECT 'x' WHERE 'a' = @Name AND '?' = ?`, []any{struct{ Name string }{"a"}, "?"}},
		{`SELECT 'x' WHERE 'a' = @name`, []any{map[string]any{"name": "a"}}},
		{`SELECT 'x' WHERE $1 = 'a' OR $1 = $2`, []any{"a", sql.Named("b", "b")}},
		{`SELECT 'x' WHERE @ -5 = ?`, []any{5}},
	} {
		var got []string
		for v, err := range repo.SelectRaw[string](ctx, l.db, c.text, c.args...) {
			require.NoError(t, err, c.text)
			got = append(got, v)
		}
		require.Equal(t, []string{"x"}, got, c.text)
	}
	for text, args := range map[string][]any{"SELECT ?": {1, 2}, "SELECT ?, ?": {1}, "SELECT $2": {1}, "SELECT '?'": {1}} {
		for _, err := range repo.SelectRaw[int](ctx, l.db, text, args...) {
			require.ErrorContains(t, err, "repo: SelectRaw has", text)
		}
	}
	for name, err := range repo.SelectRaw[string](ctx, l.db, "SHOW application_name") {
		require.NoError(t, err)
		_ = name
	}
	// Leaving the loop lets go of the connection.
	for range repo.SelectRaw[int](ctx, l.db, "SELECT generate_series(1, 5000)") {
		break
	}
	require.Zero(t, inUse(t, l))
	n := 0
	for v, err := range repo.SelectRaw[int](ctx, l.db, "VALUES (1), (2)") {
		require.NoError(t, err)
		n += v
	}
	require.Equal(t, 3, n)
	_, err := read("SELECT title FROM books")
	require.ErrorContains(t, err, "no column fills the field Pages")
	_, err = read("SELECT title, pages, rating, stock FROM books")
	require.ErrorContains(t, err, `no field for the column "stock"; its fields take pages, rating, title`)
	_, err = read("SELECT nonsense")
	require.Error(t, err)
	for _, err := range repo.SelectRaw[int](ctx, nil, "SELECT 1") {
		require.ErrorIs(t, err, repo.ErrUnbound)
	}
}
