package repo

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/gormango/gormango/internal/modelinfo"
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
		e := exprOf(with)
		switch {
		case e.n != nil && e.n.Err != nil:
			return chainError(s.model.Name, string(rel), e.n.Err)
		case e.n == nil || e.n.Kind != query.Sub || e.n.Name != query.Plain:
			return chainError(s.model.Name, string(rel), errors.New("Prefetch takes a QuerySet"))
		case e.n.Sub.Model.DB != s.model.DB:
			return chainError(s.model.Name, string(rel), errors.New("the QuerySet belongs to another database"))
		case e.n.Sub.Model != path[len(path)-1].To:
			return chainError(s.model.Name, string(rel), fmt.Errorf("%s leads to %s, and the QuerySet is of %s", rel, path[len(path)-1].To.Name, e.n.Sub.Model.Name))
		case e.n.Sub.Columns != nil:
			return misuse(ErrGrouped, "Prefetch of %s takes a QuerySet of objects", rel)
		}
		p := query.Prefetch{Path: path, With: e.n.Sub}
		for _, o := range opts {
			if o != nil {
				o(&p)
			}
		}
		if last := path[len(path)-1]; p.To == "" && last.Rel == nil {
			return chainError(s.model.Name, string(rel), fmt.Errorf("%s has no Go field for %s (say with ToField where to load it)", last.From.Name, last.Name))
		}
		if p.To != "" {
			if err := takes(path[len(path)-1], p.To); err != nil {
				return chainError(s.model.Name, string(rel), err)
			}
		}
		s.q = s.q.Prefetch([]query.Prefetch{p})
		return nil
	})
}

// takes says that a Go field can hold the rows of a relation in place of the relation's own.
func takes(rel *modelinfo.Relation, name string) error {
	field, ok := rel.From.Type.FieldByName(name)
	own := reflect.SliceOf(rel.To.Type)
	if rel.Rel != nil {
		own = rel.Rel.Field.FieldType
	}
	switch {
	case !ok || !field.IsExported():
		return fmt.Errorf("%s has no field %s to load %s into (declare one of type %s with `gorm:\"-\"`)", rel.From.Name, name, rel.Name, own)
	case field.Type != own && (rel.Rel != nil || !holds(field.Type, rel.To.Type)):
		return fmt.Errorf("%s.%s is of type %s, and takes %s only as %s", rel.From.Name, name, field.Type, rel.Name, own)
	}
	return nil
}

// holds says that a field can take rows of a model: a slice, of structs or pointers, or a pointer to one.
func holds(field, model reflect.Type) bool {
	return field == reflect.SliceOf(model) || field == reflect.SliceOf(reflect.PointerTo(model)) || field == reflect.PointerTo(model)
}
