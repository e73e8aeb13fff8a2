package repo

import (
	"context"
	"fmt"
	"reflect"
	"slices"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/collect"
	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/param"
	"github.com/gormango/gormango/internal/query"
)

// Restored says how many rows a Restore has brought back, in all and by model.
type Restored struct {
	Total int64
	By    map[string]int64
}

// Restore brings back rows that Delete has marked: the rows of objects, or
// without objects those of the QuerySet, whether it shows deleted rows or not,
// together with the rows that went along with them: those that a Cascade leads
// to, marked at the same time. Rows that were deleted before stay deleted. A
// models.Versioned row gets the next version. No hooks run and no signals are
// sent.
//
// Objects are restored through a repository, as with Delete, and their
// DeletedAt becomes empty. One that is live already stays as it is and is not
// counted; a row that is not there is ErrDoesNotExist, one of another version
// ErrStaleObject, and then nothing is restored. Without objects a repository,
// or a QuerySet without a condition, is gorm.ErrMissingWhereClause unless
// AllRows was called; after Limit or Offset Restore is ErrSliced. A model
// without a gorm.DeletedAt is an error. What a unique constraint refuses is a
// *gormango.IntegrityError.
//
// Rows are restored by one statement where nothing goes along. Otherwise, and
// for objects, it runs in a transaction: a statement to read the rows and one
// to change them, and two at most for each foreign key.
//
//go:noinline
func (qs *QuerySetOf[P]) Restore(ctx context.Context, objs ...P) (Restored, error) {
	n, err := qs.st().restore(ctx, objs != nil, anys(objs))
	return Restored(n), err
}

// restore brings back the rows of objects, or those of the state.
func (s *state) restore(ctx context.Context, objects bool, objs []any) (rowCount, error) {
	if err := s.removing("Restore", objects); err != nil {
		return rowCount{}, err
	}
	switch {
	case objects && len(objs) == 0:
		return rowCount{}, nil
	case objects:
		return restoreAll(ctx, s, objs)
	}
	rows := *s
	return rows.restoreRows(ctx)
}

// restoreRows brings back the deleted rows of the state.
func (s *state) restoreRows(ctx context.Context) (rowCount, error) {
	if err := s.writable("restored"); err != nil {
		return rowCount{}, err
	}
	if err := s.restorable(); err != nil {
		return rowCount{}, err
	}
	s.q = s.q.Seeing(query.OnlyDeleted)
	c, err := s.collector(collect.Restore, false)
	if err != nil {
		return rowCount{}, err
	}
	if err = s.collectRows(ctx, c); err != nil {
		return rowCount{}, err
	}
	return c.count, nil
}

func restoreAll(ctx context.Context, s *state, objs []any) (rowCount, error) {
	if err := s.restorable(); err != nil {
		return rowCount{}, err
	}
	at, err := keyed(ctx, s, objs, "there is no row to restore")
	if err != nil {
		return rowCount{}, err
	}
	c, err := s.collector(collect.Restore, false)
	if err != nil {
		return rowCount{}, err
	}
	err = s.together(ctx, true, func(ctx context.Context) error {
		undo, err := c.handDeleted(ctx, at)
		if err == nil {
			err = c.walk(ctx)
		}
		if err == nil {
			err = c.apply(ctx)
		}
		if err != nil {
			undo()
		}
		return err
	})
	if err != nil {
		return rowCount{}, err
	}
	return c.count, nil
}

func (s *state) restorable() error {
	if s.model.SoftDelete == nil {
		return s.mistaken("", fmt.Errorf("the model has no gorm.DeletedAt column, so no rows to restore"))
	}
	return nil
}

// handDeleted gives the collector the objects whose rows are marked, and has
// their fields follow the rows.
func (c *collector) handDeleted(ctx context.Context, objs []reflect.Value) (undo func(), err error) {
	s, n := c.s, c.g.Root
	var undos []func()
	undo = func() {
		for _, fn := range undos {
			fn()
		}
	}
	columns := n.Reads()
	if s.model.Version != nil {
		columns = append(slices.Clip(columns), s.model.Version)
	}
	in, _ := valuesOf(ctx, s.model.Key, objs)
	rows, err := s.structs(ctx, compile.SelectAmong(s.model, columns, in, false))
	if err != nil {
		return undo, err
	}
	byKey := map[any]reflect.Value{}
	for _, r := range rows {
		byKey[param.ObjectKey(ctx, r.Elem(), s.model.Key)] = r.Elem()
	}
	for _, o := range objs {
		at, ok := byKey[param.ObjectKey(ctx, o, s.model.Key)]
		switch v := s.model.Version; {
		case !ok:
			return undo, doesNotExist{s.model.Name}
		case v != nil && param.Of(ctx, at, v) != param.Of(ctx, o, v):
			return undo, staleObject{s.model.Name}
		}
		undos = append(undos, s.remember(ctx, o, s.filledAtUpdate(true)))
		if err := s.model.SoftDelete.Set(ctx, o, gorm.DeletedAt{}); err != nil {
			return undo, err
		}
		if param.Of(ctx, at, s.model.SoftDelete) != nil {
			c.add(ctx, n, &row{at: at, obj: o, handed: true})
		}
	}
	return undo, nil
}
