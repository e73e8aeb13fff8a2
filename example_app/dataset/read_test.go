package dataset

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

// edited returns the sample's files with other texts for some lines of one
// file.
func edited(t *testing.T, file string, lines map[int]string) fs.FS {
	t.Helper()
	fsys := fstest.MapFS{}
	entries, err := sampleFiles.ReadDir("sample")
	require.NoError(t, err)
	for _, e := range entries {
		text, err := sampleFiles.ReadFile("sample/" + e.Name())
		require.NoError(t, err)
		if e.Name() == file {
			all := strings.Split(string(text), "\n")
			for n, line := range lines {
				all[n-1] = line
			}
			text = []byte(strings.Join(all, "\n"))
		}
		fsys[e.Name()] = &fstest.MapFile{Data: text}
	}
	return fsys
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, file string
		line       int
		text, want string
	}{
		{"unknown foreign key", "album.csv", 3, "2,Rooftop Weather,9999", "album.csv:3: column artist_id: no artist has the key 9999"},
		{"unknown foreign key of two words", "track.csv", 2, "1,a,,77,,,1,,0.99", "track.csv:2: column media_type_id: no media type has the key 77"},
		{"unknown nullable foreign key", "track.csv", 2, "1,a,88,1,,,1,,0.99", "track.csv:2: column album_id: no album has the key 88"},
		{"unknown row of the same file", "employee.csv", 2, "1,Berg,Anna,,44,,,,,,,,,,", "employee.csv:2: column reports_to: no employee has the key 44"},
		{"unknown key of a link", "playlist_track.csv", 4, "1,999", "playlist_track.csv:4: column track_id: no track has the key 999"},
		{"no integer", "track.csv", 5, "4,a,2,1,1,,long,,0.99", `track.csv:5: column milliseconds: "long" is not an integer`},
		{"no key", "artist.csv", 2, ",A", "artist.csv:2: column artist_id: a value is required"},
		{"key below 1", "artist.csv", 2, "0,A", "artist.csv:2: column artist_id: the key 0 is below 1"},
		{"no amount", "track.csv", 2, "1,a,,1,,,1,,free", `track.csv:2: column unit_price: "free" is not an amount`},
		{"amount too exact", "track.csv", 2, "1,a,,1,,,1,,0.999", "track.csv:2: column unit_price: Enter an amount from 0 to 99999999.99 with at most two decimal places."},
		{"amount of many digits", "track.csv", 2, "1,a,,1,,,1,,1e9000", "track.csv:2: column unit_price: Enter an amount from 0 to 99999999.99 with at most two decimal places."},
		{"no time", "invoice.csv", 3, "2,2,yesterday,,,,,,1.00", `invoice.csv:3: column invoice_date: "yesterday" is not a time such as 2021-01-31 00:00:00`},
		{"required text", "album.csv", 2, "1,,1", "album.csv:2: column title: a value is required"},
		{"too long", "genre.csv", 2, "1," + strings.Repeat("x", 121), "genre.csv:2: column name: Ensure this value has at most 120 characters (it has 121)."},
		{"NUL", "genre.csv", 2, "1,a\x00b", "genre.csv:2: column name: Null characters are not allowed."},
		{"not UTF-8", "genre.csv", 2, "1,a\xffb", "genre.csv:2: column name: This is not valid UTF-8 text."},
		{"bad mail address", "customer.csv", 2, "1,A,B,,,,,,,,,nobody,", "customer.csv:2: column email: Enter a valid email address."},
		{"boss of oneself", "employee.csv", 2, "1,Berg,Anna,,1,,,,,,,,,,", "employee.csv:2: column reports_to: An employee cannot report to themselves."},
		{"key twice", "genre.csv", 4, "1,Other", "genre.csv:4: column genre_id: the key 1 stands on line 2 already"},
		{"link twice", "playlist_track.csv", 3, "1,6", "playlist_track.csv:3: column playlist_id, track_id: the key 1, 6 stands on line 2 already"},
		{"unique twice", "genre.csv", 4, "3,Rock", `genre.csv:4: column name: "Rock" stands on line 2 already`},
		{"too few values", "album.csv", 4, "3,Blue Ledger", "album.csv:4: column artist_id: is missing: 2 values for 3 columns"},
		{"too many values", "album.csv", 4, "3,Blue Ledger,2,x", "album.csv:4: 4 values for 3 columns"},
		{"line of a row after one of two lines", "track.csv", 2, "1,\"two\nlines\",,1,,,1,,0.99\n2,b,,1,,,-1,,0.99", "track.csv:4: column milliseconds: Ensure this value is greater than or equal to 0."},
		{"open quote", "genre.csv", 6, `5,"Classical`, `genre.csv:6: at byte 14 of line 6: extraneous or missing " in quoted-field`},
		{"other header", "album.csv", 1, "album_id,name,artist_id", `album.csv:1: column title: the header has "name" in its place`},
		{"header too short", "album.csv", 1, "album_id,title", "album.csv:1: column artist_id: is missing in the header"},
		{"header too long", "album.csv", 1, "album_id,title,artist_id,year", "album.csv:1: column year: is not a column of this file"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := Read(t.Context(), edited(t, c.file, map[int]string{c.line: c.text}))
			require.EqualError(t, err, c.want)
			var wrong *Error
			require.ErrorAs(t, err, &wrong)
			require.Equal(t, c.file, wrong.File)
		})
	}
}

func TestReadRefusesAMissingFile(t *testing.T) {
	t.Parallel()
	fsys := edited(t, "", nil).(fstest.MapFS)
	delete(fsys, "playlist_track.csv")
	_, err := Read(t.Context(), fsys)
	require.EqualError(t, err, "playlist_track.csv: file does not exist")
	require.ErrorIs(t, err, fs.ErrNotExist)
}

func TestReadRefusesAnEmptyFile(t *testing.T) {
	t.Parallel()
	fsys := edited(t, "", nil).(fstest.MapFS)
	fsys["artist.csv"] = &fstest.MapFile{}
	_, err := Read(t.Context(), fsys)
	require.EqualError(t, err, "artist.csv:1: the file is empty (its first line has to be the header)")
}

func TestSample(t *testing.T) {
	t.Parallel()
	d, err := Sample(t.Context())
	require.NoError(t, err)
	require.Positive(t, d.Len())
	for _, table := range d.tables {
		require.Positive(t, table.len(), table.tableName())
	}
}
