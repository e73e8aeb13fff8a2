package rowcodec

import (
	"encoding/binary"
	"fmt"
	"math"
	"time"
	"unsafe"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgtype"
)

// ParamTypes are the types of a statement's parameters on one connection.
type ParamTypes struct {
	types *pgtype.Map
	list  []paramType
}

// paramType is the type of a parameter.
type paramType struct {
	oid    uint32
	known  *pgtype.Type // the connection's entry for oid when the rest was found
	direct bool         // the codec is pgx's own, and binary
	text   bool         // it is pgx's own of a text
	elem   uint32       // the type of the elements of an array, 0 for others
	zone   *time.Location
}

// NewParamTypes returns the parameter types oids on the connection of a type
// map.
func NewParamTypes(oids []uint32, tm *pgtype.Map) ParamTypes {
	t := ParamTypes{types: tm, list: make([]paramType, len(oids))}
	for i, oid := range oids {
		t.list[i].oid = oid
		t.list[i].find(tm)
	}
	return t
}

// find looks at the connection's codec, which may have changed since.
func (t *paramType) find(tm *pgtype.Map) {
	known, _ := tm.TypeForOID(t.oid)
	if known == nil || known == t.known {
		return
	}
	standard, _ := standardTypes.TypeForOID(t.oid)
	t.known, t.zone = known, clocks(known)
	own, binary := originOf(tm, t.oid, standard) == originPgx, tm.FormatCodeForOID(t.oid) == pgtype.BinaryFormatCode
	t.direct = own && binary
	t.elem = 0
	if array, ok := known.Codec.(*pgtype.ArrayCodec); ok && array.ElementType != nil {
		t.elem = array.ElementType.OID
	}
	t.text = own && !binary && (t.oid == pgtype.TextOID || t.oid == pgtype.VarcharOID)
}

// Params are the encoded parameters of a statement, in the form that Bind
// takes. They are valid until the next Encode or Reset. The zero value is
// empty.
type Params struct {
	Values  [][]byte
	Formats []int16
	buf     []byte
}

// Encode replaces p by args, encoded for parameters of the types t. The bytes
// and formats are those that pgx sends. Values of common types are encoded
// here, all others by pgx. The error is pgx's for a value that does not belong
// to its type.
func (p *Params) Encode(t *ParamTypes, args []any) error {
	p.Reset()
	if len(args) != len(t.list) {
		return fmt.Errorf("expected %d arguments, got %d", len(t.list), len(args))
	}
	size := 0
	for _, arg := range args {
		if a, ok := arg.(*Array); ok {
			size += a.size()
		}
	}
	p.reserve(size)
	for i, arg := range args {
		if err := p.add(t, &t.list[i], arg); err != nil {
			return fmt.Errorf("failed to encode args[%d]: %w", i, err)
		}
	}
	return nil
}

// Reset empties p and lets go of the values.
func (p *Params) Reset() {
	clear(p.Values)
	p.Values, p.Formats, p.buf = p.Values[:0], p.Formats[:0], p.buf[:0]
	p.free()
}

// add appends a parameter.
func (p *Params) add(t *ParamTypes, pt *paramType, arg any) error {
	switch x := arg.(type) {
	case string:
		p.addText(x)
		return nil
	case *Cell:
		if p.addCell(t, pt, x) {
			return nil
		}
		arg, _ = x.Value()
	default:
		if pt.find(t.types); pt.direct && (p.addEncoded(pt.appendValue(p.buf, arg)) || p.addEncoded(pt.appendArray(p.buf, arg, t.types))) {
			return nil
		}
	}
	return p.addByDriver(t.types, pt.oid, arg)
}

// addText appends a text, which the server reads as a value of any type.
func (p *Params) addText(text string) {
	value := unsafe.Slice(unsafe.StringData(text), len(text))
	if value == nil {
		value = []byte{} // nil is NULL
	}
	p.Values, p.Formats = append(p.Values, value), append(p.Formats, pgtype.TextFormatCode)
}

func (p *Params) addNull(format int16) {
	p.Values, p.Formats = append(p.Values, nil), append(p.Formats, format)
}

// addEncoded appends the parameter that ends buf, behind p's others, with its
// length before it. It does nothing and returns false if ok is not set.
func (p *Params) addEncoded(buf []byte, ok bool) bool {
	if !ok {
		return false
	}
	value := buf[len(p.buf):]
	p.buf = buf
	if binary.BigEndian.Uint32(value) == null {
		p.addNull(pgtype.BinaryFormatCode)
	} else {
		p.Values, p.Formats = append(p.Values, value[4:]), append(p.Formats, pgtype.BinaryFormatCode)
	}
	return true
}

