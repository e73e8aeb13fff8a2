package store

import (
	"context"
	"errors"
	"reflect"
	"unsafe"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/param"
	"github.com/gormango/gormango/internal/query"
)

// Extreme reads the first row, or for Latest the last, in an order of its own.
func (s *State) Extreme(ctx context.Context, method string, fields []string) (unsafe.Pointer, error) {
	if err := s.Mistake(); err != nil {
		return nil, err
	}
	if len(fields) == 0 {
		return nil, s.Mistaken("", errors.New(method+" names the fields to order by"))
	}
	s = s.OrderedBy(fields)
	if s.Err != nil {
		return nil, s.Err
	}
	q := s.Query
	if method == "Latest" {
		q = q.Reverse()
	}
	objs, err := s.fetch(ctx, q.Slice(0, 1))
	if err != nil {
		return nil, err
	}
	if len(objs) == 0 {
		return nil, DoesNotExist{s.Model.Name}
	}
	return objs[0], nil
}

// Contains reports whether the row of an object is one of the rows.
func (s *State) Contains(ctx context.Context, obj any) (bool, error) {
	if err := s.Mistake(); err != nil {
		return false, err
	}
	if err := errors.Join(s.Single("Contains"), s.Whole()); err != nil {
		return false, err
	}
	if Absent(obj) {
		return false, s.Invalid("Contains", nil, "a saved object")
	}
	rv := reflect.ValueOf(obj).Elem()
	if !s.HasKey(ctx, rv) {
		return false, Misuse(ErrNoKey, "%s cannot be looked for (Contains takes a saved object)", s.Model.Name)
	}
	if err := s.Unsliced("searched"); err != nil {
		return false, err
	}
	q := s.Query
	if len(q.On) > 0 { // which rows those are is determined first
		if len(s.Model.Key) != 1 {
			return false, Misuse(ErrMismatch, "%s has a key of several columns, and is looked for before Distinct", s.Model.Name)
		}
		key := s.Model.Key[0]
		rows := q.Select(&query.Columns{Names: []query.Column{{Name: key.Column, Expr: query.FieldRef(key)}}})
		leaf := &query.Leaf{Left: query.FieldRef(key), Op: lookup.In, Value: query.Value{Kind: query.Rows, Sub: rows}}
		q = query.New(s.Model).Seeing(q.Deleted).With(&query.Cond{Kids: []*query.Cond{{Leaf: leaf}}})
	}
	for i, v := range param.Values(ctx, rv, s.Model.Key) {
		is, err := query.FieldLeaf("pk", s.Model.Key[i], lookup.Exact, v)
		if err != nil {
			return false, s.Mistaken("pk", err)
		}
		q = q.With(is)
	}
	own := *s
	own.Query = q
	return own.Exists(ctx)
}
