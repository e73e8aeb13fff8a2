package store

import (
	"context"
	"errors"
	"reflect"
	"slices"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/exec"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/param"
	"github.com/gormango/gormango/internal/query"
)

// ErrFenced is what Outside errors match.
var ErrFenced = errors.New("repo: outside of the fence")

// Outside is the error for a write that would leave the fence: a column that
// names another tenant, a foreign key to another tenant's row, or a call that
// cannot be checked. Package repo returns it as a *FenceError.
type Outside struct {
	Model, Field, Why string
}

func (e *Outside) Error() string {
	return "repo: " + e.Model + "." + e.Field + ": " + e.Why
}

// Is reports whether target is ErrFenced.
func (e *Outside) Is(target error) bool { return target == ErrFenced }

// otherTenant is the Why of a column that leads to another tenant.
const otherTenant = "it leads to a row that is not within the fence of the repository"

// outside returns the error for a column.
func (s *State) outside(f *modelinfo.Field, why string) error {
	return s.Public(&Outside{Model: f.Model.Name, Field: f.Column, Why: why})
}

// Fenced returns the rows, and every write of them, limited to those of one
// tenant.
func (s *State) Fenced(path string, value any) *State {
	manager := s != nil && s.Manager
	return s.Refined(func(s *State) error {
		if err := errors.Join(s.CheckUncombined("Fenced"), s.CheckUnsliced("fenced")); err != nil {
			return err
		}
		f, err := query.NewFence(s.Query, path, value)
		if err != nil {
			return s.CallError(path, err)
		}
		if s.Query.Fence != nil && !s.Query.Fence.Same(f) {
			return errors.New("it is fenced already, and a fence is never replaced (begin with a repository without one)")
		}
		s.Query, s.Manager = s.Query.Within(f), manager
		if s.scopedFrom != nil {
			s.scopedFrom = s.scopedFrom.Within(f)
		}
		return nil
	})
}

// way returns how rows of a model lead to the tenant of the fence, or nil.
func (s *State) way(m *modelinfo.Model) (*query.Way, error) {
	w, err := s.Query.Fence.Way(m)
	if err != nil {
		return nil, s.CallError("", err)
	}
	return w, nil
}

// fillFence sets the column of an object that names its tenant, if it is zero.
func (s *State) fillFence(ctx context.Context, rv reflect.Value) error {
	if s.Query.Fence == nil {
		return nil
	}
	w, err := s.way(s.Model)
	if err != nil || w == nil || len(w.Path) > 0 || !param.Zero(ctx, rv, w.Field) {
		return err
	}
	return w.Field.Set(ctx, rv, s.Query.Fence.Value)
}

// fencedKey is a foreign key of a model whose rows lead to a tenant, to another
// such model.
type fencedKey struct {
	from, to []*modelinfo.Field
	model    *modelinfo.Model
	fixed    []modelinfo.Fixed
}

// fencedKeys returns the foreign keys of a model that must not lead out of the
// fence.
func (s *State) fencedKeys(m *modelinfo.Model) ([]fencedKey, error) {
	refs, err := s.Registry.References(m)
	if err != nil {
		return nil, err
	}
	own, err := s.way(m)
	if err != nil {
		return nil, err
	}
	var keys []fencedKey
	for _, r := range refs {
		w, err := s.way(r.To)
		if err != nil {
			return nil, err
		}
		k := fencedKey{model: r.To, fixed: r.Fixed}
		for _, p := range r.Pairs {
			k.from, k.to = append(k.from, p.From), append(k.to, p.To)
		}
		if w == nil || own != nil && len(own.Path) == 0 && len(k.from) == 1 && k.from[0] == own.Field {
			continue // no tenant's row, or the column that fenceValues compares
		}
		keys = append(keys, k)
	}
	return keys, nil
}

// has reports whether one of the columns is part of the key.
func (k *fencedKey) has(columns []*modelinfo.Field) bool {
	return slices.ContainsFunc(columns, func(f *modelinfo.Field) bool {
		return slices.Contains(k.from, f) || slices.ContainsFunc(k.fixed, func(x modelinfo.Fixed) bool { return x.Field == f })
	})
}

// among returns the rows that the key of objects refers to. ok is false if
// there are none.
func (k *fencedKey) among(ctx context.Context, objs []reflect.Value) (in compile.Among, ok bool) {
	var rows [][]any
next:
	for _, rv := range objs {
		row := make([]any, len(k.from))
		for i, f := range k.from {
			if row[i] = param.Of(ctx, rv, f); row[i] == nil {
				continue next
			}
		}
		for _, x := range k.fixed {
			if param.Key(x.Field.Type, param.Of(ctx, rv, x.Field)) != param.Key(x.Field.Type, x.Value) {
				continue next
			}
		}
		rows = append(rows, row)
	}
	return amongRows(k.to, rows), len(rows) > 0
}

// amongRows returns the condition that columns have one of rows of values.
func amongRows(fields []*modelinfo.Field, rows [][]any) compile.Among {
	in := compile.Among{Columns: fields, Types: fields}
	for i := range fields {
		list := make([]any, len(rows))
		for n, row := range rows {
			list[n] = row[i]
		}
		in.Arrays = append(in.Arrays, param.Array(list))
	}
	return in
}

