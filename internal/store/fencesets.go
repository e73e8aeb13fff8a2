package store

import (
	"context"
	"fmt"
	"reflect"
	"slices"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/param"
)

// FenceSets checks that assignments to rows lead to no row outside of the
// fence.
func (s *State) FenceSets(ctx context.Context, m *modelinfo.Model, sets []compile.Set) error {
	if s.Query.Fence == nil {
		return nil
	}
	w, err := s.way(m)
	if err != nil {
		return err
	}
	keys, err := s.fencedKeys(m)
	if err != nil {
		return err
	}
	var targets []compile.Target
	var fields []*modelinfo.Field
	for _, set := range sets {
		f := set.Field
		first := w != nil && slices.Contains(w.First(), f)
		direct := first && len(w.Path) == 0
		value, null := param.Plain(set.Value)
		named := []*modelinfo.Field{f}
		for _, k := range keys {
			if !k.has(named) {
				continue
			}
			switch {
			case set.Expr != nil || set.Default || set.Next || len(k.from) > 1 || len(k.fixed) > 0:
				return s.outside(f, "a fence cannot check this assignment (assign one value, or save the objects)")
			case !null:
				targets = append(targets, compile.Target{Model: k.model, In: []compile.Among{amongRows(k.to, [][]any{{value}})}})
				fields = append(fields, f)
			}
		}
		switch {
		case direct && (set.Expr != nil || set.Default || set.Next || param.Key(f.Type, value) != param.Key(f.Type, s.Query.Fence.Value)):
			return s.outside(f, "the fence of the repository does not let rows go to another tenant")
		case first && null && set.Expr == nil:
			return s.outside(f, "it is NULL, so the row would belong to no tenant")
		}
	}
	if len(targets) == 0 {
		return nil
	}
	counts, err := s.countOutside(ctx, targets)
	for i, n := range counts {
		if n > 0 {
			return s.outside(fields[i], otherTenant)
		}
	}
	return err
}

// FenceInsertFrom returns the constants that an INSERT of a query's rows adds.
// The query must not fill a column that could lead out of the fence.
func (s *State) FenceInsertFrom(columns []*modelinfo.Field) ([]compile.Set, error) {
	if s.Query.Fence == nil {
		return nil, nil
	}
	w, err := s.way(s.Model)
	if err != nil {
		return nil, err
	}
	keys, err := s.fencedKeys(s.Model)
	if err != nil {
		return nil, err
	}
	unchecked := "a fence cannot check what a query inserts there (use BulkCreateSeq)"
	for _, k := range keys {
		for _, f := range k.from {
			if slices.Contains(columns, f) || f.HasDefaultValue {
				return nil, s.outside(f, unchecked)
			}
		}
	}
	if w == nil {
		return nil, nil
	}
	for _, f := range w.First() {
		if len(w.Path) > 0 || slices.Contains(columns, f) {
			return nil, s.outside(f, unchecked)
		}
	}
	return []compile.Set{{Field: w.Field, Value: s.Query.Fence.Value}}, nil
}

// fenceConflict checks an upsert: a row that exists must be within the fence,
// and stay there.
func (s *State) fenceConflict(ctx context.Context, on *compile.Conflict, objs []reflect.Value) error {
	if s.Query.Fence == nil || !on.Writes() {
		return nil
	}
	w, err := s.way(s.Model)
	if err != nil || w == nil {
		return err
	}
	for _, f := range w.First() {
		if slices.Contains(on.Update, f) || slices.ContainsFunc(on.Sets, func(set compile.Set) bool { return set.Field == f }) {
			return s.outside(f, "an upsert does not change the tenant of a row that exists (leave it out of Update)")
		}
	}
	for _, set := range on.Sets {
		if err := s.FenceSets(ctx, s.Model, []compile.Set{set}); err != nil {
			return err
		}
	}
	k := fencedKey{from: on.Columns, to: on.Columns, model: s.Model}
	in, ok := k.among(ctx, objs)
	if !ok {
		return nil
	}
	counts, err := s.countOutside(ctx, []compile.Target{{Model: s.Model, In: []compile.Among{in}}})
	if err == nil && counts[0] > 0 {
		err = s.outside(on.Columns[0], fmt.Sprintf("a %s that is not within the fence of the repository has the same value", s.Model.Name))
	}
	return err
}

// structsOf returns the structs of pointers.
func structsOf(objs []any) []reflect.Value {
	at := make([]reflect.Value, len(objs))
	for i, o := range objs {
		at[i] = reflect.ValueOf(o).Elem()
	}
	return at
}

// withoutTenant returns columns without the one that holds the tenant.
func (s *State) withoutTenant(columns []*modelinfo.Field) ([]*modelinfo.Field, error) {
	w, err := s.way(s.Model)
	if err != nil || w == nil || len(w.Path) > 0 {
		return columns, err
	}
	return withoutField(columns, w.Field), nil
}

// CheckCascade returns an error if one of the rows that a delete reaches is not
// within the fence. Models without tenants do not count.
func (s *State) CheckCascade(ctx context.Context, targets []compile.Target) error {
	var fenced []compile.Target
	for _, t := range targets {
		w, err := s.way(t.Model)
		if err != nil {
			return err
		}
		if w != nil {
			fenced = append(fenced, t)
		}
	}
	if len(fenced) == 0 {
		return nil
	}
	counts, err := s.countOutside(ctx, fenced)
	for i, n := range counts {
		if n > 0 {
			m := fenced[i].Model
			return s.outside(fenced[i].In[0].Columns[0], "rows of "+m.Name+" that are not within the fence of the repository go with the others")
		}
	}
	return err
}

// CheckLinked returns an error unless rows may be tied to an owner: the owner's
// row and the others must be within the fence. keys are values of columns of
// the rows.
func (s *State) CheckLinked(ctx context.Context, owner *modelinfo.Model, ownerFields []*modelinfo.Field, ownerValues []any, fields []*modelinfo.Field, keys [][]any) error {
	if s.Query.Fence == nil {
		return nil
	}
	from, err := s.way(owner)
	if err != nil {
		return err
	}
	to, err := s.way(s.Model)
	if err != nil {
		return err
	}
	var targets []compile.Target
	if from != nil {
		targets = append(targets, compile.Target{Model: owner, In: []compile.Among{amongRows(ownerFields, [][]any{ownerValues})}})
	}
	if to != nil && len(keys) > 0 {
		targets = append(targets, compile.Target{Model: s.Model, In: []compile.Among{amongRows(fields, keys)}})
	}
	return s.CheckInside(ctx, targets...)
}

// CheckTied returns an error if rows of the state belong to a tenant by their
// owner alone, so that a fence does not know from whom another owner takes
// them.
func (s *State) CheckTied(owner *modelinfo.Model, field *modelinfo.Field) error {
	if s.Query.Fence == nil {
		return nil
	}
	from, err := s.way(owner)
	if err != nil || from == nil {
		return err
	}
	to, err := s.way(s.Model)
	if err == nil && to == nil {
		err = s.outside(field, "nothing but the owner tells the tenant of a "+s.Model.Name+", so the fence cannot tell whose row it takes")
	}
	return err
}

// Tenant returns the column of a model that holds the tenant of the fence and
// its value, or nil.
func (s *State) Tenant(m *modelinfo.Model) (*modelinfo.Field, any, error) {
	if s.Query.Fence == nil {
		return nil, nil, nil
	}
	w, err := s.way(m)
	if err != nil || w == nil || len(w.Path) > 0 {
		return nil, nil, err
	}
	return w.Field, s.Query.Fence.Value, nil
}
