package repo

import (
	"context"
	"errors"
	"reflect"
	"unsafe"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/param"
	"github.com/gormango/gormango/internal/query"
)

// Earliest returns the first row by these fields, whatever the order was; at
// least one field is required. Without a row it is ErrDoesNotExist, after Limit
// or Offset ErrSliced. It runs one statement.
//
//go:noinline
func (qs *QuerySetOf[P]) Earliest(ctx context.Context, fields ...OrderingOf[P]) (P, error) {
	return objectOf[P](qs.st().extreme(ctx, "Earliest", texts(fields)))
}

// Latest returns the last row by these fields, as Earliest returns the first:
// books.Latest(ctx, "published_at").
//
//go:noinline
func (qs *QuerySetOf[P]) Latest(ctx context.Context, fields ...OrderingOf[P]) (P, error) {
	return objectOf[P](qs.st().extreme(ctx, "Latest", texts(fields)))
}

// extreme reads the first row, or for Latest the last, in an order of its own.
func (s *state) extreme(ctx context.Context, method string, fields []string) (unsafe.Pointer, error) {
	if err := s.mistake(); err != nil {
		return nil, err
	}
	if len(fields) == 0 {
		return nil, s.mistaken("", errors.New(method+" names the fields to order by"))
	}
	s = s.orderedBy(fields)
	if s.err != nil {
		return nil, s.err
	}
	q := s.q
	if method == "Latest" {
		q = q.Reverse()
	}
	objs, err := s.fetch(ctx, q.Slice(0, 1))
	if err != nil {
		return nil, err
	}
	if len(objs) == 0 {
		return nil, doesNotExist{s.model.Name}
	}
	return objs[0], nil
}

// Contains reports whether the object's row is one of the QuerySet's. It runs
// one statement that reads at most a row. An object without a key is ErrNoKey;
// after Limit or Offset it is ErrSliced, after Columns or GroupBy ErrGrouped,
// after Union, Intersection and Difference ErrCombined.
//
//go:noinline
func (qs *QuerySetOf[P]) Contains(ctx context.Context, obj P) (bool, error) {
	return qs.st().contains(ctx, obj)
}

// contains reports whether the row of an object is one of the rows.
func (s *state) contains(ctx context.Context, obj any) (bool, error) {
	if err := s.mistake(); err != nil {
		return false, err
	}
	if err := errors.Join(s.single("Contains"), s.whole()); err != nil {
		return false, err
	}
	if absent(obj) {
		return false, s.invalid("Contains", nil, "a saved object")
	}
	rv := reflect.ValueOf(obj).Elem()
	if !s.hasKey(ctx, rv) {
		return false, misuse(errNoKey, "%s cannot be looked for (Contains takes a saved object)", s.model.Name)
	}
	if err := s.unsliced("searched"); err != nil {
		return false, err
	}
	q := s.q
	if len(q.On) > 0 { // which rows those are is determined first
		if len(s.model.Key) != 1 {
			return false, misuse(errMismatch, "%s has a key of several columns, and is looked for before Distinct", s.model.Name)
		}
		key := s.model.Key[0]
		rows := q.Select(&query.Columns{Names: []query.Column{{Name: key.Column, Expr: query.FieldRef(key)}}})
		leaf := &query.Leaf{Left: query.FieldRef(key), Op: lookup.In, Value: query.Value{Kind: query.Rows, Sub: rows}}
		q = query.New(s.model).Seeing(q.Deleted).With(&query.Cond{Kids: []*query.Cond{{Leaf: leaf}}})
	}
	for i, v := range param.Values(ctx, rv, s.model.Key) {
		is, err := query.FieldLeaf("pk", s.model.Key[i], lookup.Exact, v)
		if err != nil {
			return false, s.mistaken("pk", err)
		}
		q = q.With(is)
	}
	own := *s
	own.q = q
	return own.exists(ctx)
}
