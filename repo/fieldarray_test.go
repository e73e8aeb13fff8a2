package repo_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/repo"
)

// Every operator of arrays, ranges, hstore and search vectors is the lookup of
// its name.
func TestContainerFieldsMakeLookups(t *testing.T) {
	t.Parallel()
	labels := repo.NewArrayField[*rack, []grade, grade]("", "labels")
	attrs := repo.NewHStoreField[*rack, map[string]string]("", "attrs")
	seats := repo.NewRangeField[*rack, string, int64]("", "seats")
	words := repo.NewVectorField[*rack, string]("", "words")
	doc := repo.NewJSONField[*rack, any]("", "doc")
	pairs := map[string]string{"a": "b"}
	for _, c := range []struct {
		cond  repo.Cond[rack]
		text  string
		value any
	}{
		{labels.Eq([]grade{"a"}), "labels", []grade{"a"}},
		{labels.Contains("a", "b"), "labels__contains", []grade{"a", "b"}},
		{labels.ContainedBy("a"), "labels__contained_by", []grade{"a"}},
		{labels.Overlaps(), "labels__overlap", []grade{}},
		{labels.Len().Gt(2), "labels__len__gt", 2},
		{labels.Element(3).Eq("a"), "labels__3", grade("a")},
		{labels.Slice(0, 2).Eq([]grade{"a"}), "labels__0_2", []grade{"a"}},
		{attrs.HasKey("a"), "attrs__has_key", "a"},
		{attrs.HasKeys("a", "b"), "attrs__has_keys", []string{"a", "b"}},
		{attrs.HasAnyKeys("a"), "attrs__has_any_keys", []string{"a"}},
		{attrs.Contains(pairs), "attrs__contains", pairs},
		{attrs.ContainedBy(pairs), "attrs__contained_by", pairs},
		{attrs.Keys().Contains("a"), "attrs__keys__contains", []string{"a"}},
		{attrs.Values().Overlaps("a"), "attrs__values__overlap", []string{"a"}},
		{seats.Has(3), "seats__contains", int64(3)},
		{seats.Contains("[1,2)"), "seats__contains", "[1,2)"},
		{seats.ContainedBy("[1,2)"), "seats__contained_by", "[1,2)"},
		{seats.Overlaps("[1,2)"), "seats__overlap", "[1,2)"},
		{seats.FullyLt("[1,2)"), "seats__fully_lt", "[1,2)"},
		{seats.FullyGt("[1,2)"), "seats__fully_gt", "[1,2)"},
		{seats.NotLt("[1,2)"), "seats__not_lt", "[1,2)"},
		{seats.NotGt("[1,2)"), "seats__not_gt", "[1,2)"},
		{seats.AdjacentTo("[1,2)"), "seats__adjacent_to", "[1,2)"},
		{seats.Lower().Gte(3), "seats__startswith__gte", int64(3)},
		{seats.Upper().Lt(3), "seats__endswith__lt", int64(3)},
		{seats.IsEmpty(), "seats__isempty", true},
		{seats.LowerIncluded(), "seats__lower_inc", true},
		{seats.UpperIncluded(), "seats__upper_inc", true},
		{seats.LowerOpen(), "seats__lower_inf", true},
		{seats.UpperOpen(), "seats__upper_inf", true},
		{words.Search("go"), "words__search", "go"},
		{words.SearchQuery(repo.F("query")), "words__search", repo.F("query")},
		{doc.HasKey("a"), "doc__has_key", "a"},
		{doc.HasKeys("a"), "doc__has_keys", []string{"a"}},
		{doc.HasAnyKeys("a"), "doc__has_any_keys", []string{"a"}},
		{doc.Contains(pairs), "doc__contains", pairs},
		{doc.ContainedBy(pairs), "doc__contained_by", pairs},
	} {
		require.Equal(t, repo.Q[rack](repo.Lookup[rack](c.text), c.value), c.cond, c.text)
	}
	require.Equal(t, repo.Name[rack]("seats__startswith"), seats.Lower().Name())
}

// crateRow has a column of each container.
type crateRow struct {
	ID     int64
	Doc    json.RawMessage `gorm:"type:jsonb"`
	Labels []string        `gorm:"type:text[]"`
	Seats  *string         `gorm:"type:int4range"`
	During *string         `gorm:"type:tstzrange"`
	Words  *string         `gorm:"type:tsvector"`
}

