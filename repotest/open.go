package repotest

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
)

// Open opens a new database with the empty tables of models, as migrate.Auto
// creates them, on the server of [URL]. It is closed and dropped at the end of
// the test.
//
// The tables are created once, in a template database, which each call copies.
// The template is dropped like the database of a killed test.
func Open(t testing.TB, models ...any) *gorm.DB {
	t.Helper()
	var url string
	if len(models) == 0 {
		url = URL(t)
	} else {
		server := serverURL(t)
		name, err := cloneOf(server, models)
		require.NoError(t, err)
		url = dropAtEnd(t, server, name)
	}
	db, err := gormango.Open(context.Background(), gormango.Config{URL: url, Models: models})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, gormango.Close(db)) })
	return db
}
