package dataset

import (
	"context"
	"encoding/csv"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/example_app/store"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repotest"
)

func quiet(string, ...any) {}

// other returns a folder that differs from the sample: its artists and genres
// have other names, and there is one more of each.
func other(t *testing.T) *Dataset {
	t.Helper()
	fsys := edited(t, "artist.csv", map[int]string{2: "1,Another", 6: "9,The Ninth\n"})
	d, err := Read(t.Context(), fsys)
	require.NoError(t, err)
	return d
}

func open(t *testing.T) *gorm.DB {
	t.Helper()
	return repotest.Open(t, store.Models()...)
}

func artistNames(t *testing.T, db *gorm.DB) string {
	t.Helper()
	var names []string
	list, err := repo.New[store.Artist](db).OrderBy("id").All(t.Context())
	require.NoError(t, err)
	for _, a := range list {
		names = append(names, fmt.Sprintf("%d %s", a.ID, a.Name))
	}
	return strings.Join(names, ", ")
}

const (
	sampleArtists = "1 The Paper Lanterns, 2 Marta Quill Trio, 3 Nordlicht Ensemble, 4 Tin Harbour"
	otherArtists  = "1 Another, 2 Marta Quill Trio, 3 Nordlicht Ensemble, 4 Tin Harbour, 9 The Ninth"
)

func TestFillEmpty(t *testing.T) {
	t.Parallel()
	db := open(t)
	filled, err := FillEmpty(t.Context(), db)
	require.NoError(t, err)
	require.True(t, filled)
	require.Equal(t, sampleArtists, artistNames(t, db))

	filled, err = FillEmpty(t.Context(), db)
	require.NoError(t, err)
	require.False(t, filled)

	next := &store.Artist{Name: "Next"}
	require.NoError(t, repo.New[store.Artist](db).Create(t.Context(), next))
	require.EqualValues(t, 5, next.ID)
}

func TestFillEmptyLeavesOtherRowsAlone(t *testing.T) {
	t.Parallel()
	db := open(t)
	require.NoError(t, repo.New[store.Playlist](db).Create(t.Context(), &store.Playlist{Name: "mine"}))
	filled, err := FillEmpty(t.Context(), db)
	require.NoError(t, err)
	require.False(t, filled)
	require.Empty(t, artistNames(t, db))
}

func TestFillEmptyAtOnce(t *testing.T) {
	t.Parallel()
	db := open(t)
	var wg sync.WaitGroup
	results := make(chan bool, 8)
	for range 8 {
		wg.Go(func() {
			filled, err := FillEmpty(context.Background(), db)
			if err != nil {
				t.Error(err)
			}
			results <- filled
		})
	}
	wg.Wait()
	close(results)
	times := 0
	for filled := range results {
		if filled {
			times++
		}
	}
	require.Equal(t, 1, times)
	require.Equal(t, sampleArtists, artistNames(t, db))
}

func TestLoadIntoAnEmptyDatabase(t *testing.T) {
	t.Parallel()
	db, d := open(t), other(t)
	var lines []string
	require.NoError(t, d.Load(t.Context(), db, func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }))
	require.Equal(t, otherArtists, artistNames(t, db))
	require.Len(t, lines, 11)
	require.Regexp(t, `^artists: 5 rows in `, lines[2])

	// The sequence continues after the file's greatest key.
	next := &store.Artist{Name: "Next"}
	require.NoError(t, repo.New[store.Artist](db).Create(t.Context(), next))
	require.EqualValues(t, 10, next.ID)

	// Empty values are NULL, keys and relations are those of the file.
	track, err := repo.New[store.Track](db).SelectRelated("album", "genre").Filter("pk", 12).Get(t.Context())
	require.NoError(t, err)
	require.Nil(t, track.Album)
	require.Nil(t, track.Genre)
	require.Nil(t, track.Composer)
	boss, err := repo.New[store.Employee](db).Filter("reports_to__last_name", "Okafor").Get(t.Context())
	require.NoError(t, err)
	require.Equal(t, "Silva", boss.LastName)
	evening, err := repo.New[store.Playlist](db).PrefetchRelated("tracks").Filter("name", "Evening").Get(t.Context())
	require.NoError(t, err)
	require.Len(t, evening.Tracks, 3)
}

