package shop

import (
	"context"
	"net/http"

	"github.com/gormango/gormango/example_app/store"
	"github.com/gormango/gormango/repo"
)

func (s *site) artistRoutes(t routes) {
	e := s.artistEditor()
	t.handle("GET /artists", s.artistList)
	t.handle("GET /artists/new", s.newArtist)
	t.handle("POST /artists/new", e.create)
	t.handle("GET /artists/{id}", s.artist)
	t.handle("GET /artists/{id}/edit", e.edit)
	t.handle("POST /artists/{id}/edit", e.save)
	t.handle("GET /artists/{id}/delete", s.askDeleteArtist)
	t.handle("POST /artists/{id}/delete", s.deleteArtist)
}

var artistLists = list[store.Artist]{
	Search:    []repo.Lookup[store.Artist]{"name__icontains"},
	Orderings: []repo.Ordering[store.Artist]{"name"},
}

// artistList answers GET /artists?q=quill&order_by=-name.
func (s *site) artistList(w http.ResponseWriter, r *http.Request) error {
	found, err := artistLists.read(r, s.artists)
	if err != nil {
		return err
	}
	albums, err := s.albumCounts(r.Context(), found.Items)
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, "artists.html", page{Title: "Artists", Section: "/artists", Data: struct {
		List   listing[store.Artist]
		Albums map[int64]int64
	}{found, albums}})
}

// albumCounts returns the numbers of albums by artist.
func (s *site) albumCounts(ctx context.Context, artists []*store.Artist) (map[int64]int64, error) {
	ids := keys(artists, func(a *store.Artist) int64 { return a.ID })
	rows, err := repo.Values[struct{ ArtistID, N int64 }](ctx,
		s.albums.Filter("artist_id__in", ids).OrderBy().GroupBy("artist_id").Annotate("n", repo.CountAll()))
	counts := make(map[int64]int64, len(rows))
	for _, row := range rows {
		counts[row.ArtistID] = row.N
	}
	return counts, err
}

// artistAlbums is the list of albums on an artist's page.
var artistAlbums = list[store.Album]{Orderings: []repo.Ordering[store.Album]{"title"}}

func (s *site) artist(w http.ResponseWriter, r *http.Request) error {
	artist, err := one(r, s.artists)
	if err != nil {
		return err
	}
	albums, err := artistAlbums.read(r, s.albums.Filter("artist_id", artist.ID))
	if err != nil {
		return err
	}
	counts, err := s.trackCounts(r.Context(), albums.Items)
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, "artist.html", page{Title: artist.Name, Section: "/artists", Data: struct {
		Artist *store.Artist
		List   listing[store.Album]
		Tracks map[int64]int64
	}{artist, albums, counts}})
}

func (s *site) artistEditor() editor[store.Artist, *store.Artist] {
	return editor[store.Artist, *store.Artist]{
		site: s, rows: s.artists, path: "/artists", typed: func(f *form) *store.Artist { return &store.Artist{Name: f.text("name")} }, values: artistValues,
		of:    func(a *store.Artist) (id, version *int64, name string) { return &a.ID, &a.LockVersion, a.Name },
		added: "Added “%s”.", saved: "Saved “%s”.",
		show: s.artistForm,
	}
}

// artistForm shows the form of an artist, of a new one if id is 0.
func (s *site) artistForm(w http.ResponseWriter, r *http.Request, status int, id int64, f *form) error {
	title := "New artist"
	if id != 0 {
		title = "Rename artist"
	}
	return s.render(w, r, status, "artist_form.html", page{Title: title, Section: "/artists", Data: struct {
		ID   int64
		Form *form
	}{id, f}})
}

func artistValues(a *store.Artist) map[string]string {
	return map[string]string{"name": a.Name, "lock_version": keyText(&a.LockVersion)}
}

func (s *site) newArtist(w http.ResponseWriter, r *http.Request) error {
	return s.artistForm(w, r, http.StatusOK, 0, newForm(nil))
}

func (s *site) askDeleteArtist(w http.ResponseWriter, r *http.Request) error {
	artist, err := one(r, s.artists)
	if err != nil {
		return err
	}
	albums, err := s.albums.Filter("artist_id", artist.ID).Limit(shownHolders + 1).All(r.Context())
	if err != nil {
		return err
	}
	d := deletion{
		What: "artist", Path: pathTo("/artists", artist.ID), Version: artist.LockVersion,
		Why: "This artist has albums and cannot be deleted.",
	}
	for _, a := range albums {
		d.Holders = append(d.Holders, holder{pathTo("/albums", a.ID), a.Title})
	}
	return s.askDelete(w, r, page{Title: "Delete “" + artist.Name + "”?", Section: "/artists"}, d)
}

func (s *site) deleteArtist(w http.ResponseWriter, r *http.Request) error {
	return s.deletes(w, r, func(ctx context.Context, id, version int64) (outcome, error) {
		artist, err := s.artists.ByPK(ctx, id)
		if err != nil {
			return outcome{}, err
		}
		name := artist.Name
		artist.LockVersion = version
		if _, err := s.artists.Delete(ctx, artist); err != nil {
			return outcome{}, err
		}
		return outcome{Location: "/artists", Flash: "Deleted “" + name + "”."}, nil
	})
}
