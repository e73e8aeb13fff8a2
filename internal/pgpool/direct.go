package pgpool

import (
	"database/sql/driver"
	"encoding/binary"
	"fmt"
	"math"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
)

// code says how a value is read without pgx's plan, which costs an allocation for each.
type code uint8

const (
	planWanted code = iota
	readBool
	readInt2
	readInt4
	readInt8
	readFloat4
	readFloat8
	readTimestamptz
)

// sizes are the bytes of a value.
var sizes = [...]int{readBool: 1, readInt2: 2, readInt4: 4, readInt8: 8, readFloat4: 4, readFloat8: 8, readTimestamptz: 8}

// direct gives the code of the commonest binary types. It is planWanted for other types, for text, and
// where the application has registered a codec of its own.
func direct(m *pgtype.Map, f *pgconn.FieldDescription) (code, *time.Location) {
	if f.Format != pgtype.BinaryFormatCode {
		return planWanted, nil
	}
	t, ok := m.TypeForOID(f.DataTypeOID)
	if !ok {
		return planWanted, nil
	}
	switch codec := t.Codec.(type) {
	case pgtype.BoolCodec:
		return readBool, nil
	case pgtype.Int2Codec:
		return readInt2, nil
	case pgtype.Int4Codec:
		return readInt4, nil
	case pgtype.Int8Codec:
		return readInt8, nil
	case pgtype.Float4Codec:
		return readFloat4, nil
	case pgtype.Float8Codec:
		return readFloat8, nil
	case *pgtype.TimestamptzCodec:
		return readTimestamptz, codec.ScanLocation
	}
	return planWanted, nil
}

// read refuses what does not have the type's length.
func (c code) read(b []byte, zone *time.Location) (driver.Value, error) {
	if len(b) != sizes[c] {
		return nil, fmt.Errorf("%d bytes where %d are wanted", len(b), sizes[c])
	}
	switch c {
	case readBool:
		return b[0] != 0, nil
	case readInt2:
		return int64(int16(binary.BigEndian.Uint16(b))), nil
	case readInt4:
		return int64(int32(binary.BigEndian.Uint32(b))), nil
	case readInt8:
		return int64(binary.BigEndian.Uint64(b)), nil
	case readFloat4:
		return float64(math.Float32frombits(binary.BigEndian.Uint32(b))), nil
	case readFloat8:
		return math.Float64frombits(binary.BigEndian.Uint64(b)), nil
	}
	switch us := int64(binary.BigEndian.Uint64(b)); us {
	case math.MaxInt64:
		return "infinity", nil
	case math.MinInt64:
		return "-infinity", nil
	default:
		at := time.Unix(y2k+us/1e6, us%1e6*1e3)
		if zone != nil {
			at = at.In(zone)
		}
		return at, nil
	}
}

// y2k is 2000-01-01 00:00 UTC, from which PostgreSQL counts microseconds.
const y2k = 946684800
