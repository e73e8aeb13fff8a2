package migrate_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/devpg"
	"github.com/gormango/gormango/migrate"
)

// smallDisk mounts a disk of 64 MB that the server may write to, or skips the
// test. full fills it but for some pages, and empty makes room again.
func smallDisk(t *testing.T, data string) (space string, full, empty func()) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("SKIPPED: only root mounts a small disk")
	}
	dir, err := os.MkdirTemp("/var/tmp", "gormango-disk-") // not t.TempDir(), which the server cannot enter
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=64m,mode=700", "tmpfs", dir).CombinedOutput(); err != nil {
		t.Skipf("SKIPPED: no small disk can be mounted: %v: %s", err, out)
	}
	t.Cleanup(func() {
		out, err := exec.Command("umount", "-l", dir).CombinedOutput()
		require.NoError(t, err, string(out))
	})
	space = filepath.Join(dir, "space")
	require.NoError(t, os.Mkdir(space, 0o700))
	out, err := exec.Command("chown", "--reference="+data, dir, space).CombinedOutput()
	require.NoError(t, err, string(out))
	ballast := filepath.Join(dir, "ballast")
	full = func() {
		f, err := os.Create(ballast)
		require.NoError(t, err)
		defer f.Close()
		block := make([]byte, 4096)
		for err == nil {
			_, err = f.Write(block)
		}
		size, err := f.Seek(0, 1)
		require.NoError(t, err)
		require.NoError(t, f.Truncate(max(0, size-60_000)))
	}
	empty = func() { require.NoError(t, os.Remove(ballast)) }
	return space, full, empty
}

// The disk is full in the middle of a transaction, of an index that is built
// concurrently and of the batches of a migration in Go. The error says so, and
// when there is room the next run completes what is left.
func TestDiskIsFull(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	server, err := devpg.StartPrivate(ctx, devpg.PrivateOptions{Logf: t.Logf, Settings: map[string]string{"autovacuum": "off"}})
	require.NoError(t, err)
	t.Cleanup(func() { _ = server.Close() })
	first := open(t, server.URL())
	space, full, empty := smallDisk(t, names(t, first, `SHOW data_directory`)[0])
	t.Cleanup(func() { _ = server.Close() }) // before the disk goes
	run(t, first, fmt.Sprintf(`CREATE TABLESPACE small LOCATION '%s'`, space),
		fmt.Sprintf(`ALTER DATABASE %s SET default_tablespace = small`, names(t, first, `SELECT quote_ident(current_database())`)[0]))

	db := open(t, server.URL())
	texts := shopFiles()
	texts["0004_rows.sql"] = fileText("-- +gormango id shop/0004_rows after shop/0003_note",
		"CREATE TABLE half (x int);\nINSERT INTO orders (id, note, channel) SELECT i, '', '' FROM generate_series(1, 20000) i;", "")
	texts["0005_index.sql"] = strings.NewReplacer("0004_index", "0005_index", "0003_note", "0004_rows").Replace(indexFile)
	s := loadSet(t, texts, migrate.WithGo(migrate.GoMigration{ID: "shop/0006_fill", After: []migrate.ID{"shop/0005_index"},
		Up: func(ctx context.Context, b *migrate.Batch) error {
			return touch(b, 1000, func(migrate.Range) error { return nil })(ctx)
		}}))
	r := newRunner(t, db, s, migrate.Unlinted())
	_, err = r.Up(ctx, "0003")
	require.NoError(t, err)
	for _, id := range []migrate.ID{"shop/0004_rows", "shop/0005_index", "shop/0006_fill"} {
		full()
		report, err := r.Up(ctx, id)
		require.ErrorContains(t, err, fmt.Sprintf("migrate: %s", id))
		require.ErrorContains(t, err, "the server's disk is full: ")
		require.Empty(t, report.Applied)
		require.Equal(t, []string{"failed"}, names(t, db, `SELECT event FROM schema_history_log WHERE id = ?`, string(id)))
		if id == "shop/0004_rows" {
			require.NotContains(t, tables(t, db), "half")
		}
		empty()
		report, err = r.Up(ctx, id)
		require.NoError(t, err)
		require.Equal(t, []migrate.ID{id}, report.Applied)
	}
	require.Equal(t, []string{"x"}, names(t, db, `SELECT DISTINCT note FROM orders`), "each row is changed once")
	require.Empty(t, invalids(t, db))
}
