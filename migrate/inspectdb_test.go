package migrate_test

import (
	"bytes"
	"encoding/json"
	goflag "flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/foreignmodels"
	"github.com/gormango/gormango/migrate"
	"github.com/gormango/gormango/repotest"
)

// modelsOf writes the models of a database into a program, which prints their
// state.
func modelsOf(t *testing.T, db *gorm.DB, url string) (text string, state *migrate.State) {
	t.Helper()
	c, err := migrate.InspectDB(t.Context(), migrate.ConnPool(db), "")
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, migrate.WriteModels(&b, c, "main"))
	dir := t.TempDir()
	root, err := filepath.Abs("..")
	require.NoError(t, err)
	mod, err := os.ReadFile("../go.mod")
	require.NoError(t, err)
	_, requirements, _ := strings.Cut(string(mod), "\n")
	sums, err := os.ReadFile("../go.sum")
	require.NoError(t, err)
	for name, text := range map[string]string{
		"models.go": b.String(),
		"go.mod":    "module written\n" + requirements + fmt.Sprintf("\nrequire github.com/gormango/gormango v0.0.0\nreplace github.com/gormango/gormango => %s\n", root),
		"go.sum":    string(sums),
		"main.go": `package main

import (
	"context"
	"encoding/json"
	"os"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/migrate"
)

func main() {
	db, err := gormango.Open(context.Background(), gormango.Config{URL: os.Args[1]})
	if err != nil {
		panic(err)
	}
	state, err := migrate.FromModels(db, Models...)
	if err != nil {
		panic(err)
	}
	if err := json.NewEncoder(os.Stdout).Encode(state); err != nil {
		panic(err)
	}
}
`,
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	cmd := exec.CommandContext(t.Context(), "go", "run", ".", url)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off")
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	require.NoError(t, cmd.Run(), "%s\n%s", errs.String(), b.String())
	state = &migrate.State{}
	require.NoError(t, json.Unmarshal(out.Bytes(), state))
	return b.String(), state
}

func apply(t *testing.T, db *gorm.DB, file string) {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	_, err = migrate.ConnPool(db).ExecContext(t.Context(), string(text))
	require.NoError(t, err)
}

var writeModels = goflag.Bool("write-models", false, "write internal/foreignmodels anew")

// The models of a database want what is in it. Those of testdata/foreign.sql
// are a package, so that they are compiled.
func TestWriteModels(t *testing.T) {
	t.Parallel()
	db := setup(t)
	run(t, db, `CREATE EXTENSION citext`)
	apply(t, db, "testdata/foreign.sql")
	c, err := migrate.InspectDB(t.Context(), migrate.ConnPool(db), "")
	require.NoError(t, err)
	var text bytes.Buffer
	require.NoError(t, migrate.WriteModels(&text, c, "foreignmodels"))
	const file = "../internal/foreignmodels/models.go"
	if *writeModels {
		require.NoError(t, os.WriteFile(file, text.Bytes(), 0o600))
	}
	var version int
	require.NoError(t, db.Raw(`SELECT current_setting('server_version_num')::int / 10000`).Scan(&version).Error)
	if version == 15 { // later ones write views in other words
		written, err := os.ReadFile(file)
		require.NoError(t, err)
		require.Equal(t, string(written), text.String(), "go test ./migrate -run WriteModels -write-models writes it")
	}
	state, err := migrate.FromModels(db, foreignmodels.Models...)
	require.NoError(t, err)
	found, err := migrate.DriftOf(t.Context(), db, state)
	require.NoError(t, err)
	require.Empty(t, found)
	require.NotContains(t, text.String(), "Not written")
}

// Databases of other people, as files of statements whose names are in
// GORMANGO_FOREIGN, with colons between them.
func TestWriteModelsOfFiles(t *testing.T) {
	t.Parallel()
	files := os.Getenv("GORMANGO_FOREIGN")
	if files == "" {
		t.Skip("SKIPPED: no files of statements are named in GORMANGO_FOREIGN")
	}
	for file := range strings.SplitSeq(files, ":") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			url := repotest.URL(t)
			db := open(t, url)
			apply(t, db, file)
			text, state := modelsOf(t, db, url)
			found, err := migrate.DriftOf(t.Context(), db, state)
			require.NoError(t, err)
			for _, d := range found {
				t.Error(d)
			}
			t.Log(text)
		})
	}
}
