//go:build unix

package exec_test

import (
	"strconv"
	"testing"

	"github.com/gormango/gormango/repo"
)

// BenchmarkSelect reads rows of ten columns: by pgx with Scan, and by All.
func BenchmarkSelect(b *testing.B) {
	ctx := b.Context()
	db, pool := opened(b, &song{})
	list := newSongs(10_000)
	if err := repo.New[song](db).BulkCreate(ctx, list); err != nil {
		b.Fatal(err)
	}
	if err := db.Exec("ANALYZE songs").Error; err != nil {
		b.Fatal(err)
	}
	first := list[0].ID
	for _, n := range []int{10, 100, 1000, 10_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			songs := repo.New[song](db).Filter("id__lt", first+int64(n))
			compare(b, &side{run: func() error {
				rows, err := pool.Query(ctx, "SELECT id, "+songColumns+" FROM songs WHERE id < $1", first+int64(n))
				if err != nil {
					return err
				}
				defer rows.Close()
				var got []*song
				for rows.Next() {
					s := new(song)
					if err := rows.Scan(&s.ID, &s.Title, &s.Album, &s.Artist, &s.Composer, &s.Milliseconds, &s.Price, &s.Explicit, &s.CreatedAt, &s.UpdatedAt); err != nil {
						return err
					}
					got = append(got, s)
				}
				if len(got) != n {
					b.Fatal(len(got))
				}
				return rows.Err()
			}}, &side{run: func() error {
				got, err := songs.All(ctx)
				if err == nil && len(got) != n {
					b.Fatal(len(got))
				}
				return err
			}})
		})
	}
}
