package rowcodec

import (
	"encoding/binary"
	"math"
	"reflect"
	"strconv"
	"time"
	"unsafe"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgtype"
	"gorm.io/gorm/schema"
)

// encodeCode is a way to encode a Go value to the binary format of a type.
type encodeCode uint8

const (
	encodeNone encodeCode = iota
	encodeInt8From64
	encodeInt4From32
	encodeInt // any other pair of integer widths, with a range check
	encodeFloat4
	encodeFloat8
	encodeFloatNumeric
	encodeIntNumeric
	encodeBool
	encodeText
	encodeBytes
	encodeUUID
	encodeDate
	encodeTimestamp
	encodeTimestamptz
)

// Source is a field of structs whose values this package can encode without
// the driver, if the column has a type that belongs to it. The zero Source is
// none.
type Source struct {
	typ     reflect.Type // of the value
	offset  uintptr
	pointer bool // the field is *typ, NULL where it is nil
	notNull bool // nil bytes are empty ones
}

// SourceOf returns the Source of a field. It returns false for one that has a
// serializer, lies behind an embedded pointer, or has a type whose methods may
// say how it is written.
func SourceOf(f *schema.Field) (Source, bool) {
	if f.Serializer != nil {
		return Source{}, false
	}
	s := Source{typ: f.FieldType, notNull: f.NotNull}
	if s.typ.Kind() == reflect.Pointer {
		s.typ, s.pointer = s.typ.Elem(), true
	}
	var direct bool
	if s.offset, direct = offset(f); !direct || !writesPlainly(s.typ) {
		return Source{}, false
	}
	return s, true
}

// sourceFor returns the Source of a value that stands alone.
func sourceFor[T any]() Source { return Source{typ: reflect.TypeFor[T]()} }

// writesPlainly reports whether the kind of t alone says how its values are
// written.
func writesPlainly(t reflect.Type) bool {
	switch {
	case t == timeType, t == uuidType:
		return true
	case reflect.PointerTo(t).NumMethod() > 0:
		return false
	}
	switch t.Kind() {
	case reflect.Bool, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64,
		reflect.Float32, reflect.Float64, reflect.String:
		return true
	case reflect.Slice:
		return t.Elem() == reflect.TypeFor[byte]()
	}
	return false
}

// encoder appends the values of a Source in the binary format of a type.
type encoder struct {
	Source
	code  encodeCode
	width uint8 // of an integer on the wire
	kind  reflect.Kind
	zone  *time.Location // whose clocks a timestamp holds, nil for the value's own
}

// encoderFor returns the encoder of a source for columns of the type oid on the
// connection of a type map, whose codec for that type must be pgx's own. It
// returns false where only the driver can encode the values.
func (s Source) encoderFor(oid uint32, tm *pgtype.Map) (encoder, bool) {
	e := s.code(oid)
	if e.code == encodeNone || tm == nil {
		return e, false
	}
	standard, _ := standardTypes.TypeForOID(oid)
	if e.code == encodeTimestamp {
		known, _ := tm.TypeForOID(oid)
		e.zone = clocks(known)
	}
	return e, originOf(tm, oid, standard) == originPgx
}

// clocks returns the zone whose clocks t, a type of a connection, holds: pgx's
// own codec writes the clock of the value, that of [RegisterTimes] the clock of
// its zone.
func clocks(t *pgtype.Type) *time.Location {
	if t != nil {
		if c, ok := t.Codec.(*timestampCodec); ok {
			return c.ScanLocation
		}
	}
	return nil
}

// code returns the encoder of a source for the type oid, codeless if there is
// none.
func (s Source) code(oid uint32) encoder {
	e := encoder{Source: s, code: encodeNone}
	if s.typ == nil {
		return e
	}
	e.kind = s.typ.Kind()
	switch oid {
	case pgtype.Int2OID:
		e.width = 2
	case pgtype.Int4OID:
		e.width = 4
	case pgtype.Int8OID:
		e.width = 8
	}
	switch {
	case s.typ == timeType:
		switch oid {
		case pgtype.DateOID:
			e.code = encodeDate
		case pgtype.TimestampOID:
			e.code = encodeTimestamp
		case pgtype.TimestamptzOID:
			e.code = encodeTimestamptz
		}
	case s.typ == uuidType:
		if oid == pgtype.UUIDOID {
			e.code = encodeUUID
		}
	case e.kind == reflect.Bool:
		if oid == pgtype.BoolOID {
			e.code = encodeBool
		}
	case e.kind == reflect.String:
		if oid == pgtype.TextOID || oid == pgtype.VarcharOID {
			e.code = encodeText
		}
	case e.kind == reflect.Slice:
		if oid == pgtype.ByteaOID {
			e.code = encodeBytes
		}
	case e.kind == reflect.Float32 || e.kind == reflect.Float64:
		switch {
		case oid == pgtype.Float8OID:
			e.code = encodeFloat8
		case oid == pgtype.NumericOID:
			e.code = encodeFloatNumeric
		case oid == pgtype.Float4OID && e.kind == reflect.Float32:
			e.code = encodeFloat4
		}
	case oid == pgtype.NumericOID:
		e.code = encodeIntNumeric
	case e.width > 0:
		e.code = encodeInt
		switch {
		case e.width == 8 && (e.kind == reflect.Int64 || e.kind == reflect.Int && s.typ.Size() == 8):
			e.code = encodeInt8From64
		case e.width == 4 && e.kind == reflect.Int32:
			e.code = encodeInt4From32
		}
	}
	return e
}

