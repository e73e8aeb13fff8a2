package pgpool_test

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/pgpool"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/txutil"
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
			"prepared by itself": func(f fixture, ctx context.Context) error {
				return f.src.Once(ctx, pgpool.Func(func(ctx context.Context, conn *pgx.Conn) error {
					rows, err := new(pgpool.Result).Query(ctx, conn, read, []any{0})
					if err != nil {
						return err
					}
					rows.Close()
					return rows.Err()
				}))
			},
			"native": func(f fixture, ctx context.Context) error {
				return f.src.Once(ctx, pgpool.Func(func(ctx context.Context, conn *pgx.Conn) error {
					rows, err := conn.Query(ctx, read, 0)
					if err != nil {
						return err
					}
					rows.Close()
					return rows.Err()
				}))
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
				_, tx := f.begin(t)
				require.NoError(t, tx.Rollback(), "the connection forgets what it has prepared before")
				require.NoError(t, run(f, f.ctx))
				change("ALTER TABLE notes ADD COLUMN yet_more int")
				ctx, tx := f.begin(t)
				err = run(f, ctx)
				var pgErr *pgconn.PgError
				require.ErrorAs(t, err, &pgErr)
				require.Contains(t, []string{"0A000", "08P01"}, pgErr.Code)
				require.True(t, gormango.IsRetryable(err))
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
		err := f.src.Once(f.ctx, pgpool.Func(func(ctx context.Context, conn *pgx.Conn) error {
			runs++
			return &pgconn.PgError{Code: code, Routine: routine}
		}))
		require.Error(t, err)
		require.Equal(t, 1, runs, code)
	}
	require.ErrorIs(t, f.src.Once(pgpool.WithTx(f.ctx, ended(t, f)), pgpool.Func(func(context.Context, *pgx.Conn) error { return nil })), sql.ErrTxDone)
}

func ended(t *testing.T, f fixture) *pgpool.Tx {
	_, tx := f.begin(t)
	require.NoError(t, tx.Rollback())
	return tx
}

// parcel has columns whose types change.
type parcel struct {
	ID     int64
	Status string `gorm:"type:status"`
	Weight int64
}

const parcels = `CREATE TYPE status AS ENUM ('new', 'sent');
CREATE TABLE parcels (id bigserial PRIMARY KEY, status status NOT NULL, weight integer NOT NULL)`

// migrations change the types of a table in use.
var migrations = map[string]string{
	"an enum is replaced": `ALTER TYPE status RENAME TO old_status; CREATE TYPE status AS ENUM ('new', 'sent', 'lost');
		ALTER TABLE parcels ALTER status TYPE status USING status::text::status; DROP TYPE old_status`,
	"an enum is replaced, the old one stays": `ALTER TYPE status RENAME TO old_status; CREATE TYPE status AS ENUM ('new', 'sent', 'lost');
		ALTER TABLE parcels ALTER status TYPE status USING status::text::status`,
	"an integer becomes bigint":                 `ALTER TABLE parcels ALTER weight TYPE bigint; ALTER TYPE status ADD VALUE 'lost'`,
	"an integer becomes numeric, a column more": `ALTER TABLE parcels ALTER weight TYPE numeric, ADD COLUMN more int; ALTER TYPE status ADD VALUE 'lost'`,
}

