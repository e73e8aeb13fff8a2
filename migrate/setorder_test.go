package migrate_test

import (
	"context"
	"fmt"
	"maps"
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

func TestTwoSquashesOfOne(t *testing.T) {
	t.Parallel()
	_, all := squashed(false)
	all["0009_other.sql"] = strings.ReplaceAll(all["0007_squashed.sql"], "0007_squashed", "0009_other")
	_, err := migrate.Load(migrationFiles(t, all), migrate.App("shop"))
	require.ErrorContains(t, err, "shop/0007_squashed, shop/0009_other: both replace shop/0001_t")
}
