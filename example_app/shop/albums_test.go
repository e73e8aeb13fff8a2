package shop

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAlbumList(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.page("/albums").sends(2).shows("Blue Ledger Marta Quill Trio 2", "Street of Lights The Paper Lanterns 3")
	s.page("/albums?q=paper").shows("Rooftop Weather").hides("Blue Ledger")
	s.page("/albums?q=paper+roof").shows("Rooftop Weather").hides("Street of Lights")
	s.page("/albums?order_by=-artist__name&limit=1").shows("Low Tide").hides("Street")
	s.page("/albums?q=nothing").shows("No album matches.")
}

func TestAlbum(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.page("/albums/3").sends(2).shows("Marta Quill Trio", "Blue Ledger", "Three for Breakfast", "5:19").hides("Antenna")
	s.page("/albums/3?order_by=-milliseconds&limit=1").sends(2).shows("6:42").hides("Breakfast")
	require.Equal(t, "2", s.page("/albums/new?artist_id=2").sends(1).fields("/albums/new").Get("artist_id"))
	s.post("/albums/new", url.Values{"title": {"X"}, "artist_id": {""}}).is(422).shows("This field is required.")
	s.post("/albums/new", url.Values{"title": {"X"}, "artist_id": {"99"}}).is(422).shows("does not exist.")
	s.post("/albums/new", url.Values{"title": {"X"}, "artist_id": {"2"}}).redirects("/albums/7")
	s.page("/albums/7").sends(2).shows("Added “X”.", "No tracks yet.")

	values := s.page("/albums/7/edit").sends(2).fields("/albums/7/edit")
	s.post("/albums/7/edit", with(values, "artist_id", "3")).redirects("/albums/7")
	stale := s.post("/albums/7/edit", with(values, "title", "Mine")).is(409).shows("Now stored: X", "Now stored: Nordlicht Ensemble").fields("/albums/7/edit")
	s.post("/albums/7/edit", stale).redirects("/albums/7")
	s.page("/albums/7").shows("Mine", "Marta Quill Trio")

	s.page("/albums/3/delete").sends(2).shows("cannot be deleted", "Three for Breakfast").hides("Keep it")
	s.post("/albums/3/delete", url.Values{"lock_version": {"1"}}).is(409)
	s.post("/albums/7/delete", s.page("/albums/7/delete").fields("/albums/7/delete")).redirects("/albums")
	s.get("/albums/7").is(404)
}
