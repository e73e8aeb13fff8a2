package compile

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

func TestLiterals(t *testing.T) {
	t.Parallel()
	type word string
	for _, c := range []struct {
		v    any
		want string
	}{
		{"a", `'a'`}, {"it's", `'it''s'`}, {`a\'b`, ` E'a\\''b'`}, {"", "''"}, {word("w"), "'w'"}, {5, "(5)"}, {int64(-5), "(-5)"}, {1.5, "(1.5)"}, {-1e20, "(-100000000000000000000)"},
		{true, "true"}, {decimal.RequireFromString("-1.50"), "(-1.5)"}, {[]string{"a", "b'"}, `ARRAY['a', 'b''']`}, {[]int64{1, -2}, "ARRAY[(1), (-2)]"},
		{uuid.UUID{}, "'00000000-0000-0000-0000-000000000000'"}, {time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC), "'2026-01-02T03:04:05.000006Z'"},
	} {
		got, ok := appendLiteral(nil, c.v)
		require.True(t, ok, "%v", c.v)
		require.Equal(t, c.want, string(got))
	}
	for _, v := range []any{nil, "a\x00", []byte("a"), []string{}, struct{}{}, map[string]int{}} {
		_, ok := appendLiteral(nil, v)
		require.False(t, ok, "%v", v)
	}
}
