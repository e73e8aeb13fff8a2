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

// Owner returns the owner for the objects' relation field that leads to it, or
// nil if there is no such field or it is not a pointer.
func (m *Manager) Owner() *store.Owner {
	if m.Rel.Kind != modelinfo.HasMany && m.Rel.Kind != modelinfo.HasOne || !m.owner.CanAddr() {
		return nil
	}
	direct := m.Rel.Direct()
	if direct == nil || direct.Rel.Field.FieldType != reflect.PointerTo(m.Rel.From.Type) {
		return nil
	}
	return &store.Owner{Rel: direct, Object: m.owner.Addr()}
}

// setOwner sets the foreign key and the relation field of an object to the
// owner.
func (m *Manager) setOwner(ctx context.Context, rv reflect.Value) error {
	for i, p := range m.Rel.Pairs {
		if err := p.To.Set(ctx, rv, m.ownerValues[i]); err != nil {
			return err
		}
	}
	for _, f := range m.Rel.Fixed {
		if err := f.Field.Set(ctx, rv, f.Value); err != nil {
			return err
		}
	}
	if k := m.Owner(); k != nil {
		if at, ok := k.Rel.In(rv); ok {
			at.Set(k.Object)
		}
	}
	store.ClearStale(ctx, m.Rows.Model, rv)
	return nil
}

// addChildren sets the owner's key in the rows of objects.
func (m *Manager) addChildren(ctx context.Context, objs []any) error {
	if len(objs) == 0 {
		return nil
	}
	if m.SaveEach {
		return m.Rows.InTransaction(ctx, true, func(ctx context.Context) error {
			for _, o := range objs {
				rv := reflect.ValueOf(o)
				if rv.IsNil() {
					return store.NilObject(m.Rows.Model.Name)
				}
				if err := m.setOwner(ctx, rv.Elem()); err != nil {
					return err
				}
				if err := m.save(ctx, o, nil); err != nil {
					return err
				}
			}
			return nil
		})
	}
	keys, err := m.keysOf(ctx, objs)
	if err != nil {
		return err
	}
	if err := m.SetOwnerKey(ctx, keys); err != nil {
		return err
	}
	for _, o := range objs {
		if err := m.setOwner(ctx, reflect.ValueOf(o).Elem()); err != nil {
			return err
		}
	}
	return nil
}

// SetOwnerKey sets the owner's key in rows, whichever owner they belong to and
// whether or not a soft delete hides them.
func (m *Manager) SetOwnerKey(ctx context.Context, keys [][]any) error {
	if len(keys) == 0 {
		return nil
	}
	if err := m.checkMovable(); err != nil {
		return err
	}
	var sets []compile.Set
	for i, f := range m.farFields() {
		sets = append(sets, compile.Set{Field: f, Value: m.ownerValues[i]})
	}
	for _, f := range m.Rel.Fixed {
		sets = append(sets, compile.Set{Field: f.Field, Value: fixedValue(f)})
	}
	if err := m.Rows.CheckTied(m.Rel.From, m.farFields()[0]); err != nil {
		return err
	}
	if err := m.Rows.CheckLinked(ctx, m.Rel.From, m.ownerFields, m.ownerValues, m.Rows.Model.Key, keys); err != nil {
		return err
	}
	rows := query.New(m.Rows.Model).Seeing(query.WithDeleted).Within(m.Rows.Query.Fence).With(callOf(query.In(m.Rows.Model.Key, keys)))
	return m.update(ctx, rows, sets)
}

// checkMovable returns an error if the tag of the foreign key forbids updates,
// so that no row changes its owner.
func (m *Manager) checkMovable() error {
	for _, f := range m.farFields() {
		if !f.Updatable {
			return m.relationError(fmt.Errorf("the permissions of the tag of %s.%s forbid updates, so its rows do not change their %s", f.Model.Name, f.Column, m.Rel.From.Name))
		}
	}
	return nil
}

// update runs an update of rows.
func (m *Manager) update(ctx context.Context, rows *query.Query, sets []compile.Set) error {
	st, err := compile.Update(rows, sets)
	if err != nil {
		return m.Rows.CallError("", err)
	}
	_, err = m.Rows.Write(ctx, st)
	return err
}

// nullableFields returns the columns of the foreign key that Remove and Clear
// set to NULL, or ErrRequired if there are none.
func (m *Manager) nullableFields() ([]*modelinfo.Field, error) {
	var fields []*modelinfo.Field
	for _, f := range m.farFields() {
		if f.Nullable {
			fields = append(fields, f)
		}
	}
	if len(fields) == 0 {
		return nil, store.Misuse(store.ErrRequired, "%s.%s is not null, so a %s cannot leave its %s (delete it, or add it to another)",
			m.Rows.Model.Name, nameList(m.farFields()), m.Rows.Model.Name, m.Rel.From.Name)
	}
	return fields, nil
}

// Detach removes from the owner those rows of q that have the keys; nil keys
// are all rows. It sets their foreign key to NULL, or deletes the rows of a
// polymorphic relation.
func (m *Manager) Detach(ctx context.Context, q *query.Query, keys [][]any) error {
	if keys != nil {
		q = q.With(callOf(query.Among(m.Rows.Model.Key, keys)))
	}
	if len(m.Rel.Fixed) > 0 {
		return m.deleteChildren(ctx, q)
	}
	fields, err := m.nullableFields()
	if err == nil {
		err = m.checkMovable()
	}
	if err != nil {
		return err
	}
	if !m.SaveEach {
		sets := make([]compile.Set, len(fields))
		for i, f := range fields {
			sets[i] = compile.Set{Field: f}
		}
		return m.update(ctx, q, sets)
	}
	return m.Rows.InTransaction(ctx, true, func(ctx context.Context) error {
		objs, err := m.read(ctx, q)
		if err != nil {
			return err
		}
		for _, o := range objs {
			rv := reflect.ValueOf(o).Elem()
			for _, f := range fields {
				if err := f.Set(ctx, rv, nil); err != nil {
					return fmt.Errorf("repo: %s.%s: %w", m.Rows.Model.Name, f.Column, err)
				}
			}
			store.ClearStale(ctx, m.Rows.Model, rv)
			if err := m.save(ctx, o, store.ColumnNames(fields)); err != nil {
				return err
			}
		}
		return nil
	})
}

// callOf returns a condition as that of one call of the chain.
func callOf(c *query.Cond) *query.Cond { return &query.Cond{Kids: []*query.Cond{c}} }
