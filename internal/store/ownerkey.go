package store

import (
	"context"
	"reflect"

	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/param"
)

// ownerKeys are the keys of objects whose related rows are read, each once.
type ownerKeys struct {
	rel    *modelinfo.Relation
	near   []*modelinfo.Field
	tuples [][]any
	ids    []any // of the tuples
}

// NearOf returns the columns of the owners by which related rows are found.
func NearOf(rel *modelinfo.Relation) []*modelinfo.Field {
	var fields []*modelinfo.Field
	if rel.Kind == modelinfo.ManyToMany {
		for _, p := range rel.Through.From {
			fields = append(fields, p.Ref)
		}
		return fields
	}
	for _, p := range rel.Pairs {
		fields = append(fields, p.From)
	}
	return fields
}

// ownersOf returns the keys of owners. An owner with a NULL in its key is left
// out: it has no related rows.
func ownersOf(ctx context.Context, rel *modelinfo.Relation, owners []reflect.Value) *ownerKeys {
	k := &ownerKeys{rel: rel, near: NearOf(rel)}
	seen := map[any]bool{}
	for _, o := range owners {
		values := param.Values(ctx, o, k.near)
		id := param.RowKey(k.near, values)
		if id == nil || seen[id] {
			continue
		}
		seen[id] = true
		for i, v := range values {
			values[i], _ = param.Plain(v)
		}
		k.tuples, k.ids = append(k.tuples, values), append(k.ids, id)
	}
	return k
}

// arrays returns the values by column.
func (k *ownerKeys) arrays() []any { return param.Arrays(len(k.near), k.tuples) }

// of returns the key of an owner.
func (k *ownerKeys) of(ctx context.Context, owner reflect.Value) any {
	return param.ObjectKey(ctx, owner, k.near)
}

// column returns the type of the column that identifies the owner of a row, nil
// where the row itself identifies it.
func (k *ownerKeys) column() reflect.Type {
	switch {
	case len(k.near) > 1:
		return reflect.TypeFor[int64]()
	case k.rel.Kind == modelinfo.ManyToMany:
		return k.near[0].FieldType
	}
	return nil
}

// whose returns the key of the owner of a related row; column is the value of
// the statement's column beside the row.
func (k *ownerKeys) whose(ctx context.Context, row reflect.Value, column any) any {
	switch {
	case len(k.near) > 1:
		return k.ids[column.(int64)-1]
	case k.rel.Kind == modelinfo.ManyToMany:
		return param.RowKey(k.near, []any{column})
	}
	v, _ := k.rel.Pairs[0].To.ValueOf(ctx, row)
	return param.RowKey(k.near, []any{v})
}
