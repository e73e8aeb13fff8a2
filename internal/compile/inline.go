package compile

import (
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
)

// fixed writes a value of the model's own as a literal, so that a plan for
// any parameters knows it. A value of a type without literals is a parameter.
func (w *writer) fixed(v any) {
	before := w.inline
	w.inline = true
	w.arg(v)
	w.inline = before
}

// constantsOf returns which constants of the left side's column a comparison
// with v is with, as bits by their places in Field.Constants. It returns 0 if a
// value is none of them.
func constantsOf(l *query.Leaf, v *query.Value) (bits int) {
	if l == nil || l.Left.Kind != query.Ref || l.Left.Field.Constants == nil || v.Expr != nil {
		return 0
	}
	field := l.Left.Field
	bit := func(arg any) int { // 0 if it is none
		return 1 << (slices.IndexFunc(field.Constants, func(c modelinfo.Constant) bool { return c.Value == arg }) + 1) >> 1
	}
	switch {
	case v.Kind == query.Scalar && comparisons[l.Op] != "":
		switch v.Arg.(type) {
		case string, int64, bool:
			return bit(v.Arg)
		}
	case v.Kind == query.List && l.Op == lookup.In:
		switch list := v.Arg.(type) {
		case []string:
			return allBits(list, bit)
		case []int64:
			return allBits(list, bit)
		}
	}
	return 0
}

// allBits returns the bits of the members of a list, 0 if one has none.
func allBits[V any](list []V, bit func(any) int) (bits int) {
	for _, v := range list {
		b := bit(v)
		if b == 0 {
			return 0
		}
		bits |= b
	}
	return bits
}

// indexed writes constants of a column by their bits.
func (b *builder) indexed(f *modelinfo.Field, bits int, cast string) {
	n := 0
	for i, c := range f.Constants {
		if bits&(1<<i) != 0 {
			b.sep(n, "", ", ")
			b.str(c.SQL + cast)
			n++
		}
	}
}

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
