package dataset

import (
	"context"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"
)

// What is not a regular file would block, or have no end.
func TestOnlyRegularFilesAreRead(t *testing.T) {
	t.Parallel()
	for name, make := range map[string]func(path string) error{
		"FIFO":            func(path string) error { return exec.Command("mkfifo", path).Run() },
		"endless":         func(path string) error { return os.Symlink("/dev/zero", path) },
		"link to a FIFO":  func(path string) error { return os.Symlink("fifo", path) },
		"directory":       func(path string) error { return os.Mkdir(path, 0o700) },
		"link to nowhere": func(path string) error { return os.Symlink("nowhere", path) },
	} {
		dir := t.TempDir()
		require.NoError(t, exec.Command("mkfifo", filepath.Join(dir, "fifo")).Run())
		require.NoError(t, make(filepath.Join(dir, "genre.csv")), name)
		want := "genre.csv: is not a regular file"
		if name == "link to nowhere" {
			want = "genre.csv: no such file or directory"
		}
		_, err := Read(t.Context(), os.DirFS(dir))
		require.EqualError(t, err, want, name)
	}

	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "genre.csv"), nil, 0o600))
	require.NoError(t, os.Truncate(filepath.Join(dir, "genre.csv"), maxFile+1))
	_, err := Read(t.Context(), os.DirFS(dir))
	require.EqualError(t, err, "genre.csv: has more than 268435456 bytes")
}

// slow is a folder whose files never end.
type slow struct{ fs.FS }

func (s slow) Open(name string) (fs.File, error) {
	f, err := s.FS.Open(name)
	return endless{f}, err
}

type endless struct{ fs.File }

func (endless) Read(p []byte) (int, error) {
	time.Sleep(time.Millisecond)
	return copy(p, "x"), nil
}

func TestReadEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := Read(ctx, slow{fstest.MapFS{"genre.csv": &fstest.MapFile{}}})
	require.ErrorIs(t, err, context.DeadlineExceeded)
}
