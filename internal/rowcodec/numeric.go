package rowcodec

import (
	"encoding/binary"
	"fmt"
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
