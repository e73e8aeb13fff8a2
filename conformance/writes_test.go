package main

import (
	"bytes"
	"context"
	"encoding/json"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/oracle"
	"github.com/gormango/gormango/repotest"
)

// seededWrites returns a runner on a database of its own with the tables of the
// write models.
func seededWrites(t testing.TB) *writes {
	t.Helper()
	ctx, dsn := context.Background(), localeC(t)
	conn, err := pgx.Connect(ctx, dsn)
	require.NoError(t, err)
	_, err = conn.Exec(ctx, string(unzip(t, "golden-writes/tables.sql.gz")))
	require.NoError(t, err)
	require.NoError(t, conn.Close(ctx))
	w, err := openWrites(ctx, dsn)
	require.NoError(t, err)
	t.Cleanup(func() { w.close(ctx) })
	return w
}

// verdict runs a sequence and returns the difference from Django's.
func (w *writes) verdict(t testing.TB, seq, expected *object) string {
	t.Helper()
	result, err := w.sequence(context.Background(), seq)
	require.NoError(t, err, seq.text("id"))
	raw, err := json.Marshal(result)
	require.NoError(t, err)
	v, err := readJSON(bytes.NewReader(raw))
	require.NoError(t, err)
	return sequenceDifference(expected, v.(*object))
}

// verdicts runs sequences on several databases at a time and reports each that
// differs from Django's.
func verdicts(t *testing.T, list []*object, answers map[string]*object) {
	t.Helper()
	var (
		wg   sync.WaitGroup
		next = make(chan *object)
		same int
		mu   sync.Mutex
	)
	for range min(runtime.NumCPU(), 4) {
		w := seededWrites(t)
		wg.Go(func() {
			for seq := range next {
				d := w.verdict(t, seq, answers[seq.text("id")])
				mu.Lock()
				if d == "" {
					same++
				} else {
					text, _ := json.Marshal(seq)
					t.Errorf("%s: %s\n%.4000s", seq.text("id"), d, text)
				}
				mu.Unlock()
			}
		})
	}
	for _, seq := range list {
		next <- seq
	}
	close(next)
	wg.Wait()
	t.Logf("%d of %d sequences are Django's", same, len(list))
}

// TestGoldenWrites compares sequences of writes with recorded ones of Django.
func TestGoldenWrites(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("golden-writes/*.json.gz")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	var list []*object
	answers := map[string]*object{}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json.gz")
		raw := unzip(t, file)
		v, err := readJSON(bytes.NewReader(raw))
		require.NoError(t, err)
		_, of, err := results(bytes.NewReader(raw))
		require.NoError(t, err)
		for i, x := range v.(*object).list("ops") {
			if i%some(file) != 0 {
				continue
			}
			seq := x.(*object)
			a := of[seq.text("id")]
			seq.values["id"] = name + "/" + seq.text("id")
			list, answers[seq.text("id")] = append(list, seq), a
		}
	}
	verdicts(t, list, answers)
}

// TestLiveWrites compares new random sequences with a running Django, see
// TestLive. GORMANGO_ORACLE_WRITES is their number (100).
func TestLiveWrites(t *testing.T) {
	root := oracle.Root(t)
	seed := setting(t, "GORMANGO_ORACLE_SEED", int(time.Now().UnixNano()%1_000_000))
	n := setting(t, "GORMANGO_ORACLE_WRITES", 100)
	t.Logf("seed %d, %d sequences (GORMANGO_ORACLE_SEED=%d GORMANGO_ORACLE_WRITES=%d runs them again)", seed, n, seed, n)
	dsn := repotest.URL(t)
	oracle.Python(t, nil, "/oracle/writes_seed.py", "--dsn", dsn)
	raw := oracle.Python(t, nil, "/oracle/gen_ops.py", "--n", strconv.Itoa(n), "--seed", strconv.Itoa(seed))
	_, answers, err := results(bytes.NewReader(oracle.Python(t, nil, "/oracle/run_ops.py", "--dsn", dsn, "--ops", inRoot(t, root, raw))))
	require.NoError(t, err)
	all, err := readSpecs(bytes.NewReader(raw))
	require.NoError(t, err)
	verdicts(t, all, answers)
}

