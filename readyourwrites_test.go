package gormango_test

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/txutil"
)

func TestReadYourWrites(t *testing.T) {
	t.Parallel()
	p := newPair(t, nil)
	ctx, db := p.open(t)
	p.pause(t) // nothing that is written here arrives
	sqlDB, err := db.DB()
	require.NoError(t, err)
	var n atomic.Int64
	name := func() string { return "cabinet " + time.Unix(n.Add(1), 0).String() }
	cabinets := repo.New[cabinet](db)
	write := func(ctx context.Context) error { return db.WithContext(ctx).Create(&cabinet{Name: name()}).Error }

	for what, fn := range map[string]func(ctx context.Context) error{
		"Create": write,
		"Update": func(ctx context.Context) error {
			return db.WithContext(ctx).Model(&cabinet{}).Where("id = 0").Update("name", "x").Error
		},
		"Delete": func(ctx context.Context) error { return db.WithContext(ctx).Delete(&cabinet{}, 0).Error },
		"Exec":   func(ctx context.Context) error { return db.WithContext(ctx).Exec("SELECT 1").Error },
		"Raw": func(ctx context.Context) error {
			return db.WithContext(ctx).Raw("INSERT INTO cabinets (name) VALUES (?) RETURNING id", name()).Scan(new(int64)).Error
		},
		"Raw with": func(ctx context.Context) error {
			return db.WithContext(ctx).Raw("WITH x AS (DELETE FROM cabinets WHERE id = 0 RETURNING id) SELECT count(*) FROM x").Scan(new(int64)).Error
		},
		"Raw into": func(ctx context.Context) error {
			return db.WithContext(ctx).Raw("SELECT 1 AS n INTO copies").Scan(new(int64)).Error
		},
		"repo Create": func(ctx context.Context) error { return cabinets.Create(ctx, &cabinet{Name: name()}) },
		"repo Update": func(ctx context.Context) error {
			_, err := cabinets.Filter("id", 0).Update(ctx, cabinets.Set("name", "x"))
			return err
		},
		"repo BulkCreate": func(ctx context.Context) error {
			return cabinets.BulkCreate(ctx, []*cabinet{{Name: name()}, {Name: name()}})
		},
		"a context made from it": func(ctx context.Context) error {
			ctx, cancel := context.WithCancel(ctx)
			defer cancel()
			return write(ctx)
		},
		"a transaction": func(ctx context.Context) error {
			return txutil.Atomic(ctx, db, func(ctx context.Context) error {
				return db.WithContext(ctx).Raw("SELECT nextval('cabinets_id_seq')").Scan(new(int64)).Error
			})
		},
		"in a transaction of another context": func(scope context.Context) error {
			return db.WithContext(ctx).Transaction(func(tx *gorm.DB) error { return write2(tx.WithContext(scope), name()) })
		},
		"a callback after the commit": func(ctx context.Context) error {
			return txutil.Atomic(ctx, db, func(ctx context.Context) error {
				return txutil.OnCommit(ctx, db, func(ctx context.Context) error {
					require.False(t, onStandby(t, ctx, db))
					return nil
				})
			})
		},
		"Native": func(ctx context.Context) error {
			return gormango.Native(ctx, db, func(*pgx.Conn) error { return nil })
		},
		"Dedicated": func(ctx context.Context) error {
			return gormango.Dedicated(ctx, db, func(*pgx.Conn) error { return nil })
		},
		"DB": func(ctx context.Context) error {
			_, err := sqlDB.ExecContext(ctx, "DELETE FROM cabinets WHERE id = 0")
			return err
		},
		"DB query": func(ctx context.Context) error {
			return sqlDB.QueryRowContext(ctx, "INSERT INTO cabinets (name) VALUES ($1) RETURNING id", name()).Scan(new(int64))
		},
	} {
		scope := gormango.WithReadYourWrites(ctx)
		require.True(t, onStandby(t, scope, db), what)
		require.NoError(t, fn(scope), what)
		require.False(t, onStandby(t, scope, db), what)
		for way, read := range ways(db) {
			standby, err := read(context.WithValue(scope, t, 1))
			require.NoError(t, err, way)
			require.False(t, standby, "%s after %s", way, what)
		}
		require.True(t, onStandby(t, gormango.WithReadYourWrites(ctx), db), "another scope")
		require.True(t, onStandby(t, ctx, db), "no scope")
	}

	t.Run("what is no write", func(t *testing.T) {
		scope := gormango.WithReadYourWrites(ctx)
		require.NoError(t, db.WithContext(scope).Raw(" (SELECT 1)").Scan(new(int)).Error)
		require.NoError(t, db.WithContext(scope).Raw("SHOW timezone").Scan(new(string)).Error)
		require.NoError(t, txutil.Atomic(scope, db, func(ctx context.Context) error { onStandby(t, ctx, db); return nil }, txutil.ReadOnly()))
		for range repo.New[cabinet](db).Iter(gormango.OnPrimary(scope)) {
		}
		require.NoError(t, cabinets.Refresh(scope, &cabinet{ID: 1}))
		require.ErrorIs(t, txutil.Atomic(scope, db, func(context.Context) error { return context.Canceled }), context.Canceled)
		require.True(t, onStandby(t, scope, db))
	})

	t.Run("each database for itself", func(t *testing.T) {
		_, other := p.open(t)
		scope := gormango.WithReadYourWrites(ctx)
		require.NoError(t, write(scope))
		require.True(t, onStandby(t, scope, other))
		require.False(t, onStandby(t, scope, db))
	})

	t.Run("reads of a write are not old", func(t *testing.T) {
		fresh := &cabinet{Name: name()}
		require.NoError(t, db.WithContext(ctx).Create(fresh).Error)
		_, err := cabinets.ByPK(ctx, fresh.ID)
		require.ErrorIs(t, err, repo.ErrDoesNotExist, "the standby has it not")
		created, err := cabinets.By("name").GetOrCreate(ctx, &cabinet{Name: fresh.Name})
		require.NoError(t, err)
		require.False(t, created)
		found := cabinet{Name: fresh.Name}
		require.NoError(t, db.WithContext(ctx).Where(&found).FirstOrCreate(&found).Error)
		require.Equal(t, fresh.ID, found.ID)
		require.NoError(t, cabinets.Refresh(ctx, &cabinet{ID: fresh.ID}))
	})

	t.Run("what has not arrived is asked of the primary", func(t *testing.T) {
		_, err := p.admin.Exec(ctx, "CREATE TABLE arrivals (id bigserial PRIMARY KEY); INSERT INTO arrivals DEFAULT VALUES; ALTER TABLE boxes ADD COLUMN late int")
		require.NoError(t, err)
		var n int64
		require.NoError(t, db.WithContext(ctx).Table("arrivals").Count(&n).Error)
		require.Equal(t, int64(1), n)
		require.NoError(t, db.WithContext(ctx).Model(&box{}).Where("late IS NULL").Count(&n).Error)
		columns, err := db.Migrator().ColumnTypes(&box{})
		require.NoError(t, err)
		late := slices.IndexFunc(columns, func(c gorm.ColumnType) bool { return c.Name() == "late" })
		require.NotNil(t, columns[late].ScanType(), "what a read of the table says of the column")
		err = db.WithContext(ctx).Model(&box{}).Where("never IS NULL").Count(&n).Error
		var syntax *gormango.SyntaxError
		require.ErrorAs(t, err, &syntax, "of the primary")
		require.False(t, gormango.Stats(db).Replicas[0].Resting)
		require.True(t, onStandby(t, ctx, db))
	})
}

func write2(db *gorm.DB, name string) error { return db.Create(&cabinet{Name: name}).Error }
