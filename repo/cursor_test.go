package repo_test

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/gormango/gormango/repo"
)

// A cursor belongs to a model and an order, and one that is changed is refused
// or a place in the same list.
func TestCursors(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	shuffled(t, l, rand.New(rand.NewPCG(1, 1)), 9)
	byRating := l.books.OrderBy("-rating", "title")
	first, err := repo.PaginateAfter(ctx, byRating, "", 3)
	require.NoError(t, err)
	require.Equal(t, url.QueryEscape(first.Next), first.Next, "it fits into an address as it is")
	require.Empty(t, first.Prev)

	_, err = repo.PaginateAfter(ctx, byRating.Filter("pages__gt", 0), first.Next, 50)
	require.NoError(t, err, "conditions and the size may change")
	const other = `is not a cursor of this list in this order (begin without one)`
	refused := func(err error, want string) {
		t.Helper()
		var pe *repo.ParamError
		require.ErrorAs(t, err, &pe)
		require.Equal(t, "cursor", pe.Param)
		require.ErrorContains(t, err, want)
		require.Less(t, len(err.Error()), 200)
	}
	for _, qs := range []*repo.QuerySet[Book]{
		l.books.OrderBy("rating", "title"), l.books.OrderBy("-rating nulls last", "title"), l.books.OrderBy("-rating"), l.books.OrderBy("-rating", "subtitle"),
		l.books.OrderBy("-rating", "title", "pages"), l.books.Alias("other", repo.F("rating")).OrderBy("-other", "title"),
	} {
		_, err = repo.PaginateAfter(ctx, qs, first.Next, 3)
		refused(err, other)
	}
	_, err = repo.PaginateAfter(ctx, l.authors, first.Next, 3)
	refused(err, other)

	raw, err := base64.RawURLEncoding.DecodeString(first.Next)
	require.NoError(t, err)
	for n := range raw { // truncated
		_, err = repo.PaginateAfter(ctx, byRating, base64.RawURLEncoding.EncodeToString(raw[:n]), 3)
		if n > 0 {
			refused(err, "is not a cursor of")
		}
	}
	for _, bad := range []string{"x", "%%%", "====", first.Next + "A", first.Next + "=", " " + first.Next, strings.Repeat("A", 1<<20), "é", "\x00",
		base64.RawURLEncoding.EncodeToString(append(raw, 0)), base64.RawURLEncoding.EncodeToString(append(append([]byte{}, raw[:10]...), 255, 255, 255, 255, 255, 255, 255, 255, 255, 1))} {
		_, err = repo.PaginateAfter(ctx, byRating, bad, 3)
		refused(err, "is not a cursor of a page")
	}
	for i := range raw { // changed: refused, or a place as good as others
		for bit := range 8 {
			changed := append([]byte{}, raw...)
			changed[i] ^= 1 << bit
			page, err := repo.PaginateAfter(ctx, byRating.Filter("sold", true), base64.RawURLEncoding.EncodeToString(changed), 3)
			if err != nil {
				refused(err, "is not a cursor of")
			}
			for _, b := range page.Items {
				require.True(t, b.Sold, "no cursor shows rows that the QuerySet has not")
			}
		}
	}
}

// crafted has the first value of a cursor replaced.
func crafted(t testing.TB, cursor, value string) string {
	t.Helper()
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	require.NoError(t, err)
	require.Less(t, len(value), 127)
	rest := raw[10:]
	if n := int(rest[0]); n > 0 {
		rest = rest[n:]
	} else {
		rest = rest[1:]
	}
	out := append(append(append([]byte{}, raw[:10]...), byte(len(value)+1)), value...)
	return base64.RawURLEncoding.EncodeToString(append(out, rest...))
}

