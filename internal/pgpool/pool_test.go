package pgpool_test

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/faultproxy"
	"github.com/gormango/gormango/internal/longtest"
	"github.com/gormango/gormango/internal/opentest"
	"github.com/gormango/gormango/internal/pgpool"
	"github.com/gormango/gormango/repotest"
)

func TestMain(m *testing.M) { opentest.Main(m) }

type note struct {
	ID   int64
	Text string `gorm:"uniqueIndex"`
}

// fixture is a database with a table of notes.
type fixture struct {
	db   *gorm.DB
	pool *pgpool.Pool
	src  pgpool.Source
	ctx  context.Context
}

func setup(t testing.TB, change ...func(*gormango.Config)) fixture {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute+time.Duration(runs())*time.Second)
	t.Cleanup(cancel)
	cfg := gormango.Config{URL: repotest.URL(t), Pgx: func(pc *pgxpool.Config) error {
		pc.ConnConfig.BuildContextWatcherHandler = func(conn *pgconn.PgConn) ctxwatch.Handler {
			return pgpool.Canceler(conn, 2*time.Second)
		}
		return nil
	}}
	for _, f := range change {
		f(&cfg)
	}
	db, err := gormango.Open(ctx, cfg)
	require.NoError(t, err)
	src, ok := pgpool.Of(db)
	require.True(t, ok)
	t.Cleanup(func() {
		require.Eventually(t, func() bool { return src.Pool().Pgx().Stat().AcquiredConns() == 0 },
			5*time.Second, time.Millisecond, "connections that were not given back")
		require.NoError(t, gormango.Close(db))
	})
	require.NoError(t, db.Exec("CREATE TABLE notes (id bigserial PRIMARY KEY, text text UNIQUE)").Error)
	return fixture{db, src.Pool(), src, ctx}
}

func one(cfg *gormango.Config) { cfg.Pool.Max = 1 }

func (f fixture) count(t testing.TB) int64 {
	t.Helper()
	var n int64
	require.NoError(t, f.db.Model(&note{}).Count(&n).Error)
	return n
}

func (f fixture) begin(t testing.TB) (context.Context, *pgpool.Tx) {
	t.Helper()
	tx, err := f.src.Begin(f.ctx, pgx.TxOptions{})
	require.NoError(t, err)
	return pgpool.WithTx(f.ctx, tx), tx
}

func TestPlainCallsWithoutTransaction(t *testing.T) {
	t.Parallel()
	f := setup(t, one)
	n := note{Text: "a"}
	require.NoError(t, f.db.Create(&n).Error)
	require.EqualValues(t, 1, n.ID)
	var got note
	require.NoError(t, f.db.First(&got, n.ID).Error)
	require.Equal(t, n, got)
	require.ErrorIs(t, f.db.First(&got, 99).Error, gorm.ErrRecordNotFound)
	require.ErrorContains(t, f.db.Exec("SELECT nonsense").Error, "42703")
	require.ErrorContains(t, f.db.Raw("SELECT nonsense").Scan(&n).Error, "42703")
	require.ErrorContains(t, f.db.Raw("SELECT 1/(3-g) FROM generate_series(1,3) g").Scan(&n).Error, "22012",
		"an error that comes after rows")

	sqlDB, err := f.db.DB()
	require.NoError(t, err)
	require.NoError(t, sqlDB.PingContext(f.ctx))
	require.NoError(t, f.db.Connection(func(tx *gorm.DB) error {
		if err := tx.Exec("SET search_path TO nowhere").Error; err != nil {
			return err
		}
		var path string
		require.NoError(t, tx.Raw("SHOW search_path").Scan(&path).Error)
		require.Equal(t, "nowhere", path)
		return tx.Exec("RESET search_path").Error
	}), "one connection for a session")
}

func TestColumnTypesOfMigrator(t *testing.T) {
	t.Parallel()
	f := setup(t, one)
	require.NoError(t, f.db.Exec(`CREATE TABLE kinds (a varchar(7), b numeric(8,3), c timestamptz, d text, e int4)`).Error)
	types, err := f.db.Migrator().ColumnTypes("kinds") // sends a pgx.QueryExecMode as first argument
	require.NoError(t, err)
	require.Len(t, types, 5)
	length, ok := types[0].Length()
	require.True(t, ok)
	require.EqualValues(t, 7, length)
	precision, scale, ok := types[1].DecimalSize()
	require.True(t, ok)
	require.EqualValues(t, 8, precision)
	require.EqualValues(t, 3, scale)
}

