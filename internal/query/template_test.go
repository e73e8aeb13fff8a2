package query_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/query"
)

// shown writes a template's pieces with its places in braces.
func shown(t *query.Template) string {
	var b strings.Builder
	for _, p := range t.Pieces {
		switch p.Arg {
		case 0:
			b.WriteString(p.Text)
		case query.RestPlace:
			b.WriteString("{*}")
		case query.DistinctPlace:
			b.WriteString("{distinct}")
		case query.OrderPlace:
			b.WriteString("{order}")
		default:
			b.WriteString("{" + string(rune('0'+p.Arg)) + "}")
		}
	}
	return b.String()
}

func TestTemplates(t *testing.T) {
	t.Parallel()
	for sql, want := range map[string]string{
		"LENGTH($1)":             "LENGTH({1}) closed",
		" $1 || '!' ":            "{1} || '!'",
		"($1 || '$2')":           "({1} || '$2') closed",
		"f($1) + g($2)":          "f({1}) + g({2})",
		"f($2, $1, $1)":          "f({2}, {1}, {1}) closed",
		`"$x"($1)`:               `"$x"({1})`,
		"my.f($*)":               "my.f({*}) closed",
		"f($1, $*)":              "f({1}, {*}) closed",
		`f($1, '\w', '\')`:       `f({1}, '\w', '\') closed`,
		"$1[1]":                  "{1}[1]",
		"$1 ? 'it''s;--'":        "{1} ? 'it''s;--'",
		"agg:SUM([DISTINCT] $1)": "SUM({distinct}{1}) closed",
		"agg:STRING_AGG([DISTINCT] $1, $2 [ORDER BY])": "STRING_AGG({distinct}{1}, {2}{order}) closed",
		"agg:P(0.5) WITHIN GROUP (ORDER BY $1)":        "P(0.5) WITHIN GROUP (ORDER BY {1})",
	} {
		sql, agg := strings.CutPrefix(sql, "agg:")
		tpl, err := query.ParseTemplate(sql, agg)
		require.NoError(t, err, sql)
		got := shown(tpl)
		if tpl.Closed {
			got += " closed"
		}
		require.Equal(t, want, got)
	}
	for sql, want := range map[string]string{
		"":                    "the template is empty",
		"  ":                  "the template is empty",
		"f($1":                "a parenthesis is not closed",
		"f($1))":              "a parenthesis is closed that is not open",
		")(":                  "a parenthesis is closed that is not open",
		"f('$1)":              "a quote is not closed",
		"f($1) -- x":          `comments and semicolons, "--" stands`,
		"f($1 /* x */)":       `comments and semicolons, "/*" stands`,
		"f($1); DROP TABLE x": `comments and semicolons, "; " stands`,
		"f($0)":               "a dollar is the place of an argument",
		"f($$ x $$)":          "a dollar is the place of an argument",
		"f($a)":               "a dollar is the place of an argument",
		"f($2)":               "$1 has no place",
		`f(E'\'', $1)`:        "a text in E'…' stands",
		"agg:SUM($1) + 1":     "an aggregate is one call",
		"agg:$1":              "an aggregate is one call",
		"agg:(SUM($1))":       "an aggregate is one call",
	} {
		sql, agg := strings.CutPrefix(sql, "agg:")
		_, err := query.ParseTemplate(sql, agg)
		require.ErrorContains(t, err, want, sql)
	}
}

// Whatever the text, a template ends with an error or with pieces that spell
// the text and whose arguments all have a place.
func FuzzParseTemplate(f *testing.F) {
	for _, s := range []string{"LENGTH($1)", "f('a', \"b\", $1, $*)", "STRING_AGG([DISTINCT] $1, $2 [ORDER BY])", "$1[1] || '--'"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, sql string) {
		tpl, err := query.ParseTemplate(sql, false)
		if err != nil {
			return
		}
		text, seen := "", map[int]bool{}
		for _, p := range tpl.Pieces {
			seen[p.Arg] = true
			switch {
			case p.Arg == query.RestPlace:
				text += "$*"
			case p.Arg > 0:
				text += "$" + strconv.Itoa(p.Arg)
			}
			text += p.Text
		}
		require.Equal(t, strings.TrimSpace(sql), text)
		for n := range tpl.Args {
			require.True(t, seen[n+1])
		}
	})
}
