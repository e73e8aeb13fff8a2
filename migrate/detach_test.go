package migrate_test

import (
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango"
)

// A partition that a crash left half detached is detached by the next run.
func TestDetachIsFinished(t *testing.T) {
	t.Parallel()
	db, ctx := setup(t), t.Context()
	s := loadSet(t, map[string]string{
		"0001_p.sql":      fileText("-- +gormango id shop/0001_p", `CREATE TABLE p (id int) PARTITION BY RANGE (id); CREATE TABLE "P1" PARTITION OF p FOR VALUES FROM (0) TO (10);`, ""),
		"0002_detach.sql": "-- +gormango id shop/0002_detach after shop/0001_p\n-- +goose NO TRANSACTION\n-- +goose Up\nALTER TABLE p DETACH PARTITION \"P1\" CONCURRENTLY;\n",
	})
	r := newRunner(t, db, s)
	for _, state := range []string{"nothing", "half", "all"} {
		empty(t, db)
		_, err := r.Up(ctx, "0001")
		require.NoError(t, err)
		switch state {
		case "half":
			reader := db.Begin()
			require.NoError(t, reader.Exec("SELECT * FROM p").Error)
			require.Error(t, gormango.Dedicated(ctx, db, func(conn *pgx.Conn) error {
				_, err := conn.Exec(ctx, "SET statement_timeout = '200ms'")
				require.NoError(t, err)
				_, err = conn.Exec(ctx, `ALTER TABLE p DETACH PARTITION "P1" CONCURRENTLY`)
				return err
			}))
			require.NoError(t, reader.Rollback().Error)
			require.Equal(t, []string{"true"}, names(t, db, `SELECT inhdetachpending::text FROM pg_inherits WHERE inhparent = 'p'::regclass`))
		case "all":
			run(t, db, `ALTER TABLE p DETACH PARTITION "P1"`)
		}
		if state != "nothing" {
			run(t, db, `INSERT INTO schema_history (id, state, by, tool) VALUES ('shop/0002_detach', 'running', 'x', 'y')`)
		}
		_, err = r.Up(ctx)
		require.NoError(t, err, state)
		require.Empty(t, names(t, db, `SELECT 'x' FROM pg_inherits`), state)
		require.Len(t, history(t, db), 2)
	}
}
