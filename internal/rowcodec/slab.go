package rowcodec

import (
	"reflect"
	"unsafe"
)

// chunkRows is the number of rows that are allocated together. A chunk never
// moves, since pointers into it are handed out, and lives as long as any of its
// rows does; so it stays small.
const chunkRows = 64

// slab hands out zeroed values of one type from blocks.
type slab struct {
	typ   reflect.Type
	block unsafe.Pointer
	left  int
}

// take returns the next value. A new block has room for want values at most;
// one value alone is allocated alone, so that nothing else lives with it.
func (s *slab) take(want int) unsafe.Pointer {
	if s.left == 0 {
		if want <= 1 {
			return reflect.New(s.typ).UnsafePointer()
		}
		s.left = min(want, chunkRows)
		s.block = reflect.MakeSlice(reflect.SliceOf(s.typ), s.left, s.left).UnsafePointer()
	}
	v := s.block
	// The pointer moves on only while values are left: one past the end would
	// point at another object.
	if s.left--; s.left > 0 {
		s.block = unsafe.Add(v, s.typ.Size())
	} else {
		s.block = nil
	}
	return v
}
