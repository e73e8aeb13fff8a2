package gormango_test

import (
	"context"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/opentest"
	"github.com/gormango/gormango/internal/pgpool"
	"github.com/gormango/gormango/repotest"
)

func TestMain(m *testing.M) { opentest.Main(m) }

var open, show = opentest.Open, opentest.Show

// gormangoURL is db's URL with another database.
func gormangoURL(db *gorm.DB, name string) string {
	source, _ := pgpool.Of(db)
	u, err := url.Parse(source.Pool().Pgx().Config().ConnString())
	if err != nil {
		panic("the server's URL cannot be parsed")
	}
	u.Path = "/" + name
	return u.String()
}

// withQuery is u with a parameter set.
func withQuery(u *url.URL, name, value string) string {
	changed := *u
	q := changed.Query()
	q.Set(name, value)
	changed.RawQuery = q.Encode()
	return changed.String()
}

func TestOpenSettings(t *testing.T) {
	t.Parallel()
	program := filepath.Base(os.Args[0])
	if len(program) > 63 {
		program = program[:63]
	}
	_, db := open(t, gormango.Config{})
	require.Equal(t, program, show(t, db, "SHOW application_name"))
	require.Equal(t, "UTC", show(t, db, "SHOW timezone"))

	var hooked atomic.Bool
	_, db = open(t, gormango.Config{
		ApplicationName: "library",
		Pool:            gormango.Pool{Max: 3, Min: 1, MaxLifetime: time.Minute, MaxLifetimeJitter: time.Second, MaxIdle: 2 * time.Minute, HealthCheck: time.Hour},
		GORM:            func(c *gorm.Config) { c.QueryFields = false },
		Pgx: func(c *pgxpool.Config) error {
			c.AfterConnect = func(_ context.Context, conn *pgx.Conn) error { hooked.Store(true); return nil }
			return nil
		},
	})
	require.Equal(t, "library", show(t, db, "SHOW application_name"))
	require.True(t, hooked.Load())
	require.False(t, db.QueryFields)
	source, ok := pgpool.Of(db)
	require.True(t, ok)
	c := source.Pool().Pgx().Config()
	require.Equal(t, []any{int32(3), int32(1), time.Minute, time.Second, 2 * time.Minute, time.Hour},
		[]any{c.MaxConns, c.MinConns, c.MaxConnLifetime, c.MaxConnLifetimeJitter, c.MaxConnIdleTime, c.HealthCheckPeriod})
}

func TestOpenErrorsNameNoPassword(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	nobody := l.Addr().String()
	require.NoError(t, l.Close())
	server, err := url.Parse(repotest.URL(t))
	require.NoError(t, err)
	for name, c := range map[string]struct{ url, want string }{
		"no server": {
			"postgres://ann:s3cret@" + nobody + "/library",
			`^gormango: cannot open database "library" on ` + nobody + ` as user "ann": .*connection refused`,
		},
		"no database": {
			"postgres://" + server.User.String() + "@" + server.Host + "/no_such_database",
			`^gormango: cannot open database "no_such_database" on ` + server.Host + ` as user ".*": database "no_such_database" does not exist \(SQLSTATE 3D000\)$`,
		},
		"wrong password": { // a server that trusts its clients gets to the database
			"postgres://" + server.User.Username() + ":s3cret@" + server.Host + "/no_such_database",
			`^gormango: cannot open database "no_such_database" on ` + server.Host + ` as user ".*": .*\(SQLSTATE (28P01|3D000)\)$`,
		},
		"no such user": {
			"postgres://nobody_here:s3cret@" + server.Host + "/postgres",
			`^gormango: cannot open database "postgres" on ` + server.Host + ` as user "nobody_here": .*\(SQLSTATE 28(000|P01)\)$`,
		},
		"no url":               {"", `^gormango: Config.URL is empty \(set it, or take the Config of FromEnv\)$`},
		"slash in password":    {"postgres://ann:s3/cret@host/db", `^gormango: (Config.URL: |Config.URL is not valid|cannot open)`},
		"at sign in password":  {"postgres://ann:x@s3cret@host:port/db", `^gormango: Config.URL`},
		"blank in password":    {"host=h password=a s3cret user=x", `^gormango: Config.URL`},
		"percent in password":  {"postgres://ann:s3cret%zz@host/db", `^gormango: Config.URL`},
		"bad pool size":        {"postgres://ann:s3cret@host/db?pool_max_conns=s3cret", `^gormango: Config.URL: cannot parse pool_max_conns \(`},
		"bad port":             {"postgres://ann:s3cret@host:99999999/db", `^gormango: Config.URL`},
		"bad sslmode":          {"postgres://ann:s3cret@host/db?sslmode=s3cret", `^gormango: Config.URL`},
		"bad connect_timeout":  {"postgres://ann:s3cret@host/db?connect_timeout=s3cret", `^gormango: Config.URL`},
		"unknown session attr": {"postgres://ann:s3cret@host/db?target_session_attrs=s3cret", `^gormango: Config.URL`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
			defer cancel()
			db, err := gormango.Open(ctx, gormango.Config{URL: c.url})
			require.Nil(t, db)
			require.Error(t, err)
			require.Regexp(t, c.want, err.Error())
			for cause := err; cause != nil; cause = unwrap(cause) {
				require.NotContains(t, cause.Error(), "s3")
				require.NotContains(t, cause.Error(), "cret")
				if password, set := server.User.Password(); set {
					require.NotContains(t, cause.Error(), password)
				}
			}
		})
	}
}

func unwrap(err error) error {
	u, ok := err.(interface{ Unwrap() error })
	if !ok {
		return nil
	}
	return u.Unwrap()
}

func TestLazy(t *testing.T) {
	t.Parallel()
	db, err := gormango.Open(context.Background(), gormango.Config{URL: "postgres://ann@127.0.0.1:1/none", Lazy: true})
	require.NoError(t, err)
	var connect *pgconn.ConnectError
	require.ErrorAs(t, db.Exec("SELECT 1").Error, &connect)
	require.NoError(t, gormango.Close(db))
	require.NoError(t, gormango.Close(db), "twice")
}
