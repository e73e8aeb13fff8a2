package shop

import (
	"context"
	"net/http"
	"strconv"
)

// shownHolders is how many of the rows that stand in the way are named.
const shownHolders = 20

// deletion is the page that asks before something goes.
type deletion struct {
	What    string // "album"
	Path    string // its page; the form posts to Path/delete
	Version int64  // its lock_version

	Loses   string   // what the rows of Losers lose by it
	Losers  []holder // rows that stay, without it
	Why     string   // why it cannot go while there are Holders
	Holders []holder // rows that keep it from going, up to one more than are shown

	More bool // there are more holders; set by askDelete
}

// holder is a row that would lose what goes, or holds it; one without a page
// has no Path.
type holder struct{ Path, Name string }

// askDelete shows the page: with a button, or with what is in the way.
func (s *site) askDelete(w http.ResponseWriter, r *http.Request, p page, d deletion) error {
	if d.More = len(d.Holders) > shownHolders; d.More {
		d.Holders = d.Holders[:shownHolders]
	}
	p.Data = struct {
		deletion
		Form *form
	}{d, newForm(map[string]string{"lock_version": strconv.FormatInt(d.Version, 10)})}
	return s.render(w, r, http.StatusOK, "delete.html", p)
}

// deletes handles the button: fn removes the row of the path as it was when the
// visitor was asked.
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
