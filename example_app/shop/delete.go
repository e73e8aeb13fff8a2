package shop

import (
	"context"
	"net/http"
	"strconv"
)

// shownHolders is the number of rows in the way that are named.
const shownHolders = 20

// deletion is the page that asks for confirmation.
type deletion struct {
	What    string // "album"
	Path    string // its page; the form posts to Path/delete
	Version int64  // its lock_version

	Loses   string   // what the rows of Losers lose
	Losers  []holder // rows that stay, without it, up to one more than are shown
	Why     string   // why it cannot be deleted while there are Holders
	Holders []holder // rows that prevent the deletion, up to one more than are shown

	MoreLosers, MoreHolders bool // than are shown; set by askDelete
}

// holder is a row that would lose a reference, or prevents a deletion. A row
// without a page has no Path.
type holder struct{ Path, Name string }

// askDelete shows the page with a button, or with the rows in the way.
func (s *site) askDelete(w http.ResponseWriter, r *http.Request, p page, d deletion) error {
	d.Losers, d.MoreLosers = firstHolders(d.Losers)
	d.Holders, d.MoreHolders = firstHolders(d.Holders)
	p.Data = struct {
		deletion
		Form *form
	}{d, newForm(map[string]string{"lock_version": strconv.FormatInt(d.Version, 10)})}
	return s.render(w, r, http.StatusOK, "delete.html", p)
}

// firstHolders returns the rows that are named, and reports whether there are more.
func firstHolders(list []holder) ([]holder, bool) {
	return list[:min(len(list), shownHolders)], len(list) > shownHolders
}

// deletes handles the button: fn deletes the row of the path if it has the
// version that the visitor has seen.
func (s *site) deletes(w http.ResponseWriter, r *http.Request, fn func(ctx context.Context, id, version int64) (outcome, error)) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	f, err := readForm(w, r)
	if err != nil {
		return err
	}
	version, err := f.lockVersion()
	if err != nil {
		return err
	}
	return s.submit(w, r, f, func(ctx context.Context) (outcome, error) { return fn(ctx, id, version) })
}
