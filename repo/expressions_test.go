package repo_test

import (
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repo/fn"
)

// column is the SQL of an annotation and its arguments.
func column(t *testing.T, qs *repo.QuerySet[Book], e repo.Operand) (string, []any) {
	t.Helper()
	sql, args, err := qs.Annotate("x", e).Columns("x").OrderBy().SQL()
	require.NoError(t, err)
	sql, _, named := strings.Cut(strings.TrimPrefix(sql, "SELECT "), ` AS "x"`)
	if i := strings.LastIndex(sql, ` FROM "books"`); !named && i >= 0 {
		sql = sql[:i]
	}
	return strings.ReplaceAll(sql, `"books".`, ""), args
}

func TestExpressionSQL(t *testing.T) {
	t.Parallel()
	_, l := setup(t)
	b := l.books
	pages, title, day := repo.F("pages"), repo.F("title"), repo.F("day")
	for want, e := range map[string]repo.Operand{
		`("pages" + $1::integer) * "stock"`:                       pages.Add(1).Mul(repo.F("stock")),
		`("pages" * $1::double precision)::numeric % $2::integer`: pages.Mul(1.5).Mod(2),
		`"pages" ^ $1::integer`:                                   pages.Pow(2),
		`"pages" & $1::integer`:                                   pages.BitAnd(1),
		`"pages" << $1::integer`:                                  pages.ShiftLeft(1),
		`-1 * ("pages" - "stock")`:                                pages.Sub(repo.F("stock")).Neg(),
		`interval '1 day' * ("day" - "day")`:                      day.Sub(day),
		`COALESCE("rating", $1::numeric)`:                         repo.Coalesce(repo.F("rating"), decimal.Zero),
		`("pages")::numeric(10,2)`:                                repo.Cast(pages, "numeric(10,2)"),
		`("title" COLLATE "C")`:                                   title.Collate("C"),
		`SUBSTRING("title", 2, 3)`:                                title.Slice(1, 4),
		`SUBSTRING("title", 3)`:                                   title.Slice(2, repo.End),
		`my.f("pages")`:                                           repo.Func("my.f", pages),
		`(age($1) ? $2)`:                                          repo.Raw("(age(?) ?? ?)", 1, 2),
		`"pages" > $1`:                                            pages.Gt(3),
		`NOT ("pages" > $1)`:                                      pages.Gt(3).Not(),
		`"pages" > $1 OR "title" LIKE $2`:                         pages.Gt(3).Or(title.Compare("startswith", "a")),
		`CASE WHEN "pages" > $1 THEN $2::text ELSE "title" END`:   repo.Case(b.Q("pages__gt", 1), "x").Else(title),
		`CASE WHEN "pages" > $1 THEN $2::text ELSE NULL END`:      repo.Case(pages.Gt(1), "x"),
		`$1::text`: repo.Case(b.Q("id__in", []int64{}), title).Else("x"),
		`RANK() OVER (PARTITION BY "author_id" ORDER BY "pages" DESC)`:                                                                 repo.Window(fn.Rank()).PartitionBy(repo.F("author_id")).OrderBy(pages.Desc()),
		`SUM("pages") OVER (ROWS BETWEEN 2 PRECEDING AND CURRENT ROW EXCLUDE TIES)`:                                                    repo.Window(repo.Sum(pages)).Rows(-2, 0).Exclude(repo.Ties),
		`SUM("pages") OVER (ORDER BY "id" ASC RANGE BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)`:                              repo.Window(repo.Sum(pages)).OrderBy(repo.F("id").Asc()).Range(repo.UnboundedPreceding, repo.UnboundedFollowing),
		`COALESCE(SUM("pages") FILTER (WHERE "stock" > $1) OVER (), $2::bigint)`:                                                       repo.Window(repo.Sum(pages).Filter(b.Q("stock__gt", 1)).Default(0)),
		`EXTRACT(DOW FROM "published_at" AT TIME ZONE 'UTC') + 1`:                                                                      fn.ExtractWeekDay(repo.F("published_at")),
		`(EXTRACT(DOW FROM "day") + 1) * $1::integer`:                                                                                  fn.ExtractWeekDay(day).Mul(2),
		`(DATE_TRUNC('month', "day"::timestamp)::date)`:                                                                                fn.TruncMonth(day),
		`DATE_TRUNC('hour', "published_at", '<+02>-02')`:                                                                               fn.TruncHour(repo.F("published_at"), fn.In(time.FixedZone("", 7200))),
		`(DATE_TRUNC('day', "published_at" AT TIME ZONE 'UTC')::date)`:                                                                 fn.TruncDay(repo.F("published_at")).WithType(repo.TypeDate),
		`setweight(to_tsvector($1::text::regconfig, COALESCE("title", '') || ' ' || COALESCE(("pages")::text, '')), $2::text::"char")`: fn.SearchVector(title, pages).Weight("A").Config("english"),
		`(plainto_tsquery($1::text) && (!!(to_tsquery($2::text::regconfig, $3::text))))`:                                               fn.SearchQuery("a").And(fn.SearchQuery("b").Config("simple").Raw().Not()),
	} {
		got, _ := column(t, b, e)
		assert.Equal(t, want, got)
	}
	_, args := column(t, b, repo.Value([]int64{1, 2}))
	require.Equal(t, []any{[]int64{1, 2}}, args)
}

