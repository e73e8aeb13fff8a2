package migrate_test

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/longtest"
	"github.com/gormango/gormango/migrate"
)

// branch copies the files of a directory and adds those of a change.
func branch(t *testing.T, base, name string, to *migrate.State) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS(base)))
	set := loaded(t, dir)
	at, err := set.State()
	require.NoError(t, err)
	ops, err := migrate.Diff(at, to, always)
	require.NoError(t, err)
	files, err := migrate.Generate(set, ops, name)
	require.NoError(t, err)
	require.NoError(t, migrate.Write(dir, files...))
	return dir
}

// Two branches with changes of the pairs are merged only if a new database and
// the databases of both branches get the same tables.
func TestMergesAreEqualBothWays(t *testing.T) {
	t.Parallel()
	base := t.TempDir()
	generate(t, base, shelves())
	first := loaded(t, base).IDs()
	all := slices.Concat(columnPairs, partPairs, otherPairs)
	random := rand.New(rand.NewPCG(1, 2))
	var allowed []migrate.Option // of what the changes ask for
	for n := range 45 {
		allowed = append(allowed, migrate.Allow(fmt.Sprintf("L%02d", n), "nobody uses the tables"))
	}
	merges, clashes := 0, 0
	for want := longtest.Count(4, 40); merges < want; {
		p, q := all[random.IntN(len(all))], all[random.IntN(len(all))]
		what := p.name + ", " + q.name
		a, b := branch(t, base, "a", change(p.change)), branch(t, base, "b", change(q.change))
		dir := t.TempDir()
		for _, from := range []string{a, b} {
			entries, err := os.ReadDir(from)
			require.NoError(t, err)
			for _, e := range entries {
				text, err := os.ReadFile(filepath.Join(from, e.Name()))
				require.NoError(t, err)
				require.NoError(t, os.WriteFile(filepath.Join(dir, e.Name()), text, 0o600))
			}
		}
		require.NoError(t, migrate.Rehash(dir))
		_, err := migrate.Merge(dir, "shop")
		if errors.Is(err, migrate.ErrConflict) {
			clashes++
			continue
		}
		require.NoError(t, err, what)
		merges++
		whole := loaded(t, dir)
		require.Greater(t, len(whole.IDs()), len(first)+1)
		tables := map[string][]string{}
		for name, set := range map[string]*migrate.Set{"new": nil, "a": loaded(t, a), "b": loaded(t, b)} {
			db := setup(t)
			if set != nil {
				_, err := migrate.Up(t.Context(), db, set, allowed...)
				require.NoError(t, err, what)
			}
			_, err := migrate.Up(t.Context(), db, whole, allowed...)
			require.NoError(t, err, "%s: %s", what, name)
			tables[name] = withoutHistory(contents(t, db))
		}
		for _, name := range slices.Sorted(maps.Keys(tables)) {
			require.Equal(t, tables["new"], tables[name], "%s: %s", what, name)
		}
	}
	t.Logf("%d merges, %d clashes", merges, clashes)
}
