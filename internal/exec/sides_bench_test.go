//go:build unix

package exec_test

import (
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/migrate"
	"github.com/gormango/gormango/repotest"
)

// side is a way to do the work of a benchmark. before prepares each run and is
// not measured.
type side struct {
	before, run func() error
	wall, cpu   []float64
	allocs      float64
}

// compare runs hand-written pgx and a repository in turns, and reports the
// repository's median wall time, CPU time and allocations as multiples of
// pgx's.
func compare(b *testing.B, hand, ours *side) {
	sides := []*side{hand, ours}
	once := func(s *side, count bool) {
		if s.before != nil {
			require.NoError(b, s.before())
		}
		var m0, m1 runtime.MemStats
		runtime.ReadMemStats(&m0)
		begin, before := time.Now(), cpu(b)
		if err := s.run(); err != nil {
			b.Fatal(err)
		}
		wall, used := time.Since(begin), cpu(b)-before
		runtime.ReadMemStats(&m1)
		if count {
			s.wall, s.cpu = append(s.wall, float64(wall)), append(s.cpu, float64(used))
			s.allocs += float64(m1.Mallocs - m0.Mallocs)
		}
	}
	for _, s := range sides { // statements are prepared, plans are made
		once(s, false)
		once(s, false)
	}
	for b.Loop() {
		for _, s := range sides {
			once(s, true)
		}
	}
	median := func(all []float64) float64 {
		slices.Sort(all)
		return all[len(all)/2]
	}
	n := float64(b.N)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(median(hand.wall)/1e3, "pgx-µs")
	b.ReportMetric(median(hand.cpu)/1e3, "pgx-cpu-µs")
	b.ReportMetric(hand.allocs/n, "pgx-allocs")
	b.ReportMetric(ours.allocs/n, "repo-allocs")
	b.ReportMetric(median(ours.wall)/median(hand.wall), "wall")
	b.ReportMetric(median(ours.cpu)/median(hand.cpu), "cpu")
	b.ReportMetric(ours.allocs/hand.allocs, "allocs")
}

// opened returns a database with the tables of models, and a pool of pgx's own
// on it.
func opened(tb testing.TB, models ...any) (*gorm.DB, *pgxpool.Pool) {
	ctx := tb.Context()
	url := repotest.URL(tb)
	db, err := gormango.Open(ctx, gormango.Config{URL: url, Models: models, GORM: func(c *gorm.Config) { c.Logger = logger.Discard }})
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, gormango.Close(db)) })
	_, err = migrate.Auto(ctx, db, models...)
	require.NoError(tb, err)
	pool, err := pgxpool.New(ctx, url)
	require.NoError(tb, err)
	tb.Cleanup(pool.Close)
	return db, pool
}

// newSongs returns n songs without keys.
func newSongs(n int) []*song {
	list := make([]*song, n)
	composer := "composer"
	now := time.Now().Truncate(time.Microsecond)
	for i := range list {
		list[i] = &song{Title: "a title of a song", Album: "an album", Artist: "an artist", Milliseconds: int32(i), Price: 0.99,
			CreatedAt: now, UpdatedAt: now}
		if i%2 == 0 {
			list[i].Composer = &composer
		}
	}
	return list
}

const songColumns = "title, album, artist, composer, milliseconds, price, explicit, created_at, updated_at"

func songArgs(args []any, s *song) []any {
	return append(args, s.Title, s.Album, s.Artist, s.Composer, s.Milliseconds, s.Price, s.Explicit, s.CreatedAt, s.UpdatedAt)
}
