package rowcodec

import (
	"errors"
	"fmt"
	"math/big"
	"reflect"
	"time"
	"unsafe"

	"github.com/jackc/pgx/v5/pgtype"
)

// ErrDuration reports an interval that is longer than a time.Duration, which
// ends at 292 years.
var ErrDuration = errors.New("interval does not fit time.Duration (use pgtype.Interval)")

var durationType = reflect.TypeFor[time.Duration]()

// textForms decodes the text forms of types that every server has.
var textForms = pgtype.NewMap()

// Duration returns the length of an interval in PostgreSQL's text form: a month
// of it is 30 days and a year 365, as psycopg and Django count.
func Duration(text string) (time.Duration, error) {
	var iv pgtype.Interval
	if err := textForms.Scan(pgtype.IntervalOID, pgtype.TextFormatCode, []byte(text), &iv); err != nil {
		return 0, err
	}
	days := int64(iv.Days) + int64(iv.Months/12)*365 + int64(iv.Months%12)*30
	length := new(big.Int).Mul(big.NewInt(days), big.NewInt(int64(24*time.Hour)))
	length.Add(length, new(big.Int).Mul(big.NewInt(iv.Microseconds), big.NewInt(int64(time.Microsecond))))
	if !length.IsInt64() {
		return 0, ErrDuration
	}
	return time.Duration(length.Int64()), nil
}

// assignDuration stores an interval, as database/sql sees it, at dst.
func assignDuration(dst unsafe.Pointer, v any) error {
	text, ok := v.(string)
	if !ok {
		return fmt.Errorf("%w: an interval as %T", ErrCorrupt, v)
	}
	d, err := Duration(text)
	if err == nil {
		*(*time.Duration)(dst) = d
	}
	return err
}
