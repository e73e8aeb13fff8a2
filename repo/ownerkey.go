package repo

import (
	"context"
	"reflect"
	"time"

	"github.com/google/uuid"

	"github.com/gormango/gormango/internal/exec"
	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
)

// pair is two or more values that are compared as one: the second may be a
// pair.
type pair struct{ first, rest any }

// tupleKey returns the values of fields as one comparable value, whatever their
// Go types are. It returns nil where one of them is NULL.
func tupleKey(fields []*modelinfo.Field, values []any) any {
	var key any
	for i := len(fields) - 1; i >= 0; i-- {
		k := plainKey(values[i])
		if k == nil {
			return nil
		}
		if text, ok := k.(string); ok && fields[i].Kind == lookup.UUID {
			if id, err := uuid.Parse(text); err == nil {
				k = id
			}
		}
		if i == len(fields)-1 {
			key = k
			continue
		}
		key = pair{k, key}
	}
	return key
}

// ownerKeys are the keys of objects whose related rows are read, each once.
type ownerKeys struct {
	rel    *modelinfo.Relation
	near   []*modelinfo.Field
	tuples [][]any
	ids    []any // of the tuples
}

// nearOf returns the columns of the owners by which related rows are found.
func nearOf(rel *modelinfo.Relation) []*modelinfo.Field {
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
	k := &ownerKeys{rel: rel, near: nearOf(rel)}
	seen := map[any]bool{}
	for _, o := range owners {
		values := exec.Values(ctx, o, k.near)
		id := tupleKey(k.near, values)
		if id == nil || seen[id] {
			continue
		}
		seen[id] = true
		for i, v := range values {
			if values[i] = bareKey(v); !isTime(values[i]) {
				values[i] = plainKey(v)
			}
		}
		k.tuples, k.ids = append(k.tuples, values), append(k.ids, id)
	}
	return k
}

// arrays returns the values by column.
func (k *ownerKeys) arrays() []any {
	out := make([]any, len(k.near))
	for i := range k.near {
		values := make([]any, len(k.tuples))
		for n, t := range k.tuples {
			values[n] = t[i]
		}
		out[i] = query.Array(values)
	}
	return out
}

// of returns the key of an owner.
func (k *ownerKeys) of(ctx context.Context, owner reflect.Value) any {
	return tupleKey(k.near, exec.Values(ctx, owner, k.near))
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
		return tupleKey(k.near, []any{column})
	}
	v, _ := k.rel.Pairs[0].To.ValueOf(ctx, row)
	return tupleKey(k.near, []any{v})
}

func isTime(v any) bool { _, ok := v.(time.Time); return ok }
