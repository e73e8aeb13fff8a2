package migrate_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/longtest"
	"github.com/gormango/gormango/migrate"
)

// Each kind of change goes through files and the runner, there, back and there
// again, and Drift finds nothing at any of these points. The short form takes
// every fortieth pair.
func TestPairsHaveNoDrift(t *testing.T) {
	t.Parallel()
	step := longtest.Size(40, 1)
	for i, p := range slices.Concat(columnPairs, partPairs, otherPairs) {
		if i%step != 0 {
			continue
		}
		t.Run(strings.ReplaceAll(p.name, " ", "_"), func(t *testing.T) {
			from, to := shelves(), shelves()
			if p.from != nil {
				p.from(from)
			}
			p.change(to)
			dir := t.TempDir()
			generate(t, dir, from)
			first := loaded(t, dir)
			db := setup(t)
			r := newRunner(t, db, first, migrate.Unlinted())
			_, err := r.Up(t.Context())
			require.NoError(t, err)
			if !p.empty {
				run(t, db, rows...)
			}
			generate(t, dir, to)
			files, err := os.ReadDir(dir)
			require.NoError(t, err)
			set := loaded(t, dir)
			state, err := set.State()
			require.NoError(t, err)
			ops, err := migrate.Diff(state, to, always)
			require.NoError(t, err)
			require.Empty(t, ops, "the second time there is nothing to do: %v", files)

			r = newRunner(t, db, set, migrate.Unlinted(), migrate.LoseData())
			up := func() {
				_, err := r.Up(t.Context())
				require.NoError(t, err)
				drift, err := r.Drift(t.Context())
				require.NoError(t, err)
				require.Empty(t, drift)
			}
			up()
			ids := first.IDs()
			_, err = r.Back(t.Context(), ids[len(ids)-1])
			require.NoError(t, err)
			drift, err := r.Drift(t.Context())
			require.NoError(t, err)
			require.Empty(t, drift, "back")
			up()
		})
	}
}
