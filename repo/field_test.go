package repo

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/query"
)

type shelf struct{ ID int64 }

type volume struct{ ID int64 }

type grade string

// made is what a condition was made of.
func made(t *testing.T, c *query.Cond) (string, any) {
	t.Helper()
	require.Len(t, c.Kids, 1)
	return c.Kids[0].Text, c.Kids[0].Value
}

func field[V any](name string) *OrderedField[*shelf, V] {
	return NewOrderedField[*shelf, V]("", name)
}

// Every method of a field is the lookup of its name.
func TestFieldsMakeLookups(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	pages := field[int]("pages")
	title := NewStringField[*shelf, grade]("", "title")
	sold := NewBoolField[*shelf, bool]("", "sold")
	at := NewTimeField[*shelf]("", "at")
	for _, c := range []struct {
		cond  Cond[shelf]
		text  string
		value any
	}{
		{pages.Eq(3), "pages", 3},
		{pages.Ne(3), "pages", 3},
		{pages.In(1, 2), "pages__in", []int{1, 2}},
		{pages.In(), "pages__in", []int(nil)},
		{pages.NotIn(1), "pages__in", []int{1}},
		{pages.EqExpr(F("stock")), "pages", F("stock")},
		{pages.EqExpr(field[int]("stock")), "pages", F("stock")},
		{pages.InQuery(F("stock")), "pages__in", F("stock")},
		{pages.IsNull(), "pages__isnull", true},
		{pages.NotNull(), "pages__isnull", false},
		{pages.Gt(3), "pages__gt", 3},
		{pages.Gte(3), "pages__gte", 3},
		{pages.Lt(3), "pages__lt", 3},
		{pages.Lte(3), "pages__lte", 3},
		{pages.Between(1, 3), "pages__range", []int{1, 3}},
		{title.Eq("a"), "title", grade("a")},
		{title.IExact("a"), "title__iexact", "a"},
		{title.Contains("a"), "title__contains", "a"},
		{title.IContains("a"), "title__icontains", "a"},
		{title.StartsWith("a"), "title__startswith", "a"},
		{title.IStartsWith("a"), "title__istartswith", "a"},
		{title.EndsWith("a"), "title__endswith", "a"},
		{title.IEndsWith("a"), "title__iendswith", "a"},
		{title.Regex("a"), "title__regex", "a"},
		{title.IRegex("a"), "title__iregex", "a"},
		{sold.IsTrue(), "sold", true},
		{sold.IsFalse(), "sold", false},
		{at.Date().Eq(day), "at__date", day},
		{at.Date().Year().Eq(1), "at__date__year", 1},
		{at.TimeOfDay().Lt(time.Hour), "at__time__lt", time.Hour},
		{at.Year().Gte(1), "at__year__gte", 1},
		{at.IsoYear().Eq(1), "at__iso_year", 1},
		{at.Quarter().Eq(1), "at__quarter", 1},
		{at.Month().Eq(1), "at__month", 1},
		{at.Week().Eq(1), "at__week", 1},
		{at.Day().Eq(1), "at__day", 1},
		{at.WeekDay().Eq(1), "at__week_day", 1},
		{at.IsoWeekDay().Eq(1), "at__iso_week_day", 1},
		{at.Hour().Eq(1), "at__hour", 1},
		{at.Minute().Eq(1), "at__minute", 1},
		{at.Second().Eq(1), "at__second", 1},
		{at.Date().IsoYear().Eq(1), "at__date__iso_year", 1},
		{at.Date().Quarter().Eq(1), "at__date__quarter", 1},
		{at.Date().Month().Eq(1), "at__date__month", 1},
		{at.Date().Week().Eq(1), "at__date__week", 1},
		{at.Date().Day().Eq(1), "at__date__day", 1},
		{at.Date().WeekDay().Eq(1), "at__date__week_day", 1},
		{at.Date().IsoWeekDay().Eq(1), "at__date__iso_week_day", 1},
	} {
		text, value := made(t, c.cond.c)
		require.Equal(t, c.text, text)
		require.Equal(t, plainValue(c.value), value, c.text)
	}
}

