package sqlfile

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

const full = `-- A comment.
-- +gormango id shop/0002_channel after shop/0001_initial, blog/0003_x
-- +gormango replaces shop/0001_a shop/0001_b
-- +gormango squashed shop/0001_b of shop/0000_x, shop/0000_y
-- +gormango op {"add_column":{"table":"orders"}}
-- +gormango irreversible "rows \"are\" gone"
-- +goose NO TRANSACTION
-- +goose Up
-- +gormango allow L13 "table has 40 rows"
-- +gormango allow L02 "new"
ALTER TABLE "orders" ADD COLUMN "channel" text; -- why
SELECT ';'; SELECT 2
;
-- +goose StatementBegin
CREATE FUNCTION f() RETURNS int AS $$
BEGIN
  RETURN 1;
END $$ LANGUAGE plpgsql;
-- +goose StatementEnd
-- +goose Down
-- +gormango loses orders.channel
-- +gormango op {"nothing":{}}
DROP FUNCTION f();
`

func TestParse(t *testing.T) {
	t.Parallel()
	f, err := Parse(full)
	require.NoError(t, err)
	for _, s := range append(f.Up[:len(f.Up):len(f.Up)], f.Down...) {
		require.Equal(t, full[s.Start:s.End], s.SQL)
		require.Equal(t, strings.Split(s.SQL, "\n")[0], strings.Split(full, "\n")[s.Line-1][strings.Index(strings.Split(full, "\n")[s.Line-1], s.SQL[:8]):][:len(strings.Split(s.SQL, "\n")[0])])
	}
	require.Equal(t, "shop/0002_channel", f.ID)
	require.Equal(t, []string{"shop/0001_initial", "blog/0003_x"}, f.After)
	require.Equal(t, []string{"shop/0001_a", "shop/0001_b"}, f.Replaces)
	require.Equal(t, []Squashed{{"shop/0001_b", []string{"shop/0000_x", "shop/0000_y"}}}, f.Squashed)
	require.Equal(t, []Op{{`{"add_column":{"table":"orders"}}`, 5}, {`{"nothing":{}}`, 22}}, f.Ops)
	require.Equal(t, `rows "are" gone`, f.Irreversible)
	require.True(t, f.NoTx)
	require.True(t, f.HasDown)
	require.Equal(t, []string{"orders.channel"}, f.Loses)
	require.Equal(t, []string{`ALTER TABLE "orders" ADD COLUMN "channel" text`, "SELECT ';'", "SELECT 2",
		"CREATE FUNCTION f() RETURNS int AS $$\nBEGIN\n  RETURN 1;\nEND $$ LANGUAGE plpgsql"}, texts(f.Up))
	require.Equal(t, map[string]string{"L13": "table has 40 rows", "L02": "new"}, f.Up[0].Allow)
	require.Nil(t, f.Up[1].Allow)
	require.Equal(t, []string{"DROP FUNCTION f()"}, texts(f.Down))
}

func texts(list []Stmt) (out []string) {
	for _, s := range list {
		out = append(out, s.SQL)
	}
	return out
}

func TestParseWithoutOurLines(t *testing.T) {
	t.Parallel()
	f, err := Parse("-- +goose up\r\nSELECT 1;\r\n-- +goose down\r\n")
	require.NoError(t, err)
	require.Equal(t, []string{"SELECT 1"}, texts(f.Up))
	require.Empty(t, f.Down)
	require.True(t, f.HasDown)
	require.Empty(t, f.ID)
	f, err = Parse("-- +goose Up\nSELECT '\n-- +goose Down\n';")
	require.NoError(t, err)
	require.Equal(t, []string{"SELECT '\n-- +goose Down\n'"}, texts(f.Up), "a literal is no annotation")
	require.False(t, f.HasDown)
	f, err = Parse("-- +goose Up\nSELECT 1; -- +goose Down\n  -- +goose Down\n-- +goosefoot\n")
	require.NoError(t, err)
	require.False(t, f.HasDown, "annotations start their lines")
}

func TestMistakes(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]string{
		"":                                           `line 1: no line "-- +goose Up"`,
		"SELECT 1;\n-- +goose Up":                    "line 1: a statement before the line",
		"-- +goose Up\nSELECT 1":                     "line 2: the statement does not end with a semicolon",
		"-- +goose Up\nSELECT (\n-- +goose Down":     "line 2: the statement does not end with a semicolon",
		"-- +goose Up\n-- +goose Up":                 "line 2: a second line Up",
		"-- +goose Down":                             "line 1: a line Down that does not follow",
		"-- +goose Up\n-- +goose StatementEnd":       "line 2: StatementEnd without",
		"-- +goose Up\n-- +goose StatementBegin\nx;": "line 2: StatementBegin without",
		"-- +goose Up\n-- +goose StatementBegin\n-- +goose Down\n":             "line 3: DOWN between",
		"-- +goose Up\n-- +goose StatementBegin\n \n-- +goose StatementEnd":    "line 2: no statement between",
		"-- +goose ENVSUB ON\n-- +goose Up":                                    "line 1: ENVSUB is not supported",
		"-- +goose Sideways":                                                   "line 1: unknown line +goose SIDEWAYS (choices: Up",
		"-- +gormango squashed a b":                                            "line 1: a line squashed is an id",
		"-- +gormango sideways x":                                              "line 1: unknown line +gormango sideways (choices: id",
		"-- +gormango id a b":                                                  `line 1: after the id comes "after"`,
		"-- +gormango id a/b/c":                                                `line 1: "a/b/c" is no id`,
		"-- +gormango id a\n-- +gormango id b":                                 "line 2: a second line id",
		"-- +gormango op":                                                      "line 1: a line op without",
		"-- +gormango allow L1 \"x\"\n-- +goose Up":                            "line 1: a line allow before the line Up",
		"-- +goose Up\n-- +gormango allow L1\nSELECT 1;":                       "line 2: the line allow has no reason",
		"-- +goose Up\n-- +gormango allow L1 \" \"\nSELECT 1;":                 "line 2: the line allow has no reason",
		"-- +goose Up\n-- +gormango allow all \"x\"\nSELECT 1;":                `line 2: "all" is no rule`,
		"-- +goose Up\nSELECT 1;\n-- +gormango allow L1 \"x\"":                 "line 3: a line allow without a statement",
		"-- +goose Up\n-- +gormango allow L1 \"x\"\n-- +goose Down\nSELECT 1;": "line 2: a line allow without a statement",
		"-- +gormango irreversible":                                            "line 1: the line irreversible has no reason",
		"-- +gormango loses":                                                   "line 1: a line loses without",
		"-- +goose Up\nSELECT '\x00';":                                         "line 2: a zero byte",
	} {
		_, err := Parse(src)
		var e *Error
		require.True(t, errors.As(err, &e), "%q: %v", src, err)
		require.Contains(t, err.Error(), want, src)
	}
}

