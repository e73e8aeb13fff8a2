package store

import (
	"context"
	"reflect"
	"slices"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/exec"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/param"
	"github.com/gormango/gormango/txutil"
)

// BulkUpdate checks objects and writes the named columns to their rows.
func (s *State) BulkUpdate(ctx context.Context, objs []any, names []string) (int64, error) {
	if err := s.Bound("BulkUpdate"); err != nil {
		return 0, err
	}
	columns, err := s.Named(names, func(f *modelinfo.Field) bool { return updatable(f) && f != s.Model.Version })
	if err != nil {
		return 0, err
	}
	u := &rowUpdates{s: s, columns: columns, by: s.Model.Key}
	if s.Model.Version != nil {
		u.by = append(slices.Clip(u.by), s.Model.Version)
	}
	if err := u.take(ctx, objs); err != nil || len(u.objs) == 0 {
		return 0, err
	}
	var n int64
	err = s.Together(ctx, u.batch() < len(u.objs) || s.Model.Version != nil || txutil.InTransaction(ctx, s.DB), func(ctx context.Context) error {
		var err error
		if n, err = u.write(ctx, 0, len(u.objs)); err != nil || s.Model.Version == nil {
			return err
		}
		return u.raise(ctx, n)
	})
	if err != nil {
		return 0, u.blame(ctx, err)
	}
	return n, nil
}

// fewRows is the most rows that each look up their values in all of the arrays.
const fewRows = 50

// rowUpdates holds the objects of a BulkUpdate, one for each key.
type rowUpdates struct {
	s           *State
	columns, by []*modelinfo.Field
	objs        []any
	index       []int // of each object in the list
}

func (u *rowUpdates) error(i int, field string, err error) error {
	return u.s.Public(&ObjectFailure{Model: u.s.Model.Name, Index: i, Field: field, Err: err})
}

// take checks the objects and drops those whose key occurred before.
func (u *rowUpdates) take(ctx context.Context, objs []any) error {
	seen := map[any]bool{}
	// Times are truncated to the precision of the database, and none is set to
	// now.
	still := slices.DeleteFunc(slices.Clone(u.columns), func(f *modelinfo.Field) bool { return f.AutoUpdateTime > 0 })
	for i, obj := range objs {
		if Absent(obj) {
			return u.error(i, "", ErrNil(u.s.Model.Name))
		}
		rv := reflect.ValueOf(obj).Elem()
		if !u.s.HasKey(ctx, rv) {
			return u.error(i, "", NoKey(u.s.Model.Name, "there is no row to change"))
		}
		key := param.ObjectKey(ctx, rv, u.s.Model.Key)
		if seen[key] {
			continue
		}
		seen[key] = true
		if err := takeSavedKeys(ctx, u.s.Model, rv, u.columns); err != nil {
			return u.error(i, "", err)
		}
		if err := u.s.check(ctx, obj); err != nil {
			return u.error(i, "", err)
		}
		if err := param.Stamp(ctx, rv, still, u.s.DB.NowFunc(), false); err != nil {
			return u.error(i, "", err)
		}
		u.objs, u.index = append(u.objs, obj), append(u.index, i)
	}
	return nil
}

// all returns the columns that a row is found by, and those that are written.
func (u *rowUpdates) all() []*modelinfo.Field { return append(slices.Clip(u.by), u.columns...) }

func (u *rowUpdates) batch() int {
	if arrays(u.all()) {
		return max(1, len(u.objs))
	}
	return min(maxValueRows, maxParams/len(u.all()))
}

func (u *rowUpdates) write(ctx context.Context, from, to int) (n int64, err error) {
	all, size := u.all(), u.batch()
	for ; from < to; from += size {
		objs := u.objs[from:min(from+size, to)]
		v := valuesFor(ctx, all, objs)
		st := compile.UpdateMany(u.s.Model, len(u.by), v)
		if v.Rows == 0 && len(u.by) == 1 && len(objs) <= fewRows {
			st = compile.UpdateFew(u.s.Model, v)
		}
		changed, err := u.s.Conn.Exec(ctx, st)
		if err != nil {
			return 0, err
		}
		n += changed
	}
	return n, nil
}

// raise raises the versions of the objects, or returns an error when an
// existing row was not changed.
func (u *rowUpdates) raise(ctx context.Context, n int64) error {
	if n < int64(len(u.objs)) {
		there, err := exec.Count(ctx, u.s.Conn, compile.CountKeys(u.s.Model, columnArrays(ctx, u.s.Model.Key, u.objs)))
		if err != nil {
			return err
		}
		if there > n {
			return StaleObject{u.s.Model.Name}
		}
	}
	for _, obj := range u.objs {
		rv := reflect.ValueOf(obj).Elem()
		u.s.Remember(ctx, rv, []*modelinfo.Field{u.s.Model.Version})
		was, _ := u.s.Model.Version.ValueOf(ctx, rv)
		if err := u.s.Model.Version.Set(ctx, rv, was.(int64)+1); err != nil {
			return err
		}
	}
	return nil
}

// blame finds the object that could not be written.
func (u *rowUpdates) blame(ctx context.Context, err error) error {
	if _, stale := err.(StaleObject); stale {
		return err
	}
	at, field, cause := u.s.blame(ctx, err, len(u.objs), culprits{
		try: func(ctx context.Context, from, to int) error { _, err := u.write(ctx, from, to); return err },
		at:  func(i int) (reflect.Value, []*modelinfo.Field) { return reflect.ValueOf(u.objs[i]).Elem(), u.columns },
	})
	if at < 0 {
		return err
	}
	return u.error(u.index[at], field, cause)
}
