package repo_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/repo"
)

type rack struct{ ID int64 }

type volume struct{ ID int64 }

type grade string

// field returns a typed field of a rack.
func field[V any](name string) *repo.OrderedField[*rack, V] {
	return repo.NewOrderedField[*rack, V]("", name)
}

// Every method of a field is the lookup of its name.
func TestFieldsMakeLookups(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	pages := field[int]("pages")
	title := repo.NewStringField[*rack, grade]("", "title")
	sold := repo.NewBoolField[*rack, bool]("", "sold")
	at := repo.NewTimeField[*rack]("", "at")
	for _, c := range []struct {
		cond  repo.Cond[rack]
		text  repo.Lookup[rack]
		value any
	}{
		{pages.Eq(3), "pages", 3},
		{pages.In(1, 2), "pages__in", []int{1, 2}},
		{pages.In(), "pages__in", []int(nil)},
		{pages.EqExpr(repo.F("stock")), "pages", repo.F("stock")},
		{pages.EqExpr(field[int]("stock")), "pages", repo.F("stock")},
		{pages.InQuery(repo.F("stock")), "pages__in", repo.F("stock")},
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
		require.Equal(t, repo.Q[rack](c.text, c.value), c.cond, c.text)
	}
	require.Equal(t, repo.Q[rack]("pages", 3).Not(), pages.Ne(3))
	require.Equal(t, repo.Q[rack]("pages__in", []int{1}).Not(), pages.NotIn(1))
}

func TestFieldNamesAndOrder(t *testing.T) {
	t.Parallel()
	at := repo.At("").To("first").To("next")
	f := repo.NewField[*rack, int](at, "pages")
	require.Equal(t, repo.Name[rack]("first__next__pages"), f.Name())
	require.Equal(t, repo.Ordering[rack]("first__next__pages"), f.Asc())
	require.Equal(t, repo.Ordering[rack]("-first__next__pages nulls last"), f.Desc().NullsLast())
	require.Equal(t, []repo.Name[rack]{"title", "first__next__pages"}, repo.Names(field[string]("title"), f))
	require.Equal(t, repo.Rel[rack]("first__next"), repo.NewPath[*rack, *volume](at).Rel())
}

func TestPathConditions(t *testing.T) {
	t.Parallel()
	p := repo.NewPath[*rack, *volume](repo.At("").To("volumes"))
	v := &volume{ID: 7}
	for _, c := range []struct {
		cond  repo.Cond[rack]
		text  repo.Lookup[rack]
		value any
	}{
		{p.Is(v), "volumes", v},
		{p.Is(nil), "volumes__isnull", true},
		{p.IsNull(), "volumes__isnull", true},
	} {
		require.Equal(t, repo.Q[rack](c.text, c.value), c.cond, c.text)
	}
}

func TestFieldArithmetic(t *testing.T) {
	t.Parallel()
	stock, price := field[int]("stock"), field[float64]("price")
	require.Equal(t, repo.F("stock").Add(1), stock.Add(1))
	require.Equal(t, repo.F("stock").Sub(1), stock.Sub(1))
	require.Equal(t, repo.F("price").Mul(repo.F("stock")), price.Mul(stock), "a field stands for its column")
	require.Equal(t, repo.F("price").Div(repo.F("stock").Add(1)), price.Div(stock.Add(1)))
}

func TestFieldAssignments(t *testing.T) {
	t.Parallel()
	stock := field[int]("stock")
	var racks *repo.QuerySet[rack]
	for _, c := range []struct {
		set   repo.Assign[rack]
		value any
	}{
		{stock.Set(3), 3},
		{stock.SetExpr(stock.Sub(1)), repo.F("stock").Sub(1)},
		{stock.SetExpr(stock), repo.F("stock")},
		{repo.NewNullField[*rack, int]("", "stock").SetNull(), nil},
		{repo.NewNullOrderedField[*rack, int]("", "stock").SetNull(), nil},
		{repo.NewNullStringField[*rack, grade]("", "stock").SetNull(), nil},
		{repo.NewNullBoolField[*rack, bool]("", "stock").SetNull(), nil},
		{repo.NewNullTimeField[*rack]("", "stock").SetNull(), nil},
		{repo.NewNullDateField[*rack]("", "stock").SetNull(), nil},
		{repo.NewNullJSONField[*rack, []byte]("", "stock").SetNull(), nil},
	} {
		require.Equal(t, racks.Set("stock", c.value), c.set)
	}
}

// read infers what a column's values are read as.
func read[R any](repo.Column[rack, R]) (r R) { return r }

// A nullable kind is read as a pointer, whatever it is made of; the compiler is
// the test.
func TestNullKindsAreReadAsPointers(t *testing.T) {
	t.Parallel()
	var (
		_ int        = read(&repo.OrderedField[*rack, int]{})
		_ grade      = read(&repo.StringField[*rack, grade]{})
		_ time.Time  = read(&repo.TimeField[*rack]{})
		_ *int       = read(&repo.NullField[*rack, int]{})
		_ *int       = read(&repo.NullOrderedField[*rack, int]{})
		_ *grade     = read(&repo.NullStringField[*rack, grade]{})
		_ *bool      = read(&repo.NullBoolField[*rack, bool]{})
		_ *time.Time = read(&repo.NullTimeField[*rack]{})
		_ *time.Time = read(&repo.NullDateField[*rack]{})
		_ *[]byte    = read(&repo.NullJSONField[*rack, []byte]{})
	)
}
