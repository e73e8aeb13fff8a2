package store

import (
	"cmp"
	"context"
	"reflect"
	"slices"
	"time"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/exec"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/param"
)

// BulkUpdate checks objects and writes the named columns to their rows.
func (s *State) BulkUpdate(ctx context.Context, objs []any, names []string) (int64, error) {
	if err := s.CheckBound("BulkUpdate"); err != nil {
		return 0, err
	}
	columns, err := s.NamedColumns(names, func(f *modelinfo.Field) bool { return updatable(f) && f != s.Model.Version })
	if err != nil {
		return 0, err
	}
	u := &rowUpdates{s: s, columns: columns, keyColumns: s.Model.Key}
	if s.Model.Version != nil {
		u.keyColumns = append(slices.Clip(u.keyColumns), s.Model.Version)
	}
	if err := u.add(ctx, objs); err != nil || len(u.objs) == 0 {
		return 0, err
	}
	if s.Query.Fence != nil {
		if err := s.fenceUpdate(ctx, structsOf(u.objs), columns); err != nil {
			return 0, err
		}
	}
	var n int64
	one := len(u.objs) <= u.batch()
	err = s.writeAll(ctx, one, len(u.objs) > 1 || s.Model.Version != nil, func(w writing) error {
		u.writing = w
		return s.InTransaction(ctx, w.inTransaction, func(ctx context.Context) (err error) {
			if n, err = u.write(ctx, 0, len(u.objs)); err != nil || s.Model.Version == nil {
				return err
			}
			return u.raiseVersions(ctx)
		})
	})
	if u.whole = false; err != nil { // candidates are tried in parts
		return 0, u.blame(ctx, err)
	}
	return n, nil
}

// fewRows is the most rows of compile.UpdateFew, where each row searches its
// values in all arrays.
const fewRows = 50

// rowUpdates holds the objects of a BulkUpdate, one for each key.
type rowUpdates struct {
	s                   *State
	columns, keyColumns []*modelinfo.Field
	objs                []any
	index               []int // of each object in the list
	writing
}

// error returns the public error of the i-th object.
func (u *rowUpdates) error(i int, field string, err error) error {
	return u.s.Public(&ObjectFailure{Model: u.s.Model.Name, Index: i, Field: field, Err: err})
}

// add checks the objects and adds them, except those whose key occurred before.
func (u *rowUpdates) add(ctx context.Context, objs []any) error {
	seen := param.NewIndex(u.s.Model.Key, len(objs))
	u.objs, u.index = make([]any, 0, len(objs)), make([]int, 0, len(objs))
	// Stamp truncates times to the precision of the database. It must set none of
	// them to now.
	stamped := slices.DeleteFunc(param.Stamped(u.columns), func(f *modelinfo.Field) bool { return f.AutoUpdateTime > 0 })
	for i, obj := range objs {
		if IsNil(obj) {
			return u.error(i, "", NilObject(u.s.Model.Name))
		}
		rv := reflect.ValueOf(obj).Elem()
		if !u.s.HasKey(ctx, rv) {
			return u.error(i, "", NoKey(u.s.Model.Name, "there is no row to change"))
		}
		if n, added := seen.Add(ctx, rv); n >= 0 && !added {
			continue
		}
		if err := fillSavedKeys(ctx, u.s.Model, rv, u.columns); err != nil {
			return u.error(i, "", err)
		}
		if err := u.s.check(ctx, obj); err != nil {
			return u.error(i, "", err)
		}
		if err := param.Stamp(ctx, rv, stamped, time.Time{}, false); err != nil {
			return u.error(i, "", err)
		}
		u.objs, u.index = append(u.objs, obj), append(u.index, i)
	}
	return nil
}

// allColumns returns the columns by which rows are found and those that are
// written.
func (u *rowUpdates) allColumns() []*modelinfo.Field {
	return append(slices.Clip(u.keyColumns), u.columns...)
}

// batch returns the number of objects that one statement writes.
func (u *rowUpdates) batch() int {
	if canSendArrays(u.allColumns()) {
		return max(1, len(u.objs))
	}
	return min(maxValueRows, maxParams/len(u.allColumns()))
}

// write updates the rows of the objects from one index to another and returns
// the number of rows.
func (u *rowUpdates) write(ctx context.Context, from, to int) (n int64, err error) {
	for size := u.batch(); from < to; from += size {
		changed, err := u.send(ctx, u.objs[from:min(from+size, to)])
		if err != nil {
			return 0, err
		}
		n += changed
	}
	return n, nil
}

// send updates the rows of objects by one statement, or by several if they have
// too many bytes.
func (u *rowUpdates) send(ctx context.Context, objs []any) (n int64, err error) {
	all := u.allColumns()
	err = parted(objs, all, u.inTransaction, func() (err error) {
		v := valuesFor(ctx, all, objs)
		st := compile.UpdateMany(u.s.Model, len(u.keyColumns), v)
		if v.Rows == 0 && len(u.keyColumns) == 1 && len(objs) <= fewRows {
			st = compile.UpdateFew(u.s.Model, v)
		}
		if u.whole {
			n, err = exec.Count(ctx, u.s.Conn, st.Whole(int64(len(objs))))
			return err
		}
		if n, err = u.s.Conn.Exec(ctx, st); err == nil && n < int64(len(objs)) {
			err = u.unchanged(ctx, objs, n)
		}
		return err
	}, func(from, to int) error {
		changed, err := u.send(ctx, objs[from:to])
		n += changed
		return err
	})
	return n, err
}

// unchanged returns the error for rows of objects that exist although an update
// has changed n rows only: they have another version, or a trigger has dropped
// the update. Objects without a row are no error.
func (u *rowUpdates) unchanged(ctx context.Context, objs []any, n int64) error {
	count := func(columns []*modelinfo.Field) (int64, error) {
		return exec.Count(ctx, u.s.Conn, compile.CountKeys(u.s.Model, valuesFor(ctx, columns, objs)))
	}
	existing, err := count(u.s.Model.Key)
	if err != nil || existing <= n {
		return err
	}
	if u.s.Model.Version != nil {
		// The update has raised the versions of the rows that it has changed.
		if same, err := count(u.keyColumns); err != nil || same == 0 {
			return cmp.Or(err, error(StaleObject{u.s.Model.Name}))
		}
	}
	return NotWritten{Model: u.s.Model.Name, Rows: n, Want: existing}
}

// raiseVersions increments the versions of the objects.
func (u *rowUpdates) raiseVersions(ctx context.Context) error {
	for _, obj := range u.objs {
		rv := reflect.ValueOf(obj).Elem()
		u.s.Remember(ctx, rv, []*modelinfo.Field{u.s.Model.Version})
		if err := u.s.Model.RaiseVersion(ctx, rv); err != nil {
			return err
		}
	}
	return nil
}

// blame returns the error of the object that could not be written, or err if no
// object is at fault.
func (u *rowUpdates) blame(ctx context.Context, err error) error {
	if _, stale := err.(StaleObject); stale {
		return err
	}
	i, field, cause := u.s.blame(ctx, err, len(u.objs), candidates{
		try:    func(ctx context.Context, from, to int) error { _, err := u.write(ctx, from, to); return err },
		object: func(i int) (reflect.Value, []*modelinfo.Field) { return reflect.ValueOf(u.objs[i]).Elem(), u.columns },
	})
	if i < 0 {
		return err
	}
	return u.error(u.index[i], field, cause)
}
