package gen_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/cmd/gormango/internal/gen"
)

// module creates a module of files in a folder of its own, with the versions of
// this one.
func module(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	mod, err := os.ReadFile("../../go.mod")
	require.NoError(t, err)
	root, err := filepath.Abs("../../../..")
	require.NoError(t, err)
	text := strings.Replace(string(mod), "module github.com/gormango/gormango/cmd/gormango", "module example.com/app", 1)
	text += "\nreplace github.com/gormango/gormango => " + root + "\n"
	sum, err := os.ReadFile("../../go.sum")
	require.NoError(t, err)
	write(t, dir, map[string]string{"go.mod": text, "go.sum": string(sum)})
	write(t, dir, files)
	return dir
}

func write(t testing.TB, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		name = filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
		require.NoError(t, os.WriteFile(name, []byte(text), 0o644))
	}
}

func run(t testing.TB, opt gen.Options) (written []string, notes string, err error) {
	t.Helper()
	var out bytes.Buffer
	opt.Notes = &out
	written, err = gen.Run(t.Context(), opt)
	return written, out.String(), err
}

// The committed files of testdata are the output of gen, whether a referenced
// package is read in the same run or was generated before.
func TestGolden(t *testing.T) {
	t.Parallel()
	for _, patterns := range [][]string{{"./testdata/kinds", "./testdata/kinds/other"}, {"./testdata/kinds"}} {
		_, _, err := run(t, gen.Options{Patterns: patterns, Check: true})
		require.NoError(t, err)
	}
	written, notes, err := run(t, gen.Options{Patterns: []string{"./testdata/kinds"}})
	require.NoError(t, err)
	require.Empty(t, written, "a file that would not change is not written")
	want, err := os.ReadFile("testdata/notes.txt")
	require.NoError(t, err)
	require.Equal(t, string(want), notes)
}

const small = `package app

import "github.com/gormango/gormango/models"

type Author struct {
	models.AutoKey
	Name string
}
`

func TestCheckNamesStaleFiles(t *testing.T) {
	t.Parallel()
	dir := module(t, map[string]string{"a/a.go": strings.Replace(small, "app", "a", 1), "b/b.go": strings.Replace(small, "app", "b", 1)})
	opt := gen.Options{Dir: dir, Patterns: []string{"./..."}}
	check := opt
	check.Check = true
	a, b := filepath.Join(dir, "a", gen.DefaultOutput), filepath.Join(dir, "b", gen.DefaultOutput)

	_, _, err := run(t, check)
	require.EqualError(t, err, "gormango: stale: "+a+", "+b+" (run go generate, or gormango gen, and commit what it writes)")
	require.NoFileExists(t, a, "a check writes nothing")

	written, _, err := run(t, opt)
	require.NoError(t, err)
	require.Equal(t, []string{a, b}, written)
	_, _, err = run(t, check)
	require.NoError(t, err)

	write(t, dir, map[string]string{"a/a.go": strings.NewReplacer("app", "a", "Name", "Nick").Replace(small)})
	_, _, err = run(t, check)
	require.ErrorContains(t, err, "stale: "+a+" (run")
	written, _, err = run(t, opt)
	require.NoError(t, err, "the old file does not fit the model any more and is read as if it were empty")
	require.Equal(t, []string{a}, written)

	write(t, dir, map[string]string{"a/a.go": "package a\n"})
	for _, o := range []gen.Options{opt, check} {
		_, _, err = run(t, o)
		require.EqualError(t, err, "gormango: example.com/app/a has no models any more: remove "+a)
	}
}

func TestForeignFilesAreLeftAlone(t *testing.T) {
	t.Parallel()
	dir := module(t, map[string]string{"app.go": small, gen.DefaultOutput: "package app\n"})
	_, _, err := run(t, gen.Options{Dir: dir})
	require.EqualError(t, err, "gormango: "+filepath.Join(dir, gen.DefaultOutput)+" was not written by gormango gen, so it is left alone (choose another name with -o)")

	_, _, err = run(t, gen.Options{Dir: dir, Output: "fields.go"})
	require.NoError(t, err)
	require.FileExists(t, filepath.Join(dir, "fields.go"))
	_, _, err = run(t, gen.Options{Dir: dir, Output: "more.go"})
	require.EqualError(t, err, "gormango: "+filepath.Join(dir, "fields.go")+" was written by gormango gen as well: remove it, a package has one such file")
}