// null is the length of a NULL.
const null = math.MaxUint32

// append appends the length and the bytes of the value in the struct at base.
// It returns false for a value that the type does not hold, whose error is the
// driver's.
func (e *encoder) append(buf []byte, base unsafe.Pointer) ([]byte, bool) {
	at := unsafe.Add(base, e.offset)
	if e.pointer {
		if at = *(*unsafe.Pointer)(at); at == nil {
			return binary.BigEndian.AppendUint32(buf, null), true
		}
	}
	switch e.code {
	case encodeInt8From64:
		return appendInt8(buf, *(*int64)(at)), true
	case encodeInt4From32:
		return appendInt4(buf, *(*int32)(at)), true
	case encodeInt:
		return e.appendInt(buf, at)
	case encodeIntNumeric:
		n, ok := e.int(at)
		if !ok {
			return buf, false
		}
		var text [20]byte
		return appendNumeric(buf, strconv.AppendInt(text[:0], n, 10)), true
	case encodeFloat8:
		return appendInt8(buf, int64(math.Float64bits(e.float(at)))), true
	case encodeFloatNumeric:
		return appendFloatNumeric(buf, e.float(at)), true
	case encodeFloat4:
		return appendInt4(buf, int32(math.Float32bits(float32(float64(*(*float32)(at)))))), true
	case encodeBool:
		b := byte(0)
		if *(*bool)(at) {
			b = 1
		}
		return append(buf, 0, 0, 0, 1, b), true
	case encodeText:
		s := *(*string)(at)
		if len(s) > math.MaxInt32 {
			return buf, false
		}
		return append(binary.BigEndian.AppendUint32(buf, uint32(len(s))), s...), true
	case encodeBytes:
		b := *(*[]byte)(at)
		switch {
		case b == nil && !e.notNull:
			return binary.BigEndian.AppendUint32(buf, null), true
		case len(b) > math.MaxInt32:
			return buf, false
		}
		return append(binary.BigEndian.AppendUint32(buf, uint32(len(b))), b...), true
	case encodeUUID:
		return append(append(buf, 0, 0, 0, 16), (*uuid.UUID)(at)[:]...), true
	}
	return e.appendTime(buf, *(*time.Time)(at))
}

func (e *encoder) appendTime(buf []byte, t time.Time) ([]byte, bool) {
	switch e.code {
	case encodeDate:
		year, month, day := t.Date()
		if year < firstYear || year > lastDateYear {
			return buf, false
		}
		sec := time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() - epoch
		return appendInt4(buf, int32(sec/secondsPerDay)), true
	case encodeTimestamp:
		if e.zone != nil && t.Location() != e.zone {
			t = t.In(e.zone)
		}
		if inTimestampRange(t) != nil {
			return buf, false
		}
		_, offset := t.Zone()
		return appendInt8(buf, micros(t)+int64(offset)*1e6), true
	case encodeTimestamptz:
		// Whether the year is one that PostgreSQL holds depends on the location only
		// near the bounds.
		if sec := t.Unix(); (sec < safeFirst || sec > safeLast) && inTimestampRange(t) != nil {
			return buf, false
		}
		return appendInt8(buf, micros(t)), true
	}
	return buf, false
}

// Between these Unix times the year is in range in every location.
var (
	safeFirst = time.Date(firstYear+1, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	safeLast  = time.Date(lastYear-1, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
)

// micros returns the microseconds from 2000-01-01 in UTC.
func micros(t time.Time) int64 { return (t.Unix()-epoch)*1e6 + int64(t.Nanosecond())/1e3 }

func appendInt8(buf []byte, n int64) []byte {
	return append(buf, 0, 0, 0, 8, byte(n>>56), byte(n>>48), byte(n>>40), byte(n>>32), byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
}

func appendInt4(buf []byte, n int32) []byte {
	return append(buf, 0, 0, 0, 4, byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
}

func (e *encoder) float(at unsafe.Pointer) float64 {
	if e.kind == reflect.Float32 {
		return float64(*(*float32)(at))
	}
	return *(*float64)(at)
}

// int returns an integer of any kind, false if no int64 holds it.
func (e *encoder) int(at unsafe.Pointer) (n int64, ok bool) {
	switch e.kind {
	case reflect.Int:
		n = int64(*(*int)(at))
	case reflect.Int8:
		n = int64(*(*int8)(at))
	case reflect.Int16:
		n = int64(*(*int16)(at))
	case reflect.Int32:
		n = int64(*(*int32)(at))
	case reflect.Int64:
		n = *(*int64)(at)
	case reflect.Uint8:
		n = int64(*(*uint8)(at))
	case reflect.Uint16:
		n = int64(*(*uint16)(at))
	case reflect.Uint32:
		n = int64(*(*uint32)(at))
	case reflect.Uint:
		n = int64(*(*uint)(at))
	case reflect.Uint64:
		n = int64(*(*uint64)(at))
	}
	return n, n >= 0 || e.kind != reflect.Uint && e.kind != reflect.Uint64
}

// appendInt appends an integer of any kind if the type holds it.
func (e *encoder) appendInt(buf []byte, at unsafe.Pointer) ([]byte, bool) {
	n, ok := e.int(at)
	if !ok {
		return buf, false
	}
	switch e.width {
	case 2:
		return append(buf, 0, 0, 0, 2, byte(n>>8), byte(n)), int64(int16(n)) == n
	case 4:
		return appendInt4(buf, int32(n)), int64(int32(n)) == n
	}
	return appendInt8(buf, n), true
}
