package exec_test

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/exec"
	"github.com/gormango/gormango/internal/lookup"
)

func TestConvert(t *testing.T) {
	t.Parallel()
	id := uuid.MustParse("6ba7b810-9dad-11d1-80b4-00c04fd430c8")
	berlin := time.FixedZone("", 2*60*60)
	noon := time.Date(2024, 2, 29, 12, 0, 0, 5000, berlin)
	huge := decimal.RequireFromString("9223372036854775808")
	for _, c := range []struct {
		typ  string
		from any
		want any
	}{
		{"text", nil, nil},
		{"text", "a", "a"},
		{"text", []byte("a"), "a"},
		{"bytea", []byte("a"), []byte("a")},
		{"bytea", `\x00ff`, []byte{0, 255}},
		{"bytea", "plain", "plain"},
		{"inet", []byte("a"), []byte("a")},

		{"integer", int64(7), int64(7)},
		{"bigint", "7", int64(7)},
		{"bigint", []byte("7"), int64(7)},
		{"bigint", "7.00", int64(7)},
		{"bigint", "7.5", decimal.RequireFromString("7.5")},
		{"bigint", "9223372036854775808", huge},
		{"bigint", 7.0, int64(7)},
		{"bigint", 7.5, decimal.NewFromFloat(7.5)},
		{"real", int64(7), 7.0},
		{"real", "0.5", 0.5},
		{"real", 0.5, 0.5},
		{"numeric", int64(7), decimal.NewFromInt(7)},
		{"numeric", 0.5, decimal.NewFromFloat(0.5)},
		{"numeric", "12.340", decimal.RequireFromString("12.340")},
		{"boolean", "t", true},
		{"boolean", "true", true},
		{"boolean", "f", false},
		{"boolean", true, true},

		{"timestamptz", noon, noon},
		{"timestamp", "2024-02-29 12:00:00.000005", time.Date(2024, 2, 29, 12, 0, 0, 5000, time.UTC)},
		{"timestamp", "infinity", "infinity"},
		{"date", noon, time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC)},
		{"date", "2024-02-29", time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC)},
		{"date", "-infinity", "-infinity"},
		{"time", "23:59:01", "23:59:01.000000"},
		{"time", "23:59:01.5", "23:59:01.500000"},
		{"time", "24:00", "24:00"},
		{"time", noon, "12:00:00.000005"},
		{"interval", "1 day 02:03:04.5", 24*time.Hour + 2*time.Hour + 3*time.Minute + 4500*time.Millisecond},
		{"interval", "1 year 1 mon", 395 * 24 * time.Hour},
		{"interval", "400 years", pgtype.Interval{Months: 4800, Valid: true}},
		{"interval", "-400 years", pgtype.Interval{Months: -4800, Valid: true}},

		{"uuid", id.String(), id},
		{"jsonb", `{"a": [1, 1.5, null, "x"]}`, map[string]any{"a": []any{int64(1), 1.5, nil, "x"}}},
		{"json", []byte(`9223372036854775808`), json.Number("9223372036854775808")},
		{"json", []byte(`[-9223372036854775808, 9007199254740993, 1e2, 1.0, 1e999]`), []any{int64(math.MinInt64), int64(9007199254740993), 100.0, 1.0, json.Number("1e999")}},
		{"integer[]", "{1,NULL}", []any{int64(1), nil}},
		{"integer[]", "{{1,2},{3,4}}", []any{[]any{int64(1), int64(2)}, []any{int64(3), int64(4)}}},
		{"text[]", `{x,"y z"}`, []any{"x", "y z"}},
		{"hstore", `"a"=>"1", "b"=>NULL`, map[string]any{"a": "1", "b": nil}},
	} {
		got, err := exec.Convert(lookup.TypeOf(c.typ), c.from, nil)
		require.NoError(t, err, "%s of %v", c.typ, c.from, nil)
		require.Equal(t, c.want, got, "%s of %v", c.typ, c.from, nil)
	}
	got, err := exec.Convert(lookup.TypeOf("timestamptz"), "2024-02-29 10:00:00.000005+00", nil)
	require.NoError(t, err)
	require.WithinDuration(t, noon, got.(time.Time), 0)
}

func TestConvertErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		typ  string
		from any
		want string
	}{
		{"integer", "seven", "the value is no integer"},
		{"integer", math.NaN(), "NaN and infinity do not fit decimal.Decimal"},
		{"numeric", math.Inf(1), "NaN and infinity do not fit decimal.Decimal"},
		{"numeric", "NaN", "a special number does not fit decimal.Decimal (read it as a float or as text)"},
		{"real", "x", "invalid syntax"},
		{"interval", "x", "interval"},
		{"uuid", "x", "UUID"},
		{"json", "{", "unexpected end of JSON"},
		{"integer[]", "{1", "array"},
		{"integer[]", "{x}", "the value is no integer"},
		{"hstore", "a", "expected"},
	} {
		_, err := exec.Convert(lookup.TypeOf(c.typ), c.from, nil)
		require.ErrorContains(t, err, c.want, "%s of %v", c.typ, c.from, nil)
	}
}
