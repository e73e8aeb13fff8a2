package shop

import (
	"fmt"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/example_app/store"
)

func TestArtistList(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.page("/artists").sends(2).shows("Marta Quill Trio", "Nordlicht Ensemble", "The Paper Lanterns 2", "Tin Harbour").
		has(`<a href="/artists" aria-current="page">Artists</a>`, `aria-sort="ascending"`)
	s.page("/artists?q=quill").shows("Marta Quill Trio").hides("Tin Harbour")
	s.page("/artists?q=nobody").shows("No artist matches.", "Show all")
	first := s.page("/artists?limit=3").hides("Tin Harbour", "Previous")
	second := s.page(first.link("Next")).shows("Tin Harbour", "Previous").hides("Marta")
	s.page(second.link("Previous")).shows("Marta")
	s.page(first.link("Name")).has(`aria-sort="descending"`)
	s.page(second.link("Name")).has(`aria-sort="descending"`).shows("Tin Harbour").hides("Marta", "Previous")
}

func TestArtist(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.page("/artists/1").sends(3).shows("The Paper Lanterns", "Rooftop Weather 2", "Street of Lights 3").hides("Blue Ledger")
	s.post("/artists/new", url.Values{"name": {""}}).is(422).shows("This field cannot be blank.")
	s.post("/artists/new", url.Values{"name": {"New <One>"}}).redirects("/artists/5")
	s.page("/artists/5").sends(2).shows("Added “New <One>”.", "No albums yet.")

	values := s.page("/artists/5/edit").sends(1).fields("/artists/5/edit")
	s.post("/artists/5/edit", with(values, "name", "Renamed")).redirects("/artists/5")
	stale := s.post("/artists/5/edit", with(values, "name", "Mine")).is(409).shows("Now stored: Renamed").fields("/artists/5/edit")
	s.post("/artists/5/edit", with(stale, "name", " ")).is(422)
	s.post("/artists/5/edit", stale).redirects("/artists/5")
	s.page("/artists/5").shows("Mine")
	s.post("/artists/99/edit", stale).is(404)

	s.page("/artists/1/delete").sends(2).shows("cannot be deleted", "Rooftop Weather").hides("Keep it")
	s.post("/artists/1/delete", url.Values{"lock_version": {"1"}}).is(409)
	s.post("/artists/5/delete", s.page("/artists/5/delete").fields("/artists/5/delete")).redirects("/artists")
	s.page("/artists").shows("Deleted “Mine”.")
	s.get("/artists/5").is(404)
}

// At most twenty of the rows that prevent a deletion are named.
func TestManyHolders(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	albums := make([]*store.Album, shownHolders)
	for i := range albums {
		albums[i] = &store.Album{Title: fmt.Sprintf("Album %02d", i), ArtistID: 4}
	}
	require.NoError(t, newSite(s.db).albums.BulkCreate(t.Context(), albums[:shownHolders-1]))
	s.page("/artists/4/delete").sends(2).shows("Album 18", "Low Tide").hides("and more")
	require.NoError(t, newSite(s.db).albums.BulkCreate(t.Context(), albums[shownHolders-1:]))
	s.page("/artists/4/delete").sends(2).shows("Album 19", "and more").hides("Low Tide")
	s.page("/artists/4").sends(3).shows("Album 19 0", "Low Tide 2")
}
