package repo_test

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/repo"
)

var bookParams = repo.Params[Book]{
	Filters: []repo.Lookup[Book]{"id", "title", "title__icontains", "pages__gte", "pages__in", "pages__range", "price__lte", "sold", "rating__isnull",
		"author", "author_id", "author__name", "published_at__gte", "published_at__year", "day", "stock"},
	Orderings: []repo.Ordering[Book]{"title", "-pages", "author__name"},
	Limit:     2, MaxLimit: 10,
	Ignore: []string{"utm_source"},
}

func query(t testing.TB, s string) url.Values {
	t.Helper()
	v, err := url.ParseQuery(s)
	require.NoError(t, err)
	return v
}

func TestParamsPage(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	ann, bob := l.author(t, "Ann"), l.author(t, "Bob")
	for i := range 5 {
		author := ann
		if i > 2 {
			author = bob
		}
		l.book(t, fmt.Sprint("b", i), author, func(b *Book) {
			b.Pages, b.Price, b.Sold = 100*i, decimal.New(int64(i), 0), i%2 == 0
			b.PublishedAt = ptr(time.Date(2020+i, 6, 1, 0, 0, 0, 0, time.UTC))
			b.Day = b.PublishedAt
		})
	}
	cases := map[string]struct {
		want  []string
		total int64
	}{
		"":                                       {[]string{"b0", "b1"}, 5},
		"limit=3&offset=1":                       {[]string{"b1", "b2", "b3"}, 5},
		"limit=0":                                {[]string{}, 5},
		"offset=9":                               {[]string{}, 5},
		"order_by=-title&limit=1":                {[]string{"b4"}, 5},
		"order_by=-author__name,pages&limit=3":   {[]string{"b3", "b4", "b0"}, 5},
		"author__name=Bob":                       {[]string{"b3", "b4"}, 2},
		"title__icontains=B&pages__gte=300":      {[]string{"b3", "b4"}, 2},
		"pages__in=0,400":                        {[]string{"b0", "b4"}, 2},
		"pages__range=100,200":                   {[]string{"b1", "b2"}, 2},
		"price__lte=1.5":                         {[]string{"b0", "b1"}, 2},
		"sold=false":                             {[]string{"b1", "b3"}, 2},
		"rating__isnull=true&limit=1":            {[]string{"b0"}, 5},
		"published_at__year=2021":                {[]string{"b1"}, 1},
		"published_at__gte=2023-06-01T00:00:00Z": {[]string{"b3", "b4"}, 2},
		"published_at__gte=2023-06-01":           {[]string{"b3", "b4"}, 2},
		"day=2022-06-01":                         {[]string{"b2"}, 1},
		"title=":                                 {[]string{}, 0},
		"utm_source=x&title=b3":                  {[]string{"b3"}, 1},
		"stock=9999999999":                       {[]string{}, 0},
		fmt.Sprintf("author=%d&author_id=%d", ann.ID, ann.ID): {[]string{"b0", "b1"}, 3},
	}
	for q, want := range cases {
		page, err := bookParams.Page(ctx, l.books, query(t, q))
		require.NoError(t, err, q)
		got := []string{}
		for _, b := range page.Items {
			got = append(got, b.Title)
		}
		require.Equal(t, want.want, got, q)
		require.Equal(t, want.total, page.Total, q)
	}
	qs, err := bookParams.Apply(l.books.Filter("author", ann), query(t, "limit=1&offset=1&pages__gte=100"))
	require.NoError(t, err)
	require.Equal(t, []string{"b1", "b2"}, titles(t, qs), "Apply never slices")
}

