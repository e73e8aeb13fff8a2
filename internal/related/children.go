package related

import (
	"context"
	"fmt"
	"reflect"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/internal/store"
)

// KnownOwner returns the owner for the objects' relation field that leads to
// it, nil when they have no such field that is a pointer.
func (t *Tie) KnownOwner() *store.Owner {
	if t.Rel.Kind != modelinfo.HasMany && t.Rel.Kind != modelinfo.HasOne || !t.owner.CanAddr() {
		return nil
	}
	direct := t.Rel.Direct()
	if direct == nil || direct.BehindPointer() || direct.Rel.Field.FieldType != reflect.PointerTo(t.Rel.From.Type) {
		return nil
	}
	return &store.Owner{Rel: direct, Object: t.owner.Addr()}
}

// setOwner makes an object in memory belong to the owner.
func (t *Tie) setOwner(ctx context.Context, rv reflect.Value) error {
	for i, p := range t.Rel.Pairs {
		if err := p.To.Set(ctx, rv, t.own[i]); err != nil {
			return err
		}
	}
	for _, f := range t.Rel.Fixed {
		if err := f.Field.Set(ctx, rv, f.Value); err != nil {
			return err
		}
	}
	if k := t.KnownOwner(); k != nil {
		if at, ok := k.Rel.In(rv); ok {
			at.Set(k.Object)
		}
	}
	store.DropStale(ctx, t.Rows.Model, rv)
	return nil
}

// addChildren sets the owner's key in objects.
func (t *Tie) addChildren(ctx context.Context, objs []any) error {
	if len(objs) == 0 {
		return nil
	}
	if t.SaveEach {
		return t.Rows.Together(ctx, true, func(ctx context.Context) error {
			for _, o := range objs {
				rv := reflect.ValueOf(o)
				if rv.IsNil() {
					return store.ErrNil(t.Rows.Model.Name)
				}
				if err := t.setOwner(ctx, rv.Elem()); err != nil {
					return err
				}
				if err := t.save(ctx, o, nil); err != nil {
					return err
				}
			}
			return nil
		})
	}
	keys, err := t.keysOf(ctx, objs)
	if err != nil {
		return err
	}
	if err := t.Adopt(ctx, keys); err != nil {
		return err
	}
	for _, o := range objs {
		if err := t.setOwner(ctx, reflect.ValueOf(o).Elem()); err != nil {
			return err
		}
	}
	return nil
}

// Adopt sets the owner's key in rows, whichever owner they belong to and
// whether or not a default filter hides them.
func (t *Tie) Adopt(ctx context.Context, keys [][]any) error {
	if len(keys) == 0 {
		return nil
	}
	var sets []compile.Set
	for i, f := range t.far() {
		sets = append(sets, compile.Set{Field: f, Value: t.own[i]})
	}
	for _, f := range t.Rel.Fixed {
		sets = append(sets, compile.Set{Field: f.Field, Value: fixed(f)})
	}
	rows := query.New(t.Rows.Model).Seeing(query.WithDeleted).With(call(query.In(nil, t.Rows.Model.Key, keys)))
	return t.update(ctx, rows, sets)
}

func (t *Tie) update(ctx context.Context, rows *query.Query, sets []compile.Set) error {
	st, err := compile.Update(rows, sets)
	if err != nil {
		return t.Rows.Mistaken("", err)
	}
	_, err = t.Rows.Write(ctx, st)
	return err
}

// nullable returns the columns of the foreign key that Remove and Clear set to
// NULL.
func (t *Tie) nullable() ([]*modelinfo.Field, error) {
	var fields []*modelinfo.Field
	for _, f := range t.far() {
		if f.Nullable {
			fields = append(fields, f)
		}
	}
	if len(fields) == 0 {
		return nil, store.Misuse(store.ErrRequired, "%s.%s is not null, so a %s cannot leave its %s (delete it, or add it to another)",
			t.Rows.Model.Name, nameList(t.far()), t.Rows.Model.Name, t.Rel.From.Name)
	}
	return fields, nil
}

// Release detaches rows of q from the owner: those with the keys, nil for all.
// Over a polymorphic relation they are deleted.
func (t *Tie) Release(ctx context.Context, q *query.Query, keys [][]any) error {
	if keys != nil {
		q = q.With(call(query.In(nil, t.Rows.Model.Key, keys)))
	}
	if len(t.Rel.Fixed) > 0 {
		return t.forget(ctx, q)
	}
	fields, err := t.nullable()
	if err != nil {
		return err
	}
	if !t.SaveEach {
		sets := make([]compile.Set, len(fields))
		for i, f := range fields {
			sets[i] = compile.Set{Field: f}
		}
		return t.update(ctx, q, sets)
	}
	return t.Rows.Together(ctx, true, func(ctx context.Context) error {
		objs, err := t.read(ctx, q)
		if err != nil {
			return err
		}
		for _, o := range objs {
			rv := reflect.ValueOf(o).Elem()
			for _, f := range fields {
				if err := f.Set(ctx, rv, nil); err != nil {
					return fmt.Errorf("repo: %s.%s: %w", t.Rows.Model.Name, f.Column, err)
				}
			}
			store.DropStale(ctx, t.Rows.Model, rv)
			if err := t.save(ctx, o, store.ColumnNames(fields)); err != nil {
				return err
			}
		}
		return nil
	})
}

// call wraps a condition as that of one call.
func call(c *query.Cond) *query.Cond { return &query.Cond{Kids: []*query.Cond{c}} }