// What is wrong with an expression is an error of the chain, in Django's
// places.
func TestExpressionMistakes(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	price, pi, title, day := repo.F("price"), fn.Pi(), repo.F("title"), repo.F("day")
	for want, e := range map[string]repo.Operand{
		"the type of decimal * float is not known":  price.Mul(pi),
		"COALESCE mixes types, decimal and integer": repo.Coalesce(price, 0),
		"Case mixes types, text and integer":        repo.Case(title.Eq("x"), title).Else(1),
		"Concat mixes types":                        fn.Concat(title, price),
		"two arguments or more":                     fn.Concat(title),
		"Coalesce takes two":                        repo.Coalesce(title),
		"the length must be 1 or more, not 0":       fn.Left(title, 0),
		"the position must be 1 or more":            fn.Substr(title, 0),
		"the number must be 0 or more":              fn.Repeat(title, -1),
		"the offset must be 1 or more":              fn.Lag(title, 0),
		"buckets must be 1 or more":                 fn.Ntile(0),
		"no name of a function":                     repo.Func("f(x); --", title),
		"no name of a type":                         repo.Cast(title, "text); --"),
		"no name of a collation":                    title.Collate(`C" x`),
		"2 places for arguments and 1 arguments":    repo.Raw("? ?", 1),
		"is a value, not an expression":             repo.Raw("?", title),
		"one of its own is empty":                   repo.Case(repo.Cond[Book]{}, 1),
		"only texts and arrays have slices":         price.Slice(0, 1),
		"does not count from the end":               title.Slice(-1, 2),
		"a date has no hour":                        fn.ExtractHour(day),
		"a date cannot be cut to a hour":            fn.TruncHour(day),
		"a time zone is for times":                  fn.ExtractYear(day, fn.In(time.UTC)),
		"Extract takes a date":                      fn.ExtractYear(title),
		"Local has no name":                         fn.TruncDay(repo.F("published_at"), fn.In(time.Local)),
		"laid over an aggregate or a window":        repo.Window(fn.Lower(title)),
		"it starts before it ends":                  repo.Window(fn.Rank()).Rows(2, 1),
		"UnboundedFollowing only":                   repo.Window(fn.Rank()).Range(-2, 0),
		"Exclude needs a frame":                     repo.Window(fn.Rank()).Exclude(repo.Ties),
		"OrderBy is for what gathers":               repo.Sum(price).OrderBy(title.Asc()),
		"a search query joins search queries":       fn.SearchQuery("x").And(title.Eq("x")),
		"keys behind it":                            fn.KT("title"),
		"unknown lookup \"nonsense\"":               title.Compare("nonsense", 1),
		"takes an integer":                          repo.F("pages").Gt("x"),
		"a constant of type integer is":             repo.Value("x").WithType(repo.TypeInt),
	} {
		err := l.books.Annotate("x", e).Err()
		assert.ErrorContains(t, err, want, want)
	}
	var fe *repo.FieldError
	require.ErrorAs(t, l.books.Annotate("x", price.Mul(pi)).Err(), &fe)

	// Where the type is not needed, it may be unknown.
	require.NoError(t, l.books.Annotate("x", repo.Cast(price.Mul(pi), repo.TypeFloat)).Err())
	require.NoError(t, l.books.Annotate("x", price.Mul(pi).WithType(repo.TypeFloat)).Err())
	require.NoError(t, l.books.Filter("price__gt", price.Mul(pi)).Err())
	require.NoError(t, l.books.OrderByExpr(price.Mul(pi).Asc()).Err())
	_, err := l.books.AllRows().Update(ctx, l.books.Set("price", price.Mul(1.5)))
	require.NoError(t, err)
}

