package shop

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// fillTables adds n artists, albums, genres, formats and employees.
func fillTables(t testing.TB, s shop, n int) {
	t.Helper()
	for _, sql := range []string{
		"INSERT INTO artists (name, lock_version) SELECT 'Zartist ' || n, 1 FROM generate_series(1, ?::int) n",
		"INSERT INTO albums (title, artist_id, lock_version) SELECT 'Zalbum ' || n, 1, 1 FROM generate_series(1, ?::int) n",
		"INSERT INTO genres (name) SELECT 'Zgenre ' || n FROM generate_series(1, ?::int) n",
		"INSERT INTO media_types (name) SELECT 'Zformat ' || n FROM generate_series(1, ?::int) n",
		"INSERT INTO employees (last_name, first_name) SELECT 'Zemployee ' || n, 'E' FROM generate_series(1, ?::int) n",
		"INSERT INTO playlists (name, lock_version) SELECT 'Zlist ' || n, 1 FROM generate_series(1, ?::int) n",
	} {
		require.NoError(t, s.db.Exec(sql, n).Error)
	}
	require.NoError(t, s.db.Exec("INSERT INTO playlist_tracks (playlist_id, track_id) SELECT id, 12 FROM playlists WHERE name LIKE 'Zlist%'").Error)
}

// No page grows with the tables: a select offers some rows, the selected one
// always, and a search for the others.
func TestPagesOfLargeTablesAreBounded(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	fillTables(t, s, 2000)
	for _, path := range []string{
		"/", "/artists", "/albums", "/albums/new", "/albums/1/edit", "/artists/1", "/artists/1/delete", "/tracks", "/tracks?genre=2000", "/tracks/new", "/tracks/1",
		"/tracks/12/delete", "/playlists", "/customers/1/edit", "/basket",
	} {
		a := s.page(path)
		require.Less(t, len(a.body), 60_000, path)
		require.LessOrEqual(t, strings.Count(a.body, "<option"), 4*(maxChoices+2), path)
		require.LessOrEqual(t, strings.Count(a.body, "<li"), 60, path)
	}
	s.page("/tracks/12/delete").shows("and more")
}

func TestChoicesAreFound(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.page("/albums/new").hides("Find: artist")
	fillTables(t, s, 200)
	const last = "204" // the key of Zartist 200, which is beyond the first 100
	a := s.page("/albums/new").shows("Find: artist").hides("Zartist 200")
	form := a.fields("/albums/new")
	require.NotContains(t, form, "find", "Enter does not search")

	found := s.post("/albums/new", with(form, "title", "<b>Mine", "find_artist_id", "zartist 200", "find", "find_artist_id")).is(200)
	found.has(`<option value="`+last+`">Zartist 200</option>`, `value="zartist 200"`, `value="&lt;b&gt;Mine"`).hides("Zartist 1 ")
	require.Equal(t, 5, s.rows("albums")-200, "a search saves nothing")
	chosen := with(found.fields("/albums/new"), "artist_id", last)
	chosen.Del("find")

	// A mistake keeps the choice.
	refused := s.post("/albums/new", with(chosen, "title", "")).is(422).has(`<option value="` + last + `" selected>Zartist 200</option>`)
	place := s.post("/albums/new", with(refused.fields("/albums/new"), "title", "Mine")).is(303).header.Get("Location")
	s.page(place).shows("Zartist 200")
	s.page(place + "/edit").has(`<option value="` + last + `" selected>Zartist 200</option>`)

	// So does the form of a row.
	edit := s.page(place + "/edit").fields(place + "/edit")
	s.post(place+"/edit", with(edit, "title", "Other", "find_artist_id", "quill", "find", "find_artist_id")).is(200).
		has(`value="Other"`, "Marta Quill", `<option value="`+last+`" selected>Zartist 200</option>`)
	s.page(place).shows("Mine").hides("Other")

	for path, search := range map[string]url.Values{
		"/tracks/new":       {"find_album_id": {"zalbum 200"}, "find_genre_id": {"zgenre 200"}, "find_media_type_id": {"zformat 200"}},
		"/customers/1/edit": {"find_support_rep_id": {"zemployee 200"}},
	} {
		values := s.page(path).fields(path)
		for name, texts := range search {
			values[name] = texts
		}
		a := s.post(path, with(values, "find", "x")).is(200)
		for _, texts := range search {
			require.Regexp(t, "(?i)<option[^>]*>[^<]*"+texts[0]+"</option>", a.body)
		}
	}
	for _, text := range []string{"\x00", "\xff", "<script>", strings.Repeat("x", 1000), "nothing like it"} {
		a := s.post("/albums/new", with(form, "find_artist_id", text, "find", "x")).is(200)
		require.NotContains(t, a.body, "<script")
	}
	s.post("/albums/new", with(form, "find_artist_id", strings.Repeat("x", 10_000), "find", "x")).is(400).shows("at most 20 words")
}
