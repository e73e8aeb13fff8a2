package repo_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repo/fn"
)

var (
	spread = repo.DefineAggregate(repo.AggregateDef{Name: "Spread", SQL: "STDDEV_POP($1)", Type: repo.TypeFloat})
	listed = repo.DefineAggregate(repo.AggregateDef{Name: "Listed", SQL: "STRING_AGG([DISTINCT] $1, $2 [ORDER BY])", Type: repo.TypeText})
	rows   = repo.DefineAggregate(repo.AggregateDef{Name: "Rows", SQL: "COUNT($1)", Type: repo.TypeBigInt, Empty: 0})
	middle = repo.DefineAggregate(repo.AggregateDef{Name: "Middle", SQL: "PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY $1)", NoWindow: true})
	plus   = repo.DefineFunc(repo.FuncDef{Name: "Plus", SQL: "$1 + $2"})
	dashed = repo.DefineFunc(repo.FuncDef{Name: "Dashed", SQL: "CONCAT_WS('-', $*)", Type: repo.TypeText})
	share  = repo.DefineFunc(repo.FuncDef{Name: "Share", SQL: "CUME_DIST()", Type: repo.TypeFloat, Window: true})
)

func init() {
	repo.RegisterTransform(
		repo.TransformDef{Name: "test_abs", On: repo.OnNumber, Func: fn.Abs},
		repo.TransformDef{Name: "test_fold", On: repo.OnText, SQL: "UPPER($1)", Bilateral: true},
		repo.TransformDef{Name: "test_sum", On: repo.OnInt, SQL: "$1 + 1"},
		repo.TransformDef{Name: "test_last", On: repo.OnArray, SQL: "$1[ARRAY_UPPER($1, 1)]", Type: repo.TypeText},
		repo.TransformDef{Name: "test_kind", On: repo.OnText, Func: func(e repo.Operand) repo.Expr {
			return repo.Case(repo.Value(e).Compare("startswith", "More"), "sequel").Else("first")
		}},
		repo.TransformDef{Name: "test_inet", OnTypes: []repo.Type{"inet"}, SQL: "HOST($1)", Type: repo.TypeText},
	)
	repo.RegisterLookup(
		repo.LookupDef{Name: "test_ne", On: repo.OnAny, SQL: "$1 <> $2"},
		repo.LookupDef{Name: "test_any", On: repo.OnAny, SQL: "$1 = ANY($2)", List: true},
		repo.LookupDef{Name: "test_longer", On: repo.OnText, SQL: "LENGTH($1) > $2", Right: repo.TypeInt},
		repo.LookupDef{Name: "test_nil", On: repo.OnAny, SQL: "$1 IS NOT DISTINCT FROM $2", Nil: true},
		repo.LookupDef{Name: "exact", OnTransform: "test_kind", SQL: "$1 = LOWER($2)"},
	)
	repo.RegisterTransformFor[Book]("title", repo.TransformDef{Name: "test_own", SQL: "REVERSE($1)"})
	repo.RegisterLookupFor[Book]("pages", repo.LookupDef{Name: "test_own", SQL: "$1 = $2 * 10"})
}

var stock = repo.NewOrderedField[*Book, int]("", "stock")

