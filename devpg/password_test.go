//go:build unix

package devpg

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
)

// Every test that connects shows that servers accept the verifier.
func TestPassword(t *testing.T) {
	t.Parallel()
	password := newPassword()
	require.Len(t, password, 26)
	require.NotEqual(t, password, newPassword())
	require.Equal(t, password, url.QueryEscape(password))

	one, err := verifier(password)
	require.NoError(t, err)
	two, err := verifier(password)
	require.NoError(t, err)
	require.NotEqual(t, one, two, "each has its salt")
	require.Regexp(t, `^SCRAM-SHA-256\$1:[A-Za-z0-9+/]{22}==\$[A-Za-z0-9+/]{43}=:[A-Za-z0-9+/]{43}=$`, one)
	require.NotContains(t, one, password)
}