// countOutside returns how many rows of each target are not within the fence.
func (s *State) countOutside(ctx context.Context, targets []compile.Target) ([]int64, error) {
	st, err := compile.CountOutside(s.Query.Fence, targets)
	if err != nil {
		return nil, s.CallError("", err)
	}
	rd, err := exec.NewReader[[]any](st, s.DB)
	if err != nil {
		return nil, err
	}
	rows, err := exec.Read(ctx, s.Conn, st, rd)
	if err != nil {
		return nil, err
	}
	counts := make([]int64, len(targets))
	for i, n := range rows[0] {
		counts[i] = n.(int64)
	}
	return counts, nil
}

// CheckInside returns DoesNotExist if the row of an object, or one of rows by
// their columns, is not within the fence. Rows that do not exist are no error.
func (s *State) CheckInside(ctx context.Context, targets ...compile.Target) error {
	if s.Query.Fence == nil || len(targets) == 0 {
		return nil
	}
	counts, err := s.countOutside(ctx, targets)
	for i, n := range counts {
		if n > 0 {
			return DoesNotExist{targets[i].Model.Name}
		}
	}
	return err
}

// CheckObjectsInside is CheckInside for the rows of objects of a model.
func (s *State) CheckObjectsInside(ctx context.Context, m *modelinfo.Model, objs []reflect.Value) error {
	if s.Query.Fence == nil || len(objs) == 0 {
		return nil
	}
	if w, err := s.way(m); w == nil || err != nil {
		return err
	}
	k := fencedKey{from: m.Key, to: m.Key, model: m}
	if in, ok := k.among(ctx, objs); ok {
		return s.CheckInside(ctx, compile.Target{Model: m, In: []compile.Among{in}})
	}
	return nil
}

// fenceInsert fills and checks the columns of objects that an insert writes.
func (s *State) fenceInsert(ctx context.Context, objs []reflect.Value) error {
	if s.Query.Fence == nil {
		return nil
	}
	return s.fenceValues(ctx, objs, s.Model.Fields, false)
}

// fenceUpdate checks that the rows of objects are within the fence, and the
// columns that an update writes.
func (s *State) fenceUpdate(ctx context.Context, objs []reflect.Value, columns []*modelinfo.Field) error {
	if s.Query.Fence == nil {
		return nil
	}
	return s.fenceValues(ctx, objs, columns, true)
}

// fenceValues checks by one statement that the columns of objects lead to no
// row outside of the fence, and, if exist is set, that their rows are within.
func (s *State) fenceValues(ctx context.Context, objs []reflect.Value, columns []*modelinfo.Field, exist bool) error {
	w, err := s.way(s.Model)
	if err != nil {
		return err
	}
	if w != nil {
		for _, rv := range objs {
			if err := s.fenceTenant(ctx, rv, w, columns, exist); err != nil {
				return err
			}
		}
	}
	keys, err := s.fencedKeys(s.Model)
	if err != nil {
		return err
	}
	var targets []compile.Target
	var fields []*modelinfo.Field
	if exist {
		k := fencedKey{from: s.Model.Key, to: s.Model.Key, model: s.Model}
		if in, ok := k.among(ctx, objs); ok {
			targets, fields = append(targets, compile.Target{Model: s.Model, In: []compile.Among{in}}), append(fields, nil)
		}
	}
	for _, k := range keys {
		if !k.has(columns) {
			continue
		}
		for _, f := range k.from {
			if !exist && (s.leftToDatabase(f) || f.FuncDefault && slices.ContainsFunc(objs, func(rv reflect.Value) bool { return param.Zero(ctx, rv, f) })) {
				return s.outside(f, "the database would choose it, and a fence checks what it chooses itself (set it)")
			}
		}
		if in, ok := k.among(ctx, objs); ok {
			targets, fields = append(targets, compile.Target{Model: k.model, In: []compile.Among{in}}), append(fields, k.from[0])
		}
	}
	if len(targets) == 0 {
		return nil
	}
	counts, err := s.countOutside(ctx, targets)
	for i, n := range counts {
		switch {
		case n == 0:
		case fields[i] == nil:
			return DoesNotExist{s.Model.Name}
		default:
			return s.outside(fields[i], otherTenant)
		}
	}
	return err
}

// fenceTenant checks the column of an object by which it leads to its tenant.
func (s *State) fenceTenant(ctx context.Context, rv reflect.Value, w *query.Way, columns []*modelinfo.Field, exist bool) error {
	for _, f := range w.First() {
		switch {
		case !slices.Contains(columns, f):
			continue
		case !exist && (s.leftToDatabase(f) || !f.Creatable || f.Generated):
			return s.outside(f, "the repository's fence sets it, so it cannot be left to the database")
		case len(w.Path) > 0:
			if param.Of(ctx, rv, f) == nil {
				return s.outside(f, "it is NULL, so the row would belong to no tenant")
			}
			continue
		}
		if param.Zero(ctx, rv, f) {
			if err := f.Set(ctx, rv, s.Query.Fence.Value); err != nil {
				return err
			}
		}
		if param.Key(f.Type, param.Of(ctx, rv, f)) != param.Key(f.Type, s.Query.Fence.Value) {
			return s.outside(f, "it names another tenant than the fence of the repository")
		}
	}
	return nil
}
