package migrate_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/migrate"
)

func TestFake(t *testing.T) {
	t.Parallel()
	db, ctx := setup(t), context.Background()
	s := loadSet(t, shopFiles(), migrate.WithGo(migrate.GoMigration{ID: "shop/0004_go", After: []migrate.ID{"shop/0003_note"}, Up: nothing}))
	r := newRunner(t, db, s)
	_, err := r.Fake(ctx, "0001")
	require.ErrorIs(t, err, migrate.ErrDrift)
	require.NotContains(t, tables(t, db), "orders")
	run(t, db, `CREATE TABLE orders (id bigint PRIMARY KEY, channel varchar(9))`, `CREATE TABLE other (id int)`)
	_, err = r.Fake(ctx, "0001", "0002")
	require.ErrorIs(t, err, migrate.ErrDrift)
	require.ErrorContains(t, err, "channel")
	status, err := r.Status(ctx)
	require.NoError(t, err)
	require.Empty(t, status)
	run(t, db, `ALTER TABLE orders ALTER channel TYPE text`)
	_, err = r.Fake(ctx, "0002")
	require.ErrorContains(t, err, "shop/0001_initial: it comes before and is not applied")
	report, err := r.Fake(ctx, "0001", "0002")
	require.NoError(t, err)
	require.Equal(t, []migrate.ID{"shop/0001_initial", "shop/0002_channel"}, report.Applied)
	require.Equal(t, []string{"shop/0001_initial faked", "shop/0002_channel faked"}, history(t, db))
	report, err = r.Fake(ctx, "0001")
	require.NoError(t, err)
	require.Empty(t, report.Applied)
	_, err = r.Up(ctx, "0003")
	require.NoError(t, err)
	_, err = r.Fake(ctx, "0004")
	require.NoError(t, err)
	require.Equal(t, []string{"faked shop/0001_initial", "faked shop/0002_channel", "applied shop/0003_note", "faked shop/0004_go"}, logged(t, db))
}

func TestRehashOfAnAppliedFile(t *testing.T) {
	t.Parallel()
	db, ctx := setup(t), context.Background()
	_, err := newRunner(t, db, loadSet(t, shopFiles())).Up(ctx, "0002")
	require.NoError(t, err)
	texts := shopFiles()
	texts["0002_channel.sql"] += "-- a comment\n"
	r := newRunner(t, db, loadSet(t, texts))
	_, err = r.Up(ctx)
	require.ErrorIs(t, err, migrate.ErrChecksum)
	require.ErrorContains(t, r.Rehash(ctx, "0002", " "), "the reason is empty")
	require.ErrorContains(t, r.Rehash(ctx, "0003", "why"), "shop/0003_note: it is not applied")
	require.NoError(t, r.Rehash(ctx, "0002", "only a comment"))
	_, err = r.Up(ctx)
	require.NoError(t, err)
	require.Equal(t, []string{"only a comment"}, names(t, db, `SELECT note FROM schema_history_log WHERE event = 'rehashed'`))
}