func TestRegisteredSQL(t *testing.T) {
	t.Parallel()
	_, l := setup(t)
	b := l.books
	for want, qs := range map[string]*repo.QuerySet[Book]{
		`("title" <> $1::text)`: b.Filter("title__test_ne", "Go"),
		`NOT (("subtitle" <> $1::text) AND "subtitle" IS NOT NULL)`:                     b.Exclude("subtitle__test_ne", "Go"),
		`("stock" <> $1::bigint)`:                                                       b.Filter("stock__test_ne", 1<<40),
		`("stock" <> $1::integer)`:                                                      b.Filter("stock__test_ne", 1),
		`(("pages" + 1) <> $1::bigint)`:                                                 b.Filter("pages__test_sum__test_ne", 3),
		`(("pages" + 1) * $1::integer) > $2`:                                            b.Where(repo.Holds[Book](repo.F("pages__test_sum").Mul(2).Gt(3))),
		`("pages" = $1::bigint * 10)`:                                                   b.Filter("pages__test_own", 3),
		`("title" = ANY($1::text[]))`:                                                   b.Filter("title__test_any", []string{"a"}),
		`("pages" = ANY(ARRAY(SELECT "U0"."pages" FROM "books" "U0")))`:                 b.Filter("pages__test_any", b.Columns("pages")),
		`("id" <> (SELECT "U0"."id" FROM "books" "U0" LIMIT 1))`:                        b.Filter("id__test_ne", b.OrderBy().Limit(1)),
		`(LENGTH("title") > $1::integer)`:                                               b.Filter("title__test_longer", 3),
		`(LENGTH("title") > "pages")`:                                                   b.Filter("title__test_longer", repo.F("pages")),
		`ABS("pages") = $1`:                                                             b.Filter("pages__test_abs", 3),
		`UPPER("title") = UPPER($1::text)`:                                              b.Filter("title__test_fold", "go"),
		`UPPER("title") BETWEEN UPPER($1::text) AND UPPER($2::text)`:                    b.Filter("title__test_fold__range", []string{"a", "b"}),
		`UPPER("title") IN (UPPER($1::text), UPPER($2::text))`:                          b.Filter("title__test_fold__in", []string{"a", "b"}),
		`UPPER("title") IS NULL`:                                                        b.Filter("title__test_fold__isnull", true),
		`UPPER("title") = UPPER("subtitle")`:                                            b.Filter("title__test_fold", repo.F("subtitle")),
		`UPPER("title") = UPPER((SELECT "U0"."title" FROM "books" "U0"))`:               b.Filter("title__test_fold", repo.Sub(b.OrderBy(), "title")),
		`REVERSE("title") = $1`:                                                         b.Filter("title__test_own", "oG"),
		`("pages" IS NOT DISTINCT FROM $1::bigint)`:                                     b.Filter("pages__test_nil", 3),
		`("pages" IS NOT DISTINCT FROM NULL::bigint)`:                                   b.Filter("pages__test_nil", nil),
		`NOT (("subtitle" IS NOT DISTINCT FROM NULL::text))`:                            b.Exclude("subtitle__test_nil", nil),
		`(CASE WHEN "title" LIKE $1 THEN $2::text ELSE $3::text END = LOWER($4::text))`: b.Filter("title__test_kind", "SEQUEL"),
		`CASE WHEN "title" LIKE $1 THEN $2::text ELSE $3::text END IS NULL`:             b.Filter("title__test_kind", nil),
		`CASE WHEN "title" LIKE $1 THEN $2::text ELSE $3::text END LIKE $4`:             b.Filter("title__test_kind__startswith", "s"),
	} {
		assert.Equal(t, "WHERE "+want, strings.ReplaceAll(where(t, qs.OrderBy()), `"books".`, ""))
	}
}

// misnamed has a registration for a column that it lacks.
type misnamed struct{ ID int64 }

// refused are what wrong registrations panicked with, by the text that is
// expected.
var refused = map[string]any{}

