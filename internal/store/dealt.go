package store

import (
	"context"
	"reflect"
	"slices"
	"sync"
	"unsafe"

	"github.com/gormango/gormango/internal/exec"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/param"
	"github.com/gormango/gormango/internal/query"
)

// dealer loads a relation whose rows hold the key of their owner in one column
// that Go can compare as it lies in the structs.
type dealer struct {
	link   query.Link
	owners []reflect.Value
	keys   *param.Index
	of     []int // the number of each owner's key, -1 without one
	rows   []unsafe.Pointer
	// ends are the ends of the rows of each key in rows, which are in the order of
	// the keys.
	ends []int
}

// newDealer returns the dealer of a relation of owners, nil if the relation or
// the field of the link needs the general way.
func newDealer(ctx context.Context, link query.Link, owners []reflect.Value) *dealer {
	rel := link.Rel
	if rel.Kind == modelinfo.ManyToMany || len(rel.Pairs) != 1 || !holds(link) {
		return nil
	}
	d := &dealer{link: link, owners: owners, keys: param.NewIndex(OwnerFields(rel), len(owners)), of: make([]int, len(owners))}
	if !d.keys.Finds(farField(rel)) {
		return nil
	}
	for i, o := range owners {
		d.of[i], _ = d.keys.Add(ctx, o)
	}
	return d
}

// holds reports whether the field of a link holds objects of the related model,
// and nothing beside them.
func holds(link query.Link) bool {
	t := link.Rel.Rel.Field.FieldType
	if link.Field != "" {
		at, ok := link.Rel.From.Type.FieldByName(link.Field)
		if !ok {
			return false
		}
		t = at.Type
	}
	if t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t == link.Rel.To.Type
}

// numbers are for reuse, up to mostNumbers of them.
var numbers = sync.Pool{New: func() any { return new([]int32) }}

const mostNumbers = 1 << 16

// deal orders rows by their keys. It returns false if one has another key. The
// rows become the dealer's.
func (d *dealer) deal(rows []unsafe.Pointer) bool {
	kept := numbers.Get().(*[]int32)
	of := slices.Grow((*kept)[:0], len(rows))[:len(rows)]
	found := d.keys.FindAll(rows, farField(d.link.Rel), of)
	if found {
		d.order(rows, of)
	}
	if cap(of) <= mostNumbers {
		*kept = of
		numbers.Put(kept)
	}
	return found
}

// order orders rows by the numbers of their keys.
func (d *dealer) order(rows []unsafe.Pointer, of []int32) {
	ends, ordered := make([]int, d.keys.Len()+1), true
	for i, n := range of {
		ends[n+1]++
		ordered = ordered && (i == 0 || n >= of[i-1])
	}
	for n := 1; n < len(ends); n++ {
		ends[n] += ends[n-1]
	}
	if ordered {
		d.rows, d.ends = rows, ends[1:]
		return
	}
	d.rows, d.ends = make([]unsafe.Pointer, len(rows)), ends
	for i, row := range rows { // moves the end of what was placed behind the row
		at := &ends[of[i]]
		d.rows[*at] = row
		*at++
	}
}

// set sets the fields of the owners. The slices of all owners are parts of one
// block; a second owner with the same key gets a copy.
func (d *dealer) set(ctx context.Context) error {
	rel := d.link.Rel
	var (
		block parts
		given []bool
	)
	for i, o := range d.owners {
		from, to := 0, 0
		if n := d.of[i]; n >= 0 {
			if to = d.ends[n]; n > 0 {
				from = d.ends[n-1]
			}
		}
		field, ok := fieldOf(d.link, o)
		if !ok && from == to {
			continue
		}
		if !ok {
			field = madeField(ctx, d.link, o)
		}
		switch {
		case field.Kind() != reflect.Slice && from == to:
			field.SetZero()
			continue
		case field.Kind() != reflect.Slice:
			if err := setObject(field, rel, exec.Found{Object: reflect.NewAt(rel.To.Type, d.rows[from])}); err != nil {
				return err
			}
			continue
		}
		if given == nil {
			block, given = newParts(field.Type(), rel.To.Type, d.rows), make([]bool, d.keys.Len())
		}
		if from < to && given[d.of[i]] {
			field.Set(reflect.AppendSlice(reflect.MakeSlice(field.Type(), 0, to-from), block.whole.Slice(from, to)))
			continue
		}
		if from < to {
			given[d.of[i]] = true
		}
		block.set(field, from, to)
	}
	return nil
}

// parts is a block of objects, or of pointers to them, whose parts are fields.
type parts struct {
	whole reflect.Value
	base  unsafe.Pointer
	size  uintptr
}

// newParts returns the block of rows, pointers to structs of typ, for fields of
// the type slice. A block of pointers is rows themselves.
func newParts(slice, typ reflect.Type, rows []unsafe.Pointer) parts {
	if slice.Elem().Kind() == reflect.Pointer {
		base := unsafe.Pointer(unsafe.SliceData(rows))
		whole := &header{base, len(rows), len(rows)}
		return parts{reflect.NewAt(slice, unsafe.Pointer(whole)).Elem(), base, slice.Elem().Size()}
	}
	s := parts{whole: reflect.MakeSlice(slice, len(rows), len(rows)), size: slice.Elem().Size()}
	s.base = s.whole.UnsafePointer()
	for i, row := range rows {
		s.whole.Index(i).Set(reflect.NewAt(typ, row).Elem())
	}
	return s
}

// header is a slice in memory.
type header struct {
	data     unsafe.Pointer
	len, cap int
}

// set sets a field to a part of the block, without room behind it: an append
// must not write into the next owner's.
func (s parts) set(field reflect.Value, from, to int) {
	h := (*header)(field.Addr().UnsafePointer())
	h.len, h.cap = to-from, to-from
	if from < to {
		h.data = unsafe.Add(s.base, uintptr(from)*s.size)
	} else {
		h.data = unsafe.Pointer(&none)
	}
}

// none is what an empty slice that is not nil points to.
var none struct{}
