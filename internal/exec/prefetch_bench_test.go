//go:build unix

package exec_test

import (
	"strconv"
	"testing"

	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
)

// disc has tracks.
type disc struct {
	models.AutoKey
	Title  string
	Tracks []disctrack
}

type disctrack struct {
	models.AutoKey
	DiscID int64 `gorm:"not null;index"`
	Name   string
	Length int32
}

// BenchmarkPrefetch reads discs with ten tracks each, by two queries.
func BenchmarkPrefetch(b *testing.B) {
	ctx := b.Context()
	db, pool := opened(b, &disc{}, &disctrack{})
	for _, sql := range []string{"INSERT INTO discs (title) SELECT 'title ' || g FROM generate_series(1, 1000) g",
		"INSERT INTO disctracks (disc_id, name, length) SELECT (g + 9) / 10, 'name ' || g, g FROM generate_series(1, 10000) g", "ANALYZE"} {
		if _, err := pool.Exec(ctx, sql); err != nil {
			b.Fatal(err)
		}
	}
	for _, n := range []int{100, 1000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			hand := func() error {
				rows, err := pool.Query(ctx, "SELECT id, title FROM discs WHERE id <= $1 ORDER BY id", n)
				if err != nil {
					return err
				}
				defer rows.Close()
				var discs []*disc
				at := map[int64]*disc{}
				var ids []int64
				for rows.Next() {
					d := new(disc)
					if err := rows.Scan(&d.ID, &d.Title); err != nil {
						return err
					}
					discs, ids = append(discs, d), append(ids, d.ID)
					at[d.ID] = d
				}
				if rows, err = pool.Query(ctx, "SELECT id, disc_id, name, length FROM disctracks WHERE disc_id = ANY($1) ORDER BY id", ids); err != nil {
					return err
				}
				defer rows.Close()
				for rows.Next() {
					var t disctrack
					if err := rows.Scan(&t.ID, &t.DiscID, &t.Name, &t.Length); err != nil {
						return err
					}
					d := at[t.DiscID]
					d.Tracks = append(d.Tracks, t)
				}
				if len(discs) != n {
					b.Fatal(len(discs))
				}
				return rows.Err()
			}
			discs := repo.New[disc](db).Filter("id__lte", n).OrderBy("id").PrefetchRelated("tracks")
			compare(b, &side{run: hand}, &side{run: func() error {
				list, err := discs.All(ctx)
				if err == nil && (len(list) != n || len(list[n-1].Tracks) != 10) {
					b.Fatal(len(list))
				}
				return err
			}})
		})
	}
}
