package rowcodec

import (
	"reflect"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
)

// Values decodes the columns of a result that fill no struct to the types of
// database/sql: int64, float64, bool, string, []byte, time.Time. It belongs to
// the connection of its type map and is not safe for concurrent use.
type Values struct{ plan Plan }

// NewValues returns the Values of a result with the columns fds. The location
// of times is that of [NewPlan].
func NewValues(fds []pgconn.FieldDescription, tm *pgtype.Map) *Values {
	v := &Values{Plan{program: &program{columns: make([]column, 0, len(fds))}, types: tm}}
	v.plan.timestampIn, v.plan.timestamptzIn = locations(tm)
	for _, fd := range fds {
		c := newColumn(fd, tm)
		c.how = howFor(&c)
		v.plan.columns = append(v.plan.columns, c)
	}
	return v
}

// At returns the value of column i, nil for NULL. It does not keep src. An
// infinite time is the server's text. The error is [ErrCorrupt] or that of the
// connection's codec.
func (v *Values) At(i int, src []byte) (any, error) {
	if src == nil {
		return nil, nil
	}
	return v.plan.value(&v.plan.columns[i], src)
}

// Zone returns the location of the times of a timestamp column, nil for pgx's.
func (v *Values) Zone() *time.Location { return v.plan.timestampIn }

// ScanType returns the Go type for every value of a type in database/sql.
func ScanType(oid uint32) reflect.Type {
	switch binaryForms[oid] {
	case howBool:
		return reflect.TypeFor[bool]()
	case howInt2:
		return reflect.TypeFor[int16]()
	case howInt4:
		return reflect.TypeFor[int32]()
	case howInt8:
		return reflect.TypeFor[int64]()
	case howFloat4:
		return reflect.TypeFor[float32]()
	case howFloat8, howNumeric:
		return reflect.TypeFor[float64]()
	case howDate, howTimestamp, howTimestamptz:
		return timeType
	case howBytes:
		return reflect.TypeFor[[]byte]()
	default:
		return reflect.TypeFor[string]()
	}
}
