package pgpool_test

import (
	"context"
	"io"
	"net"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/pgpool"
)

// proxy stands between a pool and the server. Once armed, it cuts a connection where the server's next
// answer would pass: the statement has run, and the client does not know.
type proxy struct {
	armed atomic.Bool
	addr  string
}

func startProxy(t *testing.T, server string) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	p := &proxy{addr: l.Addr().String()}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			go p.serve(client, server)
		}
	}()
	t.Cleanup(func() { _ = l.Close(); <-done })
	return p
}

func (p *proxy) serve(client net.Conn, server string) {
	defer client.Close()
	up, err := net.Dial("tcp", server)
	if err != nil {
		return
	}
	defer up.Close()
	go func() {
		_, _ = io.Copy(up, client)
		_ = up.Close()
	}()
	buf := make([]byte, 64<<10)
	for {
		n, err := up.Read(buf)
		if n > 0 && p.armed.CompareAndSwap(true, false) {
			return
		}
		if n > 0 {
			if _, err := client.Write(buf[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

func TestAStatementIsNeverSentTwice(t *testing.T) {
	t.Parallel()
	insert := "INSERT INTO notes (text) VALUES (NULL)"
	withArg := "INSERT INTO notes (text) VALUES (NULLIF($1, 'x'))"
	for name, run := range map[string]func(f fixture) error{
		"exec without arguments": func(f fixture) error { return f.db.Exec(insert).Error },
		"exec with arguments": func(f fixture) error {
			_, err := f.pool.ExecContext(f.ctx, withArg, "x")
			return err
		},
		"simple protocol": func(f fixture) error {
			_, err := f.pool.ExecContext(f.ctx, withArg, pgx.QueryExecModeSimpleProtocol, "x")
			return err
		},
		"query": func(f fixture) error {
			return f.db.Raw(insert + " RETURNING id").Scan(new(int)).Error
		},
		"query, simple protocol": func(f fixture) error {
			return f.pool.QueryRowContext(f.ctx, withArg+" RETURNING id", pgx.QueryExecModeSimpleProtocol, "x").Scan(new(int))
		},
		"prepared statement": func(f fixture) error {
			st, err := f.pool.PrepareContext(f.ctx, insert)
			if err != nil {
				return err
			}
			defer st.Close()
			_, err = st.ExecContext(f.ctx)
			return err
		},
		"native": func(f fixture) error {
			return f.src.Do(f.ctx, func(ctx context.Context, conn *pgx.Conn) error {
				_, err := conn.Exec(ctx, insert)
				return err
			})
		},
		"create": func(f fixture) error {
			return f.db.Session(&gorm.Session{SkipDefaultTransaction: true}).Create(&note{Text: "a"}).Error
		},
		"the sql.DB": func(f fixture) error {
			sqlDB, err := f.db.DB()
			if err != nil {
				return err
			}
			_, err = sqlDB.ExecContext(f.ctx, insert)
			return err
		},
		"a statement of the sql.DB, simple protocol": func(f fixture) error {
			sqlDB, err := f.db.DB()
			if err != nil {
				return err
			}
			_, err = sqlDB.ExecContext(f.ctx, withArg, pgx.QueryExecModeSimpleProtocol, "x")
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, p := throughProxy(t)
			require.NoError(t, run(f), "prepares, so that the next answer is the statement's")
			require.NoError(t, f.db.Exec("DELETE FROM notes").Error)
			p.armed.Store(true)
			err := run(f)
			require.ErrorIs(t, err, pgpool.ErrConnectionLost)
			require.False(t, p.armed.Load())
			require.Eventually(t, func() bool { return f.count(t) == 1 }, 5*time.Second, 10*time.Millisecond)
		})
	}
}

// throughProxy is a fixture whose pool reaches the server by a proxy.
func throughProxy(t *testing.T) (fixture, *proxy) {
	t.Helper()
	var p *proxy
	f := setup(t, one, func(cfg *gormango.Config) {
		u, err := url.Parse(cfg.URL)
		require.NoError(t, err)
		p = startProxy(t, u.Host)
		u.Host = p.addr
		cfg.URL = u.String()
	})
	return f, p
}

func TestCommitWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	f, p := throughProxy(t)
	ctx, tx := f.begin(t)
	require.NoError(t, f.db.WithContext(ctx).Create(&note{Text: "a"}).Error)
	require.NoError(t, tx.OnCommit(func(context.Context) error { t.Error("nobody knows of a commit"); return nil }))
	require.NoError(t, tx.OnRollback(func() { t.Error("nobody knows of a rollback") }))
	p.armed.Store(true)
	err := tx.Commit()
	require.ErrorIs(t, err, pgpool.ErrCommitUnknown)
	require.ErrorContains(t, err, "gormango: connection lost during commit, outcome unknown: ")
	require.EqualValues(t, 1, f.count(t), "here it was saved")
}

func TestLostInsideATransaction(t *testing.T) {
	t.Parallel()
	f, p := throughProxy(t)
	ctx, tx := f.begin(t)
	p.armed.Store(true)
	require.ErrorIs(t, f.db.WithContext(ctx).Exec("INSERT INTO notes (text) VALUES ('a')").Error, pgpool.ErrConnectionLost)
	require.ErrorIs(t, tx.Commit(), pgpool.ErrConnectionLost)
	require.Zero(t, f.count(t))
}

func TestLostWhileReading(t *testing.T) {
	t.Parallel()
	f, p := throughProxy(t)
	rows, err := f.db.Raw("SELECT repeat('x', 1000) FROM generate_series(1, 100000)").Rows()
	require.NoError(t, err)
	p.armed.Store(true)
	for rows.Next() {
	}
	require.ErrorIs(t, rows.Err(), pgpool.ErrConnectionLost)
	_ = rows.Close()
}