// TableName is crates.
func (crateRow) TableName() string { return "crates" }

// Values at paths into JSON are compared as lookups compare them, and keys that
// no lookup can name are keys.
func TestJSONValues(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	require.NoError(t, l.db.Exec(`CREATE TABLE crates (id bigserial PRIMARY KEY, doc jsonb, labels text[], seats int4range, during tstzrange, words tsvector);
		INSERT INTO crates (doc, labels, seats, during, words) VALUES
			('{"a": {"b": [1, {"c": "Go"}]}, "gt": 3, "x__y": "odd", "n": null}', '{a,b}', '[1,5)', '[2026-01-01,2026-02-01)', to_tsvector('english', 'walking home')),
			('{"a": {"b": [2, {"c": "Rust"}]}, "gt": 9}', '{b,c}', 'empty', '(,)', to_tsvector('english', 'a house')),
			('{}', '{}', NULL, NULL, NULL)`).Error)
	crates := repo.New[crateRow](l.db)
	doc := repo.NewJSONField[*crateRow, any]("", "doc")
	labels := repo.NewArrayField[*crateRow, []string, string]("", "labels")
	seats := repo.NewRangeField[*crateRow, string, int64]("", "seats")
	during := repo.NewRangeField[*crateRow, string, time.Time]("", "during")
	words := repo.NewVectorField[*crateRow, string]("", "words")
	for _, c := range []struct {
		cond repo.Cond[crateRow]
		want []int64
	}{
		{doc.Path("a", "b", 0).Eq(1), []int64{1}},
		{doc.Path("a", "b", 0).Ne(1), []int64{2}},
		{doc.Path("a", "b", 0).Gte(1), []int64{1, 2}},
		{doc.Path("a", "b", 0).Between(2, 3), []int64{2}},
		{doc.Path("a").Path("b").Path(1, "c").Eq("Rust"), []int64{2}},
		{doc.Path("a", "b", 1, "c").In("Go", "C"), []int64{1}},
		{doc.Path("a", "b", 1, "c").IExact("go"), []int64{1}},
		{doc.Path("a", "b", 1, "c").IContains("U"), []int64{2}},
		{doc.Path("a", "b", 1, "c").StartsWith("R"), []int64{2}},
		{doc.Path("a", "b", 1, "c").Regex("^G.$"), []int64{1}},
		{doc.Path("a", "b").Contains([]int{2}), []int64{2}},
		{doc.Path("a").HasKey("b"), []int64{1, 2}},
		{doc.Path("gt").Lt(5), []int64{1}},
		{doc.Path("x__y").Eq("odd"), []int64{1}},
		{doc.Path("n").NotNull(), []int64{1}},
		{doc.Path("n").IsNull(), []int64{2, 3}},
		{doc.Path("gt").EqExpr(doc.Path("gt")), []int64{1, 2}},
		{labels.Contains("b"), []int64{1, 2}},
		{labels.Overlaps("c", "d"), []int64{2}},
		{labels.ContainedBy("a", "b"), []int64{1, 3}},
		{labels.Len().Eq(2), []int64{1, 2}},
		{labels.Element(0).Eq("b"), []int64{2}},
		{labels.Slice(0, 1).Eq([]string{"a"}), []int64{1}},
		{seats.Has(4), []int64{1}},
		{seats.Overlaps("[4,9)"), []int64{1}},
		{seats.IsEmpty(), []int64{2}},
		{seats.Lower().Eq(1), []int64{1}},
		{during.Has(time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)), []int64{1, 2}},
		{during.UpperOpen(), []int64{2}},
		{during.Upper().Gt(time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)), []int64{1}},
		{words.Search("house"), []int64{2}},
	} {
		sql, _, _ := crates.Where(c.cond).SQL()
		got, err := repo.Pluck(ctx, crates.Where(c.cond).OrderBy("id"), repo.NewOrderedField[*crateRow, int64]("", "id"))
		require.NoError(t, err, sql)
		require.Equal(t, c.want, got, sql)
	}
	got, err := crates.OrderByExpr(doc.Path("gt").Desc().NullsLast()).First(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 2, got.ID)
	require.ErrorContains(t, crates.Where(doc.Path(true).Eq(1)).Err(), "not a bool")
}