// addByDriver appends a parameter that pgx encodes, in the format that it
// prefers for the type or else in the other one.
func (p *Params) addByDriver(tm *pgtype.Map, oid uint32, arg any) error {
	format := tm.FormatCodeForOID(oid)
	if _, is := arg.(*string); is {
		format = pgtype.TextFormatCode
	}
	var first error
	for range 2 {
		at := len(p.buf)
		if p.buf == nil {
			p.buf = make([]byte, 0, 128) // pgx takes a nil result for NULL
		}
		out, err := tm.Encode(oid, format, arg, p.buf)
		switch {
		case err == nil && out == nil:
			p.addNull(format)
			return nil
		case err == nil:
			p.buf = out
			p.Values, p.Formats = append(p.Values, out[at:]), append(p.Formats, format)
			return nil
		case first == nil:
			first = err
		}
		format = pgtype.BinaryFormatCode - format
	}
	return first
}

// Sources of values that do not stand in a struct.
var (
	sourceInt     = sourceFor[int]()
	sourceInt8    = sourceFor[int8]()
	sourceInt16   = sourceFor[int16]()
	sourceInt32   = sourceFor[int32]()
	sourceInt64   = sourceFor[int64]()
	sourceUint    = sourceFor[uint]()
	sourceUint8   = sourceFor[uint8]()
	sourceUint16  = sourceFor[uint16]()
	sourceUint32  = sourceFor[uint32]()
	sourceUint64  = sourceFor[uint64]()
	sourceFloat32 = sourceFor[float32]()
	sourceFloat64 = sourceFor[float64]()
	sourceBool    = sourceFor[bool]()
	sourceBytes   = sourceFor[[]byte]()
	sourceUUID    = sourceFor[uuid.UUID]()
	sourceString  = sourceFor[string]()
	sourceTime    = sourceFor[time.Time]()
)

// appendValue appends the length and the bytes of a value in the binary format.
// It returns false for one that is left to pgx.
func (t *paramType) appendValue(buf []byte, arg any) ([]byte, bool) {
	switch x := arg.(type) {
	case nil:
		return binary.BigEndian.AppendUint32(buf, null), true
	case int64:
		return t.append(buf, &sourceInt64, unsafe.Pointer(&x))
	case int:
		return t.append(buf, &sourceInt, unsafe.Pointer(&x))
	case int32:
		return t.append(buf, &sourceInt32, unsafe.Pointer(&x))
	case int16:
		return t.append(buf, &sourceInt16, unsafe.Pointer(&x))
	case int8:
		return t.append(buf, &sourceInt8, unsafe.Pointer(&x))
	case uint:
		return t.append(buf, &sourceUint, unsafe.Pointer(&x))
	case uint8:
		return t.append(buf, &sourceUint8, unsafe.Pointer(&x))
	case uint16:
		return t.append(buf, &sourceUint16, unsafe.Pointer(&x))
	case uint32:
		return t.append(buf, &sourceUint32, unsafe.Pointer(&x))
	case uint64:
		return t.append(buf, &sourceUint64, unsafe.Pointer(&x))
	case float64:
		return t.append(buf, &sourceFloat64, unsafe.Pointer(&x))
	case float32:
		return t.append(buf, &sourceFloat32, unsafe.Pointer(&x))
	case bool:
		return t.append(buf, &sourceBool, unsafe.Pointer(&x))
	case time.Time:
		return t.append(buf, &sourceTime, unsafe.Pointer(&x))
	case uuid.UUID:
		return t.append(buf, &sourceUUID, unsafe.Pointer(&x))
	case []byte:
		return t.append(buf, &sourceBytes, unsafe.Pointer(&x))
	}
	return buf, false
}

// appendArray appends the length and the bytes of an array of keys. It returns
// false for one that is left to pgx.
func (t *paramType) appendArray(buf []byte, arg any, tm *pgtype.Map) ([]byte, bool) {
	switch x := arg.(type) {
	case []int64:
		return appendElements(buf, x, &sourceInt64, t.elem, tm)
	case []string:
		return appendElements(buf, x, &sourceString, t.elem, tm)
	case []uuid.UUID:
		return appendElements(buf, x, &sourceUUID, t.elem, tm)
	}
	return buf, false
}

// appendElements appends the length and the bytes of an array of the elements
// oid. s is the source of an element.
func appendElements[E any](buf []byte, list []E, s *Source, oid uint32, tm *pgtype.Map) ([]byte, bool) {
	if oid == 0 || len(list) == 0 {
		return buf, false
	}
	e, ok := s.encoderFor(oid, tm)
	if !ok {
		return buf, false
	}
	at := len(buf)
	buf = appendArrayHeader(binary.BigEndian.AppendUint32(buf, 0), oid, len(list))
	for i := range list {
		if buf, ok = e.append(buf, unsafe.Pointer(&list[i])); !ok {
			return buf, false
		}
	}
	size := len(buf) - at - 4
	if size > math.MaxInt32 {
		return buf, false
	}
	binary.BigEndian.PutUint32(buf[at:], uint32(size))
	return buf, true
}

// append appends the value of a source in the struct at base.
func (t *paramType) append(buf []byte, s *Source, base unsafe.Pointer) ([]byte, bool) {
	e := s.code(t.oid)
	if e.code == encodeNone {
		return buf, false
	}
	e.zone = t.zone
	return e.append(buf, base)
}
