package rowcodec

import (
	"encoding/binary"
	"errors"
	"io"
	"math"
	"reflect"

	"github.com/jackc/pgx/v5/pgtype"
)

// CopyColumn is a column of a COPY in the binary format.
type CopyColumn struct {
	// OID is the type of the column.
	OID uint32
	// Source is how the values are encoded straight from the structs. The driver
	// encodes what Value returns for an object where Source is none, or does not
	// belong to the type.
	Source Source
	Value  func(i int) any
}

// Copy is the data of a COPY in the binary format. It encodes a part of the
// rows for each Read.
type Copy struct {
	objs    []any
	columns []CopyColumn
	fast    []encoder // codeless for columns that the driver encodes
	types   *pgtype.Map
	next    int // object
	largest int // bytes of a row
	buf     []byte
	unread  []byte // of buf
	err     error
	panics  any // what a value's own code panicked with
}

// NewCopy returns the data of a COPY of objs, pointers to structs of typ, on
// the connection of a type map.
func NewCopy(objs []any, typ reflect.Type, columns []CopyColumn, tm *pgtype.Map) *Copy {
	c := &Copy{objs: objs, columns: columns, fast: make([]encoder, len(columns)), types: tm}
	same := true
	for _, obj := range objs {
		same = same && reflect.TypeOf(obj) == reflect.PointerTo(typ)
	}
	for i, column := range columns {
		if e, ok := column.Source.encoderFor(column.OID, tm); ok && same {
			c.fast[i] = e
		}
	}
	c.buf = append(c.buf, "PGCOPY\n\377\r\n\000\000\000\000\000\000\000\000\000"...)
	return c
}

// Read implements [io.Reader]. An error is that of a value that cannot be
// encoded.
func (c *Copy) Read(p []byte) (int, error) {
	if len(c.unread) == 0 && c.err == nil {
		c.fill(len(p))
	}
	n := copy(p, c.unread)
	if c.unread = c.unread[n:]; n > 0 {
		return n, nil
	}
	return 0, c.err
}

// errPanic ends a COPY whose goroutine must not end the process.
var errPanic = errors.New("gormango: a value of a COPY panics")

// Panic panics if the code of a value has: Read, which the driver calls in a
// goroutine of its own, returned an error then.
func (c *Copy) Panic() {
	if c.panics != nil {
		panic(c.panics)
	}
}

// fill encodes rows to about size bytes.
func (c *Copy) fill(size int) {
	defer func() {
		if c.panics = recover(); c.panics != nil {
			c.err, c.unread = errPanic, nil
		}
	}()
	for ; len(c.buf)+c.largest <= size || len(c.buf) == 0; c.next++ {
		if c.next == len(c.objs) {
			c.err = io.EOF
			break
		}
		before := len(c.buf)
		if c.err = c.row(c.next); c.err != nil {
			break
		}
		c.largest = max(c.largest, len(c.buf)-before)
	}
	c.unread, c.buf = c.buf, c.buf[:0]
}

func (c *Copy) row(i int) error {
	c.buf = binary.BigEndian.AppendUint16(c.buf, uint16(len(c.columns)))
	base := reflect.ValueOf(c.objs[i]).UnsafePointer()
	for n := range c.columns {
		at := len(c.buf)
		if e := &c.fast[n]; e.code != encodeNone {
			var ok bool
			if c.buf, ok = e.append(c.buf, base); ok {
				continue
			}
			c.buf = c.buf[:at]
		}
		column := &c.columns[n]
		value := column.Value(i)
		c.buf = binary.BigEndian.AppendUint32(c.buf, null)
		out, err := c.types.Encode(column.OID, pgtype.BinaryFormatCode, value, c.buf)
		if err != nil {
			var textErr error
			if out, textErr = c.throughText(column.OID, value); textErr != nil {
				return err
			}
		}
		if out == nil {
			continue // NULL
		}
		length := len(out) - at - 4
		if length > math.MaxInt32 {
			return errTooLong
		}
		binary.BigEndian.PutUint32(out[at:], uint32(length))
		c.buf = out
	}
	return nil
}

var errTooLong = errors.New("gormango: a value of more than 2 GB")

// throughText encodes a value that has no binary format of the type, as
// pgx.CopyFrom does: its text is read as the type and that is written.
func (c *Copy) throughText(oid uint32, value any) ([]byte, error) {
	text, ok := value.(string)
	if !ok {
		buf, err := c.types.Encode(oid, pgtype.TextFormatCode, value, nil)
		if err != nil {
			return nil, err
		}
		text = string(buf)
	}
	var v any
	if t, ok := c.types.TypeForOID(oid); ok {
		if _, ok := t.Codec.(*pgtype.ArrayCodec); ok {
			var array pgtype.Array[any] // keeps the dimensions
			if c.types.Scan(oid, pgtype.TextFormatCode, []byte(text), &array) == nil {
				return c.types.Encode(oid, pgtype.BinaryFormatCode, array, c.buf)
			}
		}
	}
	if err := c.types.Scan(oid, pgtype.TextFormatCode, []byte(text), &v); err != nil {
		return nil, err
	}
	return c.types.Encode(oid, pgtype.BinaryFormatCode, v, c.buf)
}
