package pgpool_test

import (
	"context"
	"database/sql"
	"net/url"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/txutil"
)

func pid(t *testing.T, db *gorm.DB) (pid int) {
	t.Helper()
	require.NoError(t, db.Raw("SELECT pg_backend_pid()").Scan(&pid).Error)
	return pid
}

func requireReadOnly(t *testing.T, err error) {
	t.Helper()
	var pgErr *pgconn.PgError
	require.ErrorAs(t, err, &pgErr)
	require.Equal(t, "25006", pgErr.Code)
}

// The old primary is fenced: it refuses to write and keeps its connections.
func TestWritesFollowThePrimary(t *testing.T) {
	t.Parallel()
	for name, write := range map[string]func(ctx context.Context, db *gorm.DB) error{
		"alone": func(ctx context.Context, db *gorm.DB) error {
			return db.WithContext(ctx).Exec("INSERT INTO rows (n) VALUES (1)").Error
		},
		"rows": func(ctx context.Context, db *gorm.DB) error {
			return db.WithContext(ctx).Raw("INSERT INTO rows (n) VALUES (1) RETURNING n").Scan(new(int)).Error
		},
		"transaction": func(ctx context.Context, db *gorm.DB) error {
			return txutil.Atomic(ctx, db, func(ctx context.Context) error {
				return db.WithContext(ctx).Exec("INSERT INTO rows (n) VALUES (1)").Error
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := context.Background()
			primary := private(t)
			second := standby(t, primary)
			db := openRows(t, both(t, primary, second))
			before := pid(t, db)

			// A transaction that its caller began read only says nothing about the server.
			requireReadOnly(t, txutil.Atomic(ctx, db, func(ctx context.Context) error { return write(ctx, db) }, txutil.ReadOnly()))
			tx := db.Begin(&sql.TxOptions{ReadOnly: true})
			requireReadOnly(t, write(ctx, tx))
			require.NoError(t, tx.Rollback().Error)
			require.Equal(t, before, pid(t, db), "the connection stays")

			require.NoError(t, ask(primary, "ALTER SYSTEM SET default_transaction_read_only = on"))
			require.NoError(t, ask(primary, "SELECT pg_reload_conf()"))
			require.Eventually(t, func() bool { // replication is asynchronous
				var there bool
				return ask(second, "SELECT to_regclass('rows') IS NOT NULL", &there) == nil && there
			}, 20*time.Second, time.Millisecond, "the standby has the table")
			require.NoError(t, second.Promote(ctx))
			require.Eventually(t, func() bool {
				var on string
				require.NoError(t, db.Raw("SHOW transaction_read_only").Scan(&on).Error)
				return on == "on"
			}, 20*time.Second, time.Millisecond, "the connection is told")
			requireReadOnly(t, write(ctx, db))
			for range 3 * writers {
				require.NoError(t, write(ctx, db))
			}
			var n int
			require.NoError(t, ask(second, "SELECT count(*) FROM rows", &n))
			require.Equal(t, 3*writers, n)
		})
	}
}

// Where a new connection cannot find another server, the old one stays.
func TestReadersKeepTheirConnections(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	primary := private(t)
	require.NoError(t, ask(primary, "CREATE TABLE rows (n int)"))
	second := standby(t, primary)
	reads, err := url.Parse(both(t, primary, second))
	require.NoError(t, err)
	q := reads.Query()
	q.Set("target_session_attrs", "standby")
	reads.RawQuery = q.Encode()
	for _, dsn := range []string{second.URL(), reads.String()} {
		db, err := gormango.Open(ctx, gormango.Config{URL: dsn, Pool: gormango.Pool{Max: 1}})
		require.NoError(t, err)
		before := pid(t, db)
		requireReadOnly(t, db.Exec("INSERT INTO rows (n) VALUES (1)").Error)
		require.Equal(t, before, pid(t, db))
		require.NoError(t, gormango.Close(db))
	}
}

// Several hosts and nothing said about which is wanted: a name may lead
// elsewhere by now.
func TestSeveralHostsAreAskedAnew(t *testing.T) {
	t.Parallel()
	primary := private(t)
	require.NoError(t, ask(primary, "CREATE TABLE rows (n int)"))
	second := standby(t, primary)
	several, err := url.Parse(both(t, second, primary))
	require.NoError(t, err)
	several.RawQuery = "sslmode=disable"
	db, err := gormango.Open(context.Background(), gormango.Config{URL: several.String(), Pool: gormango.Pool{Max: 1}})
	require.NoError(t, err)
	defer gormango.Close(db)
	before := pid(t, db)
	requireReadOnly(t, db.Exec("INSERT INTO rows (n) VALUES (1)").Error)
	require.NotEqual(t, before, pid(t, db))
}