// Values that a client puts into a cursor are read by the type of the column,
// or refused.
func TestCursorValues(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	shuffled(t, l, rand.New(rand.NewPCG(2, 1)), 9)
	for order, bad := range map[repo.Ordering[Book]][]string{
		"pages":                    {"", "x", "1.5", "1e3", "99999999999999999999", "NaN", "1; DROP TABLE books", "\x00", "\xff"},
		"sold":                     {"", "t", "maybe"},
		"price":                    {"", "x", "0x10", "1e9999", "--1"},
		"rating nulls last":        {"x", "1,5", "infinityy"},
		"published_at nulls last":  {"", "x", "2020-13-01", "2020-01-01 25:00:00", "'now'"},
		"day nulls last":           {"", "x", "99999999-01-01", "2020-02-31"},
		"status":                   {"a\x00b", "\xff"},
		"published_at__year":       {"x", "''"},
		"-author__name nulls last": {"\xff"},
	} {
		qs := l.books.OrderBy(order)
		page, err := repo.PaginateAfter(ctx, qs, "", 2)
		require.NoError(t, err)
		for _, v := range bad {
			_, err = repo.PaginateAfter(ctx, qs, crafted(t, page.Next, v), 2)
			var pe *repo.ParamError
			require.ErrorAs(t, err, &pe, "%s %q", order, v)
			require.Equal(t, "a cursor of a page", pe.Want)
		}
	}
	// What the server alone can judge.
	moods, r := sizedRows(t)
	require.NoError(t, r.Create(moods, &sized{Mood: "calm", Level: 1}, &sized{Mood: "calm", Level: 1}, &sized{Mood: "wild", Level: 1}))
	page, err := repo.PaginateAfter(moods, r.OrderBy("-mood"), "", 1)
	require.NoError(t, err)
	require.EqualValues(t, "wild", page.Items[0].Mood)
	page, err = repo.PaginateAfter(moods, r.OrderBy("-mood"), page.Next, 5)
	require.NoError(t, err)
	require.Len(t, page.Items, 2)
	_, err = repo.PaginateAfter(moods, r.OrderBy("-mood"), crafted(t, page.Prev, "nope"), 1)
	require.ErrorContains(t, err, `repo: parameter "cursor" is not`)
	require.ErrorContains(t, err, `is not a cursor of a page`)
}

// With keys the values of a cursor cannot be read, and only who has a key can
// make one.
func TestCursorKeys(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	ann := l.author(t, "Ann")
	for i := range 4 {
		l.book(t, fmt.Sprint("secret title ", i), ann)
	}
	qs := l.books.OrderBy("title")
	old, current := repo.CursorKeys([]byte("an old key of 16 bytes")), repo.CursorKeys([]byte("a new key of 16 bytes"), []byte("an old key of 16 bytes"))
	pages, last := forwards(t, qs, 3, func() {}, old)
	require.Len(t, pages, 2)
	open, err := repo.PaginateAfter(ctx, qs, "", 3)
	require.NoError(t, err)
	plainText := func(cursor string) string {
		raw, err := base64.RawURLEncoding.DecodeString(cursor)
		require.NoError(t, err)
		return string(raw)
	}
	require.Contains(t, plainText(open.Next), "secret title 2")
	require.NotContains(t, plainText(last.Prev), "secret")

	before, err := repo.PaginateAfter(ctx, qs, last.Prev, 3, current)
	require.NoError(t, err, "a key that was replaced still opens")
	require.Equal(t, pages[0], ids(before.Items))
	for _, c := range []struct {
		cursor string
		opts   []repo.PageOption
	}{
		{before.Next, []repo.PageOption{old}}, {open.Next, []repo.PageOption{current}}, {last.Prev, nil},
		{base64.RawURLEncoding.EncodeToString([]byte{2, 1, 2}), []repo.PageOption{current}},
	} {
		_, err = repo.PaginateAfter(ctx, qs, c.cursor, 3, c.opts...)
		require.ErrorContains(t, err, "is not a cursor of a page")
	}
	for i := range 40 {
		raw := []byte(plainText(before.Next))
		raw[i] ^= 4
		_, err = repo.PaginateAfter(ctx, qs, base64.RawURLEncoding.EncodeToString(raw), 3, current)
		require.ErrorContains(t, err, "is not a cursor of a page")
	}
}

