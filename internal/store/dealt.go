package store

import (
	"context"
	"reflect"
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

// deal orders rows by their keys. It returns false if one has another key.
func (d *dealer) deal(rows []unsafe.Pointer) bool {
	far, typ := farField(d.link.Rel), d.link.Rel.To.Type
	d.ends = make([]int, d.keys.Len()+1)
	numbers := make([]int32, len(rows))
	for i, row := range rows {
		n := d.keys.Find(reflect.NewAt(typ, row).Elem(), far)
		if n < 0 {
			return false
		}
		numbers[i] = int32(n)
		d.ends[n+1]++
	}
	for n := 1; n < len(d.ends); n++ {
		d.ends[n] += d.ends[n-1]
	}
	d.rows = make([]unsafe.Pointer, len(rows))
	for i, row := range rows { // moves the end of what was placed behind the row
		at := &d.ends[numbers[i]]
		d.rows[*at] = row
		*at++
	}
	return true
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
// the type slice.
func newParts(slice, typ reflect.Type, rows []unsafe.Pointer) parts {
	s := parts{whole: reflect.MakeSlice(slice, len(rows), len(rows)), size: slice.Elem().Size()}
	s.base = s.whole.UnsafePointer()
	if slice.Elem().Kind() == reflect.Pointer {
		if len(rows) > 0 {
			copy(unsafe.Slice((*unsafe.Pointer)(s.base), len(rows)), rows)
		}
		return s
	}
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
