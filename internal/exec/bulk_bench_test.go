//go:build unix

package exec_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"gorm.io/gorm"

	"github.com/gormango/gormango/repo"
)

// valuesOf returns the text of VALUES with a parameter for each value.
func valuesOf(rows, columns int) string {
	var sb strings.Builder
	for i := range rows * columns {
		switch {
		case i == 0:
			sb.WriteString("VALUES (")
		case i%columns == 0:
			sb.WriteString("), (")
		default:
			sb.WriteString(", ")
		}
		sb.WriteString("$" + strconv.Itoa(i+1))
	}
	return sb.String() + ")"
}

func truncate(b *testing.B, pool *pgxpool.Pool) func() error {
	return func() error {
		_, err := pool.Exec(b.Context(), "TRUNCATE songs")
		return err
	}
}

// BenchmarkBulkCreate inserts 1,000 rows and reads their keys: by pgx with one
// INSERT of 9,000 parameters, and by BulkCreate.
func BenchmarkBulkCreate(b *testing.B) {
	const n = 1000
	ctx := b.Context()
	db, pool := opened(b, &song{})
	songs, sql := repo.New[song](db), "INSERT INTO songs ("+songColumns+") "+valuesOf(n, 9)+" RETURNING id"
	var list []*song
	before := func() error { list = newSongs(n); return truncate(b, pool)() }
	compare(b, &side{before: before, run: func() error {
		args := make([]any, 0, 9*n)
		for _, s := range list {
			args = songArgs(args, s)
		}
		rows, err := pool.Query(ctx, sql, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for i := 0; rows.Next(); i++ {
			if err := rows.Scan(&list[i].ID); err != nil {
				return err
			}
		}
		return rows.Err()
	}}, &side{before: before, run: func() error { return songs.BulkCreate(ctx, list) }})
}

// BenchmarkCopy writes 100,000 rows by COPY: by pgx.CopyFrom, and by BulkCreate
// with UsingCopy.
func BenchmarkCopy(b *testing.B) {
	const n = 100_000
	ctx := b.Context()
	db, pool := opened(b, &song{})
	songs, list := repo.New[song](db), newSongs(n)
	before := truncate(b, pool)
	compare(b, &side{before: before, run: func() error {
		row := make([]any, 0, 9)
		_, err := pool.CopyFrom(ctx, pgx.Identifier{"songs"}, strings.Split(songColumns, ", "), pgx.CopyFromSlice(n, func(i int) ([]any, error) {
			row = songArgs(row[:0], list[i])
			return row, nil
		}))
		return err
	}}, &side{before: before, run: func() error { return songs.BulkCreate(ctx, list, repo.UseCopy()) }})
}

// stored returns n songs that are in the table.
func stored(b *testing.B, db *gorm.DB, n int) []*song {
	list := newSongs(n)
	if err := repo.New[song](db).BulkCreate(b.Context(), list); err != nil {
		b.Fatal(err)
	}
	if err := db.Exec("VACUUM ANALYZE songs").Error; err != nil {
		b.Fatal(err)
	}
	return list
}

// BenchmarkBulkUpdate writes other values to two columns of 1,000 rows: by pgx
// with one UPDATE from unnested arrays, and by BulkUpdate.
func BenchmarkBulkUpdate(b *testing.B) {
	const n = 1000
	ctx := b.Context()
	db, pool := opened(b, &song{})
	songs, list := repo.New[song](db), stored(b, db, n)
	turn := 0
	before := func() error {
		turn++
		for i, s := range list {
			s.Milliseconds, s.Title = int32(i+turn), "title "+strconv.Itoa(i+turn)
		}
		_, err := pool.Exec(ctx, "VACUUM songs")
		return err
	}
	compare(b, &side{before: before, run: func() error {
		ids, titles, lengths := make([]int64, n), make([]string, n), make([]int32, n)
		for i, s := range list {
			ids[i], titles[i], lengths[i] = s.ID, s.Title, s.Milliseconds
		}
		_, err := pool.Exec(ctx, `UPDATE songs SET title = u.title, milliseconds = u.milliseconds
			FROM unnest($1::bigint[], $2::text[], $3::integer[]) u(id, title, milliseconds) WHERE songs.id = u.id`, ids, titles, lengths)
		return err
	}}, &side{before: before, run: func() error {
		_, err := songs.BulkUpdate(ctx, list, "title", "milliseconds")
		return err
	}})
}

// BenchmarkBulkUpsert inserts 1,000 rows that exist and updates them: by pgx
// with one INSERT of 10,000 parameters, and by BulkCreate of an upsert.
func BenchmarkBulkUpsert(b *testing.B) {
	const n = 1000
	ctx := b.Context()
	db, pool := opened(b, &song{})
	songs, list := repo.New[song](db), stored(b, db, n)
	sql := "INSERT INTO songs (id, " + songColumns + ") " + valuesOf(n, 10) +
		" ON CONFLICT (id) DO UPDATE SET title = EXCLUDED.title, milliseconds = EXCLUDED.milliseconds RETURNING id"
	before := func() error {
		_, err := pool.Exec(ctx, "VACUUM songs")
		return err
	}
	compare(b, &side{before: before, run: func() error {
		args := make([]any, 0, 10*n)
		for _, s := range list {
			args = songArgs(append(args, s.ID), s)
		}
		rows, err := pool.Query(ctx, sql, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for i := 0; rows.Next(); i++ {
			if err := rows.Scan(&list[i].ID); err != nil {
				return err
			}
		}
		return rows.Err()
	}}, &side{before: before, run: func() error { return songs.OnConflict("pk").Update("title", "milliseconds").BulkCreate(ctx, list) }})
}
