package query_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
)

func TestParse(t *testing.T) {
	t.Parallel()
	m := thing
	for _, c := range []struct {
		lookup, text string
		want         any
		refused      string
	}{
		{"num", "5", int64(5), ""},
		{"num", "5x", nil, "an integer"},
		{"num__in", "1,2", []any{int64(1), int64(2)}, ""},
		{"real", "1e3", 1000.0, ""},
		{"real", "x", nil, "a number"},
		{"price", "1.50", decimal.New(150, -2), ""},
		{"price", "1e99999999", nil, "a decimal"},
		{"on", "true", true, ""},
		{"on", "ja", nil, "true or false"},
		{"name", "", "", ""},
		{"at__year", "x", nil, "an integer"},
		{"owner", "3", int64(3), ""},
		{"owner__isnull", "false", false, ""},
		{"num__icontains", "x", "x", ""},
		{"code", "x", nil, "a UUID"},
		{"name", "\xff", nil, "text in UTF-8 without NUL"},
	} {
		got, want, err := query.New(m).Parse(c.lookup, c.text)
		require.NoError(t, err)
		require.Equal(t, c.refused, want, "%s=%s", c.lookup, c.text)
		if c.refused == "" {
			require.Equal(t, c.want, got, "%s=%s", c.lookup, c.text)
			_, err = query.New(m).Leaf(c.lookup, got)
			require.NoError(t, err, "what is parsed fits")
		}
	}
}

func TestParseSpecial(t *testing.T) {
	t.Parallel()
	parse := func(m *modelinfo.Model, text, in string) golden {
		v, want, err := query.New(m).Parse(text, in)
		if at, ok := v.(time.Time); ok {
			v = at.Format(time.RFC3339)
		}
		return golden{fmt.Sprintf("%s=%q", text, in), fmt.Sprintf("%T(%v) %s %v", v, v, want, err)}
	}
	compare(t, "parse.txt", []golden{
		parse(thing, "at", "2026-01-02"), parse(thing, "at", "2026-01-02T03:04:05Z"), parse(thing, "at", "2026-01-02 03:04:05"), parse(thing, "at", "2026-01-02T03:04:05"), parse(thing, "at", "x"), parse(thing, "day", "2026-01-02"),
		parse(thing, "num__range", "1,2"), parse(thing, "num__range", "1"), parse(thing, "num__in", "1,x"), parse(thing, "num__isnull", "x"), parse(thing, "nmae", "x"), parse(thing, "name", "a\x00"),
		parse(thing, "data", `{"a": 1}`), parse(thing, "data", "{"), parse(thing, "data__contains", "1"), parse(thing, "data__icontains", "{"), parse(thing, "data__has_key", "a"), parse(thing, "data__has_keys", "a,b"),
		parse(thing, "name__any_of", "a,b"), parse(thing, "small__nears", "1,2"), parse(thing, "small__nears", "1,x"), parse(thing, "small__nears", ""), parse(thing, "name__has_length", "5"), parse(thing, "name__differs", "x"),
		parse(special, "tags", "a,b"), parse(special, "tags__contains", "a"), parse(special, "tags__len", "2"), parse(special, "clock", "23:59:00"), parse(special, "clock", "24:61"), parse(special, "span", "[1,2)"),
		parse(thing, "code", "0b7a6e6e-2c6b-4b3c-9b8d-5c2f8f1e7a11"), parse(thing, "price", "x"), parse(thing, "on", "1"),
	})
	kind, op, err := query.New(thing).Side("at__year__gt")
	require.NoError(t, err)
	require.Equal(t, []any{lookup.Int, lookup.Gt}, []any{kind, op})
	_, _, err = query.New(thing).Side("nmae")
	require.Error(t, err)
	many, err := query.New(thing).Many("self__parts__name")
	require.True(t, many && err == nil)
	many, err = query.New(thing).Many("self__name")
	require.False(t, many || err != nil)
}