func TestLoadAgainChangesNothing(t *testing.T) {
	t.Parallel()
	db, d := open(t), other(t)
	require.NoError(t, d.Load(t.Context(), db, quiet))
	// Changed and added rows stay.
	artists := repo.New[store.Artist](db)
	_, err := artists.Filter("id", 1).Update(t.Context(), artists.Set("name", "Renamed"))
	require.NoError(t, err)
	require.NoError(t, artists.Create(t.Context(), &store.Artist{Name: "Added"}))
	before := artistNames(t, db)

	var lines []string
	require.NoError(t, other(t).Load(t.Context(), db, func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }))
	require.Equal(t, []string{"loaded already, nothing changed"}, lines)
	require.Equal(t, before, artistNames(t, db))
}

func TestLoadReplacesTheUntouchedSample(t *testing.T) {
	t.Parallel()
	db := open(t)
	_, err := FillEmpty(t.Context(), db)
	require.NoError(t, err)
	// A row that was added and deleted leaves a trace only in the sequence.
	artists := repo.New[store.Artist](db)
	gone := &store.Artist{Name: "Gone"}
	require.NoError(t, artists.Create(t.Context(), gone))
	_, err = artists.Delete(t.Context(), gone)
	require.NoError(t, err)

	require.NoError(t, other(t).Load(t.Context(), db, quiet))
	require.Equal(t, otherArtists, artistNames(t, db))
}

func TestLoadOfTheSampleOntoTheSampleChangesNothing(t *testing.T) {
	t.Parallel()
	db := open(t)
	_, err := FillEmpty(t.Context(), db)
	require.NoError(t, err)
	d, err := Sample(t.Context())
	require.NoError(t, err)
	var lines []string
	require.NoError(t, d.Load(t.Context(), db, func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }))
	require.Equal(t, []string{"loaded already, nothing changed"}, lines)
}

func TestLoadRefusesOtherRows(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		sample bool
		sql    string
		want   string
	}{
		{"a row in an empty database", false, "INSERT INTO playlists (name, lock_version) VALUES ('mine', 1)",
			`dataset: table "playlists" holds rows that are not the files' (1); nothing was loaded (load into an empty database)`},
		{"a row beside the sample", true, "INSERT INTO artists (name, lock_version) VALUES ('a', 1), ('b', 1)",
			`dataset: table "artists" holds rows that are not the files' (2); nothing was loaded (load into an empty database)`},
		{"a changed row of the sample", true, "UPDATE tracks SET unit_price = 5 WHERE id = 3",
			`dataset: table "tracks" holds rows that are not the files' (1); nothing was loaded (load into an empty database)`},
		{"the sample without a row", true, "DELETE FROM invoice_lines WHERE id = 3",
			`dataset: table "artists" lacks rows of the files (1), but the database is not empty; nothing was loaded (load into an empty database)`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			db := open(t)
			if c.sample {
				_, err := FillEmpty(t.Context(), db)
				require.NoError(t, err)
			}
			require.NoError(t, db.Exec(c.sql).Error)
			before := artistNames(t, db)
			err := other(t).Load(t.Context(), db, quiet)
			require.EqualError(t, err, c.want)
			var conflict *ConflictError
			require.ErrorAs(t, err, &conflict)
			require.Equal(t, before, artistNames(t, db))
		})
	}
}

// chinook returns the folder with the real files, if there is one.
func chinook(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("GORMANGO_CHINOOK")
	if dir == "" {
		t.Skip("SKIPPED: GORMANGO_CHINOOK names no folder with the Chinook CSV files")
	}
	return dir
}

func TestLoadChinook(t *testing.T) {
	t.Parallel()
	fsys := os.DirFS(chinook(t))
	db := open(t)
	start := time.Now()
	d, err := Read(t.Context(), fsys)
	require.NoError(t, err)
	require.NoError(t, d.Load(t.Context(), db, t.Logf))
	t.Logf("%d rows in %s", d.Len(), time.Since(start))
	for _, table := range d.tables {
		var n int
		require.NoError(t, db.Raw("SELECT count(*) FROM "+table.tableName()).Scan(&n).Error)
		require.Equal(t, records(t, fsys, table.fileName()), n, table.tableName())
	}
	diffs, err := d.compare(t.Context(), db)
	require.NoError(t, err)
	require.True(t, same(diffs))
}

// records counts the rows of a file without the code under test.
func records(t *testing.T, fsys fs.FS, name string) int {
	t.Helper()
	f, err := fsys.Open(name)
	require.NoError(t, err)
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	return len(all) - 1
}