// Rows that are equal in the order asked for stand on one page each.
func TestPagesDoNotOverlap(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	ann := l.author(t, "Ann")
	for i := range 40 {
		l.book(t, fmt.Sprint("b", i), ann, func(b *Book) {
			if i%2 == 0 {
				b.Rating = ptr(1.0)
			}
		})
	}
	params := repo.Params[Book]{Orderings: []repo.Ordering[Book]{"-rating nulls last", "title"}, Limit: 7, MaxLimit: 100}
	for _, order := range []string{"", "&order_by=rating", "&order_by=-rating"} {
		seen := map[int64]bool{}
		for offset := 0; offset < 40; offset += 7 {
			page, err := params.Page(ctx, l.books, query(t, fmt.Sprint("offset=", offset, order)))
			require.NoError(t, err)
			for _, b := range page.Items {
				require.False(t, seen[b.ID], "twice: %d %s", b.ID, order)
				seen[b.ID] = true
			}
			if offset == 0 && order != "&order_by=rating" {
				require.NotNil(t, page.Items[0].Rating, "nulls last, as the declaration says")
			}
		}
		require.Len(t, seen, 40)
	}
}

// What only the server can judge is the request's fault all the same.
func TestParamsOfOtherTypes(t *testing.T) {
	t.Parallel()
	ctx, r := sizedRows(t)
	params := repo.Params[sized]{Filters: []repo.Lookup[sized]{"mood", "level"}}
	_, err := params.Page(ctx, r, query(t, "mood=nope"))
	require.EqualError(t, err, `repo: parameter "mood" is not a value of the column's type`)
	_, err = params.Page(ctx, r, query(t, "mood=wild"))
	require.NoError(t, err)
}

func TestParamsRefuse(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	const choices = "; choices are author, author__name, author_id, day, id, limit, offset, order_by, pages__gte, pages__in, pages__range, price__lte, published_at__gte, published_at__year, rating__isnull, sold, stock, title, title__icontains"
	for q, want := range map[string]string{
		"titel=x":                     `repo: unknown parameter "titel" (did you mean "title"?)` + choices,
		"title__contains=x":           `repo: unknown parameter "title__contains" (did you mean "title__icontains"?)` + choices,
		"author__born=1":              `repo: unknown parameter "author__born" (did you mean "author__name"?)` + choices,
		"id=x":                        `repo: parameter "id" is not an integer`,
		"id=":                         `repo: parameter "id" is not an integer`,
		"id=1&id=2":                   `repo: parameter "id" is not one value`,
		"pages__in=1,x":               `repo: parameter "pages__in" is not a list of values, each an integer`,
		"pages__range=1":              `repo: parameter "pages__range" is not two values joined by a comma`,
		"price__lte=1e999999":         `repo: parameter "price__lte" is not a decimal`,
		"price__lte=NaN":              `repo: parameter "price__lte" is not a decimal`,
		"sold=maybe":                  `repo: parameter "sold" is not true or false`,
		"rating__isnull=x":            `repo: parameter "rating__isnull" is not true or false`,
		"published_at__gte=yesterday": `repo: parameter "published_at__gte" is not a date or a time such as 2026-11-22 or 2026-11-22T10:00:00Z`,
		"title=%00":                   `repo: parameter "title" is not text in UTF-8 without NUL`,
		"title=%ff":                   `repo: parameter "title" is not text in UTF-8 without NUL`,
		"limit=11":                    `repo: parameter "limit" is not an integer from 0 to 10`,
		"limit=-1":                    `repo: parameter "limit" is not an integer from 0 to 10`,
		"limit=1&limit=2":             `repo: parameter "limit" is not an integer from 0 to 10`,
		"offset=-1":                   `repo: parameter "offset" is not an integer of 0 or more`,
		"offset=99999999999999999999": `repo: parameter "offset" is not an integer of 0 or more`,
		"order_by=price":              `repo: parameter "order_by" is not an ordering; choices are author__name, pages, title`,
		"order_by=":                   `repo: parameter "order_by" is not an ordering; choices are author__name, pages, title`,
		"order_by=title;drop":         "",
		"order_by=--title":            `repo: parameter "order_by" is not an ordering; choices are author__name, pages, title`,
		"order_by=title nulls last":   `repo: parameter "order_by" is not an ordering; choices are author__name, pages, title`,
		"order_by=" + strings.Repeat("title,", 50_000) + "title": `repo: parameter "order_by" is not a list of at most 100 orderings`,
		"order_by=title&order_by=pages":                          `repo: parameter "order_by" is not one value`,
	} {
		if want == "" {
			continue
		}
		_, err := bookParams.Page(ctx, l.books, query(t, q))
		require.EqualError(t, err, want, q)
		var pe *repo.ParamError
		require.ErrorAs(t, err, &pe)
		require.True(t, strings.HasPrefix(q, pe.Param), q)
	}
	_, err := repo.Params[Book]{Filters: []repo.Lookup[Book]{"nope"}}.Apply(l.books, query(t, "nope=1"))
	var fe *repo.FieldError
	require.ErrorAs(t, err, &fe, "a wrong declaration is the programmer's error")
}

