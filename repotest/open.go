package repotest

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/migrate"
)

// Open opens a new, empty database of its own with the tables of models, made
// by migrate.Auto, on the server that devpg finds or starts. It is closed and dropped at the end of the test.
func Open(t testing.TB, models ...any) *gorm.DB {
	t.Helper()
	db, err := gormango.Open(context.Background(), gormango.Config{URL: URL(t), Models: models})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, gormango.Close(db)) })
	if len(models) > 0 {
		_, err = migrate.Auto(context.Background(), db)
		require.NoError(t, err)
	}
	return db
}
