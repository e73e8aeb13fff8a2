package compat

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
	"gorm.io/plugin/dbresolver"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repotest"
	"github.com/gormango/gormango/txutil"
)

// Place holds the name of its server: primary and replica are two databases
// with different rows.
type Place struct {
	ID   int64
	Name string `gorm:"not null"`
}

// withReplica returns a primary with the resolver, and the replica itself.
func withReplica(t *testing.T, kind string, gormConfig ...func(*gorm.Config)) (primary, replica *gorm.DB) {
	t.Helper()
	open := func(cfg ...func(*gorm.Config)) *gorm.DB {
		if kind == "plain" {
			c := &gorm.Config{Logger: logger.Discard}
			for _, fn := range cfg {
				fn(c)
			}
			db, err := gorm.Open(postgres.Open(repotest.URL(t)), c)
			require.NoError(t, err)
			t.Cleanup(func() {
				sqlDB, err := db.DB()
				require.NoError(t, err)
				require.NoError(t, sqlDB.Close())
			})
			return db
		}
		gc := gormango.Config{URL: repotest.URL(t), Models: []any{&Place{}}}
		if len(cfg) > 0 {
			gc.GORM = cfg[0]
		}
		db, err := gormango.Open(context.Background(), gc)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, gormango.Close(db)) })
		return db
	}
	primary, replica = open(gormConfig...), open()
	for name, db := range map[string]*gorm.DB{"primary": primary, "replica": replica} {
		require.NoError(t, db.AutoMigrate(&Place{}))
		require.NoError(t, db.Create(&Place{Name: name}).Error)
	}
	// The replica's dialector contains its pool.
	require.NoError(t, primary.Use(dbresolver.Register(dbresolver.Config{Replicas: []gorm.Dialector{replica.Dialector}})))
	return primary, replica
}

func place(t *testing.T, db *gorm.DB) string {
	t.Helper()
	var p Place
	require.NoError(t, db.First(&p, 1).Error)
	return p.Name
}

func TestDBResolver(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"plain", "ours"} {
		for session, config := range map[string]func(*gorm.Config){
			"":              func(*gorm.Config) {},
			" with prepare": func(c *gorm.Config) { c.PrepareStmt = true },
		} {
			t.Run(kind+session, func(t *testing.T) {
				t.Parallel()
				primary, replica := withReplica(t, kind, config)
				require.Equal(t, "replica", place(t, primary), "reads go to the replica")
				require.Equal(t, "primary", place(t, primary.Clauses(dbresolver.Write)))
				var raw string
				require.NoError(t, primary.Raw("SELECT name FROM places WHERE id = 1").Scan(&raw).Error)
				require.Equal(t, "replica", raw)

				require.NoError(t, primary.Create(&Place{Name: "new"}).Error)
				require.NoError(t, primary.Model(&Place{}).Where("name = ?", "new").Update("name", "newer").Error)
				require.NoError(t, primary.Exec("UPDATE places SET name = name || '!' WHERE name = 'newer'").Error)
				require.Equal(t, []string{"(2,newer!)"}, lines(t, primary.Clauses(dbresolver.Write), "SELECT * FROM places WHERE id > 1"))
				require.Empty(t, lines(t, replica, "SELECT * FROM places WHERE id > 1"), "nothing is written there")

				require.NoError(t, primary.Transaction(func(tx *gorm.DB) error {
					require.Equal(t, "primary", place(t, tx), "a transaction stays where it began")
					require.NoError(t, tx.Delete(&Place{}, 2).Error)
					return nil
				}))
				require.Empty(t, lines(t, primary.Clauses(dbresolver.Write), "SELECT * FROM places WHERE id > 1"))
			})
		}
	}
}

// Repositories do not use GORM's callbacks: they stay on their database.
func TestDBResolverAndRepositories(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	primary, replica := withReplica(t, "ours")
	p, err := repo.New[Place](primary).Filter("id", 1).Get(ctx)
	require.NoError(t, err)
	require.Equal(t, "primary", p.Name)
	p, err = repo.New[Place](replica).Filter("id", 1).Get(ctx)
	require.NoError(t, err)
	require.Equal(t, "replica", p.Name)
	require.NoError(t, repo.New[Place](primary).Create(ctx, &Place{Name: "new"}))
	require.Empty(t, lines(t, replica, "SELECT * FROM places WHERE id > 1"))
}

