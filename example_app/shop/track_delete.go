package shop

import (
	"context"
	"net/http"

	"github.com/gormango/gormango/example_app/store"
	"github.com/gormango/gormango/repo"
)

// trackDelete is the page that asks before a track goes.
type trackDelete struct {
	Form      *form
	Track     *store.Track
	Playlists []*store.Playlist    // that would lose it
	Lines     []*store.InvoiceLine // that hold it, so that it has to stay
	More      bool                 // lines than are shown
}

const shownLines = 20

func (s *site) askDeleteTrack(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	track, err := s.tracks.PrefetchRelated("playlists").Filter("pk", id).Get(r.Context())
	if err != nil {
		return err
	}
	lines, err := s.lines.Filter("track_id", id).SelectRelated("invoice__customer").OrderBy("-invoice__invoice_date", "id").Limit(shownLines + 1).All(r.Context())
	if err != nil {
		return err
	}
	data := trackDelete{
		Form:  newForm(map[string]string{"lock_version": keyText(&track.LockVersion)}),
		Track: track, Playlists: track.Playlists, Lines: lines, More: len(lines) > shownLines,
	}
	data.Lines = lines[:min(len(lines), shownLines)]
	return s.render(w, r, http.StatusOK, "track_delete.html", page{Title: "Delete “" + track.Name + "”?", Section: "/tracks", Data: data})
}

func (s *site) deleteTrack(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	f, err := readForm(w, r)
	if err != nil {
		return err
	}
	return s.submit(w, r, f, func(ctx context.Context) (outcome, error) {
		track, err := s.tracks.ByPK(ctx, id)
		if err != nil {
			return outcome{}, err
		}
		if sold, err := s.lines.Filter("track_id", id).Exists(ctx); err != nil {
			return outcome{}, err
		} else if sold {
			return outcome{}, &problem{http.StatusConflict, "This track has to stay", "Invoices name it, and what was sold stays on record. Nothing was deleted."}
		}
		// As the visitor saw it: what somebody changed in between stays.
		if track.LockVersion, err = f.lockVersion(); err != nil {
			return outcome{}, err
		}
		if err := repo.Related(s.tracks, track, store.F.Track.Playlists().Path).Clear(ctx); err != nil {
			return outcome{}, err
		}
		name := track.Name
		if _, err := s.tracks.Delete(ctx, track); err != nil {
			return outcome{}, err
		}
		return outcome{"/tracks", "Deleted “" + name + "”."}, nil
	})
}
