package migrate_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/migrate"
)

func TestCheckOfModels(t *testing.T) {
	t.Parallel()
	type order struct {
		ID      int64
		Channel string `gorm:"type:text"`
	}
	s, err := migrate.Load(migrationFiles(t, nil), migrate.App("shop", &order{}))
	require.NoError(t, err)
	ops, err := s.Changes(nil, nil)
	require.NoError(t, err)
	err = s.Check()
	var e *migrate.ChangesError
	require.ErrorAs(t, err, &e)
	require.Equal(t, migrate.ChangesError{App: "shop", Ops: ops}, *e)
	require.ErrorIs(t, err, migrate.ErrPending)
	require.ErrorContains(t, err, `the models of app "shop" have changes that no migration makes (write them by makemigrations): create table orders`)
	list, err := migrate.Generate(s, ops, "")
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, migrate.Write(dir, list...))
	fsys := os.DirFS(dir)
	s, err = migrate.Load(fsys, migrate.App("shop", &order{}))
	require.NoError(t, err)
	require.NoError(t, s.Check())
	s, err = migrate.Load(fsys, migrate.App("shop"))
	require.NoError(t, err)
	require.ErrorContains(t, s.Check(), `App names no models of app "shop"`)
}
