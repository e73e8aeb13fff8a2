package rowcodec

import (
	"database/sql/driver"
	"encoding/binary"
	"fmt"
	"reflect"

	"github.com/jackc/pgx/v5/pgtype"
)

// Array is a parameter: the values of a field in many structs, as an array. On
// a connection of [RegisterArrays] it is encoded straight from the structs.
// Everywhere else it is what its Value returns.
type Array struct {
	objs   []any // pointers to structs of one type
	source Source
	value  func() any
}

// NewArray returns the array of a source in objs, pointers to structs of typ.
// value returns the same array as a slice. It returns false if an object has
// another type. The values are read when the array is encoded.
func NewArray(objs []any, typ reflect.Type, s Source, value func() any) (*Array, bool) {
	for _, obj := range objs {
		if t := reflect.TypeOf(obj); t.Kind() != reflect.Pointer || t.Elem() != typ {
			return nil, false
		}
	}
	return &Array{objs, s, value}, len(objs) > 0
}

// Value implements [driver.Valuer].
func (a *Array) Value() (driver.Value, error) { return a.value(), nil }

// Format implements [fmt.Formatter]: an array prints as its slice does.
func (a *Array) Format(s fmt.State, verb rune) {
	_, _ = fmt.Fprintf(s, fmt.FormatString(s, verb), a.value())
}

// appendTo appends the binary format of an array. It returns false if only the
// driver can encode the values.
func (a *Array) appendTo(buf []byte, oid uint32, tm *pgtype.Map) ([]byte, bool) {
	e, ok := a.source.encoderFor(oid, tm)
	if !ok {
		return buf, false
	}
	nulls := len(buf) + 4
	buf = appendArrayHeader(buf, oid, len(a.objs))
	optional := e.pointer || e.code == encodeBytes
	for _, obj := range a.objs {
		at := len(buf)
		if buf, ok = e.append(buf, reflect.ValueOf(obj).UnsafePointer()); !ok {
			return buf, false
		}
		if optional && binary.BigEndian.Uint32(buf[at:]) == null {
			buf[nulls+3] = 1
		}
	}
	return buf, true
}

// appendArrayHeader appends what stands before the elements of an array of one
// dimension, without NULLs.
func appendArrayHeader(buf []byte, oid uint32, n int) []byte {
	buf = binary.BigEndian.AppendUint32(buf, 1) // dimensions
	buf = binary.BigEndian.AppendUint32(buf, 0) // whether there is a NULL
	buf = binary.BigEndian.AppendUint32(buf, oid)
	buf = binary.BigEndian.AppendUint32(buf, uint32(n))
	return binary.BigEndian.AppendUint32(buf, 1) // the lower bound
}

// RegisterArrays has the connection of a type map encode an [Array] straight
// from structs, in place of the slice of its Value.
func RegisterArrays(m *pgtype.Map) {
	wrap := func(value any) (pgtype.WrappedEncodePlanNextSetter, any, bool) {
		if _, ok := value.(*Array); !ok {
			return nil, nil, false
		}
		return &arrayPlan{types: m}, elements{}, true
	}
	m.TryWrapEncodePlanFuncs = append([]pgtype.TryWrapEncodePlanFunc{wrap}, m.TryWrapEncodePlanFuncs...)
}

// arrayPlan encodes an Array of any source, since pgx keeps one plan for a Go
// type. next is the plan of the array type's codec for [elements].
type arrayPlan struct {
	types *pgtype.Map
	next  pgtype.EncodePlan
}

// SetNext implements [pgtype.WrappedEncodePlanNextSetter].
func (p *arrayPlan) SetNext(next pgtype.EncodePlan) { p.next = next }

// emptyHeader is the length of an empty array in the binary format: the number
// of dimensions, a flag, and the type of the elements.
const emptyHeader = 12

// Encode implements [pgtype.EncodePlan]. An empty array shows the format, and
// the type of the elements.
func (p *arrayPlan) Encode(value any, buf []byte) ([]byte, error) {
	a, at := value.(*Array), len(buf)
	empty, err := p.next.Encode(elements{}, buf)
	if err != nil {
		return nil, err
	}
	if header := empty[at:]; len(header) == emptyHeader && binary.BigEndian.Uint64(header) == 0 {
		if out, ok := a.appendTo(empty[:at], binary.BigEndian.Uint32(header[8:]), p.types); ok {
			return out, nil
		}
	}
	return p.next.Encode(elements{reflect.ValueOf(a.value())}, buf)
}

// elements presents a slice to pgx, the zero elements an empty one.
type elements struct{ slice reflect.Value }

func (e elements) len() int {
	if !e.slice.IsValid() {
		return 0
	}
	return e.slice.Len()
}

// Dimensions implements [pgtype.ArrayGetter].
func (e elements) Dimensions() []pgtype.ArrayDimension {
	if e.len() == 0 {
		return []pgtype.ArrayDimension{}
	}
	return []pgtype.ArrayDimension{{Length: int32(e.len()), LowerBound: 1}}
}

// Index implements [pgtype.ArrayGetter].
func (e elements) Index(i int) any { return e.slice.Index(i).Interface() }

// IndexType implements [pgtype.ArrayGetter].
func (e elements) IndexType() any { return nil }
