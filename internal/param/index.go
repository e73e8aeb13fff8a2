package param

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"unsafe"

	"github.com/google/uuid"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
)

// Index numbers the keys of objects, from 0, in the order in which they are
// added. Integers, UUIDs and texts are compared as they lie in the structs;
// others by [RowKey].
type Index struct {
	fields []*modelinfo.Field
	class  keyClass

	ints  map[int64]int
	uuids map[uuid.UUID]int
	texts map[string]int
	keys  map[any]int

	// increasing reports whether each integer is greater than the one before: then
	// ints is nil.
	increasing bool

	intList  []int64
	uuidList []uuid.UUID
	textList []string
}

// keyClass is how a key lies in a struct.
type keyClass uint8

const (
	keyOther keyClass = iota
	keyInt
	keyUUID
	keyText
)

// NewIndex returns the index of keys of these fields, about n of them.
func NewIndex(fields []*modelinfo.Field, n int) *Index {
	x := &Index{fields: fields}
	if len(fields) == 1 {
		x.class = classOf(fields[0])
	}
	switch x.class {
	case keyInt:
		x.increasing, x.intList = true, make([]int64, 0, n)
	case keyUUID:
		x.uuids = make(map[uuid.UUID]int, n)
	case keyText:
		x.texts = make(map[string]int, n)
	default:
		x.keys = make(map[any]int, n)
	}
	return x
}

// classOf returns the class of a field's values.
func classOf(f *modelinfo.Field) keyClass {
	t := f.FieldType
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case f.Serializer != nil || !f.Direct() || !f.Comparable:
	case t == reflect.TypeFor[uuid.UUID]() && f.Kind == lookup.UUID:
		return keyUUID
	case reflect.PointerTo(t).NumMethod() > 0:
	case f.Kind == lookup.Int && t.Kind() >= reflect.Int && t.Kind() <= reflect.Uint32 && t.Kind() != reflect.Uint:
		return keyInt
	case f.Kind == lookup.Text && t.Kind() == reflect.String && !strings.HasPrefix(f.Type.SQL, "c") && !strings.HasPrefix(f.Type.SQL, "b"):
		return keyText
	}
	return keyOther
}

// Add adds the key of the object at rv, a struct, and returns its number, and
// whether it is new. The number of a key with NULL is -1.
func (x *Index) Add(ctx context.Context, rv reflect.Value) (n int, added bool) {
	switch x.class {
	case keyInt:
		if at := keyAt(rv, x.fields[0]); at != nil {
			return x.addInt(intOf(at, x.fields[0]))
		}
		return -1, false
	case keyUUID:
		if at := keyAt(rv, x.fields[0]); at != nil {
			if n, added = add(x.uuids, *(*uuid.UUID)(at)); added {
				x.uuidList = append(x.uuidList, *(*uuid.UUID)(at))
			}
			return n, added
		}
		return -1, false
	case keyText:
		if at := keyAt(rv, x.fields[0]); at != nil {
			if n, added = add(x.texts, *(*string)(at)); added {
				x.textList = append(x.textList, *(*string)(at))
			}
			return n, added
		}
		return -1, false
	}
	k := ObjectKey(ctx, rv, x.fields)
	if k == nil {
		return -1, false
	}
	return add(x.keys, k)
}

func add[K comparable](m map[K]int, k K) (n int, added bool) {
	if n, ok := m[k]; ok {
		return n, false
	}
	n = len(m)
	m[k] = n
	return n, true
}

func (x *Index) addInt(k int64) (n int, added bool) {
	if x.increasing {
		if n = len(x.intList); n == 0 || k > x.intList[n-1] {
			x.intList = append(x.intList, k)
			return n, true
		}
		x.increasing, x.ints = false, make(map[int64]int, cap(x.intList))
		for n, k := range x.intList {
			x.ints[k] = n
		}
	}
	if n, added = add(x.ints, k); added {
		x.intList = append(x.intList, k)
	}
	return n, added
}