func TestExpressionValues(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	ann := l.author(t, "Ann")
	l.book(t, "Go", ann, func(b *Book) { b.Pages, b.Stock, b.Price = 380, 2, decimal.New(1050, -2) })
	l.book(t, "SQL", ann, func(b *Book) { b.Pages, b.Rating = 90, ptr(2.5) })
	one := func(e repo.Operand) []any {
		t.Helper()
		got, err := repo.Values[any](ctx, l.books.Annotate("x", e).OrderBy("id"), "x")
		require.NoError(t, err)
		return got
	}
	pages, title := repo.F("pages"), repo.F("title")
	require.Equal(t, []any{true, false}, one(pages.Gt(100)))
	require.Equal(t, []any{false, true}, one(pages.Gt(100).Not()))
	require.Equal(t, []any{"long", "short"}, one(repo.Case(pages.Gt(100), "long").Else("short")))
	require.Equal(t, []any{[]any{"Go", "SQL"}, []any{"Go", "SQL"}}, one(repo.ArraySub(l.books.OrderBy("title"), "title")))
	require.Equal(t, []any{[]any{}, []any{}}, one(repo.ArraySub(l.books.Filter("id", 0), "title")))
	require.Equal(t, []any{true, false}, one(repo.Raw("length(title) = ?", 2).WithType(repo.TypeBool)))
	require.Equal(t, []any{map[string]any{"a": []any{int64(1)}}, map[string]any{"a": []any{int64(1)}}}, one(repo.Value(map[string]any{"a": []int{1}}).WithType(repo.TypeJSON)))
	require.Equal(t, []any{nil, nil}, one(repo.Value(nil).WithType(repo.TypeText)))
	require.Equal(t, []any{int64(2), int64(1)}, one(repo.Window(fn.RowNumber()).OrderBy(pages.Asc())))
	require.Equal(t, []any{21.0, 1.0}, one(fn.Round(repo.F("price").Mul(2)).Add(repo.Cast(fn.Length(title).Sub(2), repo.TypeDecimal)).WithType(repo.TypeFloat)))

	got := titles(t, l.books.Where(repo.Holds[Book](pages.Gt(repo.F("stock").Mul(100)))).OrderBy("id"))
	require.Equal(t, []string{"Go", "SQL"}, got)
	got = titles(t, l.books.Where(repo.Holds[Book](fn.Lower(title).Eq("go"))))
	require.Equal(t, []string{"Go"}, got)
	got = titles(t, l.books.Annotate("rank", repo.Window(fn.RowNumber()).OrderBy(pages.Asc())).Filter("rank", 1))
	require.Equal(t, []string{"SQL"}, got)
	n, err := repo.Scalar[string](ctx, l.books, fn.StringAgg(title, "+").OrderBy(title.Desc()))
	require.NoError(t, err)
	require.Equal(t, "SQL+Go", n)
	require.Equal(t, []string{"Go"}, titles(t, l.books.Filter("title", fn.Replace(repo.Value("G-o"), "-"))))
	_, err = l.books.Filter("title", "Go").Update(ctx, l.books.Set("title", fn.Concat(title, "!")))
	require.NoError(t, err)
	require.Equal(t, []string{"Go!", "SQL"}, titles(t, l.books.OrderBy("id")))
}
