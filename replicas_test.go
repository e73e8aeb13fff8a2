package gormango_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/devpg"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/txutil"
)

// site is the one row of a view that shows which server reads it.
type site struct {
	ID      int64
	Standby bool
}

type cabinet struct {
	ID    int64
	Name  string `gorm:"not null;unique"`
	Boxes []box
}

type box struct {
	ID        int64
	CabinetID int64 `gorm:"not null"`
}

var cabinets = []any{&site{}, &cabinet{}, &box{}}

// pair is a primary and a standby of it.
type pair struct {
	primary, standby *devpg.Private
	admin            *pgx.Conn // at the primary
	watch            *pgx.Conn // at the standby
}

func newPair(t testing.TB, settings map[string]string) *pair {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	t.Cleanup(cancel)
	connect := func(server *devpg.Private) *pgx.Conn {
		conn, err := pgx.Connect(ctx, server.URL())
		require.NoError(t, err)
		t.Cleanup(func() { _ = conn.Close(context.Background()) })
		return conn
	}
	p := &pair{}
	var err error
	p.primary, err = devpg.StartPrivate(ctx, devpg.PrivateOptions{Database: "library"})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, p.primary.Close()) })
	p.admin = connect(p.primary)
	_, err = p.admin.Exec(ctx, `
		CREATE VIEW sites AS SELECT 1::bigint AS id, pg_is_in_recovery() AS standby;
		CREATE TABLE cabinets (id bigserial PRIMARY KEY, name text NOT NULL UNIQUE);
		CREATE TABLE boxes (id bigserial PRIMARY KEY, cabinet_id bigint NOT NULL);
		INSERT INTO cabinets (name) VALUES ('first'); INSERT INTO boxes (cabinet_id) VALUES (1)`)
	require.NoError(t, err)
	p.standby, err = p.primary.Standby(ctx, settings)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, p.standby.Close()) })
	p.watch = connect(p.standby)
	p.catchUp(t)
	return p
}

// catchUp waits until the standby has what the primary has.
func (p *pair) catchUp(t testing.TB) {
	t.Helper()
	var at string
	require.NoError(t, p.admin.QueryRow(t.Context(), "SELECT pg_current_wal_lsn()::text").Scan(&at))
	require.Eventually(t, func() (there bool) {
		err := p.watch.QueryRow(t.Context(), "SELECT coalesce(pg_last_wal_replay_lsn() >= $1::text::pg_lsn, false)", at).Scan(&there)
		return err == nil && there
	}, time.Minute, 5*time.Millisecond)
}

// pause has the standby fall behind until the test ends.
func (p *pair) pause(t testing.TB) {
	t.Helper()
	p.catchUp(t)
	_, err := p.watch.Exec(t.Context(), "SELECT pg_wal_replay_pause()")
	require.NoError(t, err)
	t.Cleanup(func() { _, _ = p.watch.Exec(context.Background(), "SELECT pg_wal_replay_resume()") })
}

func (p *pair) open(t testing.TB, change ...func(*gormango.Config)) (context.Context, *gorm.DB) {
	t.Helper()
	cfg := gormango.Config{URL: p.primary.URL(), Replicas: []string{p.standby.URL()}, Models: cabinets}
	for _, f := range change {
		f(&cfg)
	}
	return open(t, cfg)
}

// onStandby asks by a repository.
func onStandby(t testing.TB, ctx context.Context, db *gorm.DB) bool {
	t.Helper()
	s, err := repo.New[site](db).Get(ctx)
	require.NoError(t, err)
	return s.Standby
}