func init() {
	panics := func(want string, f func()) {
		defer func() { refused[want] = recover() }()
		f()
	}
	transform := func(want string, d repo.TransformDef) { panics(want, func() { repo.RegisterTransform(d) }) }
	check := func(want string, d repo.LookupDef) { panics(want, func() { repo.RegisterLookup(d) }) }
	own := func(e repo.Operand) repo.Expr { return fn.Lower(e) }
	check(`repo: RegisterLookup("test_ne"): it is registered twice for every kind`, repo.LookupDef{Name: "test_ne", On: repo.OnText, SQL: "$1 <> $2"})
	check(`repo: RegisterLookup("test_abs"): it is registered twice for integer, float, decimal`, repo.LookupDef{Name: "test_abs", On: repo.OnInt, SQL: "$1 <> $2"})
	check(`repo: RegisterLookup("contains"): text has it already, built in`, repo.LookupDef{Name: "contains", On: repo.OnText, SQL: "$1 <> $2"})
	transform(`repo: RegisterTransform("year"): date has it already, built in`, repo.TransformDef{Name: "year", On: repo.OnDate, Func: own})
	transform(`repo: RegisterTransform("Initial"): a name is lower case`, repo.TransformDef{Name: "Initial", On: repo.OnText, Func: own})
	transform(`repo: RegisterTransform("a__b"): a name is lower case`, repo.TransformDef{Name: "a__b", On: repo.OnText, Func: own})
	transform(`repo: RegisterTransform("x"): it needs one of these`, repo.TransformDef{Name: "x", Func: own})
	transform(`repo: RegisterTransform("x"): it needs one of these`, repo.TransformDef{Name: "x", On: repo.OnText, OnTransform: "y", Func: own})
	transform(`repo: RegisterTransform("x"): it needs either SQL or Func`, repo.TransformDef{Name: "x", On: repo.OnText})
	transform(`repo: RegisterTransform("x"): it needs either SQL or Func`, repo.TransformDef{Name: "x", On: repo.OnText, SQL: "LOWER($1)", Func: own})
	transform(`repo: RegisterTransform("x"): its operands are $1 in "f($1, $2)"`, repo.TransformDef{Name: "x", On: repo.OnText, SQL: "f($1, $2)"})
	transform(`repo: RegisterTransform("x"): "te xt;" is no name of a type`, repo.TransformDef{Name: "x", On: repo.OnText, SQL: "LOWER($1)", Type: "te xt;"})
	transform(`it is made of its operands, functions and constants`, repo.TransformDef{Name: "x", On: repo.OnText, Func: func(e repo.Operand) repo.Expr { return fn.Concat(e, repo.F("title")) }})
	transform(`an aggregate is no part of it`, repo.TransformDef{Name: "x", On: repo.OnText, Func: func(e repo.Operand) repo.Expr { return repo.Max(e) }})
	transform(`operand 1 of 1 is not used`, repo.TransformDef{Name: "x", On: repo.OnText, Func: func(repo.Operand) repo.Expr { return repo.Value(1) }})
	transform(`Left: the length must be 1 or more, not 0`, repo.TransformDef{Name: "x", On: repo.OnText, Func: func(e repo.Operand) repo.Expr { return fn.Left(e, 0) }})
	transform(`the condition "title" is about a column`, repo.TransformDef{Name: "x", On: repo.OnText, Func: func(e repo.Operand) repo.Expr {
		return repo.Case(repo.Q[Book]("title", "x"), e).Else(e)
	}})
	check(`it is neither true nor false`, repo.LookupDef{Name: "x", On: repo.OnText, Func: func(l, r repo.Operand) repo.Expr { return fn.Concat(l, r) }})
	check(`repo: RegisterLookup("x"): $1 has no place`, repo.LookupDef{Name: "x", On: repo.OnText, SQL: "TRUE = $2"})
	panics(`repo: RegisterLookup("x"): it needs one of these`, func() { repo.RegisterLookupFor[Book]("", repo.LookupDef{Name: "x", SQL: "$1 = $2"}) })
	panics(`repo: RegisterLookup("x"): it needs one of these`, func() {
		repo.RegisterLookupFor[Book]("title", repo.LookupDef{Name: "x", On: repo.OnText, SQL: "$1 = $2"})
	})
	panics(`repo: RegisterTransform("test_own"): it is registered twice for Book.title`, func() {
		repo.RegisterTransformFor[Book]("title", repo.TransformDef{Name: "test_own", Func: own})
	})
	panics(`repo: DefineFunc("F"): a quote is not closed in "F('$1)"`, func() { repo.DefineFunc(repo.FuncDef{Name: "F", SQL: "F('$1)"}) })
	panics(`repo: DefineFunc("F"): it needs the type of its result`, func() { repo.DefineFunc(repo.FuncDef{Name: "F", SQL: "F()"}) })
	panics(`repo: DefineFunc(""): it needs a name`, func() { repo.DefineFunc(repo.FuncDef{SQL: "F()"}) })
	panics(`repo: DefineAggregate("A"): an aggregate is one call`, func() { repo.DefineAggregate(repo.AggregateDef{Name: "A", SQL: "SUM($1) / COUNT($1)"}) })
	repo.RegisterLookupFor[misnamed]("nope", repo.LookupDef{Name: "test_own", SQL: "$1 = $2"})
}

// A wrong registration ends the program when it starts, with what is wrong.
func TestRegisterPanics(t *testing.T) {
	t.Parallel()
	for want, got := range refused {
		assert.Contains(t, fmt.Sprint(got), want)
	}
	_, l := setup(t)
	require.NoError(t, l.books.Filter("title", "x").Err())
	require.PanicsWithError(t, `repo: RegisterLookup("late"): the first query was built already, or a database opened (register in init, or before gormango.Open)`, func() {
		repo.RegisterLookup(repo.LookupDef{Name: "late", On: repo.OnText, SQL: "$1 = $2"})
	})
	require.ErrorContains(t, repo.New[misnamed](l.db).Filter("id", 1).Err(), `gormango: the registered "test_own" of misnamed: misnamed has no field "nope"; choices are id`)
}

