package shop

import (
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPlaylistList(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.page("/playlists").sends(2).shows("Empty for now 0", "Evening 3", "Long drives 4").has(`<a href="/playlists" aria-current="page">`)
	s.page("/playlists?q=long").shows("Long drives").hides("Evening")
	s.page("/playlists?q=nobody").shows("No playlist matches.")
	s.page(s.page("/playlists?limit=2").hides("Long drives").link("Next")).shows("Long drives")
	s.page(s.page("/playlists").link("Name")).has(`aria-sort="descending"`)
	s.get("/playlists?tracks=1").is(400)
	require.NoError(t, s.db.Exec("DELETE FROM playlist_tracks").Error)
	require.NoError(t, s.db.Exec("DELETE FROM playlists").Error)
	s.page("/playlists").shows("There is no playlist yet.")
}

func TestPlaylistMadeRenamedDeleted(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	form := with(s.page("/playlists/new").sends(0).fields("/playlists/new"), "name", " Rainy <b>days</b> ")
	for range 2 {
		s.post("/playlists/new", form).redirects("/playlists/4")
		s.page("/playlists/4").shows("Made “Rainy <b>days</b>”.", "0 tracks", "No track is on this playlist yet.")
	}
	require.Equal(t, 4, s.rows("playlists"))
	for name, want := range map[string]string{
		"": "This field cannot be blank.", strings.Repeat("é", 121): "120", "a\x00": "control characters", "\xff": "control characters",
	} {
		s.post("/playlists/new", with(form, "name", name, "once", "x")).is(422).shows(want).has(`aria-invalid="true" aria-describedby="name-error"`)
		s.post("/playlists/4/edit", with(form, "name", name, "lock_version", "1")).is(422).shows(want)
	}

	edit := s.page("/playlists/4/edit").sends(1).fields("/playlists/4/edit")
	require.Equal(t, "Rainy <b>days</b>", edit.Get("name"))
	for range 2 {
		s.post("/playlists/4/edit", with(edit, "name", "Rain")).redirects("/playlists/4")
		s.page("/playlists/4").shows("Saved “Rain”.")
	}
	// The same page, from the back button, with another name: the playlist was
	// saved since.
	a := s.post("/playlists/4/edit", with(edit, "name", "Sun")).is(409).shows("This was changed while you edited it", "Now stored: Rain").has(`value="Sun"`)
	a.post(s, "/playlists/4/edit").redirects("/playlists/4")
	s.page("/playlists/4").shows("Saved “Sun”.")

	remove := s.page("/playlists/4/delete").sends(2).shows("Nothing else goes with it.").fields("/playlists/4/delete")
	s.post("/playlists/4/delete", with(remove, "lock_version", "2", "once", "x")).is(409).shows("Changed in the meantime")
	for range 2 {
		s.post("/playlists/4/delete", remove).redirects("/playlists")
		s.page("/playlists").shows("Deleted “Sun”.")
	}
	s.post("/playlists/4/delete", with(remove, "once", "x")).is(404)
	s.post("/playlists/4/edit", with(edit, "once", "x", "name", "y")).is(404)
	for _, path := range []string{"/playlists/4", "/playlists/4/edit", "/playlists/4/delete", "/playlists/x", "/playlists/-1", "/playlists/99999999999999999999"} {
		s.get(path).is(404)
	}
	s.page("/playlists/2/delete").shows("The list of its 4 tracks goes with it.")
	s.post("/playlists/2/delete", s.page("/playlists/2/delete").fields("/playlists/2/delete")).redirects("/playlists")
	require.Equal(t, 12, s.rows("tracks"))
	require.Equal(t, 3, s.rows("playlist_tracks"))
}

func TestPlaylistTracks(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.page("/playlists/2").sends(3).shows("Long drives", "4 tracks", "Street of Lights", "Harbour Song", "Tin Harbour").hides("Antenna")
	found := s.page("/playlists/2?q=paper+t").sends(4).shows("Tracks of the store", "Antenna", "Street of Lights", "Back to the playlist").
		has(`aria-label="Add Antenna to the playlist"`, `aria-label="Remove Street of Lights from the playlist"`)
	s.page("/playlists/2?q=+").sends(3).shows("4 tracks").hides("Antenna")
	s.page("/playlists/2?q=nobody").shows("No track matches.")
	s.get("/playlists/2?x=1").is(400)
	s.page(s.page("/playlists/2?limit=2").hides("Rooftop").link("Next")).shows("Street of Lights")
	s.page(s.page("/playlists/2?limit=2&q=paper").link("Next")).shows("Tracks of the store")

	form := with(found.fields("/playlists/2/tracks"), "track_id", "5")
	for range 3 {
		s.post("/playlists/2/tracks", form).redirects("/playlists/2?q=paper+t")
		s.page("/playlists/2?q=paper+t").shows("Added “Antenna”.").has(`aria-label="Remove Antenna from the playlist"`)
	}
	s.post("/playlists/2/tracks", with(form, "once", "again")).redirects("/playlists/2?q=paper+t")
	require.Equal(t, 8, s.rows("playlist_tracks"), "it was on it already")
	for range 2 {
		s.post("/playlists/2/remove", with(form, "back", "//evil.example")).redirects("/playlists/2")
		s.page("/playlists/2").shows("Removed “Antenna”.", "4 tracks")
	}
	s.post("/playlists/2/tracks", with(form, "track_id", "99")).is(404)
	s.post("/playlists/9/tracks", form).is(404)
	s.post("/playlists/2/tracks", with(form, "track_id", "<script>")).is(400)
	s.post("/playlists/2/remove", url.Values{}).is(400)
}

func TestPlaylistAtOnce(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	one := url.Values{"track_id": {"5"}, "once": {"x"}}
	made := url.Values{"name": {"New"}, "once": {"x"}}
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() { s.post("/playlists/2/tracks", one).redirects("/playlists/2") })
		wg.Go(func() { s.post("/playlists/2/tracks", with(one, "once", "y")).redirects("/playlists/2") })
		wg.Go(func() { s.post("/playlists/new", made).redirects("/playlists/4") })
	}
	wg.Wait()
	require.Equal(t, 8, s.rows("playlist_tracks"))
	require.Equal(t, 4, s.rows("playlists"))
}
