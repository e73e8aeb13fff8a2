package migrate_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/migrate"
)

// What Write writes, Load reads.
func TestWrite(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "shop", "migrations")
	first := migrate.Migration{
		ID: "shop/0001_initial", Tx: true,
		Ops:     []migrate.Op{migrate.CreateTable{Table: migrate.Table{Name: "orders", Columns: []migrate.Column{{Name: "id", Type: "bigint", Default: "'<&>'"}}}}},
		Forward: []migrate.Stmt{{SQL: "CREATE TABLE orders (id bigint)"}, {SQL: "CREATE FUNCTION f() RETURNS int AS $$\nBEGIN RETURN 1;\nEND $$ LANGUAGE plpgsql", Allow: map[string]string{"L13": "it is \"new\""}}},
		Back:    []migrate.Stmt{{SQL: "DROP FUNCTION f()"}, {SQL: "DROP TABLE orders"}}, Loses: []string{"orders"},
	}
	second := migrate.Migration{ID: "shop/0002_x", After: []migrate.ID{"shop/0001_initial"}, Replaces: []migrate.ID{"shop/0002_a", "shop/0002_b"}, Irreversible: "gone",
		Forward: []migrate.Stmt{{SQL: "CREATE INDEX CONCURRENTLY i ON orders (id)"}}}
	require.NoError(t, migrate.Write(dir, first, second))
	s, err := migrate.Load(os.DirFS(dir), migrate.App("shop"))
	require.NoError(t, err)
	for _, want := range []migrate.Migration{first, second} {
		got, err := s.Migration(want.ID)
		require.NoError(t, err)
		for i := range want.Forward {
			require.NotZero(t, got.Forward[i].Line)
			got.Forward[i].Line = 0
		}
		for i := range want.Back {
			got.Back[i].Line = 0
		}
		require.Equal(t, want.Forward, got.Forward)
		require.Equal(t, want.Back, got.Back)
		require.Equal(t, want.Ops, got.Ops)
		require.Equal(t, []any{want.ID, want.After, want.Replaces, want.Tx, want.Loses, want.Irreversible}, []any{got.ID, got.After, got.Replaces, got.Tx, got.Loses, got.Irreversible})
	}
	require.ErrorContains(t, migrate.Write(dir, second), "0002_x.sql: the file exists already")
	require.ErrorContains(t, migrate.Write(dir, migrate.Migration{ID: "shop/0003_go", Code: &migrate.GoMigration{}}), "a migration in Go has no SQL file")
	info, err := os.Stat(filepath.Join(dir, "0001_initial.sql"))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o644), info.Mode().Perm())
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 3, "nothing else is left")
}
