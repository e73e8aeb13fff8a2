package migrate_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/migrate"
)

func TestPlan(t *testing.T) {
	t.Parallel()
	db, ctx := setup(t), context.Background()
	r := newRunner(t, db, indexSet(t))
	steps, err := r.Plan(ctx)
	require.NoError(t, err)
	require.Len(t, steps, 4)
	require.Equal(t, "CREATE TABLE orders (id bigint PRIMARY KEY)", steps[0].Statements()[0].SQL)
	require.Empty(t, tables(t, db), "a plan changes nothing")
	_, err = r.Up(ctx, "0002")
	require.NoError(t, err)
	steps, err = r.Plan(ctx, "0003")
	require.NoError(t, err)
	require.Len(t, steps, 1)
	require.Equal(t, migrate.ID("shop/0003_note"), steps[0].Migration.ID)

	texts := shopFiles()
	texts["0003_note.sql"] = fileText("-- +gormango id shop/0003_note after shop/0002_channel\n"+`-- +gormango op {"drop_column":{"table":"orders","column":"channel"}}`,
		"ALTER TABLE orders DROP COLUMN channel;", "ALTER TABLE orders ADD COLUMN channel text;")
	steps, err = newRunner(t, db, loadSet(t, texts)).Plan(ctx)
	require.NoError(t, err)
	require.Len(t, steps, 1)
	var rules []string
	for _, f := range steps[0].Findings {
		rules = append(rules, f.Rule)
	}
	require.Contains(t, rules, "L17")
}

func TestWait(t *testing.T) {
	t.Parallel()
	db, ctx := setup(t), context.Background()
	s := loadSet(t, shopFiles())
	err := newRunner(t, db, s, migrate.MaxWait(100*time.Millisecond)).Wait(ctx)
	require.ErrorIs(t, err, migrate.ErrBusy)
	require.ErrorContains(t, err, "shop/0001_initial, shop/0002_channel, shop/0003_note: not applied yet")
	require.Empty(t, tables(t, db), "Wait changes nothing")
	waited := make(chan struct{}, 1000)
	done := make(chan error, 1)
	go func() {
		done <- newRunner(t, db, s, migrate.OnEvent(func(migrate.Event) { waited <- struct{}{} })).Wait(ctx)
	}()
	<-waited
	_, err = migrate.Up(ctx, db, s)
	require.NoError(t, err)
	require.NoError(t, <-done)
}

// A dry run finds what the rows refuse, and leaves nothing.
func TestDryRun(t *testing.T) {
	t.Parallel()
	db, ctx := setup(t), context.Background()
	texts := shopFiles()
	texts["0004_index.sql"] = indexFile
	texts["0005_vacuum.sql"] = "-- +gormango id shop/0005_vacuum after shop/0004_index\n-- +goose NO TRANSACTION\n-- +goose Up\nVACUUM orders;\n"
	var filled int64
	s := loadSet(t, texts, migrate.WithGo(migrate.GoMigration{ID: "shop/0006_go", After: []migrate.ID{"shop/0005_vacuum"}, Up: func(ctx context.Context, b *migrate.Batch) error {
		return b.Tx(ctx, func(tx *gorm.DB) error {
			res := tx.Exec("UPDATE orders SET note = 'x'")
			filled = res.RowsAffected
			return res.Error
		})
	}}))
	var skipped []string
	r := newRunner(t, db, s, migrate.OnEvent(func(e migrate.Event) {
		if e.Kind == "skip" {
			skipped = append(skipped, e.Stmt)
		}
	}))
	report, err := r.DryRun(ctx)
	require.NoError(t, err)
	require.Len(t, report.Applied, 6)
	require.Equal(t, []string{"VACUUM orders"}, skipped)
	require.Empty(t, tables(t, db))

	_, err = r.Up(ctx, "0001")
	require.NoError(t, err)
	run(t, db, `INSERT INTO orders VALUES (1), (2)`)
	report, err = r.DryRun(ctx)
	require.NoError(t, err)
	require.Len(t, report.Applied, 5)
	require.Equal(t, int64(2), filled)
	require.Equal(t, []string{"shop/0001_initial done"}, history(t, db))
	require.Equal(t, []string{"orders_pkey"}, names(t, db, `SELECT indexname FROM pg_indexes WHERE tablename = 'orders'`))

	texts["0004_index.sql"] = fileText("-- +gormango id shop/0004_index after shop/0003_note", "ALTER TABLE orders ADD CHECK (id > 1);", "")
	_, err = newRunner(t, db, loadSet(t, texts)).DryRun(ctx)
	require.ErrorContains(t, err, "migrate: shop/0004_index, line 3: ")
	require.Len(t, history(t, db), 1)
}

func TestStatusBeforeTheFirstRun(t *testing.T) {
	t.Parallel()
	status, err := newRunner(t, setup(t), loadSet(t, shopFiles())).Status(context.Background())
	require.NoError(t, err)
	require.Empty(t, status)
}