// What Format writes, Parse reads.
func TestFormatRoundTrip(t *testing.T) {
	t.Parallel()
	sql := rapid.SampledFrom([]string{"SELECT 1", "SELECT ';'", "a\nb", "a;\nb", "a -- c", "a -- c;", "$$\n;\n$$", "-- c\na", "'\n-- +gormango op x\n'", "/* ; */ a", "a--b;\nc", "'a"})
	id := rapid.SampledFrom([]string{"shop/0001_a", "0002", "a-b/c.d"})
	stmts := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Stmt {
		s := Stmt{SQL: sql.Draw(t, "sql")}
		if rapid.Bool().Draw(t, "allowed") {
			s.Allow = map[string]string{"L13": rapid.StringMatching(`[a-z"\\]+`).Draw(t, "reason"), "L02": "x"}
		}
		return s
	}), 0, 4)
	rapid.Check(t, func(t *rapid.T) {
		f := &File{ID: id.Draw(t, "id"), Up: stmts.Draw(t, "up"), Down: stmts.Draw(t, "down"), NoTx: rapid.Bool().Draw(t, "notx")}
		f.After = rapid.SliceOfN(id, 0, 3).Draw(t, "after")
		for _, q := range rapid.SliceOfN(id, 0, 2).Draw(t, "squashed") {
			f.Squashed = append(f.Squashed, Squashed{ID: q, Parts: rapid.SliceOfN(id, 1, 3).Draw(t, "parts")})
		}
		f.Replaces = rapid.SliceOfN(id, 0, 3).Draw(t, "replaces")
		f.HasDown = len(f.Down) > 0 || rapid.Bool().Draw(t, "hasDown")
		if f.HasDown {
			f.Loses = rapid.SliceOfN(id, 0, 2).Draw(t, "loses")
		} else {
			f.Irreversible = "because"
		}
		f.Ops = rapid.SliceOfN(rapid.SampledFrom([]Op{{JSON: `{"a":1}`}, {JSON: `{"b":"\n"}`}}), 0, 3).Draw(t, "ops")
		text, err := Format(f)
		if err != nil {
			t.Fatal(err)
		}
		back, err := Parse(text)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		if again, err := Format(back); err != nil || again != text {
			t.Fatalf("%v\n%s\nbecame\n%s", err, text, again)
		}
		require.Equal(t, texts(f.Up), texts(back.Up))
		require.Equal(t, texts(f.Down), texts(back.Down))
		require.Equal(t, f.Irreversible, back.Irreversible)
		require.Equal(t, len(f.After)+len(f.Replaces)+len(f.Loses), len(back.After)+len(back.Replaces)+len(back.Loses))
		require.Equal(t, f.NoTx, back.NoTx)
		for i := range f.Up {
			require.Equal(t, f.Up[i].Allow, back.Up[i].Allow)
		}
	})
}

func TestFormatRefuses(t *testing.T) {
	t.Parallel()
	for _, f := range []*File{
		{Ops: []Op{{JSON: "{\n}"}}},
		{Up: []Stmt{{SQL: "'\n-- +goose StatementEnd\n'"}}},
	} {
		_, err := Format(f)
		require.Error(t, err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(full)
	f.Add("-- +goose Up\n-- +goose StatementBegin\nx;;\n-- +goose StatementEnd\n-- +goose Down\n")
	f.Fuzz(func(t *testing.T, src string) {
		file, err := Parse(src)
		if err != nil {
			return
		}
		for _, s := range append(file.Up[:len(file.Up):len(file.Up)], file.Down...) {
			if src[s.Start:s.End] != s.SQL || s.SQL == "" || s.Line != 1+strings.Count(src[:s.Start], "\n") {
				t.Fatalf("%q: %+v", src, s)
			}
		}
		text, err := Format(file)
		if err != nil {
			return
		}
		again, err := Parse(text)
		if err != nil {
			t.Fatalf("%q became %q: %v", src, text, err)
		}
		if a, b := texts(file.Up), texts(again.Up); strings.Join(a, "\x00") != strings.Join(b, "\x00") {
			t.Fatalf("%q became %q: %q, %q", src, text, a, b)
		}
	})
}
