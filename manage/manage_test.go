package manage_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/manage"
	"github.com/gormango/gormango/migrate"
	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repotest"
)

type stamped struct {
	models.AutoKey
	models.Timestamps
}

func (stamped) TableName() string { return "stamped" }

type note struct {
	models.AutoKey
	Title    string `gorm:"not null"`
	Internal bool   `gorm:"not null;default:false"`
}

func (note) TableName() string { return "notes" }

type renamedNote struct {
	models.AutoKey
	Title   string `gorm:"not null"`
	Private bool   `gorm:"not null;default:false"`
}

func (renamedNote) TableName() string { return "notes" }

type label struct {
	models.AutoKey
	Name string `gorm:"not null;index"`
}

func (label) TableName() string { return "labels" }

// application is an application with one app, whose models change.
type application struct {
	t      *testing.T
	dir    string
	models []any
	url    string
	opens  int
}

func newApplication(t *testing.T, models ...any) *application {
	t.Helper()
	return &application{t: t, dir: t.TempDir(), models: models}
}

// run runs a command and returns its exit code and output.
func (a *application) run(args ...string) (code int, out, errs string) {
	a.t.Helper()
	var o, e bytes.Buffer
	code = manage.Run(a.t.Context(), manage.Options{
		Apps: []manage.App{{Dir: a.dir, Load: func() (*migrate.Set, error) {
			return migrate.Load(os.DirFS(a.dir), migrate.App("shop", a.models...))
		}}},
		Open: func(ctx context.Context) (*gorm.DB, error) {
			a.opens++
			if a.url == "" {
				a.url = repotest.URL(a.t)
			}
			return gormango.Open(ctx, gormango.Config{URL: a.url, Models: a.models})
		},
		In: strings.NewReader(""), Out: &o, Err: &e,
	}, args)
	return code, o.String(), e.String()
}

// ok runs a command that must succeed and returns its output.
func (a *application) ok(args ...string) string {
	a.t.Helper()
	code, out, errs := a.run(args...)
	require.Zero(a.t, code, "%v: %s%s", args, out, errs)
	return out
}

func TestCommandsWithoutADatabase(t *testing.T) {
	t.Parallel()
	a := newApplication(t, &note{})
	code, out, errs := a.run("makemigrations", "--check")
	require.Equal(t, 3, code, "%s%s", out, errs)
	require.Contains(t, out, "create table notes")
	files, err := os.ReadDir(a.dir)
	require.NoError(t, err)
	require.Empty(t, files, "--check writes nothing")

	require.Contains(t, a.ok("makemigrations", "--dry-run"), "CREATE TABLE \"notes\"")
	require.Contains(t, a.ok("makemigrations"), "0001_initial.sql\n  - create table notes")
	require.Contains(t, a.ok("makemigrations"), "no changes")
	a.ok("check")
	require.Contains(t, a.ok("sqlmigrate", "0001"), "CREATE TABLE \"notes\"")
	require.Contains(t, a.ok("sqlmigrate", "0001", "--back"), "DROP TABLE \"notes\"")

	a.models = []any{&note{}, &label{}}
	code, out, _ = a.run("check")
	require.Equal(t, 3, code)
	require.Contains(t, out, "error migrations.E001: the models of app \"shop\" have changes that no migration makes")
	require.Contains(t, out, "create table labels")
	require.Contains(t, a.ok("makemigrations", "--name", "labels"), "0002_labels.sql")
	require.Contains(t, a.ok("makemigrations", "--empty", "--name", "by_hand"), "0003_by_hand.sql")
	require.Contains(t, a.ok("makemigrations", "--go", "notes", "--name", "fill", "--dry-run"), "type notes0004 struct {")
	require.Contains(t, a.ok("makemigrations", "--go", "notes", "--name", "fill"), "0004_fill.go\n  - fill it")
	code, _, errs = a.run("makemigrations", "--go", "notes", "--name", "fill")
	require.Equal(t, 1, code)
	require.Contains(t, errs, "0004_fill.go exists already")
	code, _, errs = a.run("makemigrations", "--go", "notes")
	require.Equal(t, 2, code)
	require.Contains(t, errs, "--go without --name")
	require.Contains(t, a.ok("squash", "0001", "0002"), "0001_initial_squashed_0002_labels.sql")
	require.Zero(t, a.opens, "these commands need no database")
}

