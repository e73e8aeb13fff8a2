package migrate_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/migrate"
)

// A way back that deletes data names it with the number of rows, and does not
// run unless that is allowed.
func TestBackLosesData(t *testing.T) {
	t.Parallel()
	db, ctx := setup(t), context.Background()
	texts := shopFiles()
	texts["0004_sql.sql"] = fileText("-- +gormango id shop/0004_sql after shop/0003_note", `CREATE SCHEMA s; CREATE TABLE s."T" (x int); INSERT INTO s."T" VALUES (1); ALTER TABLE orders ADD COLUMN extra int;`,
		"-- +gormango loses s.T\n-- +gormango loses orders.extra\n-- +gormango loses orders.gone\n"+`DROP SCHEMA s CASCADE; ALTER TABLE orders DROP COLUMN extra;`)
	s := loadSet(t, texts)
	r := newRunner(t, db, s)
	_, err := r.Up(ctx)
	require.NoError(t, err)
	run(t, db, `INSERT INTO orders VALUES (1, 'web', NULL), (2, NULL, NULL), (3, 'shop', NULL)`)
	want := []migrate.Loss{
		{ID: "shop/0004_sql", Table: "s.T", Rows: 1},
		{ID: "shop/0002_channel", Table: "orders", Column: "channel", Rows: 2},
	}
	_, err = r.Back(ctx, "0001")
	require.ErrorIs(t, err, migrate.ErrLosesData)
	var lost *migrate.DataLossError
	require.ErrorAs(t, err, &lost)
	require.Equal(t, want, lost.Losses)
	require.EqualError(t, err, `migrate: the way back deletes data (nothing was run; LoseData allows it): shop/0004_sql: table "s.T" with 1 rows; shop/0002_channel: column "channel" of table "orders", not NULL in 2 rows`)
	require.Len(t, history(t, db), 4)
	steps, err := r.PlanBack(ctx, "0001")
	require.NoError(t, err)
	require.Len(t, steps, 3)
	require.True(t, steps[0].Back)
	require.Equal(t, []migrate.Loss{{ID: "shop/0004_sql", Table: "s.T", Rows: 1}, {ID: "shop/0004_sql", Table: "orders", Column: "extra"}}, steps[0].Losses)
	require.Equal(t, "DROP SCHEMA s CASCADE", steps[0].Statements()[0].SQL)
	require.Len(t, history(t, db), 4)
	_, err = newRunner(t, db, s, migrate.LoseData()).Back(ctx, "0001")
	require.NoError(t, err)
	require.Len(t, history(t, db), 1)
	_, err = r.Back(ctx, "zero")
	require.ErrorContains(t, err, `table "orders" with 3 rows`)
}

// Nothing is undone if one of the migrations has no way back.
func TestBackIsIrreversible(t *testing.T) {
	t.Parallel()
	db, ctx := setup(t), context.Background()
	for want, file := range map[string]string{
		"the rows are merged":                   "-- +gormango id shop/0002_channel after shop/0001_initial\n-- +gormango irreversible \"the rows are merged\"\n-- +goose Up\nSELECT 1;\n",
		`the file has no part "-- +goose Down"`: "-- +gormango id shop/0002_channel after shop/0001_initial\n-- +goose Up\nSELECT 1;\n",
	} {
		empty(t, db)
		texts := shopFiles()
		texts["0002_channel.sql"] = file
		r := newRunner(t, db, loadSet(t, texts))
		_, err := r.Up(ctx)
		require.NoError(t, err)
		_, err = r.Back(ctx, "zero")
		require.ErrorIs(t, err, migrate.ErrIrreversible)
		require.EqualError(t, err, "migrate: no way back: shop/0002_channel: "+want)
		require.Len(t, history(t, db), 3)
		_, err = r.Back(ctx, "0002")
		require.NoError(t, err)
		require.Len(t, history(t, db), 2)
	}
}

// The way back of an app takes with it what is after it in other apps, and
// nothing else.
func TestBackOfSeveralApps(t *testing.T) {
	t.Parallel()
	db, ctx := setup(t), context.Background()
	blog, err := migrate.Load(migrationFiles(t, map[string]string{
		"0001_initial.sql": tableFile("blog/0001_initial", "", "posts"),
		"0002_orders.sql":  columnFile("blog/0002_orders", "blog/0001_initial, shop/0002_channel", "posts", "orders"),
	}), migrate.App("blog"))
	require.NoError(t, err)
	both, err := migrate.Join(blog, loadSet(t, shopFiles()))
	require.NoError(t, err)
	r := newRunner(t, db, both)
	_, err = r.Up(ctx)
	require.NoError(t, err)
	report, err := r.Back(ctx, "shop/0001_initial")
	require.NoError(t, err)
	require.ElementsMatch(t, []migrate.ID{"shop/0003_note", "blog/0002_orders", "shop/0002_channel"}, report.Applied)
	_, err = r.Up(ctx)
	require.NoError(t, err)
	_, err = r.Back(ctx, "shop/zero")
	require.NoError(t, err)
	require.Equal(t, []string{"blog/0001_initial done"}, history(t, db))
	_, err = r.Back(ctx, "shoe/zero")
	require.ErrorContains(t, err, "shoe/zero: the set has no such app")
}
