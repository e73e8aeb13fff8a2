package shop

import "testing"

func TestArtistList(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.page("/artists").sends(2).shows("Marta Quill Trio", "Nordlicht Ensemble", "The Paper Lanterns", "Tin Harbour").
		has(`<a href="/artists" aria-current="page">Artists</a>`, `aria-sort="ascending"`)
	s.page("/artists?q=quill").shows("Marta Quill Trio").hides("Tin Harbour")
	s.page("/artists?q=nobody").shows("No artist is like that.", "Show all")
	first := s.page("/artists?limit=3").hides("Tin Harbour", "Previous")
	second := s.page(first.link("Next")).shows("Tin Harbour", "Previous").hides("Marta")
	s.page(second.link("Previous")).shows("Marta")
	s.page(first.link("Name")).has(`aria-sort="descending"`)
	s.get("/artists?nonsense=1").is(400).shows(`Unknown parameter "nonsense"`, "Begin the list anew")
}
