package seeded

import (
	"github.com/gormango/gormango/cmd/gormango/testdata/library"
	"github.com/gormango/gormango/repo"
)

const byName repo.Lookup[library.Author] = "nam" // want "did you mean"

const plain = "titlle"

var order = repo.Ordering[library.Book]("-pagess") // want "did you mean"

var fields = []repo.Name[library.Book]{"title", "pags"} // want "did you mean"

var allowed = map[string]repo.Rel[library.Book]{"a": "author", "t": "tagz"} // want "did you mean"

type options struct {
	Order repo.Ordering[library.Book]
}

var defaults = options{Order: "-publishd_at"} // want "did you mean"

func key() repo.Name[library.Tag] { return "slog" } // want "did you mean"

func search[M any](rows repo.Source[M], in repo.Lookup[M], text string) *repo.QuerySet[M] {
	return repo.From(rows).Filter(in, text)
}

type manager struct{ *repo.Repository[library.Book] }

// Published returns the books that are no drafts.
func (m manager) Published() *repo.QuerySet[library.Book] {
	return m.Filter("drafft", false) // want "did you mean"
}

// Named is a wrapper.
func (m manager) Named(by repo.Lookup[library.Book], name string) *repo.QuerySet[library.Book] {
	return m.Filter(by, name)
}

func Wrapped(m manager, params repo.Params[library.Book]) {
	sink(search(m, "titel__icontains", "x"))            // want "did you mean"
	sink(m.Named("author__nane", "x"))                  // want "did you mean"
	sink(m.Filter(plain, "x"))                          // want "did you mean"
	params.Orderings = append(params.Orderings, "titl") // want "did you mean"
	sink(m.Filter(byName2, "x"), byName, order, fields, allowed, defaults, key())
}

const byName2 repo.Lookup[library.Book] = "author" + "__" + "naem" // want "did you mean"

func sink(...any) {}
