package shop

import (
	"context"
	"net/http"

	"github.com/gormango/gormango/example_app/store"
	"github.com/gormango/gormango/repo"
)

func (s *site) albumRoutes(t routes) {
	e := s.albumEditor()
	t.handle("GET /albums", s.albumList)
	t.handle("GET /albums/new", s.newAlbum)
	t.handle("POST /albums/new", e.create)
	t.handle("GET /albums/{id}", s.album)
	t.handle("GET /albums/{id}/edit", e.edit)
	t.handle("POST /albums/{id}/edit", e.save)
	t.handle("GET /albums/{id}/delete", s.askDeleteAlbum)
	t.handle("POST /albums/{id}/delete", s.deleteAlbum)
}

var albumLists = list[store.Album]{
	Search:    []repo.Lookup[store.Album]{"title__icontains", "artist__name__icontains"},
	Orderings: []repo.Ordering[store.Album]{"title", "artist__name"},
}

// albumList answers GET /albums?q=winter&order_by=artist__name.
func (s *site) albumList(w http.ResponseWriter, r *http.Request) error {
	found, err := albumLists.read(r, s.albums.SelectRelated("artist"))
	if err != nil {
		return err
	}
	tracks, err := s.trackCounts(r.Context(), found.Items)
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, "albums.html", page{Title: "Albums", Section: "/albums", Data: struct {
		List   listing[store.Album]
		Tracks map[int64]int64
	}{found, tracks}})
}

// trackCounts returns the numbers of tracks by album.
func (s *site) trackCounts(ctx context.Context, albums []*store.Album) (map[int64]int64, error) {
	ids := keys(albums, func(a *store.Album) int64 { return a.ID })
	rows, err := repo.Values[struct{ AlbumID, N int64 }](ctx,
		s.tracks.Filter("album_id__in", ids).OrderBy().GroupBy("album_id").Annotate("n", repo.CountAll()))
	counts := make(map[int64]int64, len(rows))
	for _, row := range rows {
		counts[row.AlbumID] = row.N
	}
	return counts, err
}

// albumTracks is the list of tracks on an album's page, in the order they were
// added.
var albumTracks = list[store.Track]{Orderings: []repo.Ordering[store.Track]{"id", "name", "milliseconds", "unit_price"}}

func (s *site) album(w http.ResponseWriter, r *http.Request) error {
	album, err := one(r, s.albums.SelectRelated("artist"))
	if err != nil {
		return err
	}
	tracks, err := albumTracks.read(r, s.tracks.Filter("album_id", album.ID).SelectRelated("genre"))
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, "album.html", page{Title: album.Title, Section: "/albums", Data: struct {
		Album *store.Album
		List  listing[store.Track]
	}{album, tracks}})
}

func (s *site) albumEditor() editor[store.Album, *store.Album] {
	return editor[store.Album, *store.Album]{
		site: s, rows: s.albums, path: "/albums", typed: typedAlbum, values: albumValues,
		of:    func(a *store.Album) (id, version *int64, name string) { return &a.ID, &a.LockVersion, a.Title },
		added: "Added “%s”.", saved: "Saved “%s”.",
		show: s.albumForm,
	}
}

// albumForm shows the form of an album, of a new one if id is 0.
func (s *site) albumForm(w http.ResponseWriter, r *http.Request, status int, id int64, f *form) error {
	artists, err := s.artistChoices().in(r.Context(), f, "artist_id")
	if err != nil {
		return err
	}
	title := "New album"
	if id != 0 {
		title = "Change album"
	}
	return s.render(w, r, status, "album_form.html", page{Title: title, Section: "/albums", Data: struct {
		ID      int64
		Form    *form
		Artists choiceList
	}{id, f, artists}})
}

func albumValues(a *store.Album) map[string]string {
	return map[string]string{"title": a.Title, "artist_id": keyText(&a.ArtistID), "lock_version": keyText(&a.LockVersion)}
}

func typedAlbum(f *form) *store.Album {
	return &store.Album{Title: f.text("title"), ArtistID: f.integer("artist_id")}
}

// newAlbum answers GET /albums/new?artist_id=3, which selects an artist.
func (s *site) newAlbum(w http.ResponseWriter, r *http.Request) error {
	return s.albumForm(w, r, http.StatusOK, 0, newForm(map[string]string{"artist_id": r.URL.Query().Get("artist_id")}))
}

func (s *site) askDeleteAlbum(w http.ResponseWriter, r *http.Request) error {
	album, err := one(r, s.albums)
	if err != nil {
		return err
	}
	tracks, err := s.tracks.Filter("album_id", album.ID).Limit(shownHolders + 1).All(r.Context())
	if err != nil {
		return err
	}
	d := deletion{
		What: "album", Path: pathTo("/albums", album.ID), Version: album.LockVersion,
		Why: "This album has tracks and cannot be deleted.",
	}
	for _, t := range tracks {
		d.Holders = append(d.Holders, holder{pathTo("/tracks", t.ID), t.Name})
	}
	return s.askDelete(w, r, page{Title: "Delete “" + album.Title + "”?", Section: "/albums"}, d)
}

func (s *site) deleteAlbum(w http.ResponseWriter, r *http.Request) error {
	return s.deletes(w, r, func(ctx context.Context, id, version int64) (outcome, error) {
		album, err := s.albums.ByPK(ctx, id)
		if err != nil {
			return outcome{}, err
		}
		title := album.Title
		album.LockVersion = version
		if _, err := s.albums.Delete(ctx, album); err != nil {
			return outcome{}, err
		}
		return outcome{Location: "/albums", Flash: "Deleted “" + title + "”."}, nil
	})
}
