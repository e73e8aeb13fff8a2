package repo_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgtype"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repo/fn"
	"github.com/gormango/gormango/repotest"
)

// Thing has a column of each type with lookups of its own. It is read by its
// names only.
type Thing struct {
	ID     int64 `gorm:"primaryKey"`
	Name   string
	Data   json.RawMessage          `gorm:"type:jsonb"`
	Tags   pgtype.FlatArray[string] `gorm:"type:text[]"`
	Attrs  *string                  `gorm:"type:hstore"`
	Span   *string                  `gorm:"type:int4range"`
	Period *string                  `gorm:"type:tstzrange"`
	Small  int16                    `gorm:"type:smallint"`
	Weight float64                  `gorm:"type:double precision"`
	Day    time.Time                `gorm:"type:date"`
	At     time.Time
}

// things are named a to d; the columns of d are NULL.
func things(t *testing.T) func(c repo.Cond[Thing]) string {
	t.Helper()
	db := repotest.Open(t)
	for _, s := range []string{
		`CREATE EXTENSION IF NOT EXISTS hstore`, `CREATE EXTENSION IF NOT EXISTS unaccent`,
		`CREATE TABLE things (id bigint PRIMARY KEY, name text, data jsonb, tags text[], attrs hstore, span int4range, period tstzrange,
			small smallint, weight double precision, day date, at timestamptz)`,
		`INSERT INTO things VALUES
			(1, 'a', '{"k": null, "n": 5, "s": "Émile", "l": [1, {"x": "y"}], "0": "zero"}', '{go,sql}', 'x=>1, y=>NULL', '[1,5)', '[2024-01-01,2024-02-01)', 3, 2.5, '2024-01-15', '2024-01-15 12:00Z'),
			(2, 'b', '{"n": 7, "s": "emil"}', '{}', '', 'empty', '(,)', 9, 9.5, '2024-03-01', '2024-03-01 00:00Z'),
			(3, 'c', '["k", "s", 3]', '{sql,NULL}', 'x=>2', '[5,)', '[2024-02-01,)', 5, -1, '2023-12-31', '2023-12-31 23:00Z'),
			(4, 'd', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)`,
	} {
		if err := db.Exec(s).Error; err != nil {
			t.Skipf("this server lacks an extension: %v", err)
		}
	}
	ctx, qs := t.Context(), repo.New[Thing](db).OrderBy("id")
	return func(c repo.Cond[Thing]) string {
		t.Helper()
		names, err := repo.Values[string](ctx, qs.Where(c), "name")
		require.NoError(t, err)
		out := ""
		for _, n := range names {
			out += n
		}
		return out
	}
}

