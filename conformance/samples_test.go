package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango"

	"github.com/gormango/gormango/internal/oracle"
)

// sampled returns a database with the samples that sql makes, and its URL.
func sampled(t testing.TB, sql []byte) (db *gorm.DB, dsn string) {
	t.Helper()
	ctx, dsn := context.Background(), localeC(t)
	conn, err := pgx.Connect(ctx, dsn)
	require.NoError(t, err)
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, string(sql))
	require.NoError(t, err)
	zone, err := time.LoadLocation(sampleZone)
	require.NoError(t, err)
	db, err = open(ctx, dsn, 30*time.Second, zone)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, gormango.Close(db)) })
	return db, dsn
}

// TestGoldenSamples compares reads and writes of columns of all types with
// Django's recorded answers.
func TestGoldenSamples(t *testing.T) {
	files, err := filepath.Glob("golden-samples/seed*.json.gz")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	db, _ := sampled(t, unzip(t, "golden-samples/tables.sql.gz"))
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			(&env{db: db, maxRows: 5000}).judgeGolden(t, file, func([]byte) bool { return true })
		})
	}
}

// TestLiveSamples compares reads and writes of columns of all types with a
// running Django, as TestLive does. -record writes Django's answers for
// TestGoldenSamples.
func TestLiveSamples(t *testing.T) {
	root := oracle.Root(t)
	seed := setting(t, "GORMANGO_ORACLE_SEED", int(time.Now().UnixNano()%1_000_000))
	n := setting(t, "GORMANGO_ORACLE_N", 300)
	t.Logf("seed %d, %d specs (GORMANGO_ORACLE_SEED=%d GORMANGO_ORACLE_N=%d runs them again)", seed, n, seed, n)
	script := ownScript(t, root, "samples.py")
	sql := oracle.Python(t, nil, script, "--schema")
	db, dsn := sampled(t, sql)
	raw := oracle.Python(t, nil, script, "--specs", "--n", strconv.Itoa(n), "--seed", strconv.Itoa(seed))
	out := oracle.Python(t, nil, script, "--dsn", dsn, "--timeout-ms", "20000", "--specs", inRoot(t, root, raw))
	if *record {
		require.NoError(t, os.MkdirAll("golden-samples", 0o755))
		require.NoError(t, zip("golden-samples/tables.sql.gz", sql))
		require.NoError(t, writeGolden(filepath.Join(root, inRoot(t, root, raw)), filepath.Join(root, inRoot(t, root, out)), fmt.Sprintf("golden-samples/seed%d.json.gz", seed)))
	}
	_, answers, err := results(bytes.NewReader(out))
	require.NoError(t, err)
	(&env{db: db, maxRows: 5000}).judgeAll(t, raw, answers)
}
