package compile

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
)

// The constants of partial indexes are literals in a statement, other values
// are parameters.
func TestConstants(t *testing.T) {
	t.Parallel()
	db, err := gorm.Open(postgres.Open("host=127.0.0.1 port=1"), &gorm.Config{DisableAutomaticPing: true})
	require.NoError(t, err)
	t.Cleanup(func() { modelinfo.Remove(db) })
	m, err := modelinfo.Of(db).Model(reflect.TypeFor[formBook]())
	require.NoError(t, err)
	type text string
	for _, c := range []struct {
		lookup string
		value  any
		want   string
		args   []any
	}{
		{"title", "a", `"title" = 'a'`, nil},
		{"title", text("a"), `"title" = 'a'`, nil},
		{"title", "A", `"title" = $1`, []any{"A"}},
		{"title", "a' OR ''='", `"title" = $1`, []any{"a' OR ''='"}},
		{"title__gt", "a", `"title" > 'a'`, nil},
		{"title__contains", "a", `"title" LIKE $1`, []any{"%a%"}},
		{"title__in", []string{"a", "a"}, `"title" IN ('a')`, nil},
		{"title__in", []string{"a", "b"}, `"title" = ANY($1)`, []any{[]string{"a", "b"}}},
		{"title__range", []string{"a", "b"}, `"title" BETWEEN $1 AND $2`, []any{"a", "b"}},
		{"note", "a", `"note" = $1`, []any{"a"}},
		{"pages", 2, `"pages" = (2)`, nil},
		{"pages__in", []int{2, 1}, `"pages" IN ((1), (2))`, nil},
		{"pages", 3, `"pages" = $1`, []any{int64(3)}},
		{"pages__lte", int8(1), `"pages" <= (1)`, nil},
		{"sold", true, `"sold" = true`, nil},
		{"sold", false, `"sold" = false`, nil},
	} {
		q := query.New(m)
		cond, err := q.Resolve(query.Lookup(c.lookup, c.value))
		require.NoError(t, err)
		for range 2 { // the second one is kept
			st, err := Count(q.With(cond))
			require.NoError(t, err)
			require.Equal(t, c.want, strings.ReplaceAll(strings.SplitN(st.SQL, " WHERE ", 2)[1], `"form_books".`, ""))
			require.ElementsMatch(t, c.args, st.Args)
		}
	}
}

func TestLiterals(t *testing.T) {
	t.Parallel()
	type word string
	for _, c := range []struct {
		v    any
		want string
	}{
		{"a", `'a'`}, {"it's", `'it''s'`}, {`a\'b`, ` E'a\\''b'`}, {"", "''"}, {word("w"), "'w'"}, {5, "(5)"}, {int64(-5), "(-5)"}, {1.5, "(1.5)"}, {-1e20, "(-100000000000000000000)"},
		{true, "true"}, {decimal.RequireFromString("-1.50"), "(-1.5)"}, {[]string{"a", "b'"}, `ARRAY['a', 'b''']`}, {[]int64{1, -2}, "ARRAY[(1), (-2)]"},
		{uuid.UUID{}, "'00000000-0000-0000-0000-000000000000'"}, {time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC), "'2026-01-02T03:04:05.000006Z'"},
	} {
		got, ok := appendLiteral(nil, c.v)
		require.True(t, ok, "%v", c.v)
		require.Equal(t, c.want, string(got))
	}
	for _, v := range []any{nil, "a\x00", []byte("a"), []string{}, struct{}{}, map[string]int{}} {
		_, ok := appendLiteral(nil, v)
		require.False(t, ok, "%v", v)
	}
}
