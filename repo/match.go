package repo

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/exec"
	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/txutil"
)

// Match identifies rows by columns; Repository.By makes one.
type Match[T any] struct {
	r     *Repository[T]
	names []string
}

// By names the columns that identify a row. A unique constraint on them is what
// makes GetOrCreate safe between processes.
func (r *Repository[T]) By(name Name[T], more ...Name[T]) Match[T] {
	return Match[T]{r, nameStrings(append([]Name[T]{name}, more...))}
}

// GetOrCreate reads the row whose columns equal obj's into obj, or creates it
// from obj, and says which. When another process creates it in between, the
// unique constraint refuses ours and the other's row is read. Several rows are
// ErrMultipleObjectsReturned. One to three statements; the insert runs in a savepoint inside a transaction.
func (m Match[T]) GetOrCreate(ctx context.Context, obj *T) (created bool, err error) {
	s, err := m.r.bound()
	if err != nil {
		return false, err
	}
	if obj == nil {
		return false, errNil(s.model.Name)
	}
	if s.q.None || s.q.Sliced() {
		return false, misuse(ErrSliced, "%s cannot be looked for and created within a slice or None", s.model.Name)
	}
	columns, err := s.named(m.names, func(*modelinfo.Field) bool { return true })
	if err != nil {
		return false, err
	}
	rv := reflect.ValueOf(obj).Elem()
	if err := takeKeys(ctx, s.model, rv); err != nil {
		return false, err
	}
	found, err := m.read(ctx, s, columns, rv, obj)
	if found || err != nil {
		return false, err
	}
	err = txutil.Atomic(ctx, s.db, func(ctx context.Context) error { return m.r.Create(ctx, obj) })
	if err == nil {
		return true, nil
	}
	if !errors.Is(err, gorm.ErrDuplicatedKey) {
		return false, err
	}
	if found, again := m.read(ctx, s, columns, rv, obj); found || again != nil {
		return false, again
	}
	return false, err // another constraint than the one on these columns
}

// read looks for the row with rv's values in columns, and reads it into obj.
func (m Match[T]) read(ctx context.Context, s *state, columns []*modelinfo.Field, rv reflect.Value, obj *T) (bool, error) {
	q := s.q.OrderBy(nil).WithLimit(2)
	for i, f := range columns {
		v, _ := f.ValueOf(ctx, rv)
		leaf, err := query.FieldLeaf(m.names[i], f, lookup.Exact, v)
		if err != nil {
			return false, chainError(s.model.Name, m.names[i], err)
		}
		q = q.With(leaf)
	}
	st, err := compile.Select(q, s.reg.TimeZone())
	if err != nil || st.None {
		return false, err
	}
	st.Reads = "" // a replica may not have the row yet that the create would meet
	objs, err := exec.All[T](ctx, s.db, st, 2)
	switch {
	case err != nil || len(objs) == 0:
		return false, err
	case len(objs) > 1:
		return false, fmt.Errorf("%w: GetOrCreate found several of %s", ErrMultipleObjectsReturned, s.model.Name)
	}
	found := reflect.ValueOf(objs[0]).Elem()
	for _, f := range s.model.Reads {
		v, _ := f.ValueOf(ctx, found)
		if err := f.Set(ctx, rv, v); err != nil {
			return false, err
		}
	}
	dropStale(ctx, s.model, rv)
	return true, afterFind(ctx, s, q, []*T{obj})
}