// Every kind of column takes text, or says what it wants.
func TestParamsOfEveryKind(t *testing.T) {
	t.Parallel()
	ctx, db := context.Background(), openDB(t, &Sample{})
	require.NoError(t, db.Exec(`INSERT INTO samples (whole, small, ratio, exact, word, yes, at, local, day, clock, long, doc, mark, bytes, words, counts, grid, labels) VALUES
		(7, 7, 0.25, 12.500, 'w', true, '2026-01-02 03:04:05+00', '2026-01-02 03:04:05', '2026-01-02', '03:04:05', '1 hour',
		'{"a": [1, 2.5], "b": null}', '0190163d-8694-739b-aea5-966c26f8ad91', 'x', '{a,b}', '{1,3}', '{{1.5,2},{3,4}}', '{"x":1}')`).Error)
	params := repo.Params[Sample]{Filters: []repo.Lookup[Sample]{"small__lt", "ratio", "exact__range", "word__regex", "yes", "at__date", "at__hour__gte", "local", "clock__lt", "long__gte",
		"doc__contains", "doc__has_key", "doc__a__0", "mark__in", "words__contains", "words__overlap", "words", "words__len", "counts__contains", "counts__0", "word__isnull"}}
	for q, found := range map[string]bool{
		"small__lt=8": true, "small__lt=99999": true, "ratio=0.25": true, "exact__range=12,12.5": true, "word__regex=^[vw]$": true, "yes=1": true, "at__date=2026-01-02": true,
		"at__hour__gte=4": false, "local=2026-01-02T03:04:05": true, "clock__lt=03:05:00": true, "long__gte=59m": true, `doc__contains={"a":[1]}`: true, "doc__has_key=b": true,
		"doc__a__0=1": true, "mark__in=0190163d-8694-739b-aea5-966c26f8ad91,0190163d-8694-739b-aea5-966c26f8ad92": true, "words__contains=b": true, "words__contains=b,c": false,
		"words__overlap=b,c": true, "words=a,b": true, "words__len=2": true, "counts__contains=3,1": true, "counts__0=1": true, "words__contains=": true, "word__isnull=false": true,
	} {
		page, err := params.Page(ctx, repo.New[Sample](db), query(t, q+"&limit=0"))
		require.NoError(t, err, q)
		require.Equal(t, found, page.Total == 1, q)
	}
	for q, want := range map[string]string{
		"word__regex=(":          `is not a regular expression`,
		"doc__contains={":        `is not JSON`,
		`doc__contains="\u0000"`: `is not a value of the column's type`,
		"mark__in=x":             `is not a list of values, each a UUID`,
		"counts__contains=1,x":   `is not a list of values, each an integer`,
		"long__gte=soon":         `is not a duration such as 1h30m`,
		"clock__lt=25:00:00":     `is not a time of day such as 23:59 or 23:59:00`,
		"at__hour__gte=noon":     `is not an integer`,
	} {
		for _, read := range []func(context.Context, repo.Source[Sample], url.Values) (repo.Page[Sample], error){params.Page, params.PageAfter} {
			_, err := read(ctx, repo.New[Sample](db), query(t, q))
			var pe *repo.ParamError
			require.ErrorAs(t, err, &pe, q)
			require.ErrorContains(t, err, want)
			require.Equal(t, strings.SplitN(q, "=", 2)[0], pe.Param)
		}
	}
}