// ways are reads of every kind, each telling whether the standby answered.
func ways(db *gorm.DB) map[string]func(ctx context.Context) (bool, error) {
	sites := repo.New[site](db)
	one := func(s *site, err error) (bool, error) {
		if err != nil {
			return false, err
		}
		return s.Standby, nil
	}
	plain := func(read func(db *gorm.DB, s *site) error) func(ctx context.Context) (bool, error) {
		return func(ctx context.Context) (bool, error) {
			s := &site{}
			return one(s, read(db.WithContext(ctx), s))
		}
	}
	return map[string]func(ctx context.Context) (bool, error){
		"repo Get":    func(ctx context.Context) (bool, error) { return one(sites.Get(ctx)) },
		"repo First":  func(ctx context.Context) (bool, error) { return one(sites.First(ctx)) },
		"repo ByPK":   func(ctx context.Context) (bool, error) { return one(sites.ByPK(ctx, 1)) },
		"repo Exists": func(ctx context.Context) (bool, error) { return sites.Filter("standby", true).Exists(ctx) },
		"repo Count": func(ctx context.Context) (bool, error) {
			n, err := sites.Filter("standby", true).Count(ctx)
			return n == 1, err
		},
		"repo All": func(ctx context.Context) (bool, error) {
			all, err := sites.All(ctx)
			return len(all) == 1 && all[0].Standby, err
		},
		"repo Iter": func(ctx context.Context) (standby bool, err error) {
			for s, err := range sites.Iter(ctx) {
				if err != nil {
					return false, err
				}
				standby = s.Standby
			}
			return standby, nil
		},
		"First": plain(func(db *gorm.DB, s *site) error { return db.First(s).Error }),
		"Take":  plain(func(db *gorm.DB, s *site) error { return db.Take(s).Error }),
		"Find":  plain(func(db *gorm.DB, s *site) error { return db.Limit(1).Find(s).Error }),
		"Scan":  plain(func(db *gorm.DB, s *site) error { return db.Table("sites").Scan(s).Error }),
		"Pluck": plain(func(db *gorm.DB, s *site) error { return db.Model(&site{}).Pluck("standby", &s.Standby).Error }),
		"Row":   plain(func(db *gorm.DB, s *site) error { return db.Model(&site{}).Select("standby").Row().Scan(&s.Standby) }),
		"Prepared": plain(func(db *gorm.DB, s *site) error {
			return db.Session(&gorm.Session{PrepareStmt: true}).First(s).Error
		}),
		"Batches": plain(func(db *gorm.DB, s *site) error {
			var batch []site
			return db.FindInBatches(&batch, 5, func(*gorm.DB, int) error { *s = batch[0]; return nil }).Error
		}),
		"Count": func(ctx context.Context) (bool, error) {
			var n int64
			err := db.WithContext(ctx).Model(&site{}).Where("standby").Count(&n).Error
			return n == 1, err
		},
		"Rows": func(ctx context.Context) (standby bool, err error) {
			rows, err := db.WithContext(ctx).Model(&site{}).Select("standby").Rows()
			if err != nil {
				return false, err
			}
			for rows.Next() {
				err = errors.Join(err, rows.Scan(&standby))
			}
			return standby, errors.Join(err, rows.Close())
		},
	}
}

