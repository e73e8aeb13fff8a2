package rowcodec

import (
	"database/sql"
	"net"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgtype"
)

// code is a way to decode the bytes of a column to a Go value.
type code uint8

const (
	codeSkip code = iota
	codeInt64
	codeInt32
	codeInt // any other pair of integer widths, with a range check
	codeFloat32
	codeFloat64
	codeFloat4To64
	codeBool
	codeString
	codeBytes
	codeUUID
	codeDate
	codeTimestamp
	codeTimestamptz
	codeFloatText  // the text of a numeric
	codeAssign     // database/sql's conversion into a plain kind
	codeScanner    // the field type's Scan
	codePgx        // a scan plan of the connection's type map
	codeSetter     // schema.Field.Set, for a field behind an embedded pointer
	codeSerializer // schema.Field.Set with GORM's serializer
)

var (
	scannerType = reflect.TypeFor[sql.Scanner]()
	timeType    = reflect.TypeFor[time.Time]()
	uuidType    = reflect.TypeFor[uuid.UUID]()
)

// scans reports whether t, or a pointer to it, is an sql.Scanner.
func scans(t reflect.Type) bool { return reflect.PointerTo(t).Implements(scannerType) }

// plain reports whether the kind of t alone determines its values. A type with
// a scan method decides itself, and some slices of bytes are addresses that
// only pgx knows.
func plain(t reflect.Type) bool {
	switch t {
	case reflect.TypeFor[net.IP](), reflect.TypeFor[net.IPMask](), reflect.TypeFor[net.HardwareAddr]():
		return false
	}
	return !ScansItself(t)
}

// scanMethods caches ScansItself, since reflection allocates for every method
// that it lists.
var scanMethods sync.Map // reflect.Type → bool

// ScansItself reports whether t, or a pointer to it, has a method by which
// database/sql or pgx scans into it: Scan, ScanText, ScanInt64 and so on.
func ScansItself(t reflect.Type) bool {
	if is, ok := scanMethods.Load(t); ok {
		return is.(bool)
	}
	p, is := reflect.PointerTo(t), false
	for i := range p.NumMethod() {
		is = is || strings.HasPrefix(p.Method(i).Name, "Scan")
	}
	scanMethods.Store(t, is)
	return is
}

// isTime reports whether t is time.Time or a type derived from it.
func isTime(t reflect.Type) bool { return t.Kind() == reflect.Struct && t.ConvertibleTo(timeType) }

// isBytes reports whether t is []byte or a type derived from it.
func isBytes(t reflect.Type) bool {
	return t.Kind() == reflect.Slice && t.Elem() == reflect.TypeFor[byte]()
}

// isTexts reports whether t is a slice of a type derived from string: elements
// of an enum, whose array the driver does not know.
func isTexts(t reflect.Type) bool {
	return t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.String && !scans(t) && !scans(t.Elem())
}

// fast returns the code of this package for c.typ, codeSkip if there is none.
// The type must fit exactly: what database/sql would convert through text is
// converted that way here too.
func (c *column) fast() code {
	if c.oid == pgtype.UUIDOID && c.format == pgtype.BinaryFormatCode && c.typ == uuidType {
		return codeUUID
	}
	text := c.how == howString || c.how == howBytes
	switch {
	case !plain(c.typ):
		return codeSkip
	case isTime(c.typ):
		return map[how]code{howDate: codeDate, howTimestamp: codeTimestamp, howTimestamptz: codeTimestamptz}[c.how]
	case isBytes(c.typ) && text:
		return codeBytes
	}
	switch kind := c.typ.Kind(); {
	// In database/sql json is bytes, which a string holds unchanged.
	case kind == reflect.String && text && (c.how == howString || c.oid != pgtype.ByteaOID):
		return codeString
	case kind == reflect.Bool && c.how == howBool:
		return codeBool
	case kind == reflect.Float32 && c.how == howFloat4:
		return codeFloat32
	case kind == reflect.Float64 && c.how == howFloat4:
		return codeFloat4To64
	case kind == reflect.Float64 && c.how == howFloat8:
		return codeFloat64
	case kind >= reflect.Int && kind <= reflect.Uint64:
		return c.fastInt()
	}
	return codeSkip
}

func (c *column) fastInt() code {
	c.width = map[how]uint8{howInt2: 2, howInt4: 4, howInt8: 8}[c.how]
	signed := c.typ.Kind() <= reflect.Int64
	switch {
	case c.width == 0:
		return codeSkip
	case signed && c.width == 8 && c.typ.Size() == 8:
		return codeInt64
	case signed && c.width == 4 && c.typ.Size() == 4:
		return codeInt32
	}
	return codeInt
}
