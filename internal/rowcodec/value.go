package rowcodec

import (
	"bytes"
	"encoding/binary"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgtype"
)

// how is the form in which database/sql would see a column. A Scan method and a
// GORM serializer look at that form, so it must not depend on the wire format.
type how uint8

const (
	howCodec  how = iota // ask the connection's codec
	howString            // the bytes are the text
	howBytes             // the bytes are the value
	howBool
	howInt2
	howInt4
	howInt8
	howUint4
	howFloat4
	howFloat8
	howDate
	howTimestamp
	howTimestamptz
	howNumeric
	howUUID
)

func howFor(c *column) how {
	if c.origin == originCustom {
		return howCodec
	}
	inBinary := c.format == pgtype.BinaryFormatCode
	switch c.oid {
	case pgtype.JSONOID, pgtype.XMLOID:
		return howBytes
	case pgtype.JSONBOID:
		if !inBinary {
			return howBytes
		}
		return howCodec // the binary form begins with a version byte
	case pgtype.TextOID, pgtype.VarcharOID, pgtype.BPCharOID, pgtype.NameOID, pgtype.UnknownOID:
		return howString
	}
	h, known := binaryForms[c.oid]
	switch {
	case inBinary && known:
		return h
	case inBinary && c.origin == originNone:
		return howBytes
	case inBinary:
		return howCodec
	case known && h != howNumeric && h != howUUID:
		return howCodec // text of a type that database/sql sees as a number, time or bytes
	default:
		return howString
	}
}

var binaryForms = map[uint32]how{
	pgtype.BoolOID:        howBool,
	pgtype.ByteaOID:       howBytes,
	pgtype.Int2OID:        howInt2,
	pgtype.Int4OID:        howInt4,
	pgtype.Int8OID:        howInt8,
	pgtype.OIDOID:         howUint4,
	pgtype.XIDOID:         howUint4,
	pgtype.CIDOID:         howUint4,
	pgtype.Float4OID:      howFloat4,
	pgtype.Float8OID:      howFloat8,
	pgtype.DateOID:        howDate,
	pgtype.TimestampOID:   howTimestamp,
	pgtype.TimestamptzOID: howTimestamptz,
	pgtype.NumericOID:     howNumeric,
	pgtype.UUIDOID:        howUUID,
}

// value returns the value that database/sql would pass to a Scan method for
// src, which is not NULL. Bytes are copied, since a Scan method may keep them.
func (p *Plan) value(c *column, src []byte) (any, error) {
	switch c.how {
	case howString:
		return string(src), nil
	case howBytes:
		return bytes.Clone(src), nil
	case howBool:
		return boxed(readBool(src))
	case howInt2:
		return boxed(readInt(src, 2))
	case howInt4:
		return boxed(readInt(src, 4))
	case howInt8:
		return boxed(readInt(src, 8))
	case howUint4:
		if len(src) != 4 {
			return nil, lengthError("oid", len(src))
		}
		return int64(binary.BigEndian.Uint32(src)), nil
	case howFloat4:
		f, err := readFloat4(src)
		return boxed(float64(f), err)
	case howFloat8:
		return boxed(readFloat8(src))
	case howDate:
		return finite(readDate(src))
	case howTimestamp:
		return finite(readTimestamp(src, p.timestampIn))
	case howTimestamptz:
		return finite(readTimestamptz(src, p.timestamptzIn))
	case howNumeric:
		return boxed(numericText(src))
	case howUUID:
		if len(src) != 16 {
			return nil, lengthError("uuid", len(src))
		}
		return uuid.UUID(src).String(), nil
	default:
		t, ok := p.types.TypeForOID(c.oid)
		if !ok {
			return bytes.Clone(src), nil
		}
		return t.Codec.DecodeDatabaseSQLValue(p.types, c.oid, c.format, src)
	}
}

func boxed[T any](v T, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return v, nil
}

// finite returns a time, or the text that database/sql sees for an infinite
// one.
func finite(t time.Time, err error) (any, error) {
	if v := (*valueError)(nil); errors.As(err, &v) && errors.Is(err, ErrInfinity) {
		return v.value, nil
	}
	return boxed(t, err)
}
