package shop

import (
	"net/http"
	"strconv"

	"github.com/gormango/gormango/example_app/store"
	"github.com/gormango/gormango/repo"
)

func (s *site) trackRoutes(t routes) {
	e := s.trackEditor()
	t.handle("GET /tracks", s.trackList)
	t.handle("GET /tracks/new", s.newTrack)
	t.handle("POST /tracks/new", e.create)
	t.handle("GET /tracks/{id}", e.edit)
	t.handle("POST /tracks/{id}", e.save)
	t.handle("GET /tracks/{id}/delete", s.askDeleteTrack)
	t.handle("POST /tracks/{id}/delete", s.deleteTrack)
}

var trackLists = list[store.Track]{
	Search:    []repo.Lookup[store.Track]{"name__icontains", "composer__icontains", "album__title__icontains", "album__artist__name__icontains"},
	Filters:   []repo.Lookup[store.Track]{"genre"},
	Orderings: []repo.Ordering[store.Track]{"name", "album__title", "genre__name", "milliseconds", "unit_price"},
}

// trackList answers GET /tracks?q=love&genre=1&order_by=-unit_price.
func (s *site) trackList(w http.ResponseWriter, r *http.Request) error {
	found, err := trackLists.read(r, s.tracks.SelectRelated("album__artist", "genre"))
	if err != nil {
		return err
	}
	genres, err := s.genreChoices("All genres").choose(r.Context(), "", found.Value("genre"))
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, "tracks.html", page{Title: "Tracks", Section: "/tracks", Data: struct {
		List   trackListing
		Tracks []*store.Track
	}{trackListing{found, genres.Choices}, found.Items}})
}

// trackListing is a list with the choices of its filter.
type trackListing struct {
	listing[store.Track]
	Genres []choice
}

// trackPage is the form of a track.
type trackPage struct {
	ID                         int64 // 0 for a new one
	Form                       *form
	Albums, MediaTypes, Genres choiceList
}

// newTrack answers GET /tracks/new?album_id=3, which selects an album.
func (s *site) newTrack(w http.ResponseWriter, r *http.Request) error {
	return s.trackForm(w, r, http.StatusOK, 0, newForm(map[string]string{"album_id": r.URL.Query().Get("album_id")}))
}

func (s *site) trackEditor() editor[store.Track, *store.Track] {
	return editor[store.Track, *store.Track]{
		site: s, rows: s.tracks, path: "/tracks", typed: typedTrack, values: trackValues,
		of:    func(t *store.Track) (id, version *int64, name string) { return &t.ID, &t.LockVersion, t.Name },
		added: "Added “%s”.", saved: "Saved “%s”.",
		show: s.trackForm,
	}
}

// trackForm shows the form of a track.
func (s *site) trackForm(w http.ResponseWriter, r *http.Request, status int, id int64, f *form) error {
	ctx := r.Context()
	data := trackPage{ID: id, Form: f}
	var err error
	if data.Albums, err = s.albumChoices().in(ctx, f, "album_id"); err != nil {
		return err
	}
	if data.Genres, err = s.genreChoices("None").in(ctx, f, "genre_id"); err != nil {
		return err
	}
	if data.MediaTypes, err = s.mediaTypeChoices().in(ctx, f, "media_type_id"); err != nil {
		return err
	}
	title := "New track"
	switch {
	case id != 0 && status == http.StatusOK && !f.finds():
		title = f.Value("name")
	case id != 0: // the name in the form is not saved yet
		title = "Track " + strconv.FormatInt(id, 10)
	}
	return s.render(w, r, status, "track.html", page{Title: title, Section: "/tracks", Data: data})
}

// trackValues returns the form's values of a track.
func trackValues(t *store.Track) map[string]string {
	return map[string]string{
		"name": t.Name, "album_id": keyText(t.AlbumID), "media_type_id": keyText(&t.MediaTypeID), "genre_id": keyText(t.GenreID),
		"composer": deref(t.Composer), "milliseconds": keyText(&t.Milliseconds), "bytes": keyText(t.Bytes),
		"unit_price": t.UnitPrice.StringFixed(2), "lock_version": keyText(&t.LockVersion),
	}
}

// typedTrack returns the track that a form describes.
func typedTrack(f *form) *store.Track {
	return &store.Track{
		Name: f.text("name"), AlbumID: f.nullInteger("album_id"), MediaTypeID: f.integer("media_type_id"), GenreID: f.nullInteger("genre_id"),
		Composer: f.nullText("composer"), Milliseconds: f.integer("milliseconds"), Bytes: f.nullInteger("bytes"), UnitPrice: f.price("unit_price"),
	}
}
