package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/longtest"
	"github.com/gormango/gormango/repotest"
)

// unzip reads a compressed file of golden.
func unzip(t testing.TB, path string) []byte {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	raw, err := io.ReadAll(z)
	require.NoError(t, err)
	return raw
}

// localeC creates a database with the locale C on the tests' server and drops
// it at the end.
func localeC(t testing.TB) string {
	t.Helper()
	ctx := context.Background()
	own := repotest.URL(t)
	u, err := url.Parse(own)
	require.NoError(t, err)
	name := strings.TrimPrefix(u.Path, "/") + "_c"
	conn, err := pgx.Connect(ctx, own)
	require.NoError(t, err)
	_, err = conn.Exec(ctx, "CREATE DATABASE "+pgx.Identifier{name}.Sanitize()+" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")
	require.NoError(t, err)
	require.NoError(t, conn.Close(ctx))
	t.Cleanup(func() {
		conn, err := pgx.Connect(ctx, own)
		require.NoError(t, err)
		_, err = conn.Exec(ctx, "DROP DATABASE "+pgx.Identifier{name}.Sanitize()+" WITH (FORCE)")
		require.NoError(t, err)
		require.NoError(t, conn.Close(ctx))
	})
	u.Path = "/" + name
	return u.String()
}

// seeded returns a database with the golden tables and their rows, its URL, and
// whether the server has pg_trgm.
func seeded(t testing.TB) (db *gorm.DB, dsn string, trigrams bool) {
	t.Helper()
	ctx, dsn := context.Background(), localeC(t)
	conn, err := pgx.Connect(ctx, dsn)
	require.NoError(t, err)
	defer conn.Close(ctx)
	if _, err = conn.Exec(ctx, "CREATE EXTENSION pg_trgm"); err != nil {
		t.Log("the server has no pg_trgm, so the specs with trigrams are left out:", err)
	}
	trigrams = err == nil
	ddl, err := os.ReadFile("golden/schema.sql")
	require.NoError(t, err)
	_, err = conn.Exec(ctx, string(ddl))
	require.NoError(t, err)
	for _, part := range bytes.Split(unzip(t, "golden/data.gz"), []byte("\n# ")) {
		head, rows, _ := bytes.Cut(bytes.TrimPrefix(part, []byte("# ")), []byte("\n"))
		if n := len(rows); n > 0 && rows[n-1] != '\n' {
			rows = append(bytes.Clone(rows), '\n')
		}
		_, err := conn.PgConn().CopyFrom(ctx, bytes.NewReader(rows), "COPY "+string(head)+" FROM STDIN")
		require.NoError(t, err, string(head))
	}
	_, err = conn.Exec(ctx, "ANALYZE")
	require.NoError(t, err)
	db, err = open(ctx, dsn, 30*time.Second, time.UTC)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, gormango.Close(db)) })
	return db, dsn, trigrams
}

// some returns n to run every nth of the recorded specs or sequences of a file.
// By default it thins out random ones and runs all that were written by hand.
// With GORMANGO_LONG=1 every one runs.
func some(file string) int {
	if longtest.Asked() || !strings.HasPrefix(filepath.Base(file), "seed") {
		return 1
	}
	return 8
}

// TestGolden compares queries with Django's recorded answers, thousands of them
// with GORMANGO_LONG=1.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("golden/*.json.gz")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	db, _, trigrams := seeded(t)
	e := &env{db: db, maxRows: 5000}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json.gz"), func(t *testing.T) {
			t.Parallel()
			e.judgeGolden(t, file, func(spec []byte) bool { return trigrams || !bytes.Contains(spec, []byte(`"trigram"`)) })
		})
	}
}

