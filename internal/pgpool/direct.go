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

// direct reads the commonest binary types without pgx's plan, which costs an allocation for each value.
// It is nil for other types, for text, and where the application has registered a codec of its own.
func direct(m *pgtype.Map, f pgconn.FieldDescription) func([]byte) (driver.Value, error) {
	t, ok := m.TypeForOID(f.DataTypeOID)
	if !ok || f.Format != pgtype.BinaryFormatCode {
		return nil
	}
	switch codec := t.Codec.(type) {
	case pgtype.BoolCodec:
		return sized(1, func(b []byte) driver.Value { return b[0] != 0 })
	case pgtype.Int2Codec:
		return sized(2, func(b []byte) driver.Value { return int64(int16(binary.BigEndian.Uint16(b))) })
	case pgtype.Int4Codec:
		return sized(4, func(b []byte) driver.Value { return int64(int32(binary.BigEndian.Uint32(b))) })
	case pgtype.Int8Codec:
		return sized(8, func(b []byte) driver.Value { return int64(binary.BigEndian.Uint64(b)) })
	case pgtype.Float4Codec:
		return sized(4, func(b []byte) driver.Value { return float64(math.Float32frombits(binary.BigEndian.Uint32(b))) })
	case pgtype.Float8Codec:
		return sized(8, func(b []byte) driver.Value { return math.Float64frombits(binary.BigEndian.Uint64(b)) })
	case *pgtype.TimestamptzCodec:
		return sized(8, func(b []byte) driver.Value {
			switch us := int64(binary.BigEndian.Uint64(b)); us {
			case math.MaxInt64:
				return "infinity"
			case math.MinInt64:
				return "-infinity"
			default:
				at := time.Unix(y2k+us/1e6, us%1e6*1e3)
				if codec.ScanLocation != nil {
					at = at.In(codec.ScanLocation)
				}
				return at
			}
		})
	}
	return nil
}

// y2k is 2000-01-01 00:00 UTC, from which PostgreSQL counts microseconds.
const y2k = 946684800

// sized refuses what is not n bytes long.
func sized(n int, read func([]byte) driver.Value) func([]byte) (driver.Value, error) {
	return func(src []byte) (driver.Value, error) {
		if len(src) != n {
			return nil, fmt.Errorf("%d bytes where %d are wanted", len(src), n)
		}
		return read(src), nil
	}
}
