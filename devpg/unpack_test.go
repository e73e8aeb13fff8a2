//go:build unix

package devpg

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func unpacked(t *testing.T, content []byte) (dir string, err error) {
	t.Helper()
	dir = t.TempDir()
	file := filepath.Join(dir, "archive")
	require.NoError(t, os.WriteFile(file, content, 0o600))
	return dir, unpack(file, filepath.Join(dir, "out", ""))
}

func TestUnpackStaysInside(t *testing.T) {
	t.Parallel()
	for name, files := range map[string][][2]string{
		"file above":      {{"package/native/bin/../../../../evil", "x"}},
		"file by link":    {{"package/native/pg-symlinks.json", `[{"source":"native/bin/../../../evil","target":"native/bin/postgres"}]`}},
		"link above":      {{"package/native/pg-symlinks.json", `[{"source":"native/bin/x","target":"native/../../evil"}]`}},
		"link elsewhere":  {{"package/native/pg-symlinks.json", `[{"source":"/etc/passwd","target":"native/bin/x"}]`}},
		"link to nothing": {{"package/native/pg-symlinks.json", `[{"source":"","target":"native/bin/x"}]`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, err := unpacked(t, packed(t, files...))
			if files[0][0] == "package/native/pg-symlinks.json" {
				require.ErrorContains(t, err, "leads out of the archive")
			}
			found, err := filepath.Glob(filepath.Join(dir, "*vil"))
			require.NoError(t, err)
			require.Empty(t, found)
			require.NoFileExists(t, filepath.Join(dir, "..", "evil"))
		})
	}
}

func TestUnpackDamaged(t *testing.T) {
	t.Parallel()
	whole := programs(t, "18.4")
	for name, content := range map[string][]byte{"empty": nil, "cut": whole[:len(whole)/2], "text": []byte("<html>")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := unpacked(t, content)
			require.Error(t, err)
		})
	}
}

func TestUnpackModes(t *testing.T) {
	t.Parallel()
	dir, err := unpacked(t, programs(t, "18.4"))
	require.NoError(t, err)
	for name, want := range map[string]os.FileMode{"bin": 0o755, "bin/postgres": 0o755, "lib": 0o755, "lib/libpq.so.5.18": 0o644} {
		info, err := os.Stat(filepath.Join(dir, "out", name))
		require.NoError(t, err)
		require.Equal(t, want, info.Mode().Perm(), name)
	}
}
