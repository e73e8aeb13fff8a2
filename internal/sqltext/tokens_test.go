package sqltext_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/gormango/gormango/internal/sqltext"
)

// places returns the texts of the tokens that are no Text.
func places(sql string) []string {
	out := []string{}
	for _, t := range sqltext.Tokens(sql) {
		if t.Kind != sqltext.Text {
			out = append(out, t.Text)
		}
	}
	return out
}

func TestTokens(t *testing.T) {
	t.Parallel()
	for sql, want := range map[string]string{
		"":                            "",
		"a = ? AND b IN (?)":          "? ?",
		"a ?? ? ??| $1":               "?? ? ?? $1",
		"???":                         "?? ?",
		"'why?' <> ?":                 "?",
		"'it''s ?' || ?":              "?",
		`E'\'?' || ? || e'\\' || ?`:   "? ?",
		`name'\' || ?`:                "?",
		`"od""d ?" = ?`:               "?",
		"$$ ? $1 $$ || ?":             "?",
		"$a$ ? $$ ? $b$ $a$ || ?":     "?",
		"$1 || $22::text":             "$1 $22",
		"a$1 || $1":                   "$1",
		"-- ?\n? -- ?":                "?",
		"/* ? /* ? */ ? */ ?":         "?",
		"1 - -? / ? * ?":              "? ? ?",
		"a @> $1 AND b <@ $1":         "$1 $1",
		"v @@ @q AND a =@b":           "@q @b",
		"'ann@x.org' = @mail::text":   "@mail",
		"a <@b":                       "",
		"@ -5":                        "",
		"data @? '$.a ? (@ > 1)'":     "?",
		"$5a$ ? ":                     "$5 ?",
		"U&'\\' || ?":                 "?",
		"'?":                          "",
		"$a$ ?":                       "",
		"/* ?":                        "",
		"$999999999999999999999999 ?": "?",
	} {
		require.Equal(t, strings.Fields(want), places(sql), sql)
	}
}

// Places between other pieces of SQL are found, and nothing in those pieces.
func TestTokensBetween(t *testing.T) {
	t.Parallel()
	inside := rapid.StringMatching(`[?$@1a '"\\/*-]{0,12}`)
	rapid.Check(t, func(t *rapid.T) {
		var sql strings.Builder
		want := []string{}
		for range rapid.IntRange(0, 8).Draw(t, "pieces") {
			in := inside.Draw(t, "inside")
			switch rapid.IntRange(0, 8).Draw(t, "kind") {
			case 0:
				sql.WriteString("'" + strings.ReplaceAll(in, "'", "''") + "'")
			case 1:
				sql.WriteString("E'" + strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(in) + "'")
			case 2:
				sql.WriteString(`"` + strings.ReplaceAll(in, `"`, `""`) + `"`)
			case 3:
				sql.WriteString("$tag$" + in + "$tag$")
			case 4:
				sql.WriteString("--" + in + "\n")
			case 5:
				sql.WriteString("/*" + strings.NewReplacer("/*", "", "*/", "").Replace(strings.Trim(in, "/*")) + "*/")
			case 6:
				sql.WriteString("a$1 <@ x @> y ->> 1.5")
			default:
				p := rapid.SampledFrom([]string{"?", "??", "$1", "$23", "@name"}).Draw(t, "place")
				sql.WriteString(p)
				want = append(want, p)
			}
			sql.WriteString(" ")
		}
		if got := places(sql.String()); strings.Join(got, " ") != strings.Join(want, " ") {
			t.Fatalf("%s: places %v, not %v", sql.String(), got, want)
		}
	})
}

func FuzzTokens(f *testing.F) {
	for _, sql := range []string{"a = ?", "'?'", `E'\'?`, "$a$?$a$", "/*/*?*/*/", "@a <@ ?? $1", "\"?", "e''''?", "$$", "é?"} {
		f.Add(sql)
	}
	f.Fuzz(func(t *testing.T, sql string) {
		var all strings.Builder
		for _, tok := range sqltext.Tokens(sql) {
			require.NotEmpty(t, tok.Text)
			all.WriteString(tok.Text)
		}
		require.Equal(t, sql, all.String())
	})
}

func TestPieces(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{"lower", "(", `"A b"`, ")", " ", "<", ">", " ", "'it''s'"}, sqltext.Pieces(`lower("A b") <> 'it''s'`))
	require.Equal(t, []string{"a", "@", "b", " ", "-- c"}, sqltext.Pieces("a@b -- c"))
	for _, sql := range []string{"", "a$1", "E'\\''x", "$t$ a $t$ b", "/* /* */ */1.5e3"} {
		require.Equal(t, sql, strings.Join(sqltext.Pieces(sql), ""))
	}
}
