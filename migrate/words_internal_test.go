package migrate

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRenamedTouchesColumnsOnly(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, want string }{
		{"price * count", "price * amount"},
		{`lower("count") > 'count'`, `lower("amount") > 'count'`},
		{"count(count) > Count", "count(amount) > amount"},
		{"x::count", "x::count"},
		{"CAST(count AS count)", "CAST(amount AS count)"},
		{"extract(count FROM at)", "extract(count FROM at)"},
		{"items.count + other.count", "items.amount + other.count"},
		{"count.x", "count.x"},
		{"date '2026-01-01' > count -- count", "date '2026-01-01' > amount -- count"},
		{"counter + _count", "counter + _count"},
		{"$$count$$ || E'count'", "$$count$$ || E'count'"},
	} {
		require.Equal(t, c.want, renamed(c.in, "items", "count", "amount"), c.in)
	}
	require.Equal(t, `a + "Two Words"`, renamed("a + b", "t", "b", "Two Words"))
	require.Equal(t, "date > x", renamed("date > b", "t", "b", "x"))
	require.Equal(t, "date '2026-01-01' < day", renamed("date '2026-01-01' < date", "t", "date", "day"))
}

func TestSameSQLIgnoresForm(t *testing.T) {
	t.Parallel()
	for _, pair := range [][2]string{
		{"a > 0", "a>0"}, {`"a" > 0`, "a > 0"}, {"LOWER(a)", "lower( a )"}, {"a IS  NULL", "a is null -- none"}, {"a /* x */ = b", "a = b"},
	} {
		require.True(t, sameSQL(pair[0], pair[1]), pair)
	}
	for _, pair := range [][2]string{
		{"a > 0", "a > 1"}, {`"A" > 0`, "a > 0"}, {"a = 'X'", "a = 'x'"}, {"a b", "ab"}, {"1 2", "12"}, {"a = ' '", "a = ''"},
	} {
		require.False(t, sameSQL(pair[0], pair[1]), pair)
	}
}

func TestTypesAreReplacedWhole(t *testing.T) {
	t.Parallel()
	require.Equal(t, "feeling", replaceType("mood", "mood", "feeling"))
	require.Equal(t, "feeling[][3]", replaceType(`"mood"[][3]`, "mood", "feeling"))
	require.Equal(t, `shop."My Type"[]`, replaceType("Shop.Mood[]", "shop.mood", "shop.My Type"))
	require.Equal(t, "mood_x", replaceType("mood_x", "mood", "feeling"))
	require.Equal(t, "text", replaceType("text", "mood", "feeling"))
}