func TestFieldNamesAndOrder(t *testing.T) {
	t.Parallel()
	at := At("").To("first").To("next")
	f := NewField[*shelf, int](at, "pages")
	require.Equal(t, Name[shelf]("first__next__pages"), f.Name())
	require.Equal(t, Ordering[shelf]("first__next__pages"), f.Asc())
	require.Equal(t, Ordering[shelf]("-first__next__pages nulls last"), f.Desc().NullsLast())
	require.Equal(t, []Name[shelf]{"title", "first__next__pages"}, Names[shelf](field[string]("title"), f))
	require.Equal(t, Rel[shelf]("first__next"), NewPath[*shelf, *volume](at).Rel())
}

func TestPathConditions(t *testing.T) {
	t.Parallel()
	p := NewPath[*shelf, *volume](At("").To("volumes"))
	v := &volume{ID: 7}
	inner := NewField[*volume, int64]("", "id").Eq(7)
	for _, c := range []struct {
		cond  Cond[shelf]
		text  string
		value any
	}{
		{p.Is(v), "volumes", v},
		{p.Is(nil), "volumes__isnull", true},
		{p.IsNull(), "volumes__isnull", true},
	} {
		text, value := made(t, c.cond.c)
		require.Equal(t, c.text, text)
		require.Equal(t, c.value, value, c.text)
	}
	for want, c := range map[query.Quantifier]Cond[shelf]{query.Some: p.Some(inner), query.NoRow: p.None(inner), query.Every: p.Every(inner)} {
		e := c.c.Kids[0].Expr
		require.Equal(t, query.Each, e.Kind)
		require.Equal(t, want, e.Quantifier)
		require.Equal(t, "volumes", e.Name)
	}
}

func TestFieldArithmetic(t *testing.T) {
	t.Parallel()
	stock, price := field[int]("stock"), field[float64]("price")
	require.Equal(t, F("stock").Add(1), stock.Add(1))
	require.Equal(t, F("stock").Sub(1), stock.Sub(1))
	require.Equal(t, F("price").Mul(F("stock")), price.Mul(stock), "a field stands for its column")
	require.Equal(t, F("price").Div(F("stock").Add(1)), price.Div(stock.Add(1)))
}

func TestFieldAssignments(t *testing.T) {
	t.Parallel()
	stock := field[int]("stock")
	for _, c := range []struct {
		set   Assign[shelf]
		value any
	}{
		{stock.Set(3), 3},
		{stock.SetExpr(stock.Sub(1)), F("stock").Sub(1)},
		{stock.SetExpr(stock), F("stock")},
		{NewNullField[*shelf, int]("", "stock").SetNull(), nil},
		{NewNullOrderedField[*shelf, int]("", "stock").SetNull(), nil},
		{NewNullStringField[*shelf, grade]("", "stock").SetNull(), nil},
		{NewNullBoolField[*shelf, bool]("", "stock").SetNull(), nil},
		{NewNullTimeField[*shelf]("", "stock").SetNull(), nil},
		{NewNullDateField[*shelf]("", "stock").SetNull(), nil},
		{NewNullJSONField[*shelf, []byte]("", "stock").SetNull(), nil},
	} {
		require.Equal(t, "stock", c.set.a.Name)
		require.Equal(t, plainValue(c.value), c.set.a.Value)
	}
}

// read infers what a column's values are read as.
func read[R any](c Column[shelf, R]) (r R) { _, r = c.column(); return r }

// A nullable kind is read as a pointer, whatever it is made of; the compiler is
// the test.
func TestNullKindsAreReadAsPointers(t *testing.T) {
	t.Parallel()
	var (
		_ int        = read(&OrderedField[*shelf, int]{})
		_ grade      = read(&StringField[*shelf, grade]{})
		_ time.Time  = read(&TimeField[*shelf]{})
		_ *int       = read(&NullField[*shelf, int]{})
		_ *int       = read(&NullOrderedField[*shelf, int]{})
		_ *grade     = read(&NullStringField[*shelf, grade]{})
		_ *bool      = read(&NullBoolField[*shelf, bool]{})
		_ *time.Time = read(&NullTimeField[*shelf]{})
		_ *time.Time = read(&NullDateField[*shelf]{})
		_ *[]byte    = read(&NullJSONField[*shelf, []byte]{})
	)
}