func TestARenameIsAnsweredByAFlag(t *testing.T) {
	t.Parallel()
	a := newApplication(t, &note{})
	a.ok("makemigrations")
	a.models = []any{&renamedNote{}}

	// Without an answer it is no rename, as the output says.
	require.Contains(t, a.ok("makemigrations", "--dry-run"), "DROP COLUMN \"internal\"")
	require.Contains(t, a.ok("makemigrations", "--dry-run", "--yes"), "RENAME COLUMN \"internal\" TO \"private\"")
	code, _, errs := a.run("makemigrations", "--rename", "notes.internal=notes.secret")
	require.Equal(t, 2, code)
	require.Contains(t, errs, "no such rename")
	require.Contains(t, a.ok("makemigrations", "--rename", "notes.internal=notes.private"), "rename")
	require.Contains(t, a.ok("sqlmigrate", "0002"), "RENAME COLUMN \"internal\" TO \"private\"")
}

func TestADatabaseIsMigrated(t *testing.T) {
	t.Parallel()
	a := newApplication(t, &note{})
	a.ok("makemigrations")
	require.Equal(t, "[ ] shop/0001_initial\n", a.ok("show"))
	code, out, errs := a.run("migrate", "--check")
	require.Equal(t, 3, code, errs)
	require.Contains(t, out, "CREATE TABLE")
	require.Contains(t, a.ok("migrate", "--dry-run"), "CREATE TABLE")
	require.Contains(t, a.ok("show"), "[ ]", "a dry run leaves nothing")

	var report migrate.Report
	require.NoError(t, json.Unmarshal([]byte(a.ok("migrate", "--json")), &report))
	require.Equal(t, []migrate.ID{"shop/0001_initial"}, report.Applied)
	require.Contains(t, a.ok("show"), "[X] shop/0001_initial")
	a.ok("migrate", "--check")
	a.ok("migrate", "--wait")
	a.ok("drift")
	a.ok("verify")
	require.Contains(t, a.ok("lint", "--since", "zero"), "nothing found")

	db, err := gormango.Open(t.Context(), gormango.Config{URL: a.url})
	require.NoError(t, err)
	t.Cleanup(func() { _ = gormango.Close(db) })
	require.NoError(t, db.Exec(`INSERT INTO notes (title) VALUES ('a'), ('b')`).Error)
	require.NoError(t, db.Exec(`ALTER TABLE notes ADD extra int`).Error)
	code, out, _ = a.run("drift")
	require.Equal(t, 3, code)
	require.Contains(t, out, "extra")

	// A way back that deletes rows is refused until it is said that they may go.
	code, _, errs = a.run("back", "zero")
	require.Equal(t, 1, code)
	require.Contains(t, errs, "2 rows")
	require.Contains(t, a.ok("back", "zero", "--plan"), "loses")
	a.ok("back", "zero", "--lose-data")
	require.Equal(t, "[ ] shop/0001_initial\n", a.ok("show"))
	require.NotContains(t, errs, "postgres://")
}

func TestADatabaseThatHasTheTablesIsAdopted(t *testing.T) {
	t.Parallel()
	a := newApplication(t, &note{}, &stamped{})
	a.url = repotest.URL(t)
	db, err := gormango.Open(t.Context(), gormango.Config{URL: a.url, Models: a.models})
	require.NoError(t, err)
	t.Cleanup(func() { _ = gormango.Close(db) })
	_, err = migrate.Auto(t.Context(), db)
	require.NoError(t, err)

	a.ok("makemigrations")
	code, _, _ := a.run("migrate")
	require.Equal(t, 1, code, "the table exists")
	a.ok("migrate", "--adopt")
	require.Contains(t, a.ok("show"), "recorded without being run")
	a.ok("migrate", "--check")
	a.ok("drift")
}

