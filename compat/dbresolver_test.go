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

// Place says on which server it stands: primary and replica are two databases with rows of their own.
type Place struct {
	ID   int64
	Name string `gorm:"not null"`
}

// withReplica gives a primary with the resolver, and the replica itself.
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
	// The replica's dialector brings its pool along.
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

// Repositories do not go through GORM's callbacks: they stay on the database that they were made with.
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

// The resolver knows a transaction by the *gorm.DB, not by the context. So inside of a block plain GORM
// calls take txutil.DB.
func TestDBResolverInsideABlock(t *testing.T) {
	t.Parallel()
	primary, _ := withReplica(t, "ours")
	rollback := errors.New("rollback")
	err := txutil.Atomic(context.Background(), primary, func(ctx context.Context) error {
		tx := txutil.DB(ctx, primary)
		require.NoError(t, tx.Create(&Place{Name: "a"}).Error)
		require.NoError(t, primary.WithContext(ctx).Create(&Place{Name: "b"}).Error)
		require.Equal(t, "primary", place(t, tx))
		require.Equal(t, "primary", place(t, primary.WithContext(ctx).Clauses(dbresolver.Write)))
		n, err := repo.New[Place](primary).Count(ctx)
		require.NoError(t, err)
		require.EqualValues(t, 3, n)
		return rollback
	})
	require.ErrorIs(t, err, rollback)
	require.Equal(t, []string{"(1,primary)"}, lines(t, primary.Clauses(dbresolver.Write), "SELECT * FROM places"))
}
