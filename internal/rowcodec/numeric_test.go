package rowcodec

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNumericText(t *testing.T) {
	t.Parallel()
	// Header: groups, weight, sign, scale; then groups of four digits.
	for want, src := range map[string]string{
		"0":            "\x00\x00\x00\x00\x00\x00\x00\x00",
		"0.00":         "\x00\x00\x00\x00\x00\x00\x00\x02",
		"10000":        "\x00\x01\x00\x01\x00\x00\x00\x00\x00\x01",
		"-10000.00010": "\x00\x03\x00\x01\x40\x00\x00\x05\x00\x01\x00\x00\x00\x01",
		"0.00000001":   "\x00\x01\xff\xfe\x00\x00\x00\x08\x00\x01",
		"1234.5":       "\x00\x02\x00\x00\x00\x00\x00\x01\x04\xd2\x13\x88",
		"NaN":          "\x00\x00\x00\x00\xc0\x00\x00\x00",
		"Infinity":     "\x00\x00\x00\x00\xd0\x00\x00\x00",
		"-Infinity":    "\x00\x00\x00\x00\xf0\x00\x00\x00",
	} {
		got, err := numericText([]byte(src))
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	for name, src := range map[string]string{
		"short header":   "\x00\x00\x00",
		"missing groups": "\x00\x02\x00\x00\x00\x00\x00\x00\x00\x01",
		"large group":    "\x00\x01\x00\x00\x00\x00\x00\x00\x27\x10",
		"unknown sign":   "\x00\x00\x00\x00\x12\x34\x00\x00",
	} {
		_, err := numericText([]byte(src))
		require.ErrorIs(t, err, ErrCorrupt, name)
	}
}
