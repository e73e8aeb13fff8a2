package deletion

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/param"
	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/internal/store"
)

// Restore restores the rows of objects, or those of the state.
func Restore(ctx context.Context, s *store.State, objects bool, objs []any) (Count, error) {
	if err := checkTarget(s, "Restore", objects); err != nil {
		return Count{}, err
	}
	switch {
	case objects && len(objs) == 0:
		return Count{}, nil
	case objects:
		return restoreObjects(ctx, s, objs)
	}
	rows := *s
	return restoreRows(ctx, &rows)
}

// restoreRows restores the deleted rows of the state.
func restoreRows(ctx context.Context, s *store.State) (Count, error) {
	if err := s.CheckWritable("restored"); err != nil {
		return Count{}, err
	}
	if err := checkRestorable(s); err != nil {
		return Count{}, err
	}
	s.Query = s.Query.Seeing(query.OnlyDeleted)
	c, err := newCollector(s, Restoring, false)
	if err != nil {
		return Count{}, err
	}
	if err = processRows(ctx, s, c); err != nil {
		return Count{}, err
	}
	return c.count, nil
}

// restoreObjects restores the rows of objects.
func restoreObjects(ctx context.Context, s *store.State, objs []any) (Count, error) {
	if err := checkRestorable(s); err != nil {
		return Count{}, err
	}
	at, err := structsOf(ctx, s, objs, "there is no row to restore")
	if err != nil {
		return Count{}, err
	}
	if err := s.CheckObjectsInside(ctx, s.Model, at); err != nil {
		return Count{}, err
	}
	c, err := newCollector(s, Restoring, false)
	if err != nil {
		return Count{}, err
	}
	return c.run(ctx, true, at, c.addMarked)
}

// checkRestorable returns an error if the model has no soft delete.
func checkRestorable(s *store.State) error {
	switch m := s.Model; {
	case m.SoftDelete == nil:
		return s.CallError("", errors.New("the model has no soft delete, so no rows to restore (it needs a gorm.DeletedAt)"))
	case !m.TimedDelete:
		return s.CallError("", untimed(m))
	}
	return nil
}

// untimed returns the error for a restore of rows whose mark is no time, by
// which the rows that were deleted together are found.
func untimed(m *modelinfo.Model) error {
	return fmt.Errorf("%s.%s of type %s holds no time of deletion, by which the rows that were deleted together are found (set the column by an Update of OnlyDeleted, or use a gorm.DeletedAt)",
		m.Name, m.SoftDelete.Column, m.SoftDelete.FieldType)
}

// addMarked adds the objects of a restore whose rows are marked, and sets their
// fields to the values that the rows will have. undo restores the fields.
func (c *collector) addMarked(ctx context.Context, objs []reflect.Value) (undo func(), err error) {
	s, n := c.s, c.g.Root
	var undos []func()
	undo = func() {
		for _, fn := range undos {
			fn()
		}
	}
	columns := n.Reads()
	if s.Model.Version != nil {
		columns = append(slices.Clip(columns), s.Model.Version)
	}
	in, _ := valuesOf(ctx, s.Model.Key, objs)
	rows, err := s.Structs(ctx, compile.SelectAmong(s.Model, columns, in, false))
	if err != nil {
		return undo, err
	}
	byKey := map[any]reflect.Value{}
	for _, r := range rows {
		byKey[param.ObjectKey(ctx, r.Elem(), s.Model.Key)] = r.Elem()
	}
	for _, o := range objs {
		at, ok := byKey[param.ObjectKey(ctx, o, s.Model.Key)]
		switch v := s.Model.Version; {
		case !ok:
			return undo, store.DoesNotExist{Model: s.Model.Name}
		case v != nil && param.Of(ctx, at, v) != param.Of(ctx, o, v):
			return undo, store.StaleObject{Model: s.Model.Name}
		}
		undos = append(undos, s.Remember(ctx, o, s.FilledAtUpdate(true)))
		s.Model.SoftDelete.ReflectValueOf(ctx, o).SetZero()
		if param.Of(ctx, at, s.Model.SoftDelete) != nil {
			c.add(ctx, n, &row{values: at, obj: o, fromCaller: true})
		}
	}
	return undo, nil
}
