package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/repotest"
)

// TestLive compares answers to new random specs with a running Django.
// GORMANGO_ORACLE names a root folder that holds Django and, in /oracle, the
// oracle's scripts. GORMANGO_ORACLE_SEED and GORMANGO_ORACLE_N (300) repeat a
// run.
func TestLive(t *testing.T) {
	root := oracleRoot(t)
	seed := setting(t, "GORMANGO_ORACLE_SEED", int(time.Now().UnixNano()%1_000_000))
	n := setting(t, "GORMANGO_ORACLE_N", 300)
	t.Logf("seed %d, %d specs (GORMANGO_ORACLE_SEED=%d GORMANGO_ORACLE_N=%d runs them again)", seed, n, seed, n)

	dsn := repotest.URL(t)
	python(t, root, "/oracle/seed.py", "--dsn", dsn)
	raw := python(t, root, "/oracle/gen.py", "--n", strconv.Itoa(n), "--seed", strconv.Itoa(seed))
	_, answers, err := results(bytes.NewReader(python(t, root, "/oracle/run.py", "--dsn", dsn, "--timeout-ms", "20000", "--specs", inRoot(t, root, raw))))
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
	root := oracleRoot(t)
	db, dsn, _ := seeded(t)
	script := ownScript(t, root, "custom.py")
	raw := python(t, root, script, "--specs")
	out := python(t, root, script, "--dsn", dsn, "--timeout-ms", "20000", "--specs", inRoot(t, root, raw))
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

// oracleRoot returns the folder that GORMANGO_ORACLE names.
func oracleRoot(t *testing.T) string {
	t.Helper()
	root := os.Getenv("GORMANGO_ORACLE")
	if root == "" {
		t.Skip("SKIPPED: GORMANGO_ORACLE names no root folder that holds Django and the oracle's scripts")
	}
	if os.Geteuid() != 0 {
		t.Skip("SKIPPED: only root may run Django in its root folder (chroot)")
	}
	return root
}

// python runs a script of the root folder.
func python(t *testing.T, root, script string, args ...string) []byte {
	t.Helper()
	cmd := exec.Command("chroot", append([]string{root, "python3", script}, args...)...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	cmd.Env = append(os.Environ(), "PYTHONDONTWRITEBYTECODE=1")
	out, err := cmd.Output()
	require.NoError(t, err, "%s: %s", script, errs.String())
	return out
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
