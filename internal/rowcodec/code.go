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

// fast sets a code of this package for c.typ and reports whether there is one.
// The type must fit exactly: what database/sql would convert through text is
// converted that way here too.
func (c *column) fast() bool {
	if c.oid == pgtype.UUIDOID && c.format == pgtype.BinaryFormatCode && c.typ == uuidType {
		c.code = codeUUID
		return true
	}
	if !plain(c.typ) {
		return false
	}
	switch {
	case isTime(c.typ):
		return c.fastTime()
	case isBytes(c.typ):
		if c.how == howString || c.how == howBytes {
			c.code = codeBytes
			return true
		}
		return false
	}
	switch c.typ.Kind() {
	case reflect.String:
		// In database/sql json is bytes, which a string holds unchanged.
		if c.how == howString || c.how == howBytes && c.oid != pgtype.ByteaOID {
			c.code = codeString
			return true
		}
	case reflect.Bool:
		if c.how == howBool {
			c.code = codeBool
			return true
		}
	case reflect.Float32:
		if c.how == howFloat4 {
			c.code = codeFloat32
			return true
		}
	case reflect.Float64:
		switch c.how {
		case howFloat4:
			c.code = codeFloat4To64
			return true
		case howFloat8:
			c.code = codeFloat64
			return true
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return c.fastInt()
	}
	return false
}

func (c *column) fastInt() bool {
	switch c.how {
	case howInt2:
		c.width = 2
	case howInt4:
		c.width = 4
	case howInt8:
		c.width = 8
	default:
		return false
	}
	signed := c.typ.Kind() >= reflect.Int && c.typ.Kind() <= reflect.Int64
	switch {
	case signed && c.width == 8 && c.typ.Size() == 8:
		c.code = codeInt64
	case signed && c.width == 4 && c.typ.Size() == 4:
		c.code = codeInt32
	default:
		c.code = codeInt
	}
	return true
}

func (c *column) fastTime() bool {
	switch c.how {
	case howDate:
		c.code = codeDate
	case howTimestamp:
		c.code = codeTimestamp
	case howTimestamptz:
		c.code = codeTimestamptz
	default:
		return false
	}
	return true
}
