package shop

import (
	"context"
	"net/url"
	"slices"
	"strconv"

	"github.com/gormango/gormango/example_app/store"
	"github.com/gormango/gormango/repo"
)

// maxChoices is the number of rows that a select offers. If there are more, the
// visitor can search for the others.
const maxChoices = 100

// choiceList is what a select offers.
type choiceList struct {
	Choices []choice
	More    bool // there are rows that it does not offer
}

// chooser describes a select for a row of a table.
type chooser[T any] struct {
	rows  *repo.QuerySet[T]
	none  string           // the label of the choice without a row
	finds []repo.Lookup[T] // each word of the search must match one of them
	of    func(*T) (id int64, label string)
}

// choose reads the rows that match a search, up to maxChoices, and the selected
// one.
func (c chooser[T]) choose(ctx context.Context, search, selected string) (choiceList, error) {
	values := url.Values{}
	if search != "" {
		values.Set("q", search)
	}
	found, err := repo.Params[T]{Search: c.finds}.Apply(c.rows, values)
	if err != nil {
		return choiceList{}, err
	}
	rows, err := found.Limit(maxChoices + 1).All(ctx)
	if err != nil {
		return choiceList{}, err
	}
	list := choiceList{More: len(rows) > maxChoices || search != ""}
	list.Choices = choices(rows[:min(len(rows), maxChoices)], c.none, c.of)
	id, err := strconv.ParseInt(selected, 10, 64)
	if err != nil || !list.More || slices.ContainsFunc(list.Choices, func(c choice) bool { return c.Value == selected }) {
		return list, nil
	}
	row, err := repo.Maybe(c.rows.Filter("pk", id).Get(ctx))
	if row != nil {
		_, label := c.of(row)
		list.Choices = slices.Insert(list.Choices, 1, choice{selected, label})
	}
	return list, err
}

// in returns the choices of a field of a form, which also has the search.
func (c chooser[T]) in(ctx context.Context, f *form, field string) (choiceList, error) {
	return c.choose(ctx, f.text(findField(field)), f.Value(field))
}

// findField returns the name of the field that searches the choices of another.
func findField(name string) string { return "find_" + name }

// genreChoices returns the genres for a select. none is the label of the choice
// without a genre.
func (s *site) genreChoices(none string) chooser[store.Genre] {
	return chooser[store.Genre]{
		s.genres, none, []repo.Lookup[store.Genre]{"name__icontains"},
		func(g *store.Genre) (int64, string) { return g.ID, g.Name },
	}
}

func (s *site) mediaTypeChoices() chooser[store.MediaType] {
	return chooser[store.MediaType]{
		s.mediaTypes, "Choose one", []repo.Lookup[store.MediaType]{"name__icontains"},
		func(m *store.MediaType) (int64, string) { return m.ID, m.Name },
	}
}

// albumChoices returns the albums, by artist.
func (s *site) albumChoices() chooser[store.Album] {
	return chooser[store.Album]{
		s.albums.SelectRelated("artist").OrderBy("artist__name", "title", "id"), "None", albumLists.Search,
		func(a *store.Album) (int64, string) { return a.ID, a.Artist.Name + " – " + a.Title },
	}
}

func (s *site) artistChoices() chooser[store.Artist] {
	return chooser[store.Artist]{
		s.artists, "Choose one", artistLists.Search,
		func(a *store.Artist) (int64, string) { return a.ID, a.Name },
	}
}

func (s *site) employeeChoices() chooser[store.Employee] {
	return chooser[store.Employee]{
		s.employees, "None", []repo.Lookup[store.Employee]{"first_name__icontains", "last_name__icontains"},
		func(e *store.Employee) (int64, string) { return e.ID, e.FirstName + " " + e.LastName },
	}
}

// choices returns rows as the options of a select, after one without a value.
func choices[T any](rows []*T, none string, of func(*T) (int64, string)) []choice {
	out := []choice{{"", none}}
	for _, row := range rows {
		id, label := of(row)
		out = append(out, choice{strconv.FormatInt(id, 10), label})
	}
	return out
}

// keyText returns a number as text, "" for nil.
func keyText(n *int64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(*n, 10)
}
