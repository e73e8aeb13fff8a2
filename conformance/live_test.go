package main

import (
	"bytes"
	"context"
	"encoding/json"
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

// TestLive compares answers to fresh random specs with a Django that runs beside it.
// GORMANGO_ORACLE names a root folder that holds Django and, under /oracle, the oracle's scripts;
// GORMANGO_ORACLE_SEED and GORMANGO_ORACLE_N (300) repeat a run.
func TestLive(t *testing.T) {
	root := os.Getenv("GORMANGO_ORACLE")
	if root == "" {
		t.Skip("SKIPPED: GORMANGO_ORACLE names no root folder that holds Django and the oracle's scripts")
	}
	if os.Geteuid() != 0 {
		t.Skip("SKIPPED: only root may run Django in its root folder (chroot)")
	}
	seed := setting(t, "GORMANGO_ORACLE_SEED", int(time.Now().UnixNano()%1_000_000))
	n := setting(t, "GORMANGO_ORACLE_N", 300)
	t.Logf("seed %d, %d specs (GORMANGO_ORACLE_SEED=%d GORMANGO_ORACLE_N=%d runs them again)", seed, n, seed, n)

	dsn := repotest.URL(t)
	python := func(script string, args ...string) []byte {
		t.Helper()
		cmd := exec.Command("chroot", append([]string{root, "python3", "/oracle/" + script}, args...)...)
		var errs bytes.Buffer
		cmd.Stderr = &errs
		cmd.Env = append(os.Environ(), "PYTHONDONTWRITEBYTECODE=1")
		out, err := cmd.Output()
		require.NoError(t, err, "%s: %s", script, errs.String())
		return out
	}
	python("seed.py", "--dsn", dsn)
	raw := python("gen.py", "--n", strconv.Itoa(n), "--seed", strconv.Itoa(seed))
	f, err := os.CreateTemp(filepath.Join(root, "tmp"), "gormango-specs-")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.Remove(f.Name())) })
	_, err = f.Write(raw)
	require.NoError(t, err)
	require.NoError(t, f.Close())
	_, answers, err := results(bytes.NewReader(python("run.py", "--dsn", dsn, "--timeout-ms", "20000", "--specs", "/tmp/"+filepath.Base(f.Name()))))
	require.NoError(t, err)

	db, err := open(context.Background(), dsn, 20*time.Second)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, gormango.Close(db)) })
	specs, err := readSpecs(bytes.NewReader(raw))
	require.NoError(t, err)
	e, same := &env{db: db, maxRows: 5000}, 0
	for _, spec := range specs {
		want := answers[spec.text("id")]
		if x := want.object("error"); want.has("unsupported") || x != nil && x.text("sqlstate") == "57014" {
			continue // Django has no answer, or had not the time
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

// setting is a number of the environment.
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
