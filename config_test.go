package gormango_test

import (
	"context"
	neturl "net/url"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/repotest"
)

func TestOpenChecksItsConfig(t *testing.T) {
	t.Parallel()
	url := repotest.URL(t)
	for want, cfg := range map[string]gormango.Config{
		"gormango: Config.Pool.Max is negative (leave it zero for the default)":                                                             {Pool: gormango.Pool{Max: -1}},
		"gormango: a pool of 9 connections at least and 2 at most (raise Config.Pool.Max)":                                                  {Pool: gormango.Pool{Min: 9, Max: 2}},
		`gormango: Config.TimeZone: the time zone Local has no name that PostgreSQL knows (use time.LoadLocation, or a zone of one offset)`: {TimeZone: time.Local},
		"gormango: Config.Pool.AcquireTimeout is negative (leave it zero for the default)":                                                  {Pool: gormango.Pool{AcquireTimeout: -1}},
		"gormango: Config.LockTimeout is negative (leave it zero for the server's default)":                                                 {LockTimeout: -1},
		`gormango: Config.PlanCacheMode "never" is not PostgreSQL's (use auto, force_custom_plan or force_generic_plan)`:                    {PlanCacheMode: "never"},
		"gormango: Config.Pooler 7 is no mode (use Detect, Direct or Transaction)":                                                          {Pooler: 7},
		"gormango: Config.Pgx: mine": {Pgx: func(*pgxpool.Config) error { return errorString("mine") }},
	} {
		cfg.URL = url
		_, err := gormango.Open(context.Background(), cfg)
		require.EqualError(t, err, want)
	}
}

type errorString string

func (e errorString) Error() string { return string(e) }

func TestSessionSettings(t *testing.T) {
	t.Parallel()
	url := repotest.URL(t)
	_, db := open(t, gormango.Config{
		URL: url, StatementTimeout: 1500*time.Millisecond + time.Microsecond, LockTimeout: 2 * time.Second, IdleInTransactionTimeout: time.Minute,
		PlanCacheMode: "force_custom_plan",
	})
	require.Equal(t, "1501ms", show(t, db, "SHOW statement_timeout"), "rounded up, for 0 is no limit")
	require.Equal(t, "2s", show(t, db, "SHOW lock_timeout"))
	require.Equal(t, "1min", show(t, db, "SHOW idle_in_transaction_session_timeout"))
	require.Equal(t, "force_custom_plan", show(t, db, "SHOW plan_cache_mode"))

	u, err := neturl.Parse(url)
	require.NoError(t, err)
	withTimeout := withQuery(u, "statement_timeout", "7s")
	_, db = open(t, gormango.Config{URL: withTimeout})
	require.Equal(t, "7s", show(t, db, "SHOW statement_timeout"), "that of the URL")
	require.Equal(t, "auto", show(t, db, "SHOW plan_cache_mode"), "the server's own")
	_, db = open(t, gormango.Config{URL: withTimeout, StatementTimeout: time.Second})
	require.Equal(t, "1s", show(t, db, "SHOW statement_timeout"))
}

// A password may come with each connection, and goes to the look at the other
// end too.
func TestBeforeConnectSuppliesThePassword(t *testing.T) {
	t.Parallel()
	u, err := neturl.Parse(repotest.URL(t))
	require.NoError(t, err)
	password, _ := u.User.Password()
	u.User = neturl.UserPassword(u.User.Username(), "s3cret")
	_, db := open(t, gormango.Config{URL: u.String(), StatementTimeout: time.Second, Pgx: func(c *pgxpool.Config) error {
		c.BeforeConnect = func(_ context.Context, cc *pgx.ConnConfig) error {
			cc.Password = password
			cc.RuntimeParams["application_name"] = "mine"
			return nil
		}
		return nil
	}})
	require.Equal(t, "mine", show(t, db, "SHOW application_name"))
	require.Equal(t, "1s", show(t, db, "SHOW statement_timeout"))
}

// The defaults that differ from GORM's own.
func TestColumnsByName(t *testing.T) {
	t.Parallel()
	url := repotest.URL(t)
	find := func(db *gorm.DB) string {
		return db.ToSQL(func(tx *gorm.DB) *gorm.DB { return tx.Find(&[]genre{}) })
	}
	_, db := open(t, gormango.Config{URL: url})
	require.Equal(t, `SELECT "genres"."id","genres"."name","genres"."shop" FROM "genres"`, find(db))
	_, db = open(t, gormango.Config{URL: url, GORM: func(c *gorm.Config) { c.QueryFields = false }})
	require.Equal(t, `SELECT * FROM "genres"`, find(db))
}
