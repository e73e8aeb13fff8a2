package exec_test

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/migrate"
	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repotest"
)

// song is a row of ten columns, two of them times.
type song struct {
	models.AutoKey
	Title, Album, Artist string
	Composer             *string
	Milliseconds         int32
	Price                float64
	Explicit             bool
	CreatedAt, UpdatedAt time.Time
}

// oneByKey holds the ways to read one song by its key.
type oneByKey struct {
	db                    *gorm.DB
	pgx, repo, kept, gorm func(id int64) (*song, error)
}

func newOneByKey(tb testing.TB) oneByKey {
	ctx := tb.Context()
	url := repotest.URL(tb)
	db, err := gormango.Open(ctx, gormango.Config{URL: url, Models: []any{&song{}}, GORM: func(c *gorm.Config) { c.Logger = logger.Discard }})
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, gormango.Close(db)) })
	_, err = migrate.Auto(ctx, db, &song{})
	require.NoError(tb, err)
	require.NoError(tb, db.Exec(`INSERT INTO songs (title, album, artist, milliseconds, price, explicit, created_at, updated_at)
		SELECT 'title ' || g, 'album ' || g / 10, 'artist ' || g / 100, g, 0.99, false, now(), now() FROM generate_series(1, 1000) g`).Error)
	require.NoError(tb, db.Exec("ANALYZE songs").Error)
	pool, err := pgxpool.New(ctx, url)
	require.NoError(tb, err)
	tb.Cleanup(pool.Close)
	songs := repo.New[song](db)
	return oneByKey{
		db: db,
		pgx: func(id int64) (*song, error) {
			s := new(song)
			err := pool.QueryRow(ctx, `SELECT id, title, album, artist, composer, milliseconds, price, explicit, created_at, updated_at FROM songs WHERE id = $1`, id).
				Scan(&s.ID, &s.Title, &s.Album, &s.Artist, &s.Composer, &s.Milliseconds, &s.Price, &s.Explicit, &s.CreatedAt, &s.UpdatedAt)
			return s, err
		},
		repo: func(id int64) (*song, error) { return repo.New[song](db).ByPK(ctx, id) },
		kept: func(id int64) (*song, error) { return songs.ByPK(ctx, id) },
		gorm: func(id int64) (*song, error) {
			s := new(song)
			return s, db.WithContext(ctx).First(s, id).Error
		},
	}
}
