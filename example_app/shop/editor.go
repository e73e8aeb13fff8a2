package shop

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
)

// editor shows, creates and saves rows of a model by its form. P is a pointer
// to the model.
type editor[T any, P interface {
	*T
	models.Cleaner
}] struct {
	site   *site
	rows   *repo.Repository[T]
	path   string // of the list, "/albums"; a row's own page is below it
	typed  func(f *form) *T
	values func(row *T) map[string]string // the form's values of a row
	// of returns the row's key and lock_version, which are not part of the form,
	// and its name.
	of           func(row *T) (id, version *int64, name string)
	added, saved string // the message afterwards; %s is the name
	// show shows the form, of a new row if id is 0.
	show func(w http.ResponseWriter, r *http.Request, status int, id int64, f *form) error
}

// edit shows the form of the row that the path names.
func (e editor[T, P]) edit(w http.ResponseWriter, r *http.Request) error {
	row, err := one(r, e.rows)
	if err != nil {
		return err
	}
	id, _, _ := e.of(row)
	return e.show(w, r, http.StatusOK, *id, newForm(e.values(row)))
}

// create creates a row from the form, or shows the form with its errors.
func (e editor[T, P]) create(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(w, r)
	if err != nil {
		return err
	}
	if f.finds() {
		return e.show(w, r, http.StatusOK, 0, f)
	}
	err = e.site.submit(w, r, f, func(ctx context.Context) (outcome, error) {
		row := e.typed(f)
		if err := f.check(ctx, P(row)); err != nil {
			return outcome{}, err
		}
		if err := e.rows.Create(ctx, row); err != nil {
			return outcome{}, err
		}
		id, _, name := e.of(row)
		return outcome{Location: pathTo(e.path, *id), Flash: fmt.Sprintf(e.added, name)}, nil
	})
	if f.refused(err) {
		return e.show(w, r, http.StatusUnprocessableEntity, 0, f)
	}
	return err
}

// save saves the form to the row of the path if it has the version that the
// form was made from. If it was saved since, the form is shown again with both
// values.
func (e editor[T, P]) save(w http.ResponseWriter, r *http.Request) error {
	key, err := pathID(r)
	if err != nil {
		return err
	}
	f, err := readForm(w, r)
	if err != nil {
		return err
	}
	if f.finds() {
		return e.show(w, r, http.StatusOK, key, f)
	}
	err = e.site.submit(w, r, f, func(ctx context.Context) (outcome, error) {
		shown, err := f.lockVersion()
		if err != nil {
			return outcome{}, err
		}
		row := e.typed(f)
		id, version, name := e.of(row)
		*id, *version = key, shown
		if err := f.check(ctx, P(row)); err != nil {
			return outcome{}, err
		}
		if err := e.rows.Save(ctx, row); err != nil {
			return outcome{}, err
		}
		return outcome{Location: pathTo(e.path, key), Flash: fmt.Sprintf(e.saved, name)}, nil
	})
	switch {
	case f.refused(err):
		return e.show(w, r, http.StatusUnprocessableEntity, key, f)
	case errors.Is(err, repo.ErrStaleObject):
		now, err := e.rows.ByPK(r.Context(), key)
		if err != nil {
			return err // it was deleted
		}
		f.changed(e.values(now))
		return e.show(w, r, http.StatusConflict, key, f)
	}
	return err
}