func TestParamsPageAfter(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	ann := l.author(t, "Ann")
	for i := range 7 {
		l.book(t, fmt.Sprint("b", i), ann, func(b *Book) { b.Pages = i / 2 })
	}
	params := bookParams
	for _, keys := range [][][]byte{nil, {[]byte("a key of 16 bytes or more")}} {
		params.CursorKeys = keys
		var seen []string
		values := query(t, "order_by=-pages&pages__gte=0&limit=3&utm_source=x")
		for n := 0; ; n++ {
			page, err := params.PageAfter(ctx, l.books, values)
			require.NoError(t, err)
			require.Zero(t, page.Total)
			for _, b := range page.Items {
				seen = append(seen, b.Title)
			}
			if page.Next == "" {
				break
			}
			values.Set("cursor", page.Next)
		}
		require.Equal(t, []string{"b6", "b5", "b4", "b3", "b2", "b1", "b0"}, seen)
		values.Set("order_by", "pages")
		_, err := params.PageAfter(ctx, l.books, values)
		require.ErrorContains(t, err, "is not a cursor of this list in this order (begin without one)")
	}
	page, err := params.PageAfter(ctx, l.books, query(t, "cursor="))
	require.NoError(t, err)
	require.Len(t, page.Items, 2, "an empty cursor is none, and the limit is that of Params")
	for q, want := range map[string]string{
		"cursor=x":          `repo: parameter "cursor" is not a cursor of a page`,
		"cursor=a&cursor=b": `repo: parameter "cursor" is not one value`,
		"limit=0":           `repo: parameter "limit" is not an integer from 1 to 10`,
		"limit=":            `repo: parameter "limit" is not an integer from 1 to 10`,
	} {
		_, err := bookParams.PageAfter(ctx, l.books, query(t, q))
		require.EqualError(t, err, want)
	}
	_, err = bookParams.PageAfter(ctx, l.books, query(t, "offset=1"))
	require.ErrorContains(t, err, `repo: unknown parameter "offset"; choices are author, author__name, author_id, cursor, day, `)
	_, err = bookParams.Page(ctx, l.books, query(t, "cursor=x"))
	require.ErrorContains(t, err, `repo: unknown parameter "cursor"`)
}

// Whatever a request asks, it gets rows or a *ParamError, and no text of it
// becomes SQL.
func FuzzParams(f *testing.F) {
	for _, s := range []string{"title=x&order_by=-title", "pages__in=1,2,3", "price__lte=1e5", "day=2020-01-01", "published_at__year=0", "limit=1&offset=2",
		"title__regex=(&cursor=AQ", "title__iregex=[[:bad:]]", "status__in=a,,b&limit=3&cursor=", "pages__contains=1%25&published_at__date__lte=2020-01-01T00:00:00%2B99:99",
		"q=go+%22in+practice%22+100%25&pages__gte=1"} {
		f.Add(s)
	}
	ctx, l := setup(f)
	bookParams := bookParams
	bookParams.Filters = append(bookParams.Filters, "title__regex", "title__iregex", "status__in", "pages__contains", "published_at__date__lte", "rating__range", "subtitle__isnull")
	bookParams.Search = []repo.Lookup[Book]{"title__icontains", "author__name__istartswith", "pages", "day", "author__books__title__contains"}
	f.Fuzz(func(t *testing.T, s string) {
		v, err := url.ParseQuery(s)
		if err != nil {
			return
		}
		qs, err := bookParams.Apply(l.books, v)
		if err != nil {
			var pe *repo.ParamError
			require.ErrorAs(t, err, &pe)
			return
		}
		_, err = qs.Limit(1).All(ctx)
		if v.Has("title__regex") || v.Has("title__iregex") {
			err = nil // the server judges patterns, which Page and PageAfter turn into a *ParamError
		}
		require.NoError(t, err, s)
		for _, read := range []func(context.Context, repo.Source[Book], url.Values) (repo.Page[Book], error){bookParams.Page, bookParams.PageAfter} {
			if _, err := read(ctx, l.books, v); err != nil {
				var pe *repo.ParamError
				require.ErrorAs(t, err, &pe, s)
			}
		}
	})
}
