package store

import (
	"context"
	"reflect"
	"time"

	"github.com/gormango/gormango/internal/modelinfo"
)

// fieldsBefore keeps the values of fields of many objects, to restore them.
type fieldsBefore struct {
	fields []*modelinfo.Field
	kept   []kept // for each field
}

// kept holds the values of a field of many objects.
type kept interface {
	keep(ctx context.Context, i int, rv reflect.Value)
	restore(ctx context.Context, i int, rv reflect.Value)
}

// newFieldsBefore returns what keeps fields of n objects. stamps reports
// whether nothing but stamps changes times.
func newFieldsBefore(s *State, fields []*modelinfo.Field, n int, stamps bool) *fieldsBefore {
	b := &fieldsBefore{fields, make([]kept, len(fields))}
	for i, f := range fields {
		switch at := f.StructField.Index; {
		case !f.Direct():
			b.kept[i] = &keptDeep{s, fields[i : i+1], make([]any, n)}
		case f.FieldType == timeType && stamps:
			b.kept[i] = &keptStamp{f, make([]uint64, (n+63)/64), nil}
		case f.FieldType == timeType:
			b.kept[i] = &keptPlain[time.Time]{f, make([]time.Time, n)}
		case f.FieldType == reflect.TypeFor[int64]():
			b.kept[i] = &keptPlain[int64]{f, make([]int64, n)}
		default:
			b.kept[i] = &keptDirect{at, reflect.MakeSlice(reflect.SliceOf(f.FieldType), n, n)}
		}
	}
	return b
}

// keep keeps the values of object i, the struct rv.
func (b *fieldsBefore) keep(ctx context.Context, i int, rv reflect.Value) {
	for _, k := range b.kept {
		k.keep(ctx, i, rv)
	}
}

// restore sets the fields of object i, the struct rv, to the values that were
// kept.
func (b *fieldsBefore) restore(ctx context.Context, i int, rv reflect.Value) {
	for _, k := range b.kept {
		k.restore(ctx, i, rv)
	}
}

// keptPlain is kept for a field of type T that lies in the struct.
type keptPlain[T any] struct {
	field *modelinfo.Field
	list  []T
}

func (k *keptPlain[T]) keep(_ context.Context, i int, rv reflect.Value) { k.list[i] = *k.at(rv) }

func (k *keptPlain[T]) restore(_ context.Context, i int, rv reflect.Value) { *k.at(rv) = k.list[i] }

func (k *keptPlain[T]) at(rv reflect.Value) *T { return (*T)(k.field.Address(rv)) }

// keptStamp is kept for a time that nothing but a stamp changes: one that is
// zero, or too precise.
type keptStamp struct {
	field *modelinfo.Field
	zero  []uint64 // a bit for each object
	cut   map[int]time.Time
}

func (k *keptStamp) keep(_ context.Context, i int, rv reflect.Value) {
	switch at := (*time.Time)(k.field.Address(rv)); {
	case at.IsZero():
		k.zero[i/64] |= 1 << (i % 64)
	case at.Nanosecond()%1000 != 0:
		if k.cut == nil {
			k.cut = map[int]time.Time{}
		}
		k.cut[i] = *at
	}
}

func (k *keptStamp) restore(_ context.Context, i int, rv reflect.Value) {
	at := (*time.Time)(k.field.Address(rv))
	if was, ok := k.cut[i]; ok {
		*at = was
	} else if k.zero[i/64]&(1<<(i%64)) != 0 {
		*at = time.Time{}
	}
}

// keptDirect is kept for a field of any type that lies in the struct.
type keptDirect struct {
	at   []int
	list reflect.Value // a slice
}

func (k *keptDirect) keep(_ context.Context, i int, rv reflect.Value) {
	k.list.Index(i).Set(rv.FieldByIndex(k.at))
}

func (k *keptDirect) restore(_ context.Context, i int, rv reflect.Value) {
	rv.FieldByIndex(k.at).Set(k.list.Index(i))
}

// keptDeep is kept for a field behind an embedded pointer.
type keptDeep struct {
	s     *State
	field []*modelinfo.Field
	list  []any
}

func (k *keptDeep) keep(ctx context.Context, i int, rv reflect.Value) {
	k.list[i] = k.s.appendValues(ctx, rv, k.field, nil)[0]
}

func (k *keptDeep) restore(ctx context.Context, i int, rv reflect.Value) {
	k.s.restore(ctx, rv, k.field, k.list[i:i+1])
}