// The comparison detects each kind of difference.
func TestSequenceDifference(t *testing.T) {
	t.Parallel()
	read := func(s string) *object {
		v, err := readJSON(strings.NewReader(`{"steps":[` + s + `]}`))
		require.NoError(t, err)
		return v.(*object)
	}
	for _, c := range []struct {
		expected, actual string
		same             bool
	}{
		{`{"do":"save","result":{"id":100001}}`, `{"do":"save","result":{"id":100007}}`, true},
		{`{"do":"save","result":{"id":99}}`, `{"do":"save","result":{"id":100007}}`, false},
		{`{"do":"save","result":{"t":{"$datetime":"now"}}}`, `{"do":"save","result":{"t":{"$datetime":"2026-01-01"}}}`, true},
		{`{"do":"save","result":{"t":{"$datetime":"2001"}}}`, `{"do":"save","result":{"t":{"$datetime":"2026"}}}`, false},
		{`{"do":"save","result":{"u":{"$uuid":"#"}}}`, `{"do":"save","result":{"u":{"$uuid":"a1"}}}`, true},
		{`{"do":"save","result":{"u":{"$uuid":"00000000-1"}}}`, `{"do":"save","result":{"u":{"$uuid":"00000000-2"}}}`, false},
		{`{"do":"read","result":[1,2]}`, `{"do":"read","result":[2,1]}`, true},
		{`{"do":"bulk_create","result":[1,2]}`, `{"do":"bulk_create","result":[2,1]}`, false},
		{`{"do":"save","result":null}`, `{"do":"save","error":{"class":"X"}}`, false},
		{`{"do":"save","error":{"class":"DatabaseError"}}`, `{"do":"save","error":{"class":"NotUpdated"}}`, true},
		{`{"do":"save","error":{"class":"IntegrityError","kind":"unique"}}`, `{"do":"save","error":{"class":"IntegrityError","kind":"check"}}`, false},
		{`{"do":"delete","error":{"class":"P","objects":[["A",1],["B",2]]}}`, `{"do":"delete","error":{"class":"P","objects":[["B",2],["A",1]]}}`, true},
		{`{"do":"delete","error":{"class":"P","objects":[["A",1],["B",2]]}}`, `{"do":"delete","error":{"class":"P","objects":[["A",1]]}}`, false},
		{`{"do":"save","signals":[["a"],["b"]]}`, `{"do":"save","signals":[["b"],["a"]]}`, true},
		{`{"do":"save","signals":[["a"],["a"]]}`, `{"do":"save","signals":[["a"]]}`, false},
		{`{"do":"atomic","steps":[],"commits":["a","b"]}`, `{"do":"atomic","steps":[],"commits":["b","a"]}`, false},
		{`{"do":"atomic","steps":[{"do":"save","result":1}]}`, `{"do":"atomic","steps":[{"do":"save","result":2}]}`, false},
		{`{"do":"atomic","steps":[{"do":"save","result":1}]}`, `{"do":"atomic","steps":[]}`, false},
		{`{"do":"save","changed":{"t":"1:a"}}`, `{"do":"save","changed":{"t":"1:b"}}`, false},
		{`{"do":"delete","statements":9}`, `{"do":"delete","statements":10}`, false},
		{`{"do":"delete","statements":10}`, `{"do":"delete","statements":9}`, true},
		{`{"do":"delete","statements":1,"result":{"total":0}}`, `{"do":"delete","statements":2,"result":{"total":0}}`, true},
		{`{"do":"delete","statements":1,"result":{"total":0}}`, `{"do":"delete","statements":3,"result":{"total":0}}`, false},
		{`{"do":"delete","statements":1,"result":{"total":1}}`, `{"do":"delete","statements":2,"result":{"total":1}}`, false},
		{`{"do":"save","statements":1}`, `{"do":"save","statements":5}`, true},
		{`{"do":"save","skipped":"h"}`, `{"do":"save"}`, false},
	} {
		require.Equal(t, c.same, sequenceDifference(read(c.expected), read(c.actual)) == "", "%s %s", c.expected, c.actual)
	}
	require.NotEmpty(t, sequenceDifference(read(`{"do":"save"}`), nil))
	require.NotEmpty(t, sequenceDifference(read(`{"do":"save"}`), read(``)))
}
