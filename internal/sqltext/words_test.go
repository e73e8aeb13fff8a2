package sqltext

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWords(t *testing.T) {
	t.Parallel()
	for sql, want := range map[string][]string{
		"":                              nil,
		" a\t=-1 -- b\n/* c */":         {"a", "=", "-", "1"},
		`"a b" = 'it''s' and c.d`:       {`"a b"`, "=", "'it''s'", "and", "c", ".", "d"},
		`x IN (E'a\'', $$b c$$, U&'d')`: {"x", "IN", "(", `E'a\''`, ",", "$$b c$$", ",", "U", "&", "'d'", ")"},
		"'open":                         {"'open"},
	} {
		require.Equal(t, want, slices.Collect(Words(sql)), sql)
	}
	for range Words("a b") {
		break
	}
}