// The resolver detects a transaction by the *gorm.DB, not by the context.
// gormango moves calls with the context of a block back into it.
func TestDBResolverInsideABlock(t *testing.T) {
	t.Parallel()
	for session, config := range map[string]func(*gorm.Config){
		"plain":        func(*gorm.Config) {},
		"with prepare": func(c *gorm.Config) { c.PrepareStmt = true },
	} {
		t.Run(session, func(t *testing.T) {
			t.Parallel()
			primary, replica := withReplica(t, "ours", config)
			rollback := errors.New("rollback")
			chain := primary.Model(&Place{}).Where("id = ?", 1).Session(&gorm.Session{})
			names := func(ctx context.Context, db *gorm.DB) (got []string) {
				require.NoError(t, db.WithContext(ctx).Order("id").Pluck("name", &got).Error)
				return got
			}
			err := txutil.Atomic(context.Background(), primary, func(ctx context.Context) error {
				tx, bare := txutil.DB(ctx, primary), primary.WithContext(ctx)
				require.NoError(t, tx.Create(&Place{Name: "a"}).Error)
				require.NoError(t, bare.Create(&Place{Name: "b"}).Error)
				require.NoError(t, bare.Model(&Place{}).Where("name = ?", "b").Update("name", "c").Error)
				require.NoError(t, bare.Exec("UPDATE places SET name = name || '!' WHERE name = 'c'").Error)
				require.Equal(t, "primary", place(t, tx))
				for _, db := range []*gorm.DB{bare, bare.Clauses(dbresolver.Write), bare.Clauses(dbresolver.Read)} {
					require.Equal(t, "primary", place(t, db))
				}
				require.Equal(t, []string{"primary", "a", "c!"}, names(ctx, primary.Model(&Place{})))
				var raw string
				require.NoError(t, bare.Raw("SELECT name FROM places WHERE id = 1").Scan(&raw).Error)
				require.Equal(t, "primary", raw)
				require.NoError(t, bare.Raw("SELECT name FROM places WHERE id = 1").Row().Scan(&raw))
				require.Equal(t, "primary", raw)
				require.NoError(t, bare.Exec("SELECT set_config('compat.block', 'inside', true)").Error)
				require.NoError(t, tx.Raw("SELECT current_setting('compat.block', true)").Scan(&raw).Error)
				require.Equal(t, "inside", raw)
				require.Equal(t, []string{"primary"}, names(ctx, chain))
				require.NoError(t, bare.Delete(&Place{}, "name = ?", "a").Error)

				// A savepoint, a transaction of GORM inside the block, and a call outside of
				// it.
				require.NoError(t, txutil.Atomic(ctx, primary, func(ctx context.Context) error {
					require.Equal(t, []string{"primary", "c!"}, names(ctx, primary.Model(&Place{})))
					return nil
				}))
				require.NoError(t, bare.Transaction(func(tx *gorm.DB) error {
					require.Equal(t, "primary", place(t, tx))
					return nil
				}))
				require.Equal(t, "replica", place(t, primary.WithContext(txutil.Without(ctx))))
				require.Equal(t, "replica", place(t, primary), "without the block's context")
				require.Equal(t, "replica", place(t, replica.WithContext(ctx)), "another database")

				n, err := repo.New[Place](primary).Count(ctx)
				require.NoError(t, err)
				require.EqualValues(t, 2, n)
				return rollback
			})
			require.ErrorIs(t, err, rollback)
			require.Equal(t, []string{"replica"}, names(context.Background(), chain), "the same chain outside")
			require.Equal(t, "replica", place(t, primary))
			require.Equal(t, []string{"(1,primary)"}, lines(t, primary.Clauses(dbresolver.Write), "SELECT * FROM places"))
			require.Equal(t, []string{"(1,replica)"}, lines(t, replica, "SELECT * FROM places"))
		})
	}
}

// A table with servers of its own makes no difference: a block is one
// transaction of one database.
func TestDBResolverWithSourcesInsideABlock(t *testing.T) {
	t.Parallel()
	_, other := withReplica(t, "ours")
	resolver := dbresolver.Register(dbresolver.Config{Sources: []gorm.Dialector{other.Dialector}}, &Place{})
	db, err := gormango.Open(context.Background(), gormango.Config{URL: repotest.URL(t), Models: []any{&Place{}}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, gormango.Close(db)) })
	require.NoError(t, db.AutoMigrate(&Place{}))
	require.NoError(t, db.Use(resolver))
	require.NoError(t, txutil.Atomic(context.Background(), db, func(ctx context.Context) error {
		require.NoError(t, db.WithContext(ctx).Create(&Place{Name: "a"}).Error)
		require.NoError(t, db.WithContext(ctx).Create(&Place{Name: "b"}).Error)
		require.NoError(t, db.WithContext(ctx).Model(&Place{}).Where("id = ?", 1).Update("name", "c").Error)
		require.NoError(t, db.WithContext(ctx).Delete(&Place{}, 2).Error)
		return nil
	}))
	all, err := repo.New[Place](db).All(context.Background())
	require.NoError(t, err)
	require.Equal(t, []*Place{{ID: 1, Name: "c"}}, all)
	require.Equal(t, []string{"(1,replica)"}, lines(t, other, "SELECT * FROM places"))
	require.Equal(t, "replica", place(t, db), "outside the table's own servers")
}
