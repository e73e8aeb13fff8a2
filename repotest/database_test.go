package repotest

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

func TestURL(t *testing.T) {
	t.Parallel()
	connect := func(t *testing.T, url string) *pgx.Conn {
		conn, err := pgx.Connect(t.Context(), url)
		require.NoError(t, err)
		t.Cleanup(func() { conn.Close(context.Background()) })
		return conn
	}

	t.Run("databases are empty and separate", func(t *testing.T) {
		t.Parallel()
		one, two := connect(t, URL(t)), connect(t, URL(t))
		_, err := one.Exec(t.Context(), "CREATE TABLE book (id int)")
		require.NoError(t, err)
		var tables int
		require.NoError(t, two.QueryRow(t.Context(), "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace").Scan(&tables))
		require.Zero(t, tables)
	})

	t.Run("the database is dropped, connections or not", func(t *testing.T) {
		t.Parallel()
		var name string
		t.Run("inner", func(t *testing.T) {
			conn, err := pgx.Connect(t.Context(), URL(t)) // left open
			require.NoError(t, err)
			name = conn.Config().Database
		})
		require.Contains(t, name, databasePrefix)
		var exists bool
		require.NoError(t, connect(t, URL(t)).QueryRow(t.Context(), "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name).Scan(&exists))
		require.False(t, exists)
	})

	t.Run("many at once", func(t *testing.T) {
		t.Parallel()
		for range 8 {
			t.Run("one", func(t *testing.T) {
				t.Parallel()
				require.NoError(t, connect(t, URL(t)).Ping(t.Context()))
			})
		}
	})
}

func TestWithDatabase(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ in, want string }{
		"url":              {"postgres://u:p%40ss@h:5433/old?sslmode=disable", "postgres://u:p%40ss@h:5433/new?sslmode=disable"},
		"no database":      {"postgresql://u@h", "postgresql://u@h/new"},
		"database in args": {"postgres:///?host=%2Frun&dbname=old", "postgres:///new?host=%2Frun"},
		"keywords":         {"host=h dbname=old user=u", "host=h dbname=old user=u dbname=new"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := withDatabase(c.in, "new")
			require.NoError(t, err)
			require.Equal(t, c.want, got)
			config, err := pgx.ParseConfig(got)
			require.NoError(t, err)
			require.Equal(t, "new", config.Database)
		})
	}
	_, err := withDatabase("postgres://u:s%zz@h/x", "new")
	require.ErrorContains(t, err, "cannot be parsed")
	require.NotContains(t, err.Error(), "zz")
}

func BenchmarkURL(b *testing.B) {
	s, err := server()
	require.NoError(b, err)
	for b.Loop() {
		b.StopTimer()
		name := databasePrefix + "bench"
		_ = onServer(s.URL(), func(ctx context.Context, conn *pgx.Conn) error {
			_, err := conn.Exec(ctx, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
			return err
		})
		b.StartTimer()
		require.NoError(b, createDatabase(s.URL(), name, "template0"))
	}
	_ = onServer(s.URL(), func(ctx context.Context, conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, "DROP DATABASE IF EXISTS "+databasePrefix+"bench WITH (FORCE)")
		return err
	})
}
