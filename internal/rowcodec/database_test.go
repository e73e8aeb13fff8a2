package rowcodec_test

import (
	"context"
	"reflect"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
	"gorm.io/gorm/schema"

	"github.com/gormango/gormango/internal/rowcodec"
	"github.com/gormango/gormango/repotest"
)

// databaseURL returns the address of a new, empty database.
func databaseURL(t testing.TB) string {
	t.Helper()
	return repotest.URL(t)
}

func connect(t testing.TB, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), url)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, conn.Close(context.Background())) })
	return conn
}

// open opens plain GORM, the reference of all comparisons.
func open(t testing.TB, url string) *gorm.DB {
	t.Helper()
	db, err := gorm.Open(postgres.Open(url), &gorm.Config{Logger: logger.Discard})
	require.NoError(t, err)
	t.Cleanup(func() {
		sqlDB, err := db.DB()
		require.NoError(t, err)
		require.NoError(t, sqlDB.Close())
	})
	return db
}

func query(t testing.TB, conn *pgx.Conn, sql string, args ...any) pgx.Rows {
	t.Helper()
	rows, err := conn.Query(context.Background(), sql, args...)
	require.NoError(t, err)
	return rows
}

func exec(t testing.TB, conn *pgx.Conn, sql string, args ...any) {
	t.Helper()
	_, err := conn.Exec(context.Background(), sql, args...)
	require.NoError(t, err)
}

var schemas sync.Map

func parse(t testing.TB, model any) *schema.Schema {
	t.Helper()
	s, err := schema.Parse(model, &schemas, schema.NamingStrategy{})
	require.NoError(t, err)
	return s
}

// fields returns fields of the model by column name, all of them without names.
func fields(t testing.TB, model any, columns ...string) []*schema.Field {
	t.Helper()
	s := parse(t, model)
	if len(columns) == 0 {
		columns = s.DBNames
	}
	out := make([]*schema.Field, len(columns))
	for i, c := range columns {
		out[i] = s.LookUpField(c)
		require.NotNil(t, out[i], "column %q", c)
	}
	return out
}

// shapeOf returns the shape of a query of one model's columns.
func shapeOf[T any](t testing.TB, columns ...string) *rowcodec.Shape {
	t.Helper()
	return &rowcodec.Shape{Objects: []rowcodec.Object{{
		Type: reflect.TypeFor[T](), Fields: fields(t, new(T), columns...), Parent: -1,
	}}}
}

// scanOne reads the first row into a new struct.
func scanOne[T any](ctx context.Context, rows pgx.Rows, shape *rowcodec.Shape) (*T, error) {
	dst := new(T)
	if err := rowcodec.ScanInto(ctx, rows, shape, dst); err != nil {
		return nil, err
	}
	return dst, nil
}