// A transform that a column's registration adds is not there for other columns,
// and the choices say what is.
func TestRegisteredRefusals(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	b := l.books
	for text, err := range map[string]error{
		`unknown lookup "test_own" in "subtitle__test_own" (did you mean "test_fold"?); choices are`:            b.Filter("subtitle__test_own", "x").Err(),
		`startswith, test_any, test_fold, test_kind, test_longer, test_ne, test_nil, test_own, trigram_similar`: b.Filter("title__nope", "x").Err(),
		`Book: unknown lookup "test_longr" in "title__test_longr" (did you mean "test_longer"?)`:                b.Filter("title__test_longr", 1).Err(),
		`a relation has no lookup "test_ne" in "author__test_ne"`:                                               b.Filter("author__test_ne", 1).Err(),
		`Book.pages: lookup "pages__test_ne" takes an integer, not string`:                                      b.Filter("pages__test_ne", "x").Err(),
		`takes an integer (nil compares with exact or isnull), not nil`:                                         b.Filter("pages__test_ne", nil).Err(),
		`takes an integer, not string`:                                                          b.Filter("title__test_longer", "x").Err(),
		`takes a slice of values, each text, not string`:                                        b.Filter("title__test_any", "x").Err(),
		`takes a slice of values, each text, not []*string`:                                     b.Filter("title__test_any", []*string{nil}).Err(),
		`takes a QuerySet of one column, not of 2`:                                              b.Filter("title__test_ne", b.Columns("title", "id")).Err(),
		`test_fold transforms both sides, which does not go with a QuerySet, not an expression`: b.Filter("title__test_fold__in", b.Columns("title")).Err(),
		`no list behind test_fold, which transforms both sides`:                                 b.Filter("title__test_fold__test_any", []string{"a"}).Err(),
		`Author has no field "test_fold" in "author__test_fold"`:                                b.OrderBy("author__test_fold").Err(),
		`Plus takes 2 arguments, not 1`:                                                         b.Annotate("x", plus(1)).Err(),
		`Listed takes 2 arguments, not 3`:                                                       b.Annotate("x", listed(repo.F("title"), ",", 1)).Err(),
		`Plus mixes types, integer and text`:                                                    b.Annotate("x", plus(repo.F("pages"), repo.F("title"))).Err(),
		`Spread is declared without [DISTINCT]`:                                                 b.Annotate("x", spread(repo.F("pages")).Distinct()).Err(),
		`Spread is declared without [ORDER BY]`:                                                 b.Annotate("x", spread(repo.F("pages")).OrderBy(repo.F("id").Asc())).Err(),
		`Rows is 0 without rows, and takes no Default`:                                          b.Annotate("x", rows(repo.F("pages")).Default(1)).Err(),
		`a window is laid over an aggregate or a window function`:                               b.Annotate("x", repo.Window(middle(repo.F("pages")))).Err(),
		`Filter belongs to an aggregate`:                                                        b.Annotate("x", plus(1, 2).Filter(b.Q("id", 1))).Err(),
		`SUM is computed within another aggregate`:                                              b.Annotate("x", spread(repo.Sum(repo.F("pages")))).Err(),
	} {
		assert.ErrorContains(t, err, text)
	}
	_, err := repo.Scalar[float64](ctx, b, plus(1, 2))
	require.ErrorContains(t, err, "no aggregate expression")
}

