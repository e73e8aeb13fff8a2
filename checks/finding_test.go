package checks_test

import (
	"encoding/json"
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/checks"
)

// docs/checks.md lists every check, in order, with what it finds.
func TestAllIsDocumented(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../docs/checks.md")
	require.NoError(t, err)
	var listed, want [][2]string
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z]+\\.[EWI][0-9]{3})` \\| (.*) \\|$").FindAllStringSubmatch(string(text), -1) {
		listed = append(listed, [2]string{m[1], m[2]})
	}
	for _, c := range checks.All() {
		want = append(want, [2]string{c.ID, c.Finds})
		require.True(t, checks.Known(c.ID))
		require.Equal(t, map[byte]checks.Level{'E': checks.Error, 'W': checks.Warning}[c.ID[len(c.ID)-4]], c.Level, c.ID)
	}
	require.Equal(t, want, listed)
	require.False(t, checks.Known("fields.W999"))
}

func TestLevel(t *testing.T) {
	t.Parallel()
	for _, l := range []checks.Level{checks.Info, checks.Warning, checks.Error} {
		text, err := json.Marshal(l)
		require.NoError(t, err)
		var back checks.Level
		require.NoError(t, json.Unmarshal(text, &back))
		require.Equal(t, l, back)
	}
}
