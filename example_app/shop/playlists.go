package shop

import (
	"context"
	"net/http"

	"github.com/gormango/gormango/example_app/store"
	"github.com/gormango/gormango/repo"
)

func (s *site) playlistRoutes(t routes) {
	e := s.playlistEditor()
	t.handle("GET /playlists", s.playlistList)
	t.handle("GET /playlists/new", s.newPlaylist)
	t.handle("POST /playlists/new", e.create)
	t.handle("GET /playlists/{id}", s.playlist)
	t.handle("POST /playlists/{id}/tracks", s.addToPlaylist)
	t.handle("POST /playlists/{id}/remove", s.removeFromPlaylist)
	t.handle("GET /playlists/{id}/edit", e.edit)
	t.handle("POST /playlists/{id}/edit", e.save)
	t.handle("GET /playlists/{id}/delete", s.askDeletePlaylist)
	t.handle("POST /playlists/{id}/delete", s.deletePlaylist)
}

var playlistLists = list[store.Playlist]{
	Search:    []repo.Lookup[store.Playlist]{"name__icontains"},
	Orderings: []repo.Ordering[store.Playlist]{"name"},
}

// playlistList answers GET /playlists?q=evening.
func (s *site) playlistList(w http.ResponseWriter, r *http.Request) error {
	found, err := playlistLists.read(r, s.playlists)
	if err != nil {
		return err
	}
	tracks, err := s.tracksOn(r.Context(), found.Items...)
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, "playlists.html", page{Title: "Playlists", Section: "/playlists", Data: struct {
		List   listing[store.Playlist]
		Tracks map[int64]int64
	}{found, tracks}})
}

// tracksOn counts the tracks of playlists.
func (s *site) tracksOn(ctx context.Context, playlists ...*store.Playlist) (map[int64]int64, error) {
	ids := keys(playlists, func(p *store.Playlist) int64 { return p.ID })
	rows, err := repo.Values[struct{ ID, N int64 }](ctx,
		s.playlists.Filter("id__in", ids).OrderBy().GroupBy("id").Annotate("n", repo.Count(repo.F("tracks"))))
	counts := make(map[int64]int64, len(rows))
	for _, row := range rows {
		counts[row.ID] = row.N
	}
	return counts, err
}

// playlistName is the form of a playlist.
type playlistName struct {
	ID   int64 // 0 for a new one
	Form *form
}

func (s *site) playlistEditor() editor[store.Playlist, *store.Playlist] {
	return editor[store.Playlist, *store.Playlist]{
		site: s, rows: s.playlists, path: "/playlists", typed: func(f *form) *store.Playlist { return &store.Playlist{Name: f.text("name")} }, values: playlistValues,
		of:    func(p *store.Playlist) (id, version *int64, name string) { return &p.ID, &p.LockVersion, p.Name },
		added: "Made “%s”. Search for tracks to put on it.", saved: "Saved “%s”.",
		show: s.playlistForm,
	}
}

func (s *site) playlistForm(w http.ResponseWriter, r *http.Request, status int, id int64, f *form) error {
	title := "New playlist"
	if id != 0 {
		title = "Rename the playlist"
	}
	return s.render(w, r, status, "playlist_edit.html", page{Title: title, Section: "/playlists", Data: playlistName{id, f}})
}

func playlistValues(p *store.Playlist) map[string]string {
	return map[string]string{"name": p.Name, "lock_version": keyText(&p.LockVersion)}
}

func (s *site) newPlaylist(w http.ResponseWriter, r *http.Request) error {
	return s.playlistForm(w, r, http.StatusOK, 0, newForm(nil))
}

// playlistDelete is the page that asks for confirmation.
type playlistDelete struct {
	Form     *form
	Playlist *store.Playlist
	Tracks   int64
}

func (s *site) askDeletePlaylist(w http.ResponseWriter, r *http.Request) error {
	playlist, err := one(r, s.playlists)
	if err != nil {
		return err
	}
	tracks, err := s.tracksOn(r.Context(), playlist)
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, "playlist_delete.html", page{Title: "Delete “" + playlist.Name + "”?", Section: "/playlists",
		Data: playlistDelete{newForm(playlistValues(playlist)), playlist, tracks[playlist.ID]}})
}

func (s *site) deletePlaylist(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(w, r)
	if err != nil {
		return err
	}
	return s.submit(w, r, f, func(ctx context.Context) (outcome, error) {
		playlist, err := one(r.WithContext(ctx), s.playlists)
		if err != nil {
			return outcome{}, err
		}
		// A playlist that was renamed in between is not deleted.
		if playlist.LockVersion, err = f.lockVersion(); err != nil {
			return outcome{}, err
		}
		_, err = s.playlists.Delete(ctx, playlist) // with its links to tracks
		return outcome{Location: "/playlists", Flash: "Deleted “" + playlist.Name + "”."}, err
	})
}