func TestValuesAsInPgxDriver(t *testing.T) {
	t.Parallel()
	f := setup(t, one)
	query := `SELECT true, 1::int2, 2::int4, 3::int8, 1.5::float4, 2.5::float8, 'x'::text, '\x0102'::bytea, '{"a": 1}'::jsonb,
		'<a/>'::xml, 12.30::numeric, ARRAY[1,2], '8d3a2a3e-8d5b-4d2b-9d6d-0123456789ab'::uuid, '2024-02-03'::date,
		'2024-02-03 04:05:06.789'::timestamp, '2024-02-03 04:05:06.789+02'::timestamptz, NULL::text, 'infinity'::timestamptz,
		42::oid, '1 day'::interval, 'a'::name, '(1,2)'::point, '10.0.0.1'::inet`
	sqlDB, err := f.db.DB()
	require.NoError(t, err)
	read := func(rows *sql.Rows, err error) ([]any, []string) {
		require.NoError(t, err)
		defer rows.Close()
		types, err := rows.ColumnTypes()
		require.NoError(t, err)
		names := make([]string, len(types))
		values, targets := make([]any, len(types)), make([]any, len(types))
		for i, typ := range types {
			names[i] = typ.DatabaseTypeName() + " " + typ.ScanType().String()
			targets[i] = &values[i]
		}
		require.True(t, rows.Next())
		require.NoError(t, rows.Scan(targets...))
		require.False(t, rows.Next())
		require.NoError(t, rows.Err())
		return values, names
	}
	for _, mode := range []pgx.QueryExecMode{pgx.QueryExecModeCacheStatement, pgx.QueryExecModeExec, pgx.QueryExecModeSimpleProtocol} {
		want, wantTypes := read(sqlDB.QueryContext(f.ctx, query, mode))
		got, gotTypes := read(f.pool.QueryContext(f.ctx, query, mode))
		require.Equal(t, want, got, mode)
		require.Equal(t, wantTypes, gotTypes, mode)
	}
}

func TestRowsHoldAConnectionUntilClosed(t *testing.T) {
	t.Parallel()
	f := setup(t)
	rows, err := f.db.Raw("SELECT generate_series(1, 3)").Rows()
	require.NoError(t, err)
	require.EqualValues(t, 1, f.pool.Pgx().Stat().AcquiredConns())
	require.True(t, rows.Next())
	require.NoError(t, rows.Close())
	require.Zero(t, f.pool.Pgx().Stat().AcquiredConns())
}

func TestPreparedSession(t *testing.T) {
	t.Parallel()
	f := setup(t, one)
	prepared := f.db.Session(&gorm.Session{PrepareStmt: true})
	require.NoError(t, prepared.Create(&note{Text: "outside"}).Error)

	ctx, tx := f.begin(t)
	require.NoError(t, prepared.WithContext(ctx).Create(&note{Text: "by context"}).Error)
	var n int64
	require.NoError(t, prepared.WithContext(ctx).Model(&note{}).Count(&n).Error)
	require.EqualValues(t, 2, n)
	require.NoError(t, tx.Rollback())
	require.EqualValues(t, 1, f.count(t), "a prepared session joins the transaction of its context")

	boom := errors.New("boom")
	for range 2 { // the second time takes the cached statement of a transaction that has ended
		require.ErrorIs(t, f.db.Transaction(func(tx *gorm.DB) error {
			session := tx.Session(&gorm.Session{PrepareStmt: true})
			require.NoError(t, session.Create(&note{Text: "inside"}).Error)
			require.NoError(t, session.Model(&note{}).Count(&n).Error)
			require.EqualValues(t, 2, n)
			return boom
		}), boom)
		require.EqualValues(t, 1, f.count(t))
	}
	require.NoError(t, prepared.Create(&note{Text: "after"}).Error)
	require.EqualValues(t, 2, f.count(t))
}

