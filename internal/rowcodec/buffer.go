package rowcodec

import (
	"reflect"
	"sync"
	"unsafe"
)

// maxKept limits the buffer that Params keep, so that one large value does not
// stay with a connection. Larger ones up to maxShared are shared by all
// connections until the collector takes them.
const maxKept, maxShared = 64 << 10, 4 << 20

var buffers = sync.Pool{New: func() any { return new([]byte) }}

// reserve makes room for parameters of about a size, before there are any.
func (p *Params) reserve(size int) {
	if size <= cap(p.buf) {
		return
	}
	if size > maxKept {
		if shared := buffers.Get().(*[]byte); cap(*shared) >= size {
			p.buf = (*shared)[:0]
			return
		}
	}
	p.buf = make([]byte, 0, size)
}

// free lets go of a large buffer.
func (p *Params) free() {
	if size := cap(p.buf); size > maxKept {
		if size <= maxShared {
			buf := p.buf[:0]
			buffers.Put(&buf)
		}
		p.buf = nil
	}
}

// size returns about how many bytes an array takes.
func (a *Array) size() int {
	const header, other = 24, 16
	n := header + len(a.objs)*(4+other)
	if a.source.typ == nil {
		return n
	}
	if a.source.typ == stringType && !a.source.pointer {
		for _, obj := range a.objs {
			n += len(*(*string)(unsafe.Add(reflect.ValueOf(obj).UnsafePointer(), a.source.offset)))
		}
		n -= len(a.objs) * other
	}
	return n
}