// Len returns the number of keys.
func (x *Index) Len() int {
	return max(len(x.intList), len(x.uuidList), len(x.textList), len(x.keys))
}

// Finds reports whether FindAll and Array may be called, with values of f that
// refer to the keys.
func (x *Index) Finds(f *modelinfo.Field) bool {
	return x.class != keyOther && classOf(f) == x.class
}

// FindAll sets numbers to those of the keys that f holds in the structs at
// rows. It returns false if one is NULL or no key.
func (x *Index) FindAll(rows []unsafe.Pointer, f *modelinfo.Field, numbers []int32) bool {
	var before unsafe.Pointer // the key of the row before: rows of a key often stand together
	for i, row := range rows {
		at := keyIn(row, f)
		if at == nil {
			return false
		}
		if before != nil && x.same(at, before, f) {
			numbers[i] = numbers[i-1]
			continue
		}
		n := x.find(at, f)
		if n < 0 {
			return false
		}
		numbers[i], before = int32(n), at
	}
	return true
}

// find returns the number of the key at an address, a value of f, -1 if it is
// none.
func (x *Index) find(at unsafe.Pointer, f *modelinfo.Field) int {
	n, ok := 0, false
	switch x.class {
	case keyInt:
		k := intOf(at, f)
		if x.increasing {
			return x.search(k)
		}
		n, ok = x.ints[k]
	case keyUUID:
		n, ok = x.uuids[*(*uuid.UUID)(at)]
	case keyText:
		n, ok = x.texts[*(*string)(at)]
	}
	if !ok {
		return -1
	}
	return n
}

// same reports whether two values of f are equal.
func (x *Index) same(a, b unsafe.Pointer, f *modelinfo.Field) bool {
	switch x.class {
	case keyUUID:
		return *(*uuid.UUID)(a) == *(*uuid.UUID)(b)
	case keyText:
		return *(*string)(a) == *(*string)(b)
	}
	return intOf(a, f) == intOf(b, f)
}

// search returns the number of one of increasing integers, most of which stand
// side by side.
func (x *Index) search(k int64) int {
	if len(x.intList) == 0 {
		return -1
	}
	if n := uint64(k) - uint64(x.intList[0]); n < uint64(len(x.intList)) && x.intList[n] == k {
		return int(n)
	}
	if n, ok := slices.BinarySearch(x.intList, k); ok {
		return n
	}
	return -1
}

// Array returns the keys in the order of their numbers, as an array parameter.
func (x *Index) Array() any {
	switch x.class {
	case keyInt:
		return x.intList
	case keyUUID:
		return x.uuidList
	}
	return x.textList
}

// keyAt returns the address of a key in the struct rv, nil for NULL.
func keyAt(rv reflect.Value, f *modelinfo.Field) unsafe.Pointer {
	return keyIn(rv.Addr().UnsafePointer(), f)
}

// keyIn returns the address of a key in the struct at base, nil for NULL.
func keyIn(base unsafe.Pointer, f *modelinfo.Field) unsafe.Pointer {
	at := f.In(base)
	if f.FieldType.Kind() == reflect.Pointer {
		return *(*unsafe.Pointer)(at)
	}
	return at
}

// intOf returns the integer at an address, a value of f.
func intOf(at unsafe.Pointer, f *modelinfo.Field) int64 {
	switch f.IndirectFieldType.Kind() {
	case reflect.Int64:
		return *(*int64)(at)
	case reflect.Int:
		return int64(*(*int)(at))
	case reflect.Int32:
		return int64(*(*int32)(at))
	case reflect.Int16:
		return int64(*(*int16)(at))
	case reflect.Int8:
		return int64(*(*int8)(at))
	case reflect.Uint8:
		return int64(*(*uint8)(at))
	case reflect.Uint16:
		return int64(*(*uint16)(at))
	}
	return int64(*(*uint32)(at))
}
