package migrate_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/migrate"
	"github.com/gormango/gormango/repotest"
)

var (
	recipeSection = regexp.MustCompile(`(?m)^## (L\d\d) `)
	recipeBlock   = regexp.MustCompile("(?s)```sql\n-- (\\S+\\.sql)\n(.*?)```")
)

// The first block of each recipe of the page has the finding that is its
// heading, and the files in its place have neither that nor an error.
func TestRecipes(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../docs/migrations/recipes.md")
	require.NoError(t, err)
	parts := recipeSection.Split(string(text), -1)
	rules := recipeSection.FindAllStringSubmatch(string(text), -1)
	base := recipeBlock.FindAllStringSubmatch(parts[0], -1)
	require.Len(t, base, 1)
	db := open(t, repotest.URL(t))
	_, err = migrate.Up(t.Context(), db, recipeSet(t, base))
	require.NoError(t, err)

	findings := func(blocks [][]string) []migrate.Finding {
		found, err := newRunner(t, db, recipeSet(t, slices.Concat(base, blocks))).Lint(t.Context())
		require.NoError(t, err)
		return slices.DeleteFunc(found, func(f migrate.Finding) bool { return f.Back })
	}
	recipes := 0
	for i, rule := range rules {
		rule := rule[1]
		blocks := recipeBlock.FindAllStringSubmatch(parts[i+1], -1)
		if len(blocks) == 0 {
			continue // in words alone
		}
		recipes++
		of := func(f migrate.Finding) bool { return f.Rule == rule }
		require.True(t, slices.ContainsFunc(findings(blocks[:1]), of), "%s: the first block has no such finding", rule)
		for _, f := range findings(blocks[1:]) {
			require.True(t, f.Reason != "" || f.Level == migrate.Warn && f.Rule != rule, "%s: %s", rule, f)
		}
	}
	require.Greater(t, recipes, 10)
}

// recipeSet returns the set of files.
func recipeSet(t *testing.T, blocks [][]string) *migrate.Set {
	t.Helper()
	files := fstest.MapFS{}
	for _, b := range blocks {
		files[b[1]] = &fstest.MapFile{Data: []byte(strings.TrimSpace(b[2]) + "\n")}
	}
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, files))
	require.NoError(t, migrate.Rehash(dir))
	s, err := migrate.Load(os.DirFS(dir))
	require.NoError(t, err)
	return s
}