// judgeGolden compares the specs of a golden file that run with Django's
// answers.
func (e *env) judgeGolden(t *testing.T, file string, runs func(spec []byte) bool) {
	t.Helper()
	raw := unzip(t, file)
	v, err := readJSON(bytes.NewReader(raw))
	require.NoError(t, err)
	_, answers, err := results(bytes.NewReader(raw))
	require.NoError(t, err)
	same := 0
	for i, s := range v.(*object).list("specs") {
		if i%some(file) != 0 {
			continue
		}
		spec := s.(*object)
		text, err := json.Marshal(spec)
		require.NoError(t, err)
		if !runs(text) {
			continue
		}
		if d := e.judge(t, spec, answers[spec.text("id")]); d != "" {
			t.Errorf("%s: %s\n%.1500s", spec.text("id"), d, text)
			continue
		}
		same++
	}
	require.Greater(t, same, 0)
	t.Logf("%d answers are Django's", same)
}

// judge runs a spec and returns the difference of its answer.
func (e *env) judge(t testing.TB, spec, expected *object) string {
	t.Helper()
	raw, err := json.Marshal(e.guarded(spec, false, time.Minute))
	require.NoError(t, err)
	v, err := readJSON(bufio.NewReader(bytes.NewReader(raw)))
	require.NoError(t, err)
	return difference(expected, v.(*object))
}

// The comparison detects each kind of difference.
func TestDifference(t *testing.T) {
	t.Parallel()
	read := func(s string) *object {
		v, err := readJSON(strings.NewReader(s))
		require.NoError(t, err)
		return v.(*object)
	}
	for _, c := range []struct {
		expected, actual string
		same             bool
	}{
		{`{"result":[1,2]}`, `{"result":[2,1]}`, true},
		{`{"order":"total","result":[1,2]}`, `{"result":[2,1]}`, false},
		{`{"result":[1,1,2]}`, `{"result":[1,2,2]}`, false},
		{`{"result":3}`, `{"result":3.0}`, false},
		{`{"result":-0.0}`, `{"result":0.0}`, true},
		{`{"result":0.1234567891}`, `{"result":0.1234567892}`, true},
		{`{"result":0.12345678}`, `{"result":0.12345679}`, false},
		{`{"result":{"$decimal":"1.50"}}`, `{"result":{"$decimal":"1.5"}}`, true},
		{`{"result":{"$decimal":"1.50"}}`, `{"result":1.5}`, false},
		{`{"result":{"$json":{"a":1,"b":2}}}`, `{"result":{"$json":{"b":2,"a":1}}}`, true},
		{`{"result":{"$json":{"a":1}}}`, `{"result":{"$json":{"a":1.0}}}`, false},
		{`{"result":null}`, `{"result":[]}`, false},
		{`{"result":[]}`, `{"unsupported":"x"}`, false},
		{`{"result":[]}`, `{"deviates":"x","result":[1]}`, true},
		{`{"result":[]}`, `{"deviates":"x","error":{"class":"ValueError"}}`, false},
		{`{"error":{"class":"ValidationError"}}`, `{"error":{"class":"ValueError"}}`, true},
		{`{"error":{"class":"FieldError"}}`, `{"error":{"class":"ValueError"}}`, false},
		{`{"error":{"class":"DataError","sqlstate":"22012"}}`, `{"error":{"class":"ValueError"}}`, true},
		{`{"error":{"class":"DataError","sqlstate":"22012"}}`, `{"error":{"class":"panic"}}`, false},
		{`{"error":{"class":"DataError","sqlstate":"22012"}}`, `{"result":1}`, false},
		{`{"error":{"class":"DataError","sqlstate":"22012"}}`, `{"error":{"class":"internal error"}}`, false},
		{`{"result":1}`, `{"error":{"class":"ValueError"}}`, false},
	} {
		require.Equal(t, c.same, difference(read(c.expected), read(c.actual)) == "", "%s %s", c.expected, c.actual)
	}
	long := read(`{"result":[{"a":1},{"a":2}]}`)
	require.Empty(t, difference(&object{values: map[string]any{"hash": hash(long.get("result"), false)}}, read(`{"result":[{"a":2},{"a":1}]}`)))
	require.NotEmpty(t, difference(&object{values: map[string]any{"hash": hash(long.get("result"), false)}}, read(`{"result":[{"a":2},{"a":3}]}`)))
}
