package repo

import (
	"context"
	"io"
	"maps"
	"reflect"
	"slices"

	"github.com/gormango/gormango/internal/related"
	"github.com/gormango/gormango/internal/store"
	"github.com/gormango/gormango/internal/validation"
)

// Patch says what the JSON body of a request may hold for an object.
type Patch[T any] struct {
	// Fields are the columns that may be written, those of DecodePatch. Defaults to
	// those that Meta.Fields marks as Editable.
	Fields []Name[T]
	// Required are the columns and links that the body must hold.
	Required []Name[T]
	// Links are many-to-many relations. Their members are lists of keys: the rows
	// that are linked afterwards.
	Links []Rel[T]
	// MaxBytes is the size of the largest body. Defaults to 10 MiB.
	MaxBytes int64
}

// Patched is what a body has set in an object.
type Patched[T any] struct {
	// Names are the columns that the body holds, for Save.
	Names []Name[T]
	// Links are the keys of the rows to link, by relation.
	Links map[Rel[T]][]any
}

// Decode reads a JSON object from r into obj, with the rules and errors of
// [DecodePatch]. A required member that is missing is a *PatchError too. It
// runs no statement.
//
//	patch := repo.Patch[Book]{Fields: []repo.Name[Book]{"title", "price"}, Links: []repo.Rel[Book]{"tags"}}
//	patched, err := patch.Decode(r.Body, book)
//	err = patched.Save(ctx, books, book)
func (p Patch[T]) Decode(r io.Reader, obj *T) (*Patched[T], error) {
	d, err := decodePatch(r, obj, patchOptions{texts(p.Fields), texts(p.Required), texts(p.Links), p.MaxBytes})
	if err != nil {
		return nil, err
	}
	out := &Patched[T]{Names: names[T](d.names), Links: map[Rel[T]][]any{}}
	for name, keys := range d.links {
		out.Links[Rel[T](name)] = keys
	}
	return out, nil
}

// Save tests the object's columns (FullClean), writes them, or creates an
// object without a key, and sets the links, in one transaction. A key that no
// row has is an error of the database. With nothing to write it runs no
// statement.
func (d *Patched[T]) Save(ctx context.Context, src Source[T], obj *T) error {
	s := stateIn[*T](src)
	if err := s.Mistake(); err != nil {
		return err
	}
	links := map[string][]any{}
	for rel, keys := range d.Links {
		links[string(rel)] = keys
	}
	return savePatched(ctx, s, obj, texts(d.Names), links)
}

// savePatched writes the columns and links of a patch.
func savePatched(ctx context.Context, s *store.State, obj any, names []string, links map[string][]any) error {
	if store.IsNil(obj) {
		return store.NilObject(s.Model.Name)
	}
	stored := s.HasKey(ctx, reflect.ValueOf(obj).Elem())
	if !stored {
		names = nil // a new row has every column
	}
	if stored && len(names)+len(links) == 0 {
		return nil
	}
	return s.InTransaction(ctx, true, func(ctx context.Context) error {
		if !stored || len(names) > 0 {
			if err := validation.Full(ctx, s, obj, names, false); err != nil {
				return err
			}
			if err := s.Save(ctx, obj, names); err != nil {
				return err
			}
		}
		for _, name := range slices.Sorted(maps.Keys(links)) {
			if err := related.ReplaceLinks(ctx, s, obj, name, links[name]); err != nil {
				return err
			}
		}
		return nil
	})
}

// names returns texts as names.
func names[T any](list []string) []Name[T] {
	out := make([]Name[T], 0, len(list))
	for _, n := range list {
		out = append(out, Name[T](n))
	}
	return out
}
