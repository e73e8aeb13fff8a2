package repo

import (
	"context"
	"fmt"
	"reflect"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/param"
	"github.com/gormango/gormango/internal/query"
)

// known is the owner that objects of a RelatedManager belong to.
type known struct {
	rel   *modelinfo.Relation // from the objects to the owner
	owner reflect.Value       // a pointer
}

// knownOwner returns the owner for the objects' relation field that leads to
// it, nil when they have no such field that is a pointer.
func (t *tie) knownOwner() *known {
	if t.rel.Kind != modelinfo.HasMany && t.rel.Kind != modelinfo.HasOne || !t.owner.CanAddr() {
		return nil
	}
	direct := t.rel.Direct()
	if direct == nil || direct.BehindPointer() || direct.Rel.Field.FieldType != reflect.PointerTo(t.rel.From.Type) {
		return nil
	}
	return &known{direct, t.owner.Addr()}
}

// assign puts the owner into an object that holds its key and has no other
// object in the field.
func (k *known) assign(ctx context.Context, rv reflect.Value) {
	if k == nil {
		return
	}
	at, ok := k.rel.In(rv)
	if !ok || !at.IsNil() {
		return
	}
	for _, p := range k.rel.Pairs {
		fk, _ := p.From.ValueOf(ctx, rv)
		key, _ := p.To.ValueOf(ctx, k.owner.Elem())
		if id := param.Key(p.From.Type, fk); id == nil || id != param.Key(p.To.Type, key) {
			return
		}
	}
	at.Set(k.owner)
}

// setOwner makes an object in memory belong to the owner.
func (t *tie) setOwner(ctx context.Context, rv reflect.Value) error {
	for i, p := range t.rel.Pairs {
		if err := p.To.Set(ctx, rv, t.own[i]); err != nil {
			return err
		}
	}
	for _, f := range t.rel.Fixed {
		if err := f.Field.Set(ctx, rv, f.Value); err != nil {
			return err
		}
	}
	if k := t.knownOwner(); k != nil {
		if at, ok := k.rel.In(rv); ok {
			at.Set(k.owner)
		}
	}
	dropStale(ctx, t.s.model, rv)
	return nil
}

// addChildren sets the owner's key in objects.
func (t *tie) addChildren(ctx context.Context, objs []any) error {
	if len(objs) == 0 {
		return nil
	}
	if t.saveEach {
		return t.s.together(ctx, true, func(ctx context.Context) error {
			for _, o := range objs {
				rv := reflect.ValueOf(o)
				if rv.IsNil() {
					return errNil(t.s.model.Name)
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
	if err := t.adopt(ctx, keys); err != nil {
		return err
	}
	for _, o := range objs {
		if err := t.setOwner(ctx, reflect.ValueOf(o).Elem()); err != nil {
			return err
		}
	}
	return nil
}

// adopt sets the owner's key in rows, whichever owner they belong to and
// whether or not a default filter hides them.
func (t *tie) adopt(ctx context.Context, keys [][]any) error {
	if len(keys) == 0 {
		return nil
	}
	var sets []compile.Set
	for i, f := range t.far() {
		sets = append(sets, compile.Set{Field: f, Value: t.own[i]})
	}
	for _, f := range t.rel.Fixed {
		sets = append(sets, compile.Set{Field: f.Field, Value: fixed(f)})
	}
	rows := query.New(t.s.model).Seeing(query.WithDeleted).With(call(query.In(nil, t.s.model.Key, keys)))
	return t.update(ctx, rows, sets)
}

func (t *tie) update(ctx context.Context, rows *query.Query, sets []compile.Set) error {
	st, err := compile.Update(rows, sets)
	if err != nil {
		return t.s.mistaken("", err)
	}
	_, err = t.s.write(ctx, st)
	return err
}

// nullable returns the columns of the foreign key that Remove and Clear set to
// NULL.
func (t *tie) nullable() ([]*modelinfo.Field, error) {
	var fields []*modelinfo.Field
	for _, f := range t.far() {
		if f.Nullable {
			fields = append(fields, f)
		}
	}
	if len(fields) == 0 {
		return nil, misuse(errRequired, "%s.%s is not null, so a %s cannot leave its %s (delete it, or add it to another)",
			t.s.model.Name, nameList(t.far()), t.s.model.Name, t.rel.From.Name)
	}
	return fields, nil
}

// release detaches rows of q from the owner: those with the keys, nil for all.
// Over a polymorphic relation they are deleted.
func (t *tie) release(ctx context.Context, q *query.Query, keys [][]any) error {
	if keys != nil {
		q = q.With(call(query.In(nil, t.s.model.Key, keys)))
	}
	if len(t.rel.Fixed) > 0 {
		return t.forget(ctx, q)
	}
	fields, err := t.nullable()
	if err != nil {
		return err
	}
	if !t.saveEach {
		sets := make([]compile.Set, len(fields))
		for i, f := range fields {
			sets[i] = compile.Set{Field: f}
		}
		return t.update(ctx, q, sets)
	}
	return t.s.together(ctx, true, func(ctx context.Context) error {
		objs, err := t.read(ctx, q)
		if err != nil {
			return err
		}
		for _, o := range objs {
			rv := reflect.ValueOf(o).Elem()
			for _, f := range fields {
				if err := f.Set(ctx, rv, nil); err != nil {
					return fmt.Errorf("repo: %s.%s: %w", t.s.model.Name, f.Column, err)
				}
			}
			dropStale(ctx, t.s.model, rv)
			if err := t.save(ctx, o, columnNames(fields)); err != nil {
				return err
			}
		}
		return nil
	})
}

// call wraps a condition as that of one call.
func call(c *query.Cond) *query.Cond { return &query.Cond{Kids: []*query.Cond{c}} }