// Whatever a cursor holds, it is a place in the list or a *ParamError, and no
// text of it becomes SQL.
func FuzzCursor(f *testing.F) {
	ctx, l := setup(f)
	shuffled(f, l, rand.New(rand.NewPCG(1, 1)), 9)
	seen := &recorded{Interface: logger.Discard}
	l.books = repo.New[Book](l.db.Session(&gorm.Session{Logger: seen}))
	orders := []*repo.QuerySet[Book]{
		l.books.OrderBy("-rating", "title"), l.books.OrderBy("status", "published_at", "-price nulls first"), l.books.OrderBy("day", "sold", "-author__name"),
		annotated(l).OrderBy("published_at__year", "worth", "-cheap"), l.books.Annotate("n", repo.Count(repo.F("tags"))).OrderBy("n", "-editor__name"),
	}
	const marker = "zq9marker"
	head := make([][]byte, len(orders)) // what a cursor of the list begins with, so that the values are fuzzed
	for i, qs := range orders {
		page, err := repo.PaginateAfter(ctx, qs, "", 2)
		require.NoError(f, err)
		raw, err := base64.RawURLEncoding.DecodeString(page.Next)
		require.NoError(f, err)
		head[i] = raw[:9]
		f.Add(byte(i), raw[9:])
		f.Add(byte(i), append([]byte{3, 9}, marker[:8]...))
	}
	f.Add(byte(200), []byte("not a cursor"))
	f.Fuzz(func(t *testing.T, which byte, body []byte) {
		qs := orders[int(which)%len(orders)]
		raw := body
		if which < 200 {
			raw = append(append([]byte{}, head[int(which)%len(orders)]...), body...)
		}
		for _, cursor := range []string{base64.RawURLEncoding.EncodeToString(raw), string(body)} {
			page, err := repo.PaginateAfter(ctx, qs, cursor, 2)
			for _, sql := range seen.take() {
				require.NotContains(t, sql, marker)
			}
			if err != nil {
				var pe *repo.ParamError
				require.ErrorAs(t, err, &pe)
				continue
			}
			require.LessOrEqual(t, len(page.Items), 2)
		}
	})
}

// The text of a cursor's value stands in no statement.
func TestCursorIsNoSQL(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	shuffled(t, l, rand.New(rand.NewPCG(1, 1)), 9)
	const marker = "zq9' OR 1=1; --"
	for _, order := range []repo.Ordering[Book]{"status", "title", "-author__name", "subtitle nulls first"} {
		sent := statementsOf(l, func(books *repo.Repository[Book]) {
			page, err := repo.PaginateAfter(ctx, books.OrderBy(order), "", 2)
			require.NoError(t, err)
			_, err = repo.PaginateAfter(ctx, books.OrderBy(order), crafted(t, page.Next, marker), 2)
			require.NoError(t, err)
		})
		require.NotContains(t, strings.Join(sent, "\n"), "zq9")
	}
}

// A cursor of an order by a subquery belongs to that subquery's conditions.
func TestCursorsOfOrdersBySubqueries(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	shuffled(t, l, rand.New(rand.NewPCG(1, 1)), 9)
	by := func(lookup repo.Lookup[Author], v any) *repo.QuerySet[Book] {
		return l.books.OrderByExpr(repo.Asc(repo.Sub(l.authors.Filter("pk", repo.OuterRef("author")).Filter(lookup, v), "name")))
	}
	first, err := repo.PaginateAfter(ctx, by("name__gt", "A"), "", 1)
	require.NoError(t, err)
	require.NotEmpty(t, first.Next)
	_, err = repo.PaginateAfter(ctx, by("name__gt", "A"), first.Next, 1)
	require.NoError(t, err)
	for _, other := range []*repo.QuerySet[Book]{by("name__gt", "B"), by("name__lt", "A"), by("id__gt", 0)} {
		_, err = repo.PaginateAfter(ctx, other, first.Next, 1)
		require.ErrorAs(t, err, new(*repo.ParamError))
	}
}