func TestFilesAreMended(t *testing.T) {
	t.Parallel()
	a := newApplication(t, &note{})
	a.ok("makemigrations")
	name := filepath.Join(a.dir, "0001_initial.sql")
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(name, append(text, "\n-- edited\n"...), 0o644))
	code, _, errs := a.run("show")
	require.Equal(t, 1, code)
	require.Contains(t, errs, "0001_initial.sql")
	a.ok("rehash")
	a.ok("check")

	// Two branches each add a file, as after a merge in git.
	a.models = []any{&note{}, &label{}}
	a.ok("makemigrations", "--name", "labels")
	labels, err := os.ReadFile(filepath.Join(a.dir, "0002_labels.sql"))
	require.NoError(t, err)
	require.NoError(t, os.Remove(filepath.Join(a.dir, "0002_labels.sql")))
	a.ok("rehash")
	a.models = []any{&renamedNote{}}
	a.ok("makemigrations", "--name", "private", "--yes")
	require.NoError(t, os.WriteFile(filepath.Join(a.dir, "0002_labels.sql"), labels, 0o644))
	a.ok("rehash")
	a.models = []any{&renamedNote{}, &label{}}
	code, _, errs = a.run("check")
	require.Equal(t, 1, code)
	require.Contains(t, errs, "0002_labels")
	require.Contains(t, errs, "0002_private")
	require.Contains(t, a.ok("makemigrations", "--merge"), "is now shop/0003_private")
	a.ok("check")
}

func TestWrongUsage(t *testing.T) {
	t.Parallel()
	a := newApplication(t, &note{})
	a.ok("makemigrations")
	for _, args := range [][]string{
		{"nope"}, {"migrate", "nope"}, {"migrate", "--nope"}, {"back"}, {"lint", "--format", "xml"},
		{"makemigrations", "--app", "other"}, {"makemigrations", "--rename", "a"}, {"migrate", "--plan", "--fake"},
		{"migrate", "--allow", "L13"},
	} {
		code, _, errs := a.run(args...)
		require.Equal(t, 2, code, "%v: %s", args, errs)
		require.NotEmpty(t, errs)
	}
	require.Contains(t, a.ok("--help"), "makemigrations")
	require.Contains(t, a.ok("migrate", "--help"), "--lock-timeout")
}

func TestWithoutAppsOnlyToolsExist(t *testing.T) {
	t.Parallel()
	var out, errs bytes.Buffer
	o := manage.Options{Name: "tool", Out: &out, Err: &errs}
	require.Zero(t, manage.Run(t.Context(), o, []string{"--help"}))
	require.NotContains(t, out.String(), "makemigrations")
	require.Contains(t, out.String(), "inspectdb")
	require.Equal(t, 2, manage.Run(t.Context(), o, []string{"migrate"}))
	require.Equal(t, 2, manage.Run(t.Context(), o, []string{"lint"}))
}

func TestLintOfAFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "0001_t.sql"), []byte("-- +goose Up\nCREATE TABLE t (id bigint PRIMARY KEY, a int);\n-- +goose Down\nDROP TABLE t;\n"), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "0002_x.sql"), []byte("-- +goose Up\nCREATE INDEX x ON t (a);\n-- +goose Down\nDROP INDEX x;\n"), 0o644))
	require.NoError(t, migrate.Rehash(dir))
	url := repotest.URL(t)
	lint := func(args ...string) (int, string) {
		var out, errs bytes.Buffer
		code := manage.Run(t.Context(), manage.Options{
			Out: &out, Err: &errs,
			Open: func(ctx context.Context) (*gorm.DB, error) { return gormango.Open(ctx, gormango.Config{URL: url}) },
		}, append([]string{"lint", "--dir", dir}, args...))
		return code, out.String() + errs.String()
	}
	code, out := lint("--since", "0001_t", "--format", "github")
	require.Equal(t, 3, code, out)
	require.Contains(t, out, "::error file="+filepath.ToSlash(dir)+"/0002_x.sql,line=2,title=L02")
	code, out = lint("--since", "0009")
	require.Equal(t, 2, code, out)
	require.Contains(t, out, "0001_t")
	code, out = lint("--since", "0001", "--format", "json")
	require.Equal(t, 3, code, out)
	require.Contains(t, out, `"rule": "L02"`)
	require.NotContains(t, out, "by_words")

	// Without a server the words are judged.
	url = "postgres://nobody@127.0.0.1:1/none"
	code, out = lint("--since", "zero", "--words")
	require.Zero(t, code, out)
	require.Contains(t, out, "warning L03")
	code, out = lint("--since", "0001", "--words")
	require.Equal(t, 3, code, out)
	require.Contains(t, out, "error L02 index-blocking")
	require.Contains(t, out, "(by its words)")
	code, out = lint("--since", "zero", "--words", "--on", url)
	require.Equal(t, 2, code, out)
	code, out = lint("--since", "0001", "--on", url)
	require.Equal(t, 1, code, out)
	require.Contains(t, out, "--on: ")

	// The copy is in another database.
	url = repotest.URL(t)
	code, out = lint("--since", "0001", "--on", repotest.URL(t))
	require.Equal(t, 3, code, out)
	require.NotContains(t, out, "by its words")
}

func TestDbshell(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("psql"); err != nil {
		t.Skip("SKIPPED: psql is not installed (install PostgreSQL's client)")
	}
	url := repotest.URL(t)
	var out, errs bytes.Buffer
	code := manage.Run(t.Context(), manage.Options{
		Out: &out, Err: &errs, In: strings.NewReader("SELECT 6*7;\n"),
		Open: func(ctx context.Context) (*gorm.DB, error) { return gormango.Open(ctx, gormango.Config{URL: url}) },
	}, []string{"dbshell", "--", "-At"})
	require.Zero(t, code, errs.String())
	require.Equal(t, "42\n", out.String())
}

func TestExitCode(t *testing.T) {
	t.Parallel()
	require.Zero(t, manage.ExitCode(nil))
	require.Equal(t, 3, manage.ExitCode(migrate.ErrPending))
	require.Equal(t, 1, manage.ExitCode(errors.New("no")))
}

func TestInspectdb(t *testing.T) {
	t.Parallel()
	url := repotest.URL(t)
	db, err := gormango.Open(t.Context(), gormango.Config{URL: url})
	require.NoError(t, err)
	t.Cleanup(func() { _ = gormango.Close(db) })
	require.NoError(t, db.Exec(`CREATE TABLE people (id bigint PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, name text NOT NULL)`).Error)
	require.NoError(t, db.Exec(`CREATE TABLE letters (id bigint PRIMARY KEY, person_id bigint REFERENCES people)`).Error)
	inspect := func(args ...string) (int, string, string) {
		var out, errs bytes.Buffer
		code := manage.Run(t.Context(), manage.Options{
			Out: &out, Err: &errs,
			Open: func(ctx context.Context) (*gorm.DB, error) { return gormango.Open(ctx, gormango.Config{URL: url}) },
		}, append([]string{"inspectdb"}, args...))
		return code, out.String(), errs.String()
	}
	code, out, errs := inspect("--package", "post")
	require.Zero(t, code, errs)
	require.Contains(t, out, "package post")
	require.Contains(t, out, "type People struct")
	require.Contains(t, out, "type Letter struct")

	code, out, errs = inspect("--tables", "letters")
	require.Zero(t, code, errs)
	require.NotContains(t, out, "type People", "the other table has no model")

	code, _, errs = inspect("--tables", "letter")
	require.Equal(t, 1, code)
	require.Contains(t, errs, `no table "letter" (choices are letters, people)`)

	name := filepath.Join(t.TempDir(), "models.go")
	code, out, errs = inspect("-o", name)
	require.Zero(t, code, errs)
	require.Empty(t, out)
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	require.Contains(t, string(text), "type People struct")
}
