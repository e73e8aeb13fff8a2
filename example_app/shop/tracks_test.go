package shop

import (
	"fmt"
	"net/url"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTrackList(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	for _, c := range []struct {
		query        string
		shows, hides []string
	}{
		{"", []string{"Antenna", "Demo Without Album", "The Paper Lanterns", "8:32", "1.50", "Add to basket"}, nil},
		{"?q=&genre=&order_by=", []string{"Antenna", "Demo Without Album"}, nil},
		{"?q=LOVE", []string{"Love on Line Nine"}, []string{"Antenna", "Demo"}},
		{"?q=quill+ledger", []string{"Blue Ledger", "Three for Breakfast"}, []string{"Antenna"}},
		{"?q=quill+antenna", []string{"No track matches.", "Show all"}, []string{"Next"}},
		{"?q=%25", []string{"No track matches."}, nil},
		{"?genre=4", []string{"Antenna"}, []string{"Last Tram Home"}},
		{"?genre=4&q=moss", []string{"Antenna"}, []string{"Last Tram"}},
		{"?genre=99", []string{"No track matches."}, nil},
	} {
		s.page("/tracks" + c.query).sends(2).shows(c.shows...).hides(c.hides...)
	}
	s.page("/tracks?q=%3Cscript%3E&genre=4").has(`value="&lt;script&gt;"`, `<option value="4" selected>Electronic</option>`)
}

func TestTrackPages(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	for _, order := range []string{"name", "-name", "album__title", "-album__title", "genre__name", "milliseconds", "-unit_price"} {
		path := "/tracks?limit=5&order_by=" + order
		whole := s.page("/tracks?order_by=" + order)
		seen := map[string]bool{}
		for pages := 1; ; pages++ {
			a := s.page(path).sends(2)
			for _, m := range rowLinks.FindAllStringSubmatch(a.body, -1) {
				require.False(t, seen[m[1]], "%s: %s twice", order, m[1])
				seen[m[1]] = true
			}
			if pages == 3 {
				a.hides("Next")
				break
			}
			path = a.link("Next")
		}
		require.Len(t, seen, len(rowLinks.FindAllString(whole.body, -1)), order)
		back := s.page(path).link("Previous")
		require.Equal(t, rowLinks.FindAllString(s.page(back).body, -1), rowLinks.FindAllString(s.page(s.page("/tracks?limit=5&order_by="+order).link("Next")).body, -1))
	}
	sorted := s.page(s.page("/tracks?q=moss&genre=1&limit=1").link("Price"))
	sorted.has(`aria-sort="ascending"`, `<option value="1" selected>Rock</option>`, `value="moss"`, `<input type="hidden" name="order_by" value="unit_price">`)
	s.page(sorted.link("Price")).has(`aria-sort="descending"`)
}

func TestTrackForm(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.page("/tracks/new?album_id=3").sends(3).has(`<option value="3" selected>Marta Quill Trio – Blue Ledger</option>`)
	s.page("/tracks/new?album_id=%3Cscript%3E").sends(3)
	page := s.page("/tracks/6").sends(4)
	values := page.fields("/tracks/6")
	require.Equal(t, url.Values{
		"once": values["once"], "lock_version": {"1"}, "name": {"Blue Ledger"}, "composer": {"Marta Quill"}, "album_id": {"3"}, "genre_id": {"2"},
		"media_type_id": {"2"}, "milliseconds": {"402000"}, "bytes": {"48240000"}, "unit_price": {"1.29"},
	}, values)

	s.post("/tracks/6", with(values, "name", " Red Ledger ", "composer", "", "genre_id", "", "unit_price", "2")).redirects("/tracks/6")
	after := s.page("/tracks/6").shows("Saved “Red Ledger”.").fields("/tracks/6")
	require.Equal(t, with(values, "name", "Red Ledger", "composer", "", "genre_id", "", "unit_price", "2.00", "lock_version", "2", "once", after.Get("once")), after)

	s.post("/tracks/6", with(after, "name", "")).is(422).has(`value="2"`).shows("This field cannot be blank.")
	s.post("/tracks/99", after).is(404)
	s.post("/tracks/x", after).is(404)
	for _, version := range []string{"", "x"} {
		s.post("/tracks/6", with(after, "lock_version", version)).is(400).shows("no version")
	}
}

func TestTrackEditsAreNotLost(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	mine, theirs := s.page("/tracks/6").fields("/tracks/6"), s.page("/tracks/6").fields("/tracks/6")
	s.post("/tracks/6", with(theirs, "name", "Theirs <b>", "unit_price", "3", "genre_id", "4")).redirects("/tracks/6")

	stale := s.post("/tracks/6", with(mine, "name", "Mine", "composer", "Me")).is(409)
	stale.shows("This was changed while you edited it", "Now stored: Theirs <b>", "Now stored: 3.00", "Now stored: Electronic", "Now stored: Marta Quill")
	shown := stale.fields("/tracks/6")
	require.Equal(t, with(mine, "name", "Mine", "composer", "Me", "lock_version", "2", "once", shown.Get("once")), shown, "what was typed stays")
	require.NotContains(t, stale.body, `id="milliseconds-stored"`, "what does not differ is not told")
	s.page("/tracks/6").has(`value="Theirs &lt;b&gt;"`)

	s.post("/tracks/6", shown).redirects("/tracks/6")
	require.Equal(t, "Mine", s.page("/tracks/6").fields("/tracks/6").Get("name"))

	// An edit of the old page, from the back button, fails by the lock too. The
	// same form again does nothing.
	s.post("/tracks/6", with(mine, "name", "Back")).is(409)
	s.post("/tracks/6", shown).redirects("/tracks/6")
	s.post("/tracks/6", with(theirs, "name", "Theirs <b>", "unit_price", "3", "genre_id", "4")).redirects("/tracks/6")
	require.Equal(t, "Mine", s.page("/tracks/6").fields("/tracks/6").Get("name"))
}

// One of several concurrent edits of a version is saved, and the others get an
// error.
func TestTrackEditsAtOnce(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	values := s.page("/tracks/6").fields("/tracks/6")
	var wg sync.WaitGroup
	statuses := make([]int, 10)
	for i := range statuses {
		wg.Go(func() { statuses[i] = s.post("/tracks/6", with(values, "name", fmt.Sprint("Edit ", i))).status })
	}
	wg.Wait()
	count := map[int]int{}
	for _, status := range statuses {
		count[status]++
	}
	require.Equal(t, map[int]int{303: 1, 409: 9}, count)
	require.Equal(t, "2", s.page("/tracks/6").fields("/tracks/6").Get("lock_version"))
}

func TestTrackDelete(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.page("/tracks/12/delete").sends(4).shows("Delete “Demo Without Album”?", "Nothing else goes with it.")
	s.post("/basket/items", url.Values{"track_id": {"12"}}).is(303)
	s.page("/tracks/12/delete").shows("It would be removed from:", "baskets of visitors: 1")
	s.page("/tracks/2/delete").sends(4).shows("It would be removed from:", "Long drives").has(`href="/playlists/2"`)
	kept := s.page("/tracks/6/delete").sends(4).shows("cannot be deleted", "Invoice 2 of 17 May 2025 for Tom Archer").has(`href="/invoices/2"`)
	require.NotContains(t, kept.body, "<button")

	values := s.page("/tracks/2/delete").fields("/tracks/2/delete")
	before := s.rows("playlist_tracks")
	s.post("/tracks/2/delete", with(values, "lock_version", "7")).is(409).shows("Changed in the meantime")
	s.post("/tracks/2/delete", with(values, "lock_version", "")).is(400)
	require.Equal(t, before, s.rows("playlist_tracks"), "a delete that fails takes nothing away")
	for range 2 { // the button twice
		s.post("/tracks/2/delete", values).redirects("/tracks")
	}
	s.page("/tracks").shows("Deleted “Last Tram Home”.")
	require.Equal(t, before-1, s.rows("playlist_tracks"))
	s.get("/tracks/2").is(404)
	s.get("/tracks/2/delete").is(404)
	s.post("/tracks/2/delete", with(values, "once", "other")).is(404)

	s.post("/tracks/6/delete", url.Values{"lock_version": {"1"}}).is(409).shows("Conflict")
	require.Equal(t, 11, s.rows("tracks"))
	require.Equal(t, before-1, s.rows("playlist_tracks"))
}
