package pgpool_test

import (
	"context"
	"database/sql"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/pgpool"
)

func TestStaleStatementsRunAgain(t *testing.T) {
	t.Parallel()
	const read = "SELECT * FROM notes WHERE id > $1"
	for mode, cacheDescribe := range map[string]bool{"prepared": false, "described": true} {
		for name, run := range map[string]func(f fixture, ctx context.Context) error{
			"rows": func(f fixture, ctx context.Context) error {
				return f.db.WithContext(ctx).Raw("SELECT * FROM notes WHERE id > ?", 0).Scan(&[]note{}).Error
			},
			"exec": func(f fixture, ctx context.Context) error {
				return f.db.WithContext(ctx).Exec("INSERT INTO notes (text) SELECT coalesce(max(text), '') || ? FROM notes RETURNING *", "x").Error
			},
			"native": func(f fixture, ctx context.Context) error {
				return f.src.Once(ctx, func(ctx context.Context, conn *pgx.Conn) error {
					rows, err := conn.Query(ctx, read, 0)
					if err != nil {
						return err
					}
					rows.Close()
					return rows.Err()
				})
			},
		} {
			t.Run(mode+" "+name, func(t *testing.T) {
				t.Parallel()
				f := setup(t, one, func(cfg *gormango.Config) {
					own := cfg.Pgx
					cfg.Pgx = func(pc *pgxpool.Config) error {
						if cacheDescribe {
							pc.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeCacheDescribe
						}
						return own(pc)
					}
				})
				other, err := pgx.Connect(f.ctx, f.pool.Pgx().Config().ConnString())
				require.NoError(t, err)
				defer other.Close(f.ctx)
				change := func(sql string) {
					t.Helper()
					_, err := other.Exec(f.ctx, sql)
					require.NoError(t, err)
				}
				require.NoError(t, run(f, f.ctx))
				before := f.count(t)
				change("ALTER TABLE notes ADD COLUMN more int")
				require.NoError(t, run(f, f.ctx), "the table changed since the statement was prepared")
				if name == "exec" {
					require.Equal(t, before+1, f.count(t), "it ran once")
				}

				// Inside, the refusal is the caller's: the server has aborted the transaction.
				require.NoError(t, run(f, f.ctx))
				change("ALTER TABLE notes ADD COLUMN yet_more int")
				ctx, tx := f.begin(t)
				err = run(f, ctx)
				var pgErr *pgconn.PgError
				require.ErrorAs(t, err, &pgErr)
				require.Contains(t, []string{"0A000", "08P01"}, pgErr.Code)
				require.NoError(t, tx.Rollback())
				require.NoError(t, run(f, f.ctx))
			})
		}
	}
}

func TestOtherRefusalsRunOnce(t *testing.T) {
	t.Parallel()
	f := setup(t, one)
	for code, routine := range map[string]string{"0A000": "a feature that is not supported", "08P01": "", "42703": ""} {
		runs := 0
		err := f.src.Once(f.ctx, func(ctx context.Context, conn *pgx.Conn) error {
			runs++
			return &pgconn.PgError{Code: code, Routine: routine}
		})
		require.Error(t, err)
		require.Equal(t, 1, runs, code)
	}
	require.ErrorIs(t, f.src.Once(pgpool.WithTx(f.ctx, ended(t, f)), func(context.Context, *pgx.Conn) error { return nil }), sql.ErrTxDone)
}

func ended(t *testing.T, f fixture) *pgpool.Tx {
	_, tx := f.begin(t)
	require.NoError(t, tx.Rollback())
	return tx
}