func TestPreparedStatementsOfATransaction(t *testing.T) {
	t.Parallel()
	f := setup(t, one)
	outer, err := f.pool.PrepareContext(f.ctx, "INSERT INTO notes (text) VALUES ($1)")
	require.NoError(t, err)
	defer outer.Close()

	_, tx := f.begin(t)
	own, err := tx.PrepareContext(f.ctx, "SELECT count(*) FROM notes")
	require.NoError(t, err)
	_, err = tx.StmtContext(f.ctx, outer).ExecContext(f.ctx, "x")
	require.NoError(t, err)
	var n int
	require.NoError(t, own.QueryRowContext(f.ctx).Scan(&n), "the transaction's, whatever the context says")
	require.Equal(t, 1, n)
	require.NoError(t, tx.Rollback())

	require.EqualError(t, own.QueryRowContext(f.ctx).Scan(&n), "sql: statement is closed", "as with a sql.Tx")
	_, err = tx.StmtContext(f.ctx, outer).ExecContext(f.ctx, "y")
	require.ErrorIs(t, err, sql.ErrTxDone)
	_, err = tx.PrepareContext(f.ctx, "SELECT 1")
	require.ErrorIs(t, err, sql.ErrTxDone)
	require.Zero(t, f.count(t))
}

func TestClosedPool(t *testing.T) {
	t.Parallel()
	for name, shut := range map[string]func(*gorm.DB){
		"by Close":      func(db *gorm.DB) { require.NoError(t, gormango.Close(db)) },
		"by the sql.DB": func(db *gorm.DB) { sqlDB, _ := db.DB(); require.NoError(t, sqlDB.Close()) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := setup(t)
			shut(f.db)
			require.ErrorIs(t, f.db.Exec("SELECT 1").Error, gormango.ErrClosed)
			require.ErrorIs(t, f.db.Begin().Error, gormango.ErrClosed)
			require.Error(t, f.db.First(&note{}).Error)
			shut(f.db)
		})
	}
}

func TestIsolationLevels(t *testing.T) {
	t.Parallel()
	f := setup(t, one)
	show := func(opts *sql.TxOptions, setting string) (got string) {
		tx := f.db.Begin(opts)
		require.NoError(t, tx.Error)
		defer tx.Rollback()
		require.NoError(t, tx.Raw("SHOW "+setting).Scan(&got).Error)
		return got
	}
	require.Equal(t, "serializable", show(&sql.TxOptions{Isolation: sql.LevelSerializable}, "transaction_isolation"))
	require.Equal(t, "repeatable read", show(&sql.TxOptions{Isolation: sql.LevelSnapshot}, "transaction_isolation"))
	require.Equal(t, "on", show(&sql.TxOptions{ReadOnly: true}, "transaction_read_only"))
	require.EqualError(t, f.db.Begin(&sql.TxOptions{Isolation: sql.LevelLinearizable}).Error,
		`gormango: isolation level "Linearizable" is not PostgreSQL's (use read committed, repeatable read or serializable)`)
	ctx, tx := f.begin(t)
	require.EqualError(t, f.db.WithContext(ctx).Begin(&sql.TxOptions{Isolation: sql.LevelSerializable}).Error,
		"gormango: inside a transaction its isolation level and access mode cannot change (set them on the outermost block)")
	require.NoError(t, tx.Rollback())
}

func TestDefaultResultsWithoutOpen(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	pgxPool, err := pgxpool.New(ctx, repotest.URL(t))
	require.NoError(t, err)
	p := pgpool.New(pgxPool, pgpool.Options{})
	defer p.Close()
	var n int
	require.NoError(t, p.QueryRowContext(ctx, "SELECT 1").Scan(&n))
	require.Equal(t, 1, n)
	require.Same(t, pgxPool, p.Pgx())
}

// throughProxy is a fixture whose pool reaches the server by a proxy.
func throughProxy(t *testing.T, change ...func(*gormango.Config)) (fixture, *faultproxy.Proxy) {
	t.Helper()
	var p *faultproxy.Proxy
	f := setup(t, append([]func(*gormango.Config){one, func(cfg *gormango.Config) {
		u, err := url.Parse(cfg.URL)
		require.NoError(t, err)
		p, err = faultproxy.Start(u.Host)
		require.NoError(t, err)
		t.Cleanup(p.Close)
		u.Host = p.Addr()
		cfg.URL = u.String()
	}}, change...)...)
	return f, p
}

// over is a Pool of its own with the configuration of another.
func over(t *testing.T, pool *pgpool.Pool, opts pgpool.Options) *pgpool.Pool {
	t.Helper()
	pgxPool, err := pgxpool.NewWithConfig(context.Background(), pool.Pgx().Config())
	require.NoError(t, err)
	p := pgpool.New(pgxPool, opts)
	t.Cleanup(func() { require.NoError(t, p.Close()) })
	return p
}

// runs returns how often the tests of what goes wrong by chance repeat it.
func runs() int { return longtest.Count(10, 100) }