func TestReplicas(t *testing.T) {
	t.Parallel()
	p := newPair(t, nil)
	ctx, db := p.open(t)

	t.Run("reads go to the replica", func(t *testing.T) {
		for name, read := range ways(db) {
			standby, err := read(ctx)
			require.NoError(t, err, name)
			require.True(t, standby, name)
		}
		s := gormango.Stats(db).Replicas
		require.Len(t, s, 1)
		require.GreaterOrEqual(t, s[0].Reads, int64(len(ways(db))))
		require.Zero(t, s[0].Moved)
		require.False(t, s[0].Resting)
		require.Contains(t, p.standby.URL(), s[0].Server)
		require.NotZero(t, s[0].Pool.Opened)
	})

	t.Run("in transactions and where the context says so they go to the primary", func(t *testing.T) {
		for name, read := range ways(db) {
			standby, err := read(gormango.OnPrimary(ctx))
			require.NoError(t, err, name)
			require.False(t, standby, name)
			require.NoError(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
				standby, err := read(ctx)
				require.False(t, standby, name)
				return err
			}), name)
		}
		require.NoError(t, db.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
			for name, read := range ways(tx) {
				standby, err := read(ctx)
				require.NoError(t, err, name)
				require.False(t, standby, name)
			}
			return nil
		}))
		require.Equal(t, gormango.OnPrimary(ctx), gormango.OnPrimary(gormango.OnPrimary(ctx)))
	})

	t.Run("what is no plain read goes to the primary", func(t *testing.T) {
		const question = "SELECT pg_is_in_recovery()"
		var standby bool
		sqlDB, err := db.DB()
		require.NoError(t, err)
		for name, read := range map[string]func() error{
			"Raw":     func() error { return db.WithContext(ctx).Raw(question).Scan(&standby).Error },
			"Raw row": func() error { return db.WithContext(ctx).Raw(question).Row().Scan(&standby) },
			"locking": func() error {
				return db.WithContext(ctx).Clauses(clause.Locking{Strength: "UPDATE"}).Model(&site{}).Pluck("standby", &standby).Error
			},
			"locking by text": func() error {
				return db.WithContext(ctx).Table("(SELECT pg_is_in_recovery() AS standby FROM cabinets FOR UPDATE) x").Limit(1).Pluck("standby", &standby).Error
			},
			"advisory lock": func() error {
				return db.WithContext(ctx).Model(&site{}).Select("standby AND pg_try_advisory_xact_lock(1)").Row().Scan(&standby)
			},
			"DB": func() error { return sqlDB.QueryRowContext(ctx, question).Scan(&standby) },
			"Connection": func() error {
				return db.Connection(func(tx *gorm.DB) error { return tx.Model(&site{}).Pluck("standby", &standby).Error })
			},
			"Native": func() error {
				return gormango.Native(ctx, db, func(conn *pgx.Conn) error { return conn.QueryRow(ctx, question).Scan(&standby) })
			},
			"Dedicated": func() error {
				return gormango.Dedicated(ctx, db, func(conn *pgx.Conn) error { return conn.QueryRow(ctx, question).Scan(&standby) })
			},
		} {
			standby = true
			before := gormango.Stats(db).Replicas[0].Moved
			require.NoError(t, read(), name)
			require.False(t, standby, name)
			if name != "locking by text" { // which only the standby notices
				require.Equal(t, before, gormango.Stats(db).Replicas[0].Moved, name)
			}
		}
	})

	t.Run("a session is as the primary's, and read-only", func(t *testing.T) {
		u := p.primary.URL() + "&application_name=pages&statement_timeout=12345&timezone=Europe/Berlin"
		ctx, db := p.open(t, func(c *gormango.Config) {
			c.URL = u
			c.LockTimeout = time.Minute
			c.Replicas[0] += "&timezone=Asia/Tokyo"
		})
		for name, want := range map[string]string{
			"application_name": "pages", "statement_timeout": "12345ms", "lock_timeout": "1min", "TimeZone": "Europe/Berlin",
			"default_transaction_read_only": "on",
		} {
			var got string
			require.NoError(t, db.WithContext(ctx).Model(&site{}).Where("standby").Select("current_setting(?)", name).Row().Scan(&got), name)
			require.Equal(t, want, got, name)
		}
	})

	t.Run("the router chooses", func(t *testing.T) {
		var asked []gormango.Read
		answer := gormango.Primary
		var given context.Context
		ctx, db := p.open(t, func(c *gormango.Config) {
			c.Replicas = append(c.Replicas, c.Replicas[0])
			c.Router = func(ctx context.Context, r gormango.Read) gormango.Server {
				asked, given = append(asked, r), ctx
				return answer
			}
		})
		type key struct{}
		ctx = context.WithValue(ctx, key{}, "kept")
		for name, read := range ways(db) {
			asked = nil
			standby, err := read(ctx)
			require.NoError(t, err, name)
			require.False(t, standby, name)
			require.Equal(t, gormango.Read{Table: "sites", Replicas: 2}, asked[0], name)
			require.Equal(t, "kept", given.Value(key{}), name)
		}
		answer = gormango.Replica(1)
		before := gormango.Stats(db).Replicas
		for range 5 {
			require.True(t, onStandby(t, gormango.WithReadYourWrites(ctx), db))
		}
		after := gormango.Stats(db).Replicas
		require.Equal(t, []int64{0, 5}, []int64{after[0].Reads - before[0].Reads, after[1].Reads - before[1].Reads})
		answer = gormango.AnyReplica
		for range 4 {
			require.True(t, onStandby(t, ctx, db))
		}
		last := gormango.Stats(db).Replicas
		require.Equal(t, []int64{2, 2}, []int64{last[0].Reads - after[0].Reads, last[1].Reads - after[1].Reads})
		asked = nil
		require.False(t, onStandby(t, gormango.OnPrimary(ctx), db))
		require.NoError(t, db.WithContext(ctx).Raw("SELECT 1").Scan(new(int)).Error)
		require.NoError(t, txutil.Atomic(ctx, db, func(ctx context.Context) error { onStandby(t, ctx, db); return nil }))
		require.Empty(t, asked)
		for _, wrong := range []gormango.Server{gormango.Replica(2), -2} {
			answer = wrong
			_, err := repo.New[site](db).Get(ctx)
			require.ErrorContains(t, err, `gormango: Config.Router sends a read of "sites" to server `)
			require.ErrorContains(t, err, "there are 2 replicas (return Primary, AnyReplica or Replica(0) to Replica(1))")
		}
	})

	t.Run("one scope keeps to one replica", func(t *testing.T) {
		ctx, db := p.open(t, func(c *gormango.Config) { c.Replicas = append(c.Replicas, c.Replicas[0], c.Replicas[0]) })
		busy := func() (n int) {
			for _, r := range gormango.Stats(db).Replicas {
				if r.Reads > 0 {
					n++
				}
			}
			return n
		}
		scope := gormango.WithReadYourWrites(ctx)
		require.Equal(t, scope, gormango.WithReadYourWrites(scope))
		for range 6 {
			require.True(t, onStandby(t, scope, db))
		}
		require.Equal(t, 1, busy())
		for range 6 {
			require.True(t, onStandby(t, ctx, db))
		}
		require.Equal(t, 3, busy())
	})

	t.Run("relations come from the server of their owners", func(t *testing.T) {
		for name, read := range map[string]func(ctx context.Context, db *gorm.DB) error{
			"Preload": func(ctx context.Context, db *gorm.DB) error {
				var all []cabinet
				err := db.WithContext(ctx).Preload("Boxes").Find(&all).Error
				require.Len(t, all[0].Boxes, 1)
				return err
			},
			"PrefetchRelated": func(ctx context.Context, db *gorm.DB) error {
				all, err := repo.New[cabinet](db).PrefetchRelated("boxes").All(ctx)
				require.Len(t, all[0].Boxes, 1)
				return err
			},
			"PrefetchRelated and Iter, which needs no second connection": func(ctx context.Context, db *gorm.DB) error {
				for s, err := range repo.New[cabinet](db).PrefetchRelated("boxes").Iter(ctx) {
					if err != nil {
						return err
					}
					require.Len(t, s.Boxes, 1)
				}
				return nil
			},
		} {
			ctx, db := p.open(t, func(c *gormango.Config) {
				c.Replicas = append(c.Replicas, c.Replicas[0])
				c.Pool = gormango.Pool{Max: 1, AcquireTimeout: 20 * time.Second}
			})
			require.NoError(t, read(ctx, db), name)
			s := gormango.Stats(db)
			require.Zero(t, s.Replicas[0].Reads*s.Replicas[1].Reads, name)
			require.NotZero(t, s.Replicas[0].Reads+s.Replicas[1].Reads, name)
		}
	})

	t.Run("the health of each", func(t *testing.T) {
		require.NoError(t, gormango.Health(ctx, db))
		u := "postgres://ann:s3cret@127.0.0.1:1/library"
		ctx, db := p.open(t, func(c *gormango.Config) { c.Replicas = append(c.Replicas, u) })
		err := gormango.Health(ctx, db)
		require.ErrorContains(t, err, `gormango: Config.Replicas[1]: cannot open database "library" on 127.0.0.1:1 as user "ann": `)
		require.NotContains(t, err.Error(), "s3cret")
		require.NotContains(t, err.Error(), "Replicas[0]")
		require.NoError(t, gormango.Health(gormango.OnPrimary(ctx), db))
	})

	t.Run("closed", func(t *testing.T) {
		ctx, db := p.open(t, func(c *gormango.Config) { c.ApplicationName = "closing" })
		require.True(t, onStandby(t, ctx, db))
		require.NoError(t, gormango.Close(db))
		_, err := repo.New[site](db).Get(ctx)
		require.ErrorIs(t, err, gormango.ErrClosed)
		require.Error(t, db.First(&site{}).Error)
		require.ErrorIs(t, gormango.Health(ctx, db), gormango.ErrClosed)
		require.Eventually(t, func() bool {
			var n int
			err := p.watch.QueryRow(ctx, "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'closing'").Scan(&n)
			return err == nil && n == 0
		}, 20*time.Second, 10*time.Millisecond)
	})
}
