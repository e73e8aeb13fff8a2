package valuematrix_test

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgtype"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
)

type opening struct {
	models.AutoKey
	Name  string
	Seats pgtype.Multirange[pgtype.Range[pgtype.Int4]]        `gorm:"type:int4multirange"`
	Text  *string                                             `gorm:"type:int4multirange"`
	Big   pgtype.Multirange[pgtype.Range[pgtype.Int8]]        `gorm:"type:int8multirange"`
	Price pgtype.Multirange[pgtype.Range[pgtype.Numeric]]     `gorm:"type:nummultirange"`
	Hours pgtype.Multirange[pgtype.Range[pgtype.Timestamptz]] `gorm:"type:tstzmultirange"`
	Walls pgtype.Multirange[pgtype.Range[pgtype.Timestamp]]   `gorm:"type:tsmultirange"`
	Days  pgtype.Multirange[pgtype.Range[pgtype.Date]]        `gorm:"type:datemultirange"`
}

// Multiranges have the lookups of ranges, and take multiranges, ranges and
// what they hold.
func TestMultiranges(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := repo.New[opening](openTypes(t, nil, gormango.Config{}, &opening{}))
	span := func(lo, hi int32) pgtype.Range[pgtype.Int4] {
		return pgtype.Range[pgtype.Int4]{Lower: pgtype.Int4{Int32: lo, Valid: true}, Upper: pgtype.Int4{Int32: hi, Valid: true}, LowerType: pgtype.Inclusive, UpperType: pgtype.Exclusive, Valid: true}
	}
	type spans = pgtype.Multirange[pgtype.Range[pgtype.Int4]]
	at := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
	hours := pgtype.Multirange[pgtype.Range[pgtype.Timestamptz]]{{Lower: pgtype.Timestamptz{Time: at, Valid: true}, LowerType: pgtype.Inclusive, UpperType: pgtype.Unbounded, Valid: true}}
	days := pgtype.Multirange[pgtype.Range[pgtype.Date]]{{Lower: pgtype.Date{Time: at.Truncate(24 * time.Hour), Valid: true}, LowerType: pgtype.Inclusive, UpperType: pgtype.Unbounded, Valid: true}}
	text := func(s string) *string { return &s }
	rows := []*opening{
		{Name: "a", Seats: spans{span(1, 5), span(7, 9)}, Text: text("{[1,5),[7,9)}"), Hours: hours, Days: days},
		{Name: "b", Seats: spans{span(20, 30)}, Text: text("{[20,30)}")},
		{Name: "e", Seats: spans{}, Text: text("{}")},
		{Name: "n"},
	}
	require.NoError(t, r.BulkCreate(ctx, rows, repo.UseCopy()))
	find := func(lookup string, v any) string {
		t.Helper()
		names, err := repo.Values[string](ctx, r.Filter(repo.Lookup[opening](lookup), v).OrderBy("id"), "name")
		require.NoError(t, err, lookup)
		out := ""
		for _, n := range names {
			out += n
		}
		return out
	}
	for _, column := range []string{"seats", "text"} {
		for _, c := range []struct {
			lookup string
			value  any
			want   string
		}{
			{"", spans{span(1, 5), span(7, 9)}, "a"}, {"", "{[7,9),[1,5)}", "a"}, {"", []any{20, 30}, "b"}, {"", span(20, 30), "b"}, {"", "[20,30)", "b"}, {"", spans{}, "e"}, {"", nil, "n"}, {"", "empty", "e"},
			{"__in", []any{spans{span(20, 30)}, spans{}}, "be"}, {"__isnull", true, "n"},
			{"__contains", 8, "a"}, {"__contains", 6, ""}, {"__contains", span(2, 4), "a"}, {"__contains", spans{span(2, 3), span(7, 8)}, "a"}, {"__contains", "{[21,22)}", "b"}, {"__contains", []any{4, 8}, ""},
			{"__contained_by", spans{span(0, 10)}, "ae"}, {"__contained_by", []any{0, nil}, "abe"}, {"__overlap", spans{span(8, 25)}, "ab"}, {"__overlap", []any{5, 7}, ""}, {"__overlap", []any{4, 7}, "a"},
			{"__fully_lt", span(15, 16), "a"}, {"__fully_gt", "{[9,10)}", "b"}, {"__not_lt", []any{5, 6}, "b"}, {"__not_gt", []any{5, 30}, "ab"}, {"__adjacent_to", []any{9, 10}, "a"},
			{"__startswith", 1, "a"}, {"__endswith", 30, "b"}, {"__endswith__gt", 8, "ab"}, {"__isempty", true, "e"}, {"__lower_inc", true, "ab"}, {"__upper_inf", false, "abe"},
		} {
			require.Equal(t, c.want, find(column+c.lookup, c.value), "%s%s %T %v", column, c.lookup, c.value, c.value)
		}
		var value *repo.LookupValueError
		for _, bad := range []any{"x", 1.5, []any{1, 2, 3}, struct{}{}} {
			require.ErrorAs(t, r.Filter(repo.Lookup[opening](column), bad).Err(), &value, "%v", bad)
		}
	}
	require.Equal(t, "a", find("hours__contains", at.Add(time.Hour)))
	require.Equal(t, "", find("hours__contains", at.Add(-time.Hour)))
	require.Equal(t, "a", find("hours__overlap", []any{nil, at.Add(time.Minute)}))
	require.Equal(t, "a", find("days__contains", at))
	for i, v := range []any{spans{span(3, 4)}, "{[3,4)}", []any{3, 4}, span(3, 4), "[3,4)"} {
		for _, column := range []repo.Name[opening]{"seats", "text"} {
			n, err := r.Filter("name", "n").Update(ctx, r.Set(column, v), r.Set("name", "n"))
			require.NoError(t, err, "%d %s", i, column)
			require.EqualValues(t, 1, n)
			require.Equal(t, "n", find(string(column), spans{span(3, 4)}))
		}
		_, err := r.Filter("name", "n").Update(ctx, r.Set("seats", nil), r.Set("text", nil))
		require.NoError(t, err)
	}
	all, err := r.OrderBy("id").All(ctx)
	require.NoError(t, err)
	for i, o := range all {
		require.Equal(t, rows[i].Seats, o.Seats)
		require.Equal(t, rows[i].Text, o.Text)
	}
	own, err := repo.Values[spans](ctx, r.OrderBy("id"), "seats")
	require.NoError(t, err)
	require.Equal(t, []spans{rows[0].Seats, rows[1].Seats, {}, nil}, own)
	texts, err := repo.Values[any](ctx, r.OrderBy("id"), "seats")
	require.NoError(t, err)
	require.Equal(t, []any{"{[1,5),[7,9)}", "{[20,30)}", "{}", nil}, texts)
}
