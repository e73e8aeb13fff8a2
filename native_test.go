package gormango_test

import (
	"context"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
)

func TestNative(t *testing.T) {
	t.Parallel()
	ctx, db := open(t, gormango.Config{Pool: gormango.Pool{Max: 1}})
	require.NoError(t, db.AutoMigrate(&genre{}))
	boom := errors.New("boom")
	require.ErrorIs(t, db.Transaction(func(tx *gorm.DB) error {
		require.NoError(t, tx.Create(&genre{Name: "a"}).Error)
		require.NoError(t, gormango.Native(ctx, tx, func(conn *pgx.Conn) error {
			var n int
			require.NoError(t, conn.QueryRow(ctx, "SELECT count(*) FROM genres").Scan(&n))
			require.Equal(t, 1, n, "sees the row that GORM has not committed")
			err := gormango.Native(ctx, tx, func(*pgx.Conn) error { return nil })
			require.ErrorIs(t, err, gormango.ErrConnBusy)
			require.Contains(t, err.Error(), "native_test.go:", "the line that holds the connection")
			return nil
		}))
		return boom
	}), boom)
	err := gormango.Native(ctx, db, func(conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, "INSERT INTO genres (id) VALUES (1), (1)")
		return err
	})
	require.ErrorIs(t, err, gorm.ErrDuplicatedKey)
}

func TestNativeOfADatabaseOpenedElsewhere(t *testing.T) {
	t.Parallel()
	ctx, db := open(t, gormango.Config{})
	sqlDB, err := db.DB()
	require.NoError(t, err)
	foreign, err := gorm.Open(postgres.New(postgres.Config{Conn: sqlDB}))
	require.NoError(t, err)
	err = gormango.Native(ctx, foreign, func(*pgx.Conn) error { return nil })
	require.ErrorIs(t, err, gormango.ErrNotOpened)
	require.NoError(t, gormango.Close(foreign), "closes the sql.DB, and by it the pool")
	require.ErrorIs(t, gormango.Native(context.Background(), db, func(*pgx.Conn) error { return nil }), gormango.ErrClosed)
}
