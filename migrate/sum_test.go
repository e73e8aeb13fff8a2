package migrate_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/migrate"
)

// directory returns a directory with shopFiles and its sums, and functions to
// change it.
func directory(t *testing.T) (dir string, edit func(name string, change func(string) string)) {
	dir = t.TempDir()
	for name, text := range shopFiles() {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	require.NoError(t, migrate.Rehash(dir))
	return dir, func(name string, change func(string) string) {
		text, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(change(string(text))), 0o600))
	}
}

func TestSums(t *testing.T) {
	t.Parallel()
	line := func(i int, text string) string { return strings.SplitAfter(text, "\n")[i] }
	for name, c := range map[string]struct {
		change func(dir string, edit func(string, func(string) string)) error
		kind   string
		file   string
		other  string
	}{
		"an edited file": {func(_ string, edit func(string, func(string) string)) error {
			edit("0002_channel.sql", func(s string) string { return s + " " })
			return nil
		}, "edited", "0002_channel.sql", ""},
		"a missing file": {func(dir string, _ func(string, func(string) string)) error {
			return os.Remove(filepath.Join(dir, "0002_channel.sql"))
		}, "missing", "0002_channel.sql", ""},
		"an additional file": {func(dir string, _ func(string, func(string) string)) error {
			return os.WriteFile(filepath.Join(dir, "0002_x.sql"), []byte("-- +goose Up\n"), 0o600)
		}, "unlisted", "0002_x.sql", ""},
		"a file under another name": {func(dir string, _ func(string, func(string) string)) error {
			return os.Rename(filepath.Join(dir, "0002_channel.sql"), filepath.Join(dir, "0004_channel.sql"))
		}, "renamed", "0002_channel.sql", "0004_channel.sql"},
		"swapped contents": {func(dir string, _ func(string, func(string) string)) error {
			a, b := filepath.Join(dir, "0002_channel.sql"), filepath.Join(dir, "0003_note.sql")
			for _, step := range [][2]string{{a, a + "x"}, {b, a}, {a + "x", b}} {
				if err := os.Rename(step[0], step[1]); err != nil {
					return err
				}
			}
			return nil
		}, "swapped", "0002_channel.sql", "0003_note.sql"},
		"swapped sums": {func(_ string, edit func(string, func(string) string)) error {
			edit("migrations.sum", func(s string) string {
				second, third := strings.Fields(line(1, s)), strings.Fields(line(2, s))
				return line(0, s) + second[0] + " " + third[1] + " " + third[2] + "\n" + third[0] + " " + second[1] + " " + second[2] + "\n"
			})
			return nil
		}, "swapped", "0002_channel.sql", "0003_note.sql"},
		"lines in another order": {func(_ string, edit func(string, func(string) string)) error {
			edit("migrations.sum", func(s string) string { return line(1, s) + line(0, s) + line(2, s) })
			return nil
		}, "reordered", "0001_initial.sql", "0002_channel.sql"},
		"a file and its line removed": {func(dir string, edit func(string, func(string) string)) error {
			edit("migrations.sum", func(s string) string { return line(0, s) + line(2, s) })
			return os.Remove(filepath.Join(dir, "0002_channel.sql"))
		}, "damaged", "0003_note.sql", ""},
		"a broken line": {func(_ string, edit func(string, func(string) string)) error {
			edit("migrations.sum", func(s string) string { return line(0, s) + "<<<<<<< main\n" + line(1, s) })
			return nil
		}, "damaged", "<<<<<<<", ""},
		"no sums": {func(dir string, _ func(string, func(string) string)) error {
			return os.Remove(filepath.Join(dir, "migrations.sum"))
		}, "no sums", "migrations.sum", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, edit := directory(t)
			_, err := migrate.Load(os.DirFS(dir), migrate.App("shop"))
			require.NoError(t, err)
			require.NoError(t, c.change(dir, edit))
			_, err = migrate.Load(os.DirFS(dir), migrate.App("shop"))
			require.ErrorIs(t, err, migrate.ErrChecksum)
			var e *migrate.ChecksumError
			require.ErrorAs(t, err, &e)
			require.Equal(t, migrate.ChecksumError{Kind: c.kind, File: c.file, Other: c.other}, *e)
			require.Contains(t, err.Error(), c.file)
			require.Contains(t, err.Error(), c.other)
			require.NotEqual(t, c.file+": "+c.kind, strings.TrimPrefix(err.Error(), "migrate: the migration files have changed: "), "the kind has a text")
			// Files that disagree are not made to agree by the next migration.
			require.ErrorIs(t, migrate.Write(dir, migrate.Migration{ID: "shop/0009_x", Tx: true}), migrate.ErrChecksum)
		})
	}
}

// git may change the ends of lines.
func TestSumsIgnoreLineEnds(t *testing.T) {
	t.Parallel()
	dir, edit := directory(t)
	for _, name := range []string{"0001_initial.sql", "0002_channel.sql", "migrations.sum"} {
		edit(name, func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") })
	}
	s, err := migrate.Load(os.DirFS(dir), migrate.App("shop"))
	require.NoError(t, err)
	a, err := s.Migration("0001")
	require.NoError(t, err)
	b, err := loadSet(t, shopFiles()).Migration("0001")
	require.NoError(t, err)
	require.Equal(t, b.Sum, a.Sum)
}

// Two branches that add a file each change the same line of migrations.sum.
func TestSumsAreChained(t *testing.T) {
	t.Parallel()
	dir, edit := directory(t)
	before, err := os.ReadFile(filepath.Join(dir, "migrations.sum"))
	require.NoError(t, err)
	edit("0001_initial.sql", func(s string) string { return s + "\n" })
	require.NoError(t, migrate.Rehash(dir))
	after, err := os.ReadFile(filepath.Join(dir, "migrations.sum"))
	require.NoError(t, err)
	last := func(s []byte) string { return strings.Split(string(s), "\n")[2] }
	require.NotEqual(t, last(before), last(after))
	require.Equal(t, strings.Fields(last(before))[1], strings.Fields(last(after))[1], "the content is the same")
}
