package main

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/longtest"
	"github.com/gormango/gormango/internal/modelinfo"
)

// A statement that is kept by its form has the text and the arguments of one
// that is written anew, for the recorded specs in random order with other
// numbers and texts each time.
func TestKeptStatements(t *testing.T) {
	t.Parallel()
	_, dsn, _ := seeded(t)
	kept, err := open(t.Context(), dsn, 30*time.Second, time.UTC)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, gormango.Close(kept)) })
	fresh, err := open(t.Context(), dsn, 30*time.Second, time.UTC)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, gormango.Close(fresh)) })
	files, err := filepath.Glob("golden/*.json.gz")
	require.NoError(t, err)
	var specs []*object
	for _, file := range files {
		v, err := readJSON(bytes.NewReader(unzip(t, file)))
		require.NoError(t, err)
		for _, s := range v.(*object).list("specs") {
			specs = append(specs, s.(*object))
		}
	}
	r := rand.New(rand.NewPCG(5, 6))
	for n := range longtest.Count(4_000, 20_000) {
		spec := varied(r, specs[r.IntN(len(specs))], false).(*object)
		modelinfo.Of(fresh).Statements = modelinfo.Memo{}
		wantSQL, want := (&env{db: fresh, maxRows: 1}).statement(spec)
		gotSQL, got := (&env{db: kept, maxRows: 1}).statement(spec)
		if wantSQL != gotSQL || !reflect.DeepEqual(want, got) {
			text, err := json.Marshal(spec.plain())
			require.NoError(t, err)
			t.Fatalf("%d: %s\nwant %v %v\ngot  %v %v", n, text, wantSQL, want, gotSQL, got)
		}
	}
	found, missed, _ := modelinfo.Of(kept).Statements.Counts()
	t.Logf("%d statements were found, %d were written", found, missed)
	require.Greater(t, 10*found, missed)
}

// varied returns a spec with other numbers and texts in its values.
func varied(r *rand.Rand, v any, value bool) any {
	switch x := v.(type) {
	case *object:
		o := &object{keys: x.keys, values: map[string]any{}}
		for k, m := range x.values {
			o.values[k] = varied(r, m, value || k == "value" || k == "v")
		}
		return o
	case []any:
		list := make([]any, len(x))
		for i, m := range x {
			list[i] = varied(r, m, value)
		}
		return list
	}
	if !value || r.IntN(3) > 0 {
		return v
	}
	switch v.(type) {
	case json.Number:
		return json.Number(strconv.Itoa(r.IntN(50) - 5))
	case string:
		return []string{"", "a", "ß", `_\%`, "Zoë", "2001-02-03"}[r.IntN(6)]
	case bool:
		return r.IntN(2) == 0
	}
	return v
}

// statement returns the statement of a spec's query, or the error as text.
func (e *env) statement(spec *object) (text string, args []any) {
	c, err := e.build(spec)
	if err == nil {
		text, args, err = c.sql()
	}
	if err != nil {
		return "error: " + err.Error(), nil
	}
	return text, args
}
