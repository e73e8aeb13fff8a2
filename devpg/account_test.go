//go:build unix

package devpg

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestServerAccountIsNeverRoot(t *testing.T) {
	t.Parallel()
	who, err := serverAccount()
	require.NoError(t, err)
	require.NotZero(t, who.uid)
	require.Equal(t, os.Geteuid() == 0, who.cred != nil)
	out, err := who.command(t.Context(), "/bin/sh", "-c", "id -u; pwd").Output()
	require.NoError(t, err)
	require.Equal(t, []string{strconv.Itoa(who.uid), "/"}, strings.Fields(string(out)))
}

func TestServerEnv(t *testing.T) {
	t.Setenv("PGPORT", "1")
	t.Setenv("SECRET_TOKEN", "x")
	t.Setenv("LD_LIBRARY_PATH", "/opt/lib")
	env := strings.Join(serverEnv(), "\n")
	require.NotContains(t, env, "PGPORT")
	require.NotContains(t, env, "SECRET_TOKEN")
	require.Contains(t, env, "LD_LIBRARY_PATH=/opt/lib")
}
