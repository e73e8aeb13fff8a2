package manage_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/models"
)

type looseMemo struct {
	models.AutoKey
	Text  *string
	Stars *int
}

func (looseMemo) TableName() string { return "memos" }

type strictMemo struct {
	models.AutoKey
	Text  string `gorm:"not null"`
	Stars int    `gorm:"not null"`
}

func (strictMemo) TableName() string { return "memos" }

// Without a terminal, a column that becomes NOT NULL without a default needs
// the flag --fill, and the error names the column and the choices.
func TestNotNullIsAnsweredByAFlag(t *testing.T) {
	t.Parallel()
	a := newApplication(t, &looseMemo{})
	a.ok("makemigrations")
	a.models = []any{&strictMemo{}}
	code, _, errs := a.run("makemigrations", "--yes")
	require.Equal(t, 2, code)
	require.Contains(t, errs, "column memos.text becomes NOT NULL without a default, and rows may hold NULL "+
		"(choices are --fill memos.text=<SQL value>, --fill memos.text=- if no row holds NULL, or a default in the model)")
	code, _, errs = a.run("makemigrations", "--fill", "memos.text=-")
	require.Equal(t, 2, code)
	require.Contains(t, errs, "column memos.stars")
	files, err := os.ReadDir(a.dir)
	require.NoError(t, err)
	require.Len(t, files, 2, "nothing was written but the first migration and its sum")

	for flag, want := range map[string]string{"memos.text": `write --fill users.name`, "memos.txt=1": "--fill memos.txt=1: no such column becomes NOT NULL"} {
		code, _, errs = a.run("makemigrations", "--fill", "memos.text=-", "--fill", "memos.stars=0", "--fill", flag)
		require.Equal(t, 2, code)
		require.Contains(t, errs, want)
	}
	code, _, errs = a.run("makemigrations", "--check")
	require.Equal(t, 3, code, errs)
	a.ok("makemigrations", "--fill", "memos.text='none'", "--fill", "memos.stars=-")
	paths, err := filepath.Glob(filepath.Join(a.dir, "*.sql"))
	require.NoError(t, err)
	var all string
	for _, path := range paths {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		all += string(text)
	}
	require.Contains(t, all, `"value":"'none'"`)
	require.NotContains(t, all, `fill_column":{"table":"memos","column":"stars"`)
	a.ok("migrate")
	a.ok("verify")
}
