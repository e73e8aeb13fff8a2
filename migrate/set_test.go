package migrate_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/migrate"
)

// migrationFiles returns a directory of migrations with their sums. Each text is that of
// a file after its line id.
func migrationFiles(t testing.TB, texts map[string]string) fs.FS {
	t.Helper()
	dir := t.TempDir()
	for name, text := range texts {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	require.NoError(t, migrate.Rehash(dir))
	return os.DirFS(dir)
}

// fileText returns the text of a file with statements.
func fileText(head, forward, back string) string {
	return head + "\n-- +goose Up\n" + forward + "\n-- +goose Down\n" + back + "\n"
}

// tableFile and columnFile return files with an operation.
func tableFile(id, after, table string) string {
	if after != "" {
		after = " after " + after
	}
	return fileText(fmt.Sprintf(`-- +gormango id %s%s
-- +gormango op {"create_table":{"table":{"name":%q,"columns":[{"name":"id","type":"bigint","not_null":true}],"key":["id"]}}}`, id, after, table),
		fmt.Sprintf("CREATE TABLE %s (id bigint PRIMARY KEY);", table), fmt.Sprintf("DROP TABLE %s;", table))
}

func columnFile(id, after, table, column string) string {
	return fileText(fmt.Sprintf(`-- +gormango id %s after %s
-- +gormango op {"add_column":{"table":%q,"column":{"name":%q,"type":"text"}}}`, id, after, table, column),
		fmt.Sprintf("ALTER TABLE %s ADD COLUMN %s text;", table, column), fmt.Sprintf("ALTER TABLE %s DROP COLUMN %s;", table, column))
}

// shopFiles returns three files of an app.
func shopFiles() map[string]string {
	return map[string]string{
		"0001_initial.sql": tableFile("shop/0001_initial", "", "orders"),
		"0002_channel.sql": columnFile("shop/0002_channel", "shop/0001_initial", "orders", "channel"),
		"0003_note.sql":    columnFile("shop/0003_note", "shop/0002_channel", "orders", "note"),
	}
}

func loadSet(t testing.TB, texts map[string]string, opts ...migrate.SetOption) *migrate.Set {
	t.Helper()
	s, err := migrate.Load(migrationFiles(t, texts), append([]migrate.SetOption{migrate.App("shop")}, opts...)...)
	require.NoError(t, err)
	return s
}

func TestLoad(t *testing.T) {
	t.Parallel()
	s := loadSet(t, shopFiles())
	require.Equal(t, []migrate.ID{"shop/0001_initial", "shop/0002_channel", "shop/0003_note"}, s.IDs())
	state, err := s.State()
	require.NoError(t, err)
	require.Len(t, state.Tables["orders"].Columns, 3)
	state, err = s.State("shop/0002_channel")
	require.NoError(t, err)
	require.Len(t, state.Tables["orders"].Columns, 2)
	m, err := s.Migration("0002")
	require.NoError(t, err)
	require.Equal(t, migrate.ID("shop/0002_channel"), m.ID)
	require.Equal(t, "ALTER TABLE orders ADD COLUMN channel text", m.Forward[0].SQL)
	require.Equal(t, 4, m.Forward[0].Line)
	require.True(t, m.Tx)
	_, err = s.Migration("00")
	require.ErrorContains(t, err, "begins several: shop/0001_initial, shop/0002_channel")
	_, err = s.Migration("9")
	require.ErrorContains(t, err, "choices: shop/0001_initial")
}

// Files that other tools wrote have no ids: they follow each other.
func TestLoadOfPlainFiles(t *testing.T) {
	t.Parallel()
	s, err := migrate.Load(migrationFiles(t, map[string]string{
		"00001_a.sql": fileText("", "SELECT 1;", ""),
		"00002_b.sql": "-- +goose NO TRANSACTION\n-- +goose Up\nVACUUM;",
	}))
	require.NoError(t, err)
	require.Equal(t, []migrate.ID{"00001_a", "00002_b"}, s.IDs())
	m, err := s.Migration("00002_b")
	require.NoError(t, err)
	require.Equal(t, []migrate.ID{"00001_a"}, m.After)
	require.False(t, m.Tx)
}

func TestLoadRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		files map[string]string
		opts  []migrate.SetOption
		want  string
	}{
		"two leaves": {map[string]string{"0004_other.sql": columnFile("shop/0004_other", "shop/0002_channel", "orders", "x")}, nil,
			"shop/0003_note, shop/0004_other come last, and none is after the other (run makemigrations --merge"},
		"a cycle": {map[string]string{"0002_channel.sql": columnFile("shop/0002_channel", "shop/0003_note", "orders", "x")}, nil,
			"shop/0002_channel, shop/0003_note: the migrations are after each other"},
		"a parent that is not there": {map[string]string{"0003_note.sql": columnFile("shop/0003_note", "shop/0002_chanel", "orders", "x")}, nil,
			`shop/0003_note: it is after "shop/0002_chanel", which does not exist (shop/0002_channel does)`},
		"the id of another file": {map[string]string{"0003_note.sql": columnFile("shop/0003_notes", "shop/0002_channel", "orders", "x")}, nil,
			"0003_note.sql:1: its id shop/0003_notes is that of another file"},
		"the id of another app": {map[string]string{"0003_note.sql": columnFile("blog/0003_note", "shop/0002_channel", "orders", "x")}, nil,
			`0003_note.sql:1: its id blog/0003_note is of another app than "shop"`},
		"an unknown operation": {map[string]string{"0003_note.sql": strings.Replace(shopFiles()["0003_note.sql"], "add_column", "add_colum", 1)}, nil,
			`0003_note.sql:2: unknown operation "add_colum" (choices are`},
		"an unknown field": {map[string]string{"0003_note.sql": strings.Replace(shopFiles()["0003_note.sql"], `"type":`, `"kind":`, 1)}, nil,
			`0003_note.sql:2: operation add_column: json: unknown field "kind"`},
		"no semicolon": {map[string]string{"0003_note.sql": strings.Replace(shopFiles()["0003_note.sql"], "note text;", "note text", 1)}, nil,
			"0003_note.sql:4: the statement does not end with a semicolon"},
		"two statements without a transaction": {map[string]string{"0003_note.sql": "-- +goose NO TRANSACTION\n-- +goose Up\nVACUUM;\nVACUUM;"}, nil,
			"0003_note.sql:4: a second statement without a transaction"},
		"a way back that is none": {map[string]string{"0003_note.sql": fileText(`-- +gormango irreversible "x"`, "SELECT 1;", "SELECT 1;")}, nil,
			"0003_note.sql:1: it has a part Down and a line irreversible"},
		"code twice": {nil, []migrate.SetOption{migrate.WithGo(migrate.GoMigration{ID: "shop/0003_note", Up: nothing})},
			"shop/0003_note: two migrations have this ID"},
		"code without Up": {nil, []migrate.SetOption{migrate.WithGo(migrate.GoMigration{ID: "shop/0004_x"})},
			"shop/0004_x: a migration in Go without a function Up"},
		"an app without a name": {nil, []migrate.SetOption{migrate.App("a/b")}, `App: "a/b" is no name`},
		"a name with space":     {map[string]string{"0004 x.sql": ""}, nil, "0004 x.sql: a name with space"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			texts := shopFiles()
			for name, text := range c.files {
				texts[name] = text
			}
			dir := t.TempDir()
			for name, text := range texts {
				require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
			}
			err := migrate.Rehash(dir)
			if err == nil {
				_, err = migrate.Load(os.DirFS(dir), append([]migrate.SetOption{migrate.App("shop")}, c.opts...)...)
			}
			require.ErrorContains(t, err, c.want)
			require.True(t, strings.HasPrefix(err.Error(), "migrate: "), err)
			require.Equal(t, name == "two leaves", errors.Is(err, migrate.ErrConflict))
		})
	}
}

