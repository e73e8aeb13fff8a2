package store

import (
	"context"
	"reflect"

	"github.com/gormango/gormango/internal/modelinfo"
)

// fieldsBefore keeps the values of fields of many objects, to restore them.
type fieldsBefore struct {
	s      *State
	fields []*modelinfo.Field
	// lists has for each field the slice of its values, none for a field behind an
	// embedded pointer, whose values are in others.
	lists  []reflect.Value
	others [][]any
}

func newFieldsBefore(s *State, fields []*modelinfo.Field, n int) *fieldsBefore {
	k := &fieldsBefore{s: s, fields: fields, lists: make([]reflect.Value, len(fields)), others: make([][]any, len(fields))}
	for i, f := range fields {
		if f.Direct() {
			k.lists[i] = reflect.MakeSlice(reflect.SliceOf(f.FieldType), n, n)
		} else {
			k.others[i] = make([]any, n)
		}
	}
	return k
}

// keep keeps the values of object i, the struct rv.
func (k *fieldsBefore) keep(ctx context.Context, i int, rv reflect.Value) {
	for n, f := range k.fields {
		if k.others[n] != nil {
			k.others[n][i] = k.s.appendValues(ctx, rv, k.fields[n:n+1], nil)[0]
		} else {
			k.lists[n].Index(i).Set(rv.FieldByIndex(f.StructField.Index))
		}
	}
}

// restore sets the fields of object i, the struct rv, to the values that were
// kept.
func (k *fieldsBefore) restore(ctx context.Context, i int, rv reflect.Value) {
	for n, f := range k.fields {
		if k.others[n] != nil {
			k.s.restore(ctx, rv, k.fields[n:n+1], k.others[n][i:i+1])
		} else {
			rv.FieldByIndex(f.StructField.Index).Set(k.lists[n].Index(i))
		}
	}
}
