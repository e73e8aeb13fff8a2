package repotest

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// leftoverAge is how old a database must be to count as left behind.
const leftoverAge = time.Hour

// sweep drops the databases that killed tests left on a server which is not
// devpg's: made here, older than leftoverAge, nobody connected. What fails is
// left to the next run.
func sweep(server string) {
	_ = onServer(server, func(ctx context.Context, conn *pgx.Conn) error {
		rows, err := conn.Query(ctx, `SELECT datname FROM pg_catalog.pg_database d WHERE starts_with(datname, $1)
			AND pg_has_role(datdba, 'USAGE') AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity a WHERE a.datid = d.oid)`, databasePrefix)
		if err != nil {
			return err
		}
		names, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return err
		}
		for _, name := range names {
			if made, ours := madeAt(name); ours && time.Since(made) > leftoverAge {
				// Without FORCE: it fails if somebody has just connected.
				_, _ = conn.Exec(ctx, "DROP DATABASE IF EXISTS "+pgx.Identifier{name}.Sanitize())
			}
		}
		return nil
	})
}
