package sqltext

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func split(text string) (out []string) {
	for _, p := range Split(text) {
		s := text[p.Start:p.End]
		if p.Closed {
			s += ";"
		}
		out = append(out, s)
	}
	return out
}

func TestSplit(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"":                           nil,
		" ; ;":                       nil,
		"a; b":                       {"a;", "b"},
		"-- x;\na -- y;\n ;/* z; */": {"a;"},
		"a /* ; /* ; */ ; */ b;c":    {"a /* ; /* ; */ ; */ b;", "c"},
		"a ';' \";\" ''';' ;":        {"a ';' \";\" ''';' ;"[:len("a ';' \";\" ''';'")] + ";"},
		`'\'; x;`:                    {`'\';`, "x;"},
		`E'\'; x';`:                  {`E'\'; x';`},
		"E'a'\n'\\';' ; b":           {"E'a'\n'\\';';", "b"},
		"E'a' -- c\n '\\';' ; b":     {"E'a' -- c\n '\\';';", "b"},
		"E'a' '\\'; b":               {"E'a' '\\';", "b"},
		`nameE'\'; x`:                {`nameE'\';`, "x"},
		"$$;$$; $a$;$$;$a$; a$b;c$":  {"$$;$$;", "$a$;$$;$a$;", "a$b;", "c$"},
		"$1; $2":                     {"$1;", "$2"},
		"CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2); x":                                      {"CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2);", "x"},
		"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END; x": {"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END;", "x"},
		"create or replace procedure p() begin atomic; insert into t values (1); end; x":                  {"create or replace procedure p() begin atomic; insert into t values (1); end;", "x"},
		"BEGIN; ATOMIC; END;":                                        {"BEGIN;", "ATOMIC;", "END;"},
		"CREATE TABLE function (begin int); ATOMIC; x":               {"CREATE TABLE function (begin int);", "ATOMIC;", "x"},
		"CREATE FUNCTION begin() RETURNS int AS 'x' LANGUAGE sql; y": {"CREATE FUNCTION begin() RETURNS int AS 'x' LANGUAGE sql;", "y"},
		"'a;":   {"'a;"},
		"a); b": {"a);", "b"},
	} {
		require.Equal(t, want, split(text), text)
	}
}

// Statements that are joined come back, whatever stands between them.
func TestSplitOfJoined(t *testing.T) {
	t.Parallel()
	statements := []string{"SELECT 1", "';'", "E'\\';'", "$$;$$", "$q$;$$;$q$", `";"`, "a /*;*/ b", "a -- ;\nb", "(a; b)", "U&';'",
		"E'a'\n'\\';'", "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END", "naïve;x"[:6]}
	between := []string{";", ";\n", " ; ", "\n;\n-- ;\n", ";/* ; */", ";;"}
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOfN(rapid.SampledFrom(statements), 1, 8).Draw(t, "statements")
		var b strings.Builder
		for _, s := range want {
			b.WriteString(s + rapid.SampledFrom(between).Draw(t, "between"))
		}
		var got []string
		for _, s := range split(b.String()) {
			got = append(got, strings.TrimSuffix(s, ";"))
		}
		if !slices.Equal(want, got) {
			t.Fatalf("%q became %q", want, got)
		}
	})
}

func TestScannerJumps(t *testing.T) {
	t.Parallel()
	text := "a;\n-- skip\nb; ' ;\n-- on\nc -- no\n;"
	var seen []string
	pieces := Scanner{Comment: func(start, end int) (int, bool) {
		seen = append(seen, text[start:end])
		return strings.Index(text, "c --"), text[start:end] == "-- skip"
	}}.Split(text)
	require.Equal(t, []string{"-- skip"}, seen)
	require.Len(t, pieces, 2)
	require.Equal(t, "c", text[pieces[1].Start:pieces[1].End])
}

func FuzzSplit(f *testing.F) {
	f.Add("a; E'\\'' ; $$;$$; CREATE FUNCTION f() BEGIN ATOMIC x; END; -- c\n/* */ (a;b);")
	f.Fuzz(func(t *testing.T, text string) {
		end := 0
		for _, p := range Split(text) {
			if p.Start < end || p.End <= p.Start || p.End > len(text) {
				t.Fatalf("%q: %+v after %d", text, p, end)
			}
			if s := text[p.Start:p.End]; strings.TrimSpace(s) != s && strings.TrimLeft(s, " \t\r\n\f\v") != s {
				t.Fatalf("%q: space before %q", text, s)
			}
			end = p.End
		}
	})
}
