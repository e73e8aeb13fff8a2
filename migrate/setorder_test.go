package migrate_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/migrate"
)

// squashed returns a chain of six files, of which 0007 replaces the first four
// and, where nested, 0008 the result and the fifth.
func squashed(nested bool) (chain, all map[string]string) {
	chain = map[string]string{"0001_t.sql": tableFile("shop/0001_t", "", "t")}
	last := "shop/0001_t"
	for i := 2; i <= 6; i++ {
		name := fmt.Sprintf("000%d_c%d", i, i)
		chain[name+".sql"] = columnFile("shop/"+name, last, "t", fmt.Sprintf("c%d", i))
		last = "shop/" + name
	}
	all = maps.Clone(chain)
	squash := func(id, replaces string, columns ...string) string {
		head := "-- +gormango id " + id + "\n-- +gormango replaces " + replaces + "\n" + `-- +gormango op {"create_table":{"table":{"name":"t","columns":[{"name":"id","type":"bigint","not_null":true}`
		sql := "CREATE TABLE t (id bigint PRIMARY KEY"
		for _, c := range columns {
			head += fmt.Sprintf(`,{"name":%q,"type":"text"}`, c)
			sql += ", " + c + " text"
		}
		return fileText(head+`],"key":["id"]}}}`, sql+");", "DROP TABLE t;")
	}
	all["0007_squashed.sql"] = squash("shop/0007_squashed", "shop/0001_t, shop/0002_c2, shop/0003_c3, shop/0004_c4", "c2", "c3", "c4")
	if nested {
		all["0008_again.sql"] = squash("shop/0008_again", "shop/0007_squashed, shop/0005_c5", "c2", "c3", "c4", "c5")
	}
	return chain, all
}

// Databases at every point of the chain go forward after a squash, with the old
// files beside the new one and, where they have applied all or nothing of it,
// without.
func TestDatabasesBeforeASquash(t *testing.T) {
	t.Parallel()
	db, ctx := setup(t), context.Background()
	for _, nested := range []bool{false, true} {
		chain, all := squashed(nested)
		old, s := loadSet(t, chain), loadSet(t, all)
		last := 4
		if nested {
			last = 5
		}
		without := maps.Clone(all)
		for name := range chain {
			if name <= fmt.Sprintf("000%d", last+1) {
				delete(without, name)
			}
		}
		later := loadSet(t, without)
		for point := range 7 {
			for name, set := range map[string]*migrate.Set{"with": s, "without": later} {
				empty(t, db)
				if point > 0 {
					_, err := newRunner(t, db, old).Up(ctx, old.IDs()[point-1])
					require.NoError(t, err)
				}
				report, err := migrate.Up(ctx, db, set)
				if name == "without" && point > 0 && point < last {
					require.ErrorContains(t, err, "the database has applied a part of what it replaces", "point %d", point)
					continue
				}
				require.NoError(t, err, "%s %d", name, point)
				require.Equal(t, []string{"c2", "c3", "c4", "c5", "c6", "id"}, names(t, db, `SELECT attname FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum > 0 ORDER BY 1`))
				if point == 0 {
					require.Len(t, report.Applied, 7-last, "the squashed one and those after it")
				}
				report, err = migrate.Up(ctx, db, set)
				require.NoError(t, err)
				require.Empty(t, report.Applied, "%s %d", name, point)
				require.NoError(t, newRunner(t, db, set).Wait(ctx))
				_, err = newRunner(t, db, set).Back(ctx, "zero")
				require.NoError(t, err)
				require.Empty(t, history(t, db), "%s %d", name, point)
			}
		}
	}
}

// A squash of a squash needs the file of the first one no more than those of
// the migrations that it replaces.
func TestSquashOfASquash(t *testing.T) {
	t.Parallel()
	db, ctx, dir := setup(t), t.Context(), t.TempDir()
	chain, _ := squashed(false)
	for name, text := range chain {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	require.NoError(t, migrate.Rehash(dir))
	old := loaded(t, dir)
	first, err := migrate.Squash(old, "0001", "0004")
	require.NoError(t, err)
	require.NoError(t, migrate.Write(dir, first...))
	middle := loaded(t, dir)
	second, err := migrate.Squash(middle, first[0].ID, "0005")
	require.NoError(t, err)
	require.Equal(t, migrate.ID("shop/0001_t_squashed_0005_c5"), second[0].ID)
	require.Equal(t, []migrate.ID{"shop/0001_t_squashed_0004_c4", "shop/0005_c5"}, second[0].Replaces)
	require.NoError(t, migrate.Write(dir, second...))
	both := loaded(t, dir)
	without := func(names ...string) *migrate.Set {
		for _, name := range names {
			require.NoError(t, os.Remove(filepath.Join(dir, name)))
		}
		require.NoError(t, migrate.Rehash(dir))
		return loaded(t, dir)
	}
	parts := without("0001_t_squashed_0004_c4.sql")
	bare := without("0001_t.sql", "0002_c2.sql", "0003_c3.sql", "0004_c4.sql", "0005_c5.sql")
	for _, before := range []*migrate.Set{old, middle} { // a new database takes the first squash of the second set
		for point := range before.IDs() {
			for _, set := range []*migrate.Set{both, parts, bare} {
				empty(t, db)
				at := before.IDs()[point]
				_, err := newRunner(t, db, before).Up(ctx, at)
				require.NoError(t, err)
				_, err = migrate.Up(ctx, db, set)
				if set == bare && at < "shop/0005_c5" { // neither all nor nothing of it
					require.ErrorContains(t, err, "the database has applied a part of what it replaces", at)
					continue
				}
				require.NoError(t, err, at)
				require.Equal(t, []string{"c2", "c3", "c4", "c5", "c6", "id"}, names(t, db, `SELECT attname FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum > 0 ORDER BY 1`))
				report, err := migrate.Up(ctx, db, set)
				require.NoError(t, err)
				require.Empty(t, report.Applied, at)
				_, err = newRunner(t, db, set).Back(ctx, "zero")
				require.NoError(t, err)
				require.Empty(t, history(t, db), at)
			}
		}
	}
}

func TestTwoSquashesOfOne(t *testing.T) {
	t.Parallel()
	_, all := squashed(false)
	all["0009_other.sql"] = strings.ReplaceAll(all["0007_squashed.sql"], "0007_squashed", "0009_other")
	_, err := migrate.Load(migrationFiles(t, all), migrate.App("shop"))
	require.ErrorContains(t, err, "shop/0007_squashed, shop/0009_other: both replace shop/0001_t")
}
