package repo

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/exec"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/models"
)

// BulkCreate checks the objects (Clean) and inserts them all, one array of
// values for each column, so that there is no limit to their number. It fills in what the database chose, as Create
// does. Hooks do not run, as in Django; relations are not saved. Objects with a key and objects without are a statement each, in
// one transaction. An object that Clean refuses is named by its index, and nothing is stored.
func (r *Repository[T]) BulkCreate(ctx context.Context, objs []*T) error {
	s, err := r.bound()
	if err != nil {
		return err
	}
	filled := s.filledAtCreation()
	var undo []func()
	var groups []*group[T]
	for i, obj := range objs {
		if obj == nil {
			return indexed(s.model.Name, i, errNil(s.model.Name))
		}
		rv := reflect.ValueOf(obj).Elem()
		if err := takeKeys(ctx, s.model, rv); err != nil {
			return indexed(s.model.Name, i, err)
		}
		if err := s.check(ctx, obj); err != nil {
			return indexed(s.model.Name, i, err)
		}
		undo = append(undo, s.remember(ctx, rv, filled))
		if err := s.prepare(ctx, rv); err != nil {
			return indexed(s.model.Name, i, err)
		}
		columns, back := s.insertColumns(ctx, rv)
		groups = grouped(groups, columns, back, obj)
	}
	several := len(groups) > 1
	for _, g := range groups {
		several = several || len(g.objs) > 1 && !arrays(g.columns)
	}
	err = s.together(ctx, several, func(ctx context.Context) error {
		for _, g := range groups {
			if err := g.insert(ctx, s); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		for _, fn := range undo {
			fn()
		}
	}
	return err
}

// indexed says which object an error is about; a ValidationError stays one.
func indexed(model string, i int, err error) error {
	var ve *models.ValidationError
	if errors.As(err, &ve) {
		return fmt.Errorf("repo: %s: object %d: %w", model, i, ve)
	}
	return fmt.Errorf("repo: %s: object %d: %w", model, i, err)
}

// group is objects that write the same columns.
type group[T any] struct {
	columns, back []*modelinfo.Field
	objs          []*T
}

func grouped[T any](groups []*group[T], columns, back []*modelinfo.Field, obj *T) []*group[T] {
	for _, g := range groups {
		if same(g.columns, columns) && same(g.back, back) {
			g.objs = append(g.objs, obj)
			return groups
		}
	}
	return append(groups, &group[T]{columns, back, []*T{obj}})
}

func same(a, b []*modelinfo.Field) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// arrays says that the columns can travel as an array each. unnest flattens an array of
// arrays, so a column that is one itself cannot.
func arrays(columns []*modelinfo.Field) bool {
	for _, f := range columns {
		if strings.HasSuffix(f.SQLType, "]") {
			return false
		}
	}
	return len(columns) > 0
}

func (g *group[T]) insert(ctx context.Context, s *state) error {
	if !arrays(g.columns) {
		sql := compile.Insert(s.model, g.columns, g.back)
		for _, obj := range g.objs {
			if err := send(ctx, s, sql, exec.Values(ctx, reflect.ValueOf(obj).Elem(), g.columns), g.back, obj); err != nil {
				return err
			}
		}
		return nil
	}
	args := make([]any, len(g.columns))
	for i, f := range g.columns {
		values := make([]any, len(g.objs))
		for n, obj := range g.objs {
			values[n], _ = f.ValueOf(ctx, reflect.ValueOf(obj).Elem())
		}
		args[i] = query.Array(values)
	}
	sql := compile.InsertArrays(s.model, g.columns, g.back)
	if len(g.back) > 0 {
		return exec.Rows(ctx, s.db, sql, args, exec.FieldShape(s.model, g.back), g.objs)
	}
	_, err := exec.Exec(ctx, s.db, sql, args)
	return err
}
