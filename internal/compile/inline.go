package compile

import (
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// appendLiteral appends a value as a literal, and reports whether it is of a
// type that has one.
func appendLiteral(buf []byte, v any) ([]byte, bool) {
	switch x := v.(type) {
	case string:
		if strings.IndexByte(x, 0) >= 0 {
			return buf, false
		}
		if strings.Contains(x, `\`) { // the E form does not depend on the session's settings
			buf, x = append(buf, " E"...), strings.ReplaceAll(x, `\`, `\\`)
		}
		buf = append(buf, '\'')
		buf = append(buf, strings.ReplaceAll(x, "'", "''")...)
		return append(buf, '\''), true
	case time.Time:
		return appendLiteral(buf, x.Format("2006-01-02T15:04:05.999999Z07:00"))
	case decimal.Decimal:
		return append(buf, "("+x.String()+")"...), true
	case uuid.UUID:
		return appendLiteral(buf, x.String())
	}
	switch rv := reflect.ValueOf(v); {
	case !rv.IsValid():
	case rv.CanInt():
		return append(buf, "("+strconv.FormatInt(rv.Int(), 10)+")"...), true
	case rv.CanFloat() && !math.IsNaN(rv.Float()) && !math.IsInf(rv.Float(), 0):
		return append(buf, "("+strconv.FormatFloat(rv.Float(), 'f', -1, 64)+")"...), true
	case rv.Kind() == reflect.Bool:
		return strconv.AppendBool(buf, rv.Bool()), true
	case rv.Kind() == reflect.String:
		return appendLiteral(buf, rv.String())
	case rv.Kind() == reflect.Slice && rv.Len() > 0 && rv.Type().Elem().Kind() != reflect.Uint8:
		buf = append(buf, "ARRAY["...)
		for i := range rv.Len() {
			if i > 0 {
				buf = append(buf, ", "...)
			}
			var ok bool
			if buf, ok = appendLiteral(buf, rv.Index(i).Interface()); !ok {
				return buf, false
			}
		}
		return append(buf, ']'), true
	}
	return buf, false
}
