package gormango_test

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/repotest"
)

func TestFromEnv(t *testing.T) {
	server, err := pgxpool.ParseConfig(repotest.URL(t))
	require.NoError(t, err)
	url := server.ConnString()
	for _, name := range []string{"DATABASE_URL", "PGHOST", "PGSERVICE", "PGDATABASE", "PGTZ"} {
		t.Setenv(name, "")
	}
	_, err = gormango.FromEnv()
	require.EqualError(t, err, "gormango: the environment names no database (set DATABASE_URL, or PGHOST, PGDATABASE and PGUSER as for psql)")

	t.Setenv("DATABASE_URL", url)
	cfg, err := gormango.FromEnv()
	require.NoError(t, err)
	require.Equal(t, gormango.Config{URL: url}, cfg)

	t.Setenv("DATABASE_URL", "")
	c := server.ConnConfig
	t.Setenv("PGHOST", c.Host)
	t.Setenv("PGPORT", strconv.Itoa(int(c.Port)))
	t.Setenv("PGUSER", c.User)
	t.Setenv("PGPASSWORD", c.Password)
	t.Setenv("PGDATABASE", c.Database)
	t.Setenv("PGAPPNAME", "from env")
	cfg, err = gormango.FromEnv()
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	db, err := gormango.Open(ctx, cfg)
	require.NoError(t, err)
	require.Equal(t, c.Database, show(t, db, "SELECT current_database()"))
	require.Equal(t, "from env", show(t, db, "SHOW application_name"))
	require.NoError(t, gormango.Close(db))
}