func TestPreparedStatementsAfterAMigration(t *testing.T) {
	t.Parallel()
	for mode, exec := range map[string]pgx.QueryExecMode{"prepared": pgx.QueryExecModeCacheStatement, "described": pgx.QueryExecModeCacheDescribe} {
		for name, migration := range migrations {
			for where, attempts := range map[string]int{"outside": 0, "inside": 2} {
				t.Run(mode+" "+name+" "+where, func(t *testing.T) {
					t.Parallel()
					f := setup(t, one, func(cfg *gormango.Config) {
						cfg.Models = []any{&parcel{}}
						own := cfg.Pgx
						cfg.Pgx = func(pc *pgxpool.Config) error {
							pc.ConnConfig.DefaultQueryExecMode = exec
							return own(pc)
						}
					})
					require.NoError(t, f.db.Exec(parcels).Error)
					rows := repo.New[parcel](f.db)
					calls := func(ctx context.Context, status string, weight int64) error {
						own := &parcel{Status: status, Weight: weight}
						for name, call := range []func() error{
							func() error { return rows.Create(ctx, own) },
							func() error { return f.db.WithContext(ctx).Create(&parcel{Status: status, Weight: weight}).Error },
							func() error { _, err := rows.Filter("weight", weight).Filter("status", status).All(ctx); return err },
							func() error {
								return f.db.WithContext(ctx).Where("weight = ? AND status = ?", weight, status).Find(&[]parcel{}).Error
							},
							func() error {
								return f.db.WithContext(ctx).Exec("UPDATE parcels SET weight = ?, status = ? WHERE id = ?", weight, status, own.ID).Error
							},
							func() error { own.Weight++; return rows.Save(ctx, own) },
							func() error {
								return rows.BulkCreate(ctx, []*parcel{{Status: status, Weight: weight}, {Status: status, Weight: weight}})
							},
						} {
							if err := call(); err != nil {
								return fmt.Errorf("call %d: %w", name, err)
							}
						}
						return nil
					}
					run := func(status string, weight int64) error {
						if attempts == 0 {
							return calls(f.ctx, status, weight)
						}
						return txutil.Atomic(f.ctx, f.db, func(ctx context.Context) error { return calls(ctx, status, weight) }, txutil.Retry(attempts))
					}
					require.NoError(t, run("new", 1))
					require.NoError(t, run("sent", 2))
					other, err := pgx.Connect(f.ctx, f.pool.Pgx().Config().ConnString())
					require.NoError(t, err)
					defer other.Close(f.ctx)
					_, err = other.Exec(f.ctx, migration)
					require.NoError(t, err)
					if attempts > 0 { // a value of the new types alone aborts the transaction as a wrong one does
						require.NoError(t, run("new", 3))
					} else {
						weight := int64(1 << 40)
						if strings.Contains(name, "enum") {
							weight = 4
						}
						require.NoError(t, run("lost", weight))
					}
					var n int
					require.NoError(t, f.db.Raw("SELECT count(*) FROM parcels").Scan(&n).Error)
					require.Equal(t, 12, n, "each ran once")
				})
			}
		}
	}
}

// COPY writes values of the types that the columns have, not of those that they
// had.
func TestCopyAfterAMigration(t *testing.T) {
	t.Parallel()
	f := setup(t, one, func(cfg *gormango.Config) { cfg.Models = []any{&moment{}} })
	require.NoError(t, f.db.Exec("CREATE TABLE moments (id bigserial PRIMARY KEY, at timestamptz, n integer)").Error)
	rows := repo.New[moment](f.db)
	at := time.Date(2026, 3, 1, 14, 0, 0, 0, time.FixedZone("", 7200))
	write := func(n int64) {
		t.Helper()
		require.NoError(t, rows.BulkCreate(f.ctx, []*moment{{At: at, N: n}}, repo.UseCopy()))
		require.NoError(t, txutil.Atomic(f.ctx, f.db, func(ctx context.Context) error {
			return rows.BulkCreate(ctx, []*moment{{At: at, N: n}}, repo.UseCopy())
		}))
		var got []int64
		require.NoError(t, f.db.Raw("SELECT n FROM moments ORDER BY id DESC LIMIT 2").Scan(&got).Error)
		require.Equal(t, []int64{n, n}, got)
	}
	write(1)
	for _, change := range []string{"n TYPE bigint", "n TYPE double precision", "n TYPE bigint", "n TYPE numeric", "n TYPE smallint", "n TYPE integer"} {
		require.NoError(t, f.db.Exec("ALTER TABLE moments ALTER "+change).Error)
		write(7)
	}
}

type moment struct {
	ID int64
	At time.Time
	N  int64
}
