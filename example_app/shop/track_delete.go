package shop

import (
	"context"
	"fmt"
	"net/http"

	"github.com/gormango/gormango/example_app/store"
	"github.com/gormango/gormango/repo"
)

// askDeleteTrack shows the playlists and the number of baskets that would lose
// the track, or the sales that keep it.
func (s *site) askDeleteTrack(w http.ResponseWriter, r *http.Request) error {
	track, err := one(r, s.tracks)
	if err != nil {
		return err
	}
	playlists, err := s.playlists.Filter("tracks", track.ID).Limit(shownHolders + 1).All(r.Context())
	if err != nil {
		return err
	}
	lines, err := s.lines.Filter("track_id", track.ID).SelectRelated("invoice__customer").
		OrderBy("-invoice__invoice_date", "id").Limit(shownHolders + 1).All(r.Context())
	if err != nil {
		return err
	}
	d := deletion{
		What: "track", Path: pathTo("/tracks", track.ID), Version: track.LockVersion,
		Loses: "It would be removed from:",
		Why:   "This track was sold and cannot be deleted.",
	}
	baskets, err := s.till.items.Filter("track_id", track.ID).Filter("basket__invoice__isnull", true).Count(r.Context())
	if err != nil {
		return err
	}
	if baskets > 0 {
		d.Losers = append(d.Losers, holder{Name: fmt.Sprintf("baskets of visitors: %d", baskets)})
	}
	for _, p := range playlists {
		d.Losers = append(d.Losers, holder{pathTo("/playlists", p.ID), p.Name})
	}
	for _, l := range lines {
		buyer := l.Invoice.Customer
		name := fmt.Sprintf("Invoice %d of %s for %s %s", l.InvoiceID, day(l.Invoice.InvoiceDate), buyer.FirstName, buyer.LastName)
		d.Holders = append(d.Holders, holder{pathTo("/invoices", l.InvoiceID), name})
	}
	return s.askDelete(w, r, page{Title: "Delete “" + track.Name + "”?", Section: "/tracks"}, d)
}

// deleteTrack removes the track from its playlists and deletes it. The database
// refuses to delete a track that was sold.
func (s *site) deleteTrack(w http.ResponseWriter, r *http.Request) error {
	return s.deletes(w, r, func(ctx context.Context, id, version int64) (outcome, error) {
		track, err := s.tracks.ByPK(ctx, id)
		if err != nil {
			return outcome{}, err
		}
		if err := repo.Related(s.tracks, track, store.F.Track.Playlists().Path).Clear(ctx); err != nil {
			return outcome{}, err
		}
		name := track.Name
		track.LockVersion = version
		if _, err := s.tracks.Delete(ctx, track); err != nil {
			return outcome{}, err
		}
		return outcome{Location: "/tracks", Flash: "Deleted “" + name + "”."}, nil
	})
}