func TestErrors(t *testing.T) {
	t.Parallel()
	keyed := "package app\n\ntype Book struct {\n\tID int64\n}\n"
	for name, c := range map[string]struct {
		text string
		opt  gen.Options
		want string
	}{
		"no package":      {keyed, gen.Options{Patterns: []string{"./nothing"}}, "nothing: directory not found"},
		"no models":       {"package app\n", gen.Options{}, "gormango: no models in . (a model is an exported struct with a primary key; //gormango:model above a struct makes it one)"},
		"unknown type":    {keyed[:len(keyed)-2] + "\tPrice decimal.Decimal\n}\n", gen.Options{}, "app.go:5: the type of Book.Price is not known (is its package imported?)"},
		"unknown embed":   {"package app\n\ntype Book struct{ Base }\n", gen.Options{}, "app.go:3: the type of Book.Base is not known"},
		"missing package": {"package app\n\nimport \"example.com/nowhere\"\n\ntype Book struct{ nowhere.Base }\n", gen.Options{}, "example.com/nowhere"},
		"syntax":          {"package app\n\ntype Book struct {\n", gen.Options{}, "gormango: example.com/app: "},
		"F is taken":      {keyed + "var F int\n", gen.Options{}, "app.go:6: F is declared already, and gen writes that name for the fields of all models (rename it)"},
		"type is taken":   {keyed + "type BookRel int\n", gen.Options{}, "app.go:6: BookRel is declared already, and gen writes that name for Book (rename it)"},
		"two of one name": {keyed + "type BookFields struct{ ID int }\ntype BookFieldsAt struct{ ID int}\ntype BookFieldsFields struct{ ID int }\n", gen.Options{}, "(rename"},
		"word":            {"package app\n\n//gormango:modle\ntype Book struct{ ID int64 }\n", gen.Options{}, "app.go:4: //gormango:modle above Book is not known (choices are ignore, model)"},
		"forced generic":  {"package app\n\n//gormango:model\ntype Book[T any] struct{ ID T }\n", gen.Options{}, "app.go:4: //gormango:model: Book is generic"},
		"forced private":  {"package app\n\n//gormango:model\ntype book struct{ ID int }\n", gen.Options{}, "app.go:4: //gormango:model: book is not exported"},
		"forced text":     {"package app\n\n//gormango:model\ntype Book string\n", gen.Options{}, "app.go:4: //gormango:model: Book is no struct"},
		"forced bad":      {"package app\n\n//gormango:model\ntype Book struct{ M map[int]int }\n", gen.Options{}, "GORM cannot read Book: M is neither a column nor a relation (it is a map[int]int;"},
		"embeds itself":   {"package app\n\n//gormango:model\ntype Book struct{ *Book }\n", gen.Options{}, "GORM cannot read Book: Book embeds itself"},
		"folder in -o":    {keyed, gen.Options{Output: "x/y.go"}, `gormango: -o "x/y.go" is not the name of a Go file without a folder (the file goes into each package)`},
		"test in -o":      {keyed, gen.Options{Output: "x_test.go"}, `gormango: -o "x_test.go" is not the name of a Go file`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.opt.Dir = module(t, map[string]string{"app.go": c.text})
			written, _, err := run(t, c.opt)
			require.ErrorContains(t, err, c.want)
			require.Empty(t, written)
			require.NoFileExists(t, filepath.Join(c.opt.Dir, gen.DefaultOutput))
		})
	}
}

