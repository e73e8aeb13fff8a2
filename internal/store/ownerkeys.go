package store

import (
	"context"
	"reflect"

	"github.com/gormango/gormango/internal/exec"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/param"
)

// ownerKeys are the different keys of objects whose related rows are read.
type ownerKeys struct {
	rel    *modelinfo.Relation
	fields []*modelinfo.Field // those of OwnerFields
	tuples [][]any
	ids    []any        // the comparable keys of the tuples
	seen   map[any]bool // of ids
	// numbered reports whether the server finds the owner of a row, by its place in
	// tuples. Go finds it by a key of one column that it can compare.
	numbered bool
}

// OwnerFields returns the columns of the owners by which related rows are
// found.
func OwnerFields(rel *modelinfo.Relation) []*modelinfo.Field {
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

// farField returns the column that the first of the OwnerFields is compared
// with.
func farField(rel *modelinfo.Relation) *modelinfo.Field {
	if rel.Kind == modelinfo.ManyToMany {
		return rel.Through.From[0].Field
	}
	return rel.Pairs[0].To
}

// ownerKeysOf returns the keys of owners. It omits an owner with a NULL in its
// key, which has no related rows.
func ownerKeysOf(ctx context.Context, rel *modelinfo.Relation, owners []reflect.Value) *ownerKeys {
	k := &ownerKeys{rel: rel, fields: OwnerFields(rel), seen: map[any]bool{}}
	k.numbered = len(k.fields) > 1 || !k.fields[0].Comparable || !farField(rel).Comparable
	for _, o := range owners {
		values := param.Values(ctx, o, k.fields)
		id := param.RowKey(k.fields, values)
		if id == nil || k.seen[id] {
			continue
		}
		k.seen[id] = true
		for i, v := range values {
			values[i], _ = param.Plain(v)
		}
		k.tuples, k.ids = append(k.tuples, values), append(k.ids, id)
	}
	return k
}

// arrays returns the values by column.
func (k *ownerKeys) arrays() []any { return param.Arrays(len(k.fields), k.tuples) }

// keyOf returns the key of an owner.
func (k *ownerKeys) keyOf(ctx context.Context, owner reflect.Value) any {
	return param.ObjectKey(ctx, owner, k.fields)
}

// columnType returns the type of the column that identifies the owner of a row,
// or nil if the row itself identifies it.
func (k *ownerKeys) columnType() reflect.Type {
	switch {
	case k.numbered:
		return reflect.TypeFor[int64]()
	case k.rel.Kind == modelinfo.ManyToMany:
		return k.fields[0].FieldType
	}
	return nil
}

// dealOut returns the rows by their owner's key. It returns false if a row has
// a key that is none of the owners', so that only the server knows its owner:
// the column's equality is not that of its declared type.
func (k *ownerKeys) dealOut(ctx context.Context, rows []exec.Found) (map[any][]exec.Found, bool) {
	found := make(map[any][]exec.Found, len(k.tuples))
	for _, row := range rows {
		key := k.ownerOf(ctx, row.Object.Elem(), row.Owner)
		if !k.seen[key] {
			return nil, false
		}
		found[key] = append(found[key], row)
	}
	return found, true
}

// ownerOf returns the key of the owner of a related row; column is the value of
// the statement's column beside the row.
func (k *ownerKeys) ownerOf(ctx context.Context, row reflect.Value, column any) any {
	switch {
	case k.numbered:
		return k.ids[column.(int64)-1]
	case k.rel.Kind == modelinfo.ManyToMany:
		return param.RowKey(k.fields, []any{column})
	}
	v, _ := k.rel.Pairs[0].To.ValueOf(ctx, row)
	return param.RowKey(k.fields, []any{v})
}

// Owner is the owner of a RelatedManager's objects.
type Owner struct {
	Rel    *modelinfo.Relation // from the objects to the owner
	Object reflect.Value       // a pointer
}

// assign sets the relation of an object to the owner if the object holds the
// owner's key and the relation is nil. restricted reports whether the server
// found the object by that key, which decides where Go cannot compare keys.
func (k *Owner) assign(ctx context.Context, rv reflect.Value, restricted bool) {
	at, ok := k.Rel.In(rv)
	if !ok || !at.IsNil() {
		return
	}
	for _, p := range k.Rel.Pairs {
		if restricted && !(p.From.Comparable && p.To.Comparable) {
			continue
		}
		fk, _ := p.From.ValueOf(ctx, rv)
		key, _ := p.To.ValueOf(ctx, k.Object.Elem())
		if id := param.Key(p.From.Type, fk); id == nil || id != param.Key(p.To.Type, key) {
			return
		}
	}
	at.Set(k.Object)
}
