package rowcodec

import (
	"math"
	"reflect"
	"sync"
	"unsafe"
)

// chunkRows is the number of rows that are allocated together, at most. A chunk
// never moves, since pointers refer to its rows, and it lives as long as any of
// its rows, so it is small.
const chunkRows = 64

// slab allocates zeroed values of one type in blocks.
type slab struct {
	typ   reflect.Type
	whole reflect.Type // of a whole block, nil until there is one
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
		if want >= chunkRows { // reflect.MakeSlice allocates a header too
			if s.whole == nil {
				s.whole = chunkOf(s.typ)
			}
			s.left, s.block = s.whole.Len(), reflect.New(s.whole).UnsafePointer()
		} else {
			s.left, s.block = want, reflect.MakeSlice(reflect.SliceOf(s.typ), want, want).UnsafePointer()
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

// chunks holds what chunkOf returns.
var chunks sync.Map // reflect.Type → reflect.Type

// chunkOf returns the type of a whole block of values of typ.
func chunkOf(typ reflect.Type) reflect.Type {
	if t, ok := chunks.Load(typ); ok {
		return t.(reflect.Type)
	}
	t := reflect.ArrayOf(fitting(typ.Size()), typ)
	chunks.Store(typ, t)
	return t
}

// fitting returns the number of values of a size, chunkRows or a little less,
// that leaves the least of the allocator's block unused.
func fitting(size uintptr) int {
	const header = 8 // that the runtime keeps in the block of values with pointers
	best, least := chunkRows, math.Inf(1)
	for n := chunkRows; n >= chunkRows-chunkRows/8; n-- {
		block := cap(append([]byte(nil), make([]byte, uintptr(n)*size+header)...)) // append uses the whole block
		if each := float64(block) / float64(n); each < least {
			best, least = n, each
		}
	}
	return best
}
