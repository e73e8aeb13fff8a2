package manage_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDumpdataAndLoaddata(t *testing.T) {
	t.Parallel()
	a := newApplication(t, &note{}, &label{})
	a.ok("makemigrations")
	a.ok("migrate")
	require.Equal(t, "[]\n", a.ok("dumpdata"))
	first, second := filepath.Join(t.TempDir(), "notes.json"), filepath.Join(t.TempDir(), "labels.json")
	require.NoError(t, os.WriteFile(first, []byte(`[{"model": "notes", "pk": 3, "fields": {"title": "a"}}]`), 0o600))
	require.NoError(t, os.WriteFile(second, []byte(`[{"model": "labels", "pk": 1, "fields": {"name": "b"}}, {"model": "labels", "fields": {}}]`), 0o600))
	code, _, errs := a.run("loaddata", first, second)
	require.Equal(t, 1, code)
	require.Contains(t, errs, "labels.json: ")
	require.Equal(t, "[]\n", a.ok("dumpdata"), "the files are one transaction")
	require.NoError(t, os.WriteFile(second, []byte(`{"model": "labels", "pk": 1, "fields": {"name": "b", "gone": 1}}`), 0o600))
	require.Equal(t, "loaded 2 objects from 2 files\n", a.ok("loaddata", "--ignore-unknown", first, second))
	all := filepath.Join(t.TempDir(), "all.json")
	a.ok("dumpdata", "-o", all)
	text, err := os.ReadFile(all)
	require.NoError(t, err)
	require.Equal(t, a.ok("dumpdata"), string(text))
	require.Equal(t, "[\n{\"model\": \"notes\", \"pk\": 3, \"fields\": {\"title\":\"a\",\"internal\":false}}\n]\n", a.ok("dumpdata", "--exclude", "label"))
	require.Equal(t, a.ok("dumpdata", "note"), a.ok("dumpdata", "--exclude", "labels"))
	code, _, errs = a.run("dumpdata", "-o", all, "nope")
	require.Equal(t, 1, code)
	require.Contains(t, errs, `no table or model "nope"`)
	again, err := os.ReadFile(all)
	require.NoError(t, err)
	require.Equal(t, text, again, "a failed dump leaves the file")
	require.NoFileExists(t, all+".partial")
}