// What is registered and declared works in each place of a query, over
// relations to many and on another database too.
func TestRegisteredEverywhere(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	ann, bob := l.author(t, "ann"), l.author(t, "Bob")
	for i, b := range []Book{{Title: "Go", Pages: 10, AuthorID: ann.ID}, {Title: "More Go", Pages: 30, AuthorID: ann.ID}, {Title: "SQL", Pages: 50, AuthorID: bob.ID, Subtitle: ptr("go")}} {
		b.Stock = int32(-i + 2)
		require.NoError(t, l.books.Create(ctx, &b))
	}
	b := l.books
	require.Equal(t, []string{"Go", "SQL"}, titles(t, b.Filter("title__test_kind", "FIRST").OrderBy("id")))
	require.Equal(t, []string{"More Go", "Go", "SQL"}, titles(t, b.OrderBy("-title__test_kind", "id")))
	require.Equal(t, []string{"SQL", "Go", "More Go"}, titles(t, b.OrderBy("title__test_own")))
	require.Equal(t, []string{"Go", "More Go"}, titles(t, b.Filter("author__name__test_fold", "ANN").OrderBy("id")))
	require.Equal(t, []string{"Go"}, titles(t, b.Where(repo.Through[int](stock, "test_abs").Eq(2))))
	require.Equal(t, []string{"SQL"}, titles(t, b.Where(repo.Compare(stock, "test_ne", 2)).Exclude("pages__test_own", 3)))

	type group struct {
		Kind string `gorm:"column:title__test_kind"`
		N    int64
		Mid  int64
	}
	groups, err := repo.Values[group](ctx, b.GroupBy("title__test_kind").Annotate("n", rows(repo.F("id"))).Annotate("mid", middle(repo.F("pages"))).
		Filter("mid__test_ne", 99).OrderBy("title__test_kind"))
	require.NoError(t, err)
	require.Equal(t, []group{{"first", 2, 10}, {"sequel", 1, 30}}, groups)

	names, err := repo.Values[string](ctx, l.authors.Annotate("all", listed(repo.F("books__title"), "/").OrderBy(repo.F("books__id").Desc()).Filter(repo.F("books__pages__test_sum").Gt(11))).
		OrderBy("id"), "all")
	require.NoError(t, err)
	require.Equal(t, []string{"More Go", "SQL"}, names)

	all, err := repo.Scalar[string](ctx, b, listed(repo.F("title__test_kind"), "/").Distinct())
	require.NoError(t, err)
	require.Equal(t, "first/sequel", all)
	none, err := repo.Aggregate[map[string]any](ctx, b.None(), rows(repo.F("id")).As("n"), spread(repo.F("pages")).As("s"), spread(repo.F("pages")).Default(1.5).As("d"))
	require.NoError(t, err)
	require.Equal(t, map[string]any{"n": int64(0), "s": nil, "d": 1.5}, none)
	shares, err := repo.Values[float64](ctx, b.Annotate("x", repo.Window(share()).OrderBy(repo.F("title__test_kind").Asc())).Filter("x__lt", 1).OrderBy("id"), "x")
	require.NoError(t, err)
	require.Len(t, shares, 2)
	sums, err := repo.Values[map[string]any](ctx, b.Annotate("a", plus(repo.F("pages"), repo.F("stock")).Mul(2)).Annotate("b", dashed(repo.F("title"), 1, nil)).Filter("id", 1), "a", "b")
	require.NoError(t, err)
	require.Equal(t, []map[string]any{{"a": int64(24), "b": "Go-1"}}, sums)

	moved := b.Using(l.db).Filter("title__test_kind__test_ne", "first")
	require.Equal(t, []string{"More Go"}, titles(t, moved))
	page, err := repo.Params[Book]{Filters: []repo.Lookup[Book]{"title__test_longer", "title__test_any", "title__test_fold", "stock__test_abs__gte"}, Orderings: []repo.Ordering[Book]{"title__test_own"}}.
		Page(ctx, b, url.Values{"title__test_longer": {"2"}, "title__test_any": {"SQL,Go,More Go"}, "order_by": {"-title__test_own"}})
	require.NoError(t, err)
	require.Equal(t, "More Go SQL", page.Items[0].Title+" "+page.Items[1].Title)
	_, err = repo.Params[Book]{Filters: []repo.Lookup[Book]{"title__test_longer"}}.Page(ctx, b, url.Values{"title__test_longer": {"x"}})
	require.EqualError(t, err, `repo: parameter "title__test_longer" is not an integer`)
	after, err := repo.PaginateAfter(ctx, b.OrderBy("title__test_kind"), "", 2)
	require.NoError(t, err)
	after, err = repo.PaginateAfter(ctx, b.OrderBy("title__test_kind"), after.Next, 2)
	require.NoError(t, err)
	require.Equal(t, "More Go", after.Items[0].Title)
	n, err := b.Filter("title__test_fold", "go").Update(ctx, b.Set("pages", plus(repo.F("pages"), 5)))
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
}

// The kinds that programs name are those of lookups.
func TestKindsOfValues(t *testing.T) {
	t.Parallel()
	for on, kind := range map[repo.On]lookup.Kind{
		repo.OnText: lookup.Text, repo.OnInt: lookup.Int, repo.OnFloat: lookup.Float, repo.OnDecimal: lookup.Decimal, repo.OnBool: lookup.Bool,
		repo.OnTime: lookup.Time, repo.OnDate: lookup.Date, repo.OnUUID: lookup.UUID, repo.OnJSON: lookup.JSON, repo.OnBytes: lookup.Bytes,
		repo.OnClock: lookup.Clock, repo.OnDuration: lookup.Duration, repo.OnArray: lookup.Array, repo.OnHStore: lookup.HStore, repo.OnRange: lookup.Range,
	} {
		require.Equal(t, lookup.Kinds(1)<<kind, lookup.Kinds(on), kind)
		require.True(t, lookup.Kinds(repo.OnAny).Has(kind), kind)
	}
}
