package rowcodec

import (
	"reflect"
	"unsafe"
)

// chunkRows is the number of rows that are allocated together. A chunk never
// moves, since pointers refer to its rows, and it lives as long as any of its
// rows, so it is small.
const chunkRows = 64

// slab allocates zeroed values of one type in blocks.
type slab struct {
	typ   reflect.Type
	block unsafe.Pointer
	left  int
}

// take returns the next value. A new block holds at most want values. For want
// 1 the value is allocated alone, so that it keeps nothing else alive.
func (s *slab) take(want int) unsafe.Pointer {
	if s.left == 0 {
		if want <= 1 {
			return reflect.New(s.typ).UnsafePointer()
		}
		s.left = min(want, chunkRows)
		if s.left == chunkRows { // reflect.MakeSlice allocates a header too
			s.block = reflect.New(reflect.ArrayOf(chunkRows, s.typ)).UnsafePointer()
		} else {
			s.block = reflect.MakeSlice(reflect.SliceOf(s.typ), s.left, s.left).UnsafePointer()
		}
	}
	v := s.block
	// The pointer advances only while values are left: one past the end would point
	// to another object.
	if s.left--; s.left > 0 {
		s.block = unsafe.Add(v, s.typ.Size())
	} else {
		s.block = nil
	}
	return v
}
