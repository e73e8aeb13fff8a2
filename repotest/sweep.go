package repotest

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// leftoverAge is the age from which a database counts as left behind.
const leftoverAge = time.Hour

// sweep drops databases left by killed tests on a server that is not devpg's:
// those of this package that are older than leftoverAge and unused. A failure
// is left to the next run.
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
				// Without FORCE the statement fails if a client has just connected.
				_, _ = conn.Exec(ctx, "DROP DATABASE IF EXISTS "+pgx.Identifier{name}.Sanitize())
			}
		}
		return nil
	})
}