// The kinds of columns with types of gorm.io/datatypes, which is not a
// dependency: a stand-in has its names.
func TestDatatypes(t *testing.T) {
	t.Parallel()
	dir := module(t, map[string]string{
		"app.go":           "package app\n\nimport \"gorm.io/datatypes\"\n\ntype Book struct {\n\tID int64\n\tDoc datatypes.JSON\n\tNull *datatypes.JSONType[[]string]\n\tDay datatypes.Date\n}\n",
		"datatypes/go.mod": "module gorm.io/datatypes\n\ngo 1.26.0\n",
		"datatypes/d.go": `package datatypes

import ("database/sql/driver"; "time")

type JSON []byte
func (JSON) Value() (driver.Value, error) { return nil, nil }
type JSONType[T any] struct{ data T }
func (JSONType[T]) Value() (driver.Value, error) { return nil, nil }
type Date time.Time
func (Date) Value() (driver.Value, error) { return nil, nil }
`,
	})
	mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	require.NoError(t, err)
	write(t, dir, map[string]string{"go.mod": string(mod) + "\nrequire gorm.io/datatypes v1.0.0\n\nreplace gorm.io/datatypes => ./datatypes\n"})
	_, _, err = run(t, gen.Options{Dir: dir})
	require.NoError(t, err)
	text, err := os.ReadFile(filepath.Join(dir, gen.DefaultOutput))
	require.NoError(t, err)
	for _, want := range []string{
		"Doc  *repo.JSONField[P, datatypes.JSON]\n",
		"Null *repo.NullJSONField[P, datatypes.JSONType[[]string]]\n",
		"Day  *repo.OrderedField[P, datatypes.Date]\n",
	} {
		require.Contains(t, string(text), want)
	}
}

// many returns a package of n models that refer to each other.
func many(n int) string {
	var b strings.Builder
	b.WriteString("package app\n\nimport (\n\t\"time\"\n\n\t\"github.com/gormango/gormango/models\"\n)\n")
	for i := range n {
		fmt.Fprintf(&b, "\ntype Model%d struct {\n\tmodels.AutoKey\n\tName, Note, Code string\n\tCount int32\n\tAt time.Time\n\tUntil *time.Time\n", i)
		fmt.Fprintf(&b, "\tOneID int64\n\tOne *Model%d\n\tTwoID int64\n\tTwo *Model%d\n\tTags []Model%d `gorm:\"many2many:tags%d\"`\n}\n", (i*7+3)%n, (i*11+5)%n, (i+1)%n, i)
	}
	return b.String()
}

// Gen writes the same bytes each time. The file of an earlier run costs nothing,
// though the compiler takes minutes for it. A loaded machine gets three tries.
func TestTwoHundredModelsTwice(t *testing.T) {
	t.Parallel()
	dir := module(t, map[string]string{"app.go": many(200)})
	file := filepath.Join(dir, gen.DefaultOutput)
	var first []byte
	fastest := time.Hour
	for try := range 3 {
		if try > 0 && fastest < 5*time.Second {
			break
		}
		require.NoError(t, os.RemoveAll(file))
		began := time.Now()
		written, _, err := run(t, gen.Options{Dir: dir})
		require.NoError(t, err)
		require.Equal(t, []string{file}, written)
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		require.True(t, first == nil || bytes.Equal(first, text))
		first = text
		written, _, err = run(t, gen.Options{Dir: dir})
		require.NoError(t, err)
		require.Empty(t, written)
		fastest = min(fastest, time.Since(began)/2)
	}
	require.Less(t, fastest, 5*time.Second)
	require.Equal(t, 200, bytes.Count(first, []byte("FieldsAt[P any]")))
	require.Equal(t, 600, bytes.Count(first, []byte("repo.Once(")))
}

func BenchmarkTwoHundredModels(b *testing.B) {
	dir := module(b, map[string]string{"app.go": many(200)})
	for b.Loop() {
		_, err := gen.Run(b.Context(), gen.Options{Dir: dir})
		require.NoError(b, err)
		require.NoError(b, os.Remove(filepath.Join(dir, gen.DefaultOutput)))
	}
}