func TestSpecialLookups(t *testing.T) {
	t.Parallel()
	find := things(t)
	utc := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }
	for _, c := range []struct {
		lookup repo.Lookup[Thing]
		value  any
		want   string
	}{
		{"data__k", nil, "a"}, // JSON's null; a missing key is unknown
		{"data__k__isnull", true, "bcd"},
		{"data__k__isnull", false, "a"},
		{"data__0__isnull", true, "abd"}, // an index of a list, not a key
		{"data__n", 5, "a"},
		{"data__n__gt", 5, "b"},
		{"data__n__in", []int{5, 7, 8}, "ab"},
		{"data__s__icontains", "EMIL", "b"},
		{"data__l__1__x", "y", "a"},
		{"data__l__1__x__startswith", "y", "a"},
		{"data__contains", map[string]any{"n": 5}, "a"},
		{"data__contained_by", []any{"k", "s", 3, 4}, "c"},
		{"data__has_key", "k", "ac"},
		{"data__has_keys", []string{"k", "n"}, "a"},
		{"data__has_any_keys", []string{"n", "s"}, "abc"},
		{"data__isnull", true, "d"},
		{"tags__contains", []string{"sql"}, "ac"},
		{"tags__contained_by", []string{"sql", "go", "x"}, "ab"},
		{"tags__overlap", []string{"go", "x"}, "a"},
		{"tags", []string{"go", "sql"}, "a"},
		{"tags__in", [][]string{{"go", "sql"}, {}}, "ab"},
		{"tags__len", 0, "b"},
		{"tags__len__gt", 1, "ac"},
		{"tags__0", "sql", "c"},
		{"tags__0__icontains", "G", "a"},
		{"tags__0_1", []string{"sql"}, "c"},
		{"tags__1_9__contains", []string{"sql"}, "a"},
		{"attrs__contains", map[string]string{"x": "1"}, "a"},
		{"attrs__contains", map[string]*string{"y": nil}, "a"},
		{"attrs", map[string]string{"x": "2"}, "c"},
		{"attrs__x", "2", "c"},
		{"attrs__x__isnull", true, "bd"},
		{"attrs__has_key", "x", "ac"},
		{"attrs__keys__contains", []string{"y"}, "a"},
		{"attrs__values__overlap", []string{"2"}, "c"},
		{"span__contains", 4, "a"},
		{"span__contains", []int{2, 4}, "a"},
		{"span__contains", "[6,9]", "c"},
		{"span__contained_by", []any{1, nil}, "abc"},
		{"span__overlap", []int{4, 6}, "ac"},
		{"span__fully_lt", []int{5, 7}, "a"},
		{"span__fully_gt", []int{1, 5}, "c"},
		{"span__not_lt", []int{2, 9}, "c"},
		{"span__not_gt", []int{2, 9}, "a"},
		{"span__adjacent_to", []int{5, 7}, "a"},
		{"span", []int{1, 5}, "a"},
		{"span__startswith", 5, "c"},
		{"span__endswith__isnull", true, "bcd"},
		{"span__isempty", true, "b"},
		{"span__upper_inf", true, "c"},
		{"span__lower_inc", true, "ac"},
		{"period__contains", utc(2024, 1, 20), "ab"},
		{"period__contains", []time.Time{utc(2024, 2, 2), utc(2024, 3, 1)}, "bc"},
		{"small__contained_by", []int{1, 5}, "a"},
		{"weight__contained_by", []float64{0, 3}, "a"},
		{"day__contained_by", []time.Time{utc(2024, 1, 1), utc(2024, 2, 1)}, "a"},
		{"at__contained_by", []time.Time{utc(2024, 1, 1), utc(2024, 2, 1)}, "a"},
		{"name__unaccent", "á", "a"},
		{"name__unaccent__in", []string{"á", "c"}, "ac"},
		{"name__unaccent__range", []string{"á", "b"}, "ab"},
		{"name__unaccent__istartswith", "Á", "a"},
		{"name__search", "b c", ""},
	} {
		require.Equal(t, c.want, find(repo.Q[Thing](c.lookup, c.value)), "%s %v", c.lookup, c.value)
	}
	// Under NOT rows stay whose column is NULL, but not those without the key, as
	// in Django.
	require.Equal(t, "bd", find(repo.Q[Thing]("data__n", 5).Not()))
	require.Equal(t, "", find(repo.Q[Thing]("data__k", nil).Not()))
	require.Equal(t, "a", find(repo.Q[Thing]("data__k__isnull", true).Not()))
	require.Equal(t, "acd", find(repo.Q[Thing]("tags__len", 0).Not()))
	require.Equal(t, "a", find(repo.Holds[Thing](fn.Unaccent(fn.KT("data__s")).Eq("Emile"))))
	require.Equal(t, "bc", find(repo.Q[Thing]("name__search", fn.SearchQuery("b | c").Raw().Config("simple"))))
	require.Equal(t, "b", find(repo.Holds[Thing](fn.SearchVector(repo.F("name")).Config("simple").Compare("exact", "b"))))
	require.Equal(t, "ac", find(repo.Q[Thing]("span__contains", repo.F("small")).Or(repo.Q[Thing]("id", 1))))

	for lookup, want := range map[repo.Lookup[Thing]]string{"span__contains": "a range", "attrs__contains": "a map of text", "name__search": "text, or a query", "small__contained_by": "a range"} {
		qs := repo.New[Thing](repotest.Open(t)).Filter(lookup, struct{ X chan int }{})
		if lookup == "span__contains" || lookup == "small__contained_by" {
			qs = repo.New[Thing](repotest.Open(t)).Filter(lookup, []int{1, 2, 3})
		}
		require.ErrorContains(t, qs.Err(), want, lookup)
	}
}
