package shop

import (
	"context"
	"net/http"
	"strings"

	"github.com/gormango/gormango/example_app/store"
	"github.com/gormango/gormango/repo"
)

// playlistPage is a playlist with its tracks, or with the result of a search
// for tracks to add.
type playlistPage struct {
	Playlist *store.Playlist
	Tracks   int64 // number of tracks on it
	List     listing[store.Track]
	On       map[int64]bool // which tracks of the list are on it
}

// tracksOf returns a playlist's related manager.
func (s *site) tracksOf(p *store.Playlist) *repo.RelatedManager[store.Playlist, store.Track] {
	return repo.Related(s.playlists, p, store.F.Playlist.Tracks().Path)
}

// playlist answers GET /playlists/1, and GET /playlists/1?q=love with tracks to
// add.
func (s *site) playlist(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	playlist, err := one(r, s.playlists)
	if err != nil {
		return err
	}
	data := playlistPage{Playlist: playlist, On: map[int64]bool{}}
	tracks := s.tracksOf(playlist)
	if data.Tracks, err = tracks.Count(ctx); err != nil {
		return err
	}
	shown := repo.From(tracks)
	searched := strings.TrimSpace(r.URL.Query().Get("q")) != ""
	if searched {
		shown = s.tracks
	}
	if data.List, err = trackLists.read(r, shown.SelectRelated("album__artist", "genre")); err != nil {
		return err
	}
	ids := keys(data.List.Items, func(t *store.Track) int64 { return t.ID })
	if searched {
		if ids, err = repo.Pluck(ctx, tracks.Filter("id__in", ids), store.F.Track.ID); err != nil {
			return err
		}
	}
	for _, id := range ids {
		data.On[id] = true
	}
	return s.render(w, r, http.StatusOK, "playlist.html", page{Title: playlist.Name, Section: "/playlists", Data: data})
}

func (s *site) addToPlaylist(w http.ResponseWriter, r *http.Request) error {
	return s.changePlaylist(w, r, func(ctx context.Context, p *store.Playlist, track *store.Track) (string, error) {
		return "Added “" + track.Name + "”.", s.tracksOf(p).Add(ctx, track)
	})
}

func (s *site) removeFromPlaylist(w http.ResponseWriter, r *http.Request) error {
	return s.changePlaylist(w, r, func(ctx context.Context, p *store.Playlist, track *store.Track) (string, error) {
		return "Removed “" + track.Name + "”.", s.tracksOf(p).Remove(ctx, track)
	})
}

// changePlaylist runs fn for the playlist of the path and the track of the
// form, and redirects to the page of the form.
func (s *site) changePlaylist(w http.ResponseWriter, r *http.Request, fn func(context.Context, *store.Playlist, *store.Track) (string, error)) error {
	f, err := readForm(w, r)
	if err != nil {
		return err
	}
	id := f.integer("track_id")
	if f.Problems() {
		return badRequest("The form has no track.")
	}
	return s.submit(w, r, f, func(ctx context.Context) (outcome, error) {
		playlist, err := one(r.WithContext(ctx), s.playlists)
		if err != nil {
			return outcome{}, err
		}
		track, err := s.tracks.ByPK(ctx, id)
		if err != nil {
			return outcome{}, err
		}
		told, err := fn(ctx, playlist, track)
		return outcome{Location: localPath(f.values.Get("back"), pathTo("/playlists", playlist.ID)), Flash: told}, err
	})
}
