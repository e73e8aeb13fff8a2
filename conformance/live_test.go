package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/oracle"
	"github.com/gormango/gormango/repotest"
)

// TestLive compares answers to new random specs with a running Django.
// GORMANGO_ORACLE names a root folder that holds Django and, in /oracle, the
// oracle's scripts. GORMANGO_ORACLE_SEED and GORMANGO_ORACLE_N (300) repeat a
// run.
func TestLive(t *testing.T) {
	root := oracle.Root(t)
	seed := setting(t, "GORMANGO_ORACLE_SEED", int(time.Now().UnixNano()%1_000_000))
	n := setting(t, "GORMANGO_ORACLE_N", 300)
	t.Logf("seed %d, %d specs (GORMANGO_ORACLE_SEED=%d GORMANGO_ORACLE_N=%d runs them again)", seed, n, seed, n)

	dsn := repotest.URL(t)
	oracle.Python(t, nil, "/oracle/seed.py", "--dsn", dsn)
	raw := oracle.Python(t, nil, "/oracle/gen.py", "--n", strconv.Itoa(n), "--seed", strconv.Itoa(seed))
	_, answers, err := results(bytes.NewReader(oracle.Python(t, nil, "/oracle/run.py", "--dsn", dsn, "--timeout-ms", "20000", "--specs", inRoot(t, root, raw))))
	require.NoError(t, err)

	db, err := open(context.Background(), dsn, 20*time.Second, time.UTC)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, gormango.Close(db)) })
	(&env{db: db, maxRows: 5000}).judgeAll(t, raw, answers)
}

// TestLiveCustom compares answers to specs with registered lookups, transforms,
// functions and aggregates with a running Django, as TestLive does. -record
// writes Django's answers for TestGolden.
func TestLiveCustom(t *testing.T) {
	root := oracle.Root(t)
	db, dsn, _ := seeded(t)
	script := ownScript(t, root, "custom.py")
	raw := oracle.Python(t, nil, script, "--specs")
	out := oracle.Python(t, nil, script, "--dsn", dsn, "--timeout-ms", "20000", "--specs", inRoot(t, root, raw))
	_, answers, err := results(bytes.NewReader(out))
	require.NoError(t, err)
	(&env{db: db, maxRows: 5000}).judgeAll(t, raw, answers)
	if *record {
		require.NoError(t, writeGolden(filepath.Join(root, inRoot(t, root, raw)), filepath.Join(root, inRoot(t, root, out)), "golden/custom.json.gz"))
	}
}

var record = flag.Bool("record", false, "keep Django's answers as golden files")

// ownScript puts a script of testdata into the root folder for the duration of
// the test and returns its name there.
func ownScript(t *testing.T, root, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	t.Setenv("PYTHONPATH", "/oracle")
	return inRoot(t, root, text)
}

// inRoot writes a file into the root folder for the duration of the test and
// returns its name there.
func inRoot(t *testing.T, root string, text []byte) string {
	t.Helper()
	f, err := os.CreateTemp(filepath.Join(root, "tmp"), "gormango-specs-")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.Remove(f.Name())) })
	_, err = f.Write(text)
	require.NoError(t, err)
	require.NoError(t, f.Close())
	return "/tmp/" + filepath.Base(f.Name())
}

// judgeAll runs specs and compares each with Django's answer.
func (e *env) judgeAll(t *testing.T, raw []byte, answers map[string]*object) {
	t.Helper()
	specs, err := readSpecs(bytes.NewReader(raw))
	require.NoError(t, err)
	same := 0
	for _, spec := range specs {
		want := answers[spec.text("id")]
		if answerless(want) {
			continue
		}
		if d := e.judge(t, spec, want); d != "" {
			text, err := json.Marshal(spec)
			require.NoError(t, err)
			t.Errorf("%s: %s\n%.1500s", spec.text("id"), d, text)
			continue
		}
		same++
	}
	t.Logf("%d answers are Django's", same)
	require.Greater(t, same, 0)
}

// setting returns a number of the environment.
func setting(t testing.TB, name string, otherwise int) int {
	t.Helper()
	s := os.Getenv(name)
	if s == "" {
		return otherwise
	}
	n, err := strconv.Atoi(s)
	require.NoError(t, err, name)
	return n
}
