package gormango_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/bouncer"
	"github.com/gormango/gormango/repotest"
)

func TestDedicated(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("Europe/Prague")
	require.NoError(t, err)
	ctx, db := open(t, gormango.Config{
		Pool: gormango.Pool{Max: 1}, TimeZone: zone, ApplicationName: "library", StatementTimeout: time.Minute, Lazy: true,
	})
	before := gormango.Stats(db)
	require.NoError(t, gormango.Dedicated(ctx, db, func(conn *pgx.Conn) error {
		require.Equal(t, before.Acquired, gormango.Stats(db).Acquired, "no part of the pool")
		_, err := conn.Exec(ctx, "LISTEN news")
		require.NoError(t, err)
		require.NoError(t, db.Exec("NOTIFY news, 'hello'").Error, "the pool of one is free")
		got, err := conn.WaitForNotification(ctx)
		require.NoError(t, err)
		require.Equal(t, "hello", got.Payload)
		var name, timeout string
		var now time.Time
		require.NoError(t, conn.QueryRow(ctx, "SELECT current_setting('application_name'), current_setting('statement_timeout'), now()").Scan(&name, &timeout, &now))
		require.Equal(t, []string{"library", "1min", "Europe/Prague"}, []string{name, timeout, now.Location().String()})
		return nil
	}))
	err = gormango.Dedicated(ctx, db, func(conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, "SELECT nonsense")
		return err
	})
	var syntax *gormango.SyntaxError
	require.ErrorAs(t, err, &syntax)

	foreign, err := gorm.Open(postgres.Open(repotest.URL(t)))
	require.NoError(t, err)
	require.ErrorIs(t, gormango.Dedicated(ctx, foreign, func(*pgx.Conn) error { return nil }), gormango.ErrNotOpened)
	require.NoError(t, gormango.Close(foreign))
}

func TestDedicatedBehindAPooler(t *testing.T) {
	t.Parallel()
	pooled, direct := bouncer.Start(t)
	nothing := func(*pgx.Conn) error { return nil }
	for _, cfg := range []gormango.Config{
		{URL: pooled},
		{URL: pooled, Lazy: true},
		{URL: pooled, DirectURL: pooled},
		{URL: direct, Pooler: gormango.Transaction},
	} {
		ctx, db := open(t, cfg)
		require.ErrorIs(t, gormango.Dedicated(ctx, db, nothing), gormango.ErrPooled)
	}
	ctx, db := open(t, gormango.Config{URL: pooled, DirectURL: direct, StatementTimeout: time.Minute, ApplicationName: "library"})
	require.NoError(t, gormango.Dedicated(ctx, db, func(conn *pgx.Conn) error {
		var locked bool
		require.NoError(t, conn.QueryRow(ctx, "SELECT pg_try_advisory_lock(7)").Scan(&locked))
		require.True(t, locked)
		var name, timeout string
		require.NoError(t, conn.QueryRow(ctx, "SELECT current_setting('application_name'), current_setting('statement_timeout')").Scan(&name, &timeout))
		require.Equal(t, []string{"library", "1min"}, []string{name, timeout})
		return nil
	}))
	_, err := gormango.Open(context.Background(), gormango.Config{URL: direct, DirectURL: "postgres://ann:s3cret@host:x/db"})
	require.ErrorContains(t, err, "gormango: Config.DirectURL")
	require.NotContains(t, err.Error(), "s3cret")
}
