package rowcodec

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
)

// The sign word of a binary numeric.
const (
	numericPositive    = 0x0000
	numericNegative    = 0x4000
	numericNaN         = 0xC000
	numericInfinity    = 0xD000
	numericNegInfinity = 0xF000
)

// numericText formats a binary numeric as the server does: all digits, with the
// trailing zeros of its scale, never with an exponent. A decimal type that
// keeps the scale so reads the same value in both formats.
func numericText(src []byte) (string, error) {
	if len(src) < 8 {
		return "", lengthError("numeric", len(src))
	}
	count := int(binary.BigEndian.Uint16(src))
	weight := int(int16(binary.BigEndian.Uint16(src[2:])))
	sign := binary.BigEndian.Uint16(src[4:])
	scale := int(binary.BigEndian.Uint16(src[6:]))
	src = src[8:]
	if len(src) != 2*count {
		return "", fmt.Errorf("%w: numeric of %d digit groups in %d bytes", ErrCorrupt, count, len(src))
	}
	group := func(i int) int {
		if i < 0 || i >= count {
			return 0
		}
		return int(binary.BigEndian.Uint16(src[2*i:]))
	}
	for i := range count {
		if group(i) > 9999 {
			return "", fmt.Errorf("%w: numeric digit group %d", ErrCorrupt, group(i))
		}
	}

	var buf []byte
	switch sign {
	case numericNaN:
		return "NaN", nil
	case numericInfinity:
		return "Infinity", nil
	case numericNegInfinity:
		return "-Infinity", nil
	case numericNegative:
		buf = append(buf, '-')
	case numericPositive:
	default:
		return "", fmt.Errorf("%w: numeric sign %#x", ErrCorrupt, sign)
	}

	if weight < 0 {
		buf = append(buf, '0')
	} else {
		buf = strconv.AppendInt(buf, int64(group(0)), 10)
	}
	for i := 1; i <= weight; i++ {
		buf = appendGroup(buf, group(i))
	}
	if scale == 0 {
		return string(buf), nil
	}
	buf = append(buf, '.')
	end := len(buf) + scale
	for i := weight + 1; len(buf) < end; i++ {
		buf = appendGroup(buf, group(i))
	}
	return string(buf[:end]), nil
}

func appendGroup(buf []byte, g int) []byte {
	return append(buf, byte('0'+g/1000), byte('0'+g/100%10), byte('0'+g/10%10), byte('0'+g%10))
}

// appendFloatNumeric appends the length and the bytes of a float as a numeric:
// of its shortest text, as pgx does.
func appendFloatNumeric(buf []byte, f float64) []byte {
	sign := 0
	switch {
	case math.IsNaN(f):
		sign = numericNaN
	case math.IsInf(f, 1):
		sign = numericInfinity
	case math.IsInf(f, -1):
		sign = numericNegInfinity
	default:
		if out, ok := appendCents(buf, f); ok {
			return out
		}
		var room [64]byte
		text := strconv.AppendFloat(room[:0], f, 'f', -1, 64)
		if !bytes.Contains(text, []byte(".")) {
			return appendWholeNumeric(buf, text, len(bytes.TrimRight(text, "0")))
		}
		return appendNumeric(buf, text)
	}
	return append(buf, 0, 0, 0, 8, 0, 0, 0, 0, byte(sign>>8), byte(sign), 0, 0)
}

// appendCents is appendFloatNumeric for a float with one or two digits behind
// the point, and at most 15: the only decimal of so few digits that is read as
// the float, and so its shortest text.
func appendCents(buf []byte, f float64) ([]byte, bool) {
	if math.Abs(f) >= 1e13 {
		return buf, false
	}
	n := int64(math.Round(f * 100))
	if float64(n)/100 != f || n%100 == 0 {
		return buf, false
	}
	sign, scale := 0, byte(2)
	if n < 0 {
		sign, n = numericNegative, -n
	}
	if n%10 == 0 {
		scale = 1
	}
	groups, count := [5]uint16{}, 1
	groups[4] = uint16(n % 100 * 100)
	for whole := n / 100; whole > 0; whole /= 10_000 {
		groups[4-count] = uint16(whole % 10_000)
		count++
	}
	size, weight := 8+2*count, count-2
	buf = append(buf, 0, 0, 0, byte(size), 0, byte(count), byte(weight>>8), byte(weight), byte(sign>>8), byte(sign), 0, scale)
	for _, g := range groups[5-count:] {
		buf = append(buf, byte(g>>8), byte(g))
	}
	return buf, true
}

// appendNumeric appends the length and the bytes of a decimal text as a
// numeric.
func appendNumeric(buf, text []byte) []byte {
	point := bytes.IndexByte(text, '.')
	if point < 0 {
		return appendWholeNumeric(buf, text, len(text))
	}
	whole, fraction := text[:point], text[point+1:]
	at := len(buf)
	buf = appendWholeNumeric(buf, whole, len(whole))
	groups := (len(fraction) + 3) / 4
	for i := range groups {
		g := 0
		for j := range 4 {
			g *= 10
			if n := 4*i + j; n < len(fraction) {
				g += int(fraction[n] - '0')
			}
		}
		buf = append(buf, byte(g>>8), byte(g))
	}
	head := buf[at:]
	binary.BigEndian.PutUint32(head, uint32(len(head)-4))
	binary.BigEndian.PutUint16(head[4:], binary.BigEndian.Uint16(head[4:])+uint16(groups))
	if whole[0] == '-' {
		binary.BigEndian.PutUint16(head[8:], numericNegative) // also of -0.5, whose whole part is zero
	}
	binary.BigEndian.PutUint16(head[10:], uint16(len(fraction)))
	return buf
}

// appendWholeNumeric appends the length and the bytes of the text of an
// integer, without the groups of digits that are zeros behind the first
// significant of its characters.
func appendWholeNumeric(buf, text []byte, significant int) []byte {
	sign := 0
	if text[0] == '-' {
		sign, text, significant = numericNegative, text[1:], significant-1
	}
	if text[0] == '0' {
		return append(buf, 0, 0, 0, 8, 0, 0, 0xff, 0xff, 0, 0, 0, 0) // weight -1
	}
	all := (len(text) + 3) / 4
	first := len(text) - 4*(all-1) // digits of the first group
	kept := 1
	if significant > first {
		kept += (significant - first + 3) / 4
	}
	size := 8 + 2*kept
	buf = append(buf, byte(size>>24), byte(size>>16), byte(size>>8), byte(size), byte(kept>>8), byte(kept),
		byte((all-1)>>8), byte(all-1), byte(sign>>8), byte(sign), 0, 0)
	for i, digits := 0, first; i < kept; i, digits = i+1, 4 {
		g := 0
		for _, d := range text[:digits] {
			g = 10*g + int(d-'0')
		}
		text = text[digits:]
		buf = append(buf, byte(g>>8), byte(g))
	}
	return buf
}
