package repo

import (
	"errors"
	"fmt"

	"github.com/gormango/gormango/internal/query"
)

// PrefetchOption is an option of Prefetch.
type PrefetchOption func(*query.Prefetch)

// ToField loads into another field of the object than the relation's own, Django's to_attr: a field of the
// relation's type that no column belongs to (`gorm:"-"`).
func ToField(name string) PrefetchOption { return func(p *query.Prefetch) { p.To = name } }

// Prefetch is PrefetchRelated with a QuerySet that says which related rows are loaded, in which order, and
// what with them:
//
//	books.Prefetch("tags", tags.Filter("hidden", false).OrderBy("name"), repo.ToField("VisibleTags"))
//
// A slice of the QuerySet is one for each object.
func (qs QuerySet[T]) Prefetch(rel Rel[T], with AnySource, opts ...PrefetchOption) QuerySet[T] {
	return qs.refine(func(s *state) error {
		if err := s.single("Prefetch"); err != nil {
			return err
		}
		path, err := s.path(string(rel))
		if err != nil {
			return err
		}
		e := with.operand()
		switch {
		case e.n != nil && e.n.Err != nil:
			return e.n.Err
		case e.n == nil || e.n.Kind != query.Sub || e.n.Name != query.Plain:
			return chainError(s.model.Name, string(rel), errors.New("Prefetch takes a QuerySet"))
		case e.n.Sub.Model != path[len(path)-1].To:
			return chainError(s.model.Name, string(rel), fmt.Errorf("%s leads to %s, and the QuerySet is of %s", rel, path[len(path)-1].To.Name, e.n.Sub.Model.Name))
		case e.n.Sub.Columns != nil:
			return misuse(ErrGrouped, "Prefetch of %s takes a QuerySet of objects", rel)
		}
		p := query.Prefetch{Path: path, With: e.n.Sub}
		for _, o := range opts {
			o(&p)
		}
		s.q = s.q.Prefetch([]query.Prefetch{p})
		return nil
	})
}
