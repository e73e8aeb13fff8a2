package rules

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// module is the path of the core module, of which the nested modules' paths
// begin.
const module = "github.com/gormango/gormango"

// source is a Go file of the repository.
type source struct {
	dir  string // of its package, from the repository's root; "." is the root
	name string
	file *ast.File
}

func (s source) test() bool { return strings.HasSuffix(s.name, "_test.go") }

// sources parses each Go file of the core module and of the nested ones, for
// every operating system. Generated files are left out.
func sources(t *testing.T, fset *token.FileSet, mode parser.Mode) []source {
	t.Helper()
	root := os.DirFS("../..")
	var found []source
	require.NoError(t, fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		base := entry.Name()
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != "." && (base == "testdata" || base[0] == '.' || base[0] == '_'):
			return fs.SkipDir
		case entry.IsDir() || path.Ext(base) != ".go":
			return nil
		}
		text, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(fset, filepath.FromSlash(name), text, mode)
		if err == nil && !ast.IsGenerated(file) {
			found = append(found, source{dir: path.Dir(name), name: name, file: file})
		}
		return err
	}))
	require.NotEmpty(t, found)
	return found
}