// An operation that the state refuses is found without a database.
func TestStateNamesTheLine(t *testing.T) {
	t.Parallel()
	texts := shopFiles()
	texts["0003_note.sql"] = strings.Replace(texts["0003_note.sql"], `"orders"`, `"order"`, 1)
	_, err := loadSet(t, texts).State()
	require.ErrorContains(t, err, `migrate: 0003_note.sql:2: add column order.note: there is no table "order" (choices are "orders")`)
	var at *migrate.OpError
	require.ErrorAs(t, err, &at)
}

func TestJoin(t *testing.T) {
	t.Parallel()
	shop := shopFiles()
	shop["0003_note.sql"] = columnFile("shop/0003_note", "shop/0002_channel, blog/0001_initial", "posts", "shop_note")
	a := loadSet(t, shop)
	_, err := a.State()
	require.ErrorContains(t, err, `shop/0003_note: it is after "blog/0001_initial" of another app (join`)
	b, err := migrate.Load(migrationFiles(t, map[string]string{
		"0001_initial.sql": tableFile("blog/0001_initial", "shop/0001_initial", "posts"),
	}), migrate.App("blog"))
	require.NoError(t, err)
	both, err := migrate.Join(a, b)
	require.NoError(t, err)
	require.Equal(t, []migrate.ID{"shop/0001_initial", "blog/0001_initial", "shop/0002_channel", "shop/0003_note"}, both.IDs())
	state, err := both.State()
	require.NoError(t, err)
	require.Len(t, state.Tables["posts"].Columns, 2)
	_, err = migrate.Join(a, a)
	require.ErrorContains(t, err, `two sets have the app "shop"`)
}

func TestMustPanics(t *testing.T) {
	t.Parallel()
	require.Panics(t, func() { migrate.Must(migrate.Load(fstest.MapFS{"0001_a.sql": {}})) })
	require.NotNil(t, migrate.Must(migrate.Load(fstest.MapFS{})))
}
