package sqltext_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/sqltext"
)

func TestLexemes(t *testing.T) {
	t.Parallel()
	letters := map[sqltext.LexemeKind]string{sqltext.Word: "w", sqltext.Quoted: "q", sqltext.Literal: "l", sqltext.Symbol: "s"}
	for sql, want := range map[string]string{
		"":                                  "",
		"ALTER TABLE a.\"B\"\"c\" ADD x":    "w:alter w:table w:a s:. q:B\"c w:add w:x",
		"E'\\'' || '--' -- no\n/* a */ 'x'": "l: s: s: l: l:",
		"$$ a $$ $t$ $$ $t$ $1":             "l: l: s:",
		"e_1 = 12":                          "w:e_1 s: s:",
		"Ärger":                             "w:Ärger",
	} {
		var got []string
		for p := range sqltext.Lexemes(sql) {
			if p.Kind != sqltext.Space {
				name := p.Name()
				if p.Text == "." {
					name = "."
				}
				got = append(got, letters[p.Kind]+":"+name)
			}
		}
		require.Equal(t, want, strings.Join(got, " "), sql)
	}
	for p := range sqltext.Lexemes("Create") {
		require.True(t, p.Is("CREATE"))
	}
	for range sqltext.Lexemes("a b") {
		break
	}
}

func FuzzLexemes(f *testing.F) {
	for _, sql := range []string{"a.b", "'?'", `E'\'?`, "$a$?$a$", "/*/*?*/*/", "\"?", "e''''?", "$$", "é?"} {
		f.Add(sql)
	}
	f.Fuzz(func(t *testing.T, sql string) {
		var all strings.Builder
		for p := range sqltext.Lexemes(sql) {
			all.WriteString(p.Text)
			_ = p.Name()
		}
		require.Equal(t, sql, all.String())
	})
}
