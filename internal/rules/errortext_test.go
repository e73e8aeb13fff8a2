package rules

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"strconv"
	"strings"
	"testing"
)

// A text of the library does not begin with the name of an internal package,
// which its reader cannot import.
func TestErrorTextsNameNoInternalPackage(t *testing.T) {
	t.Parallel()
	fset := token.NewFileSet()
	for _, s := range sources(t, fset, parser.SkipObjectResolution) {
		if s.test() || !strings.HasPrefix(s.dir, "internal/") || s.dir == "internal/faultproxy" || s.dir == "internal/longtest" {
			continue // the last two serve tests
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if text, err := strconv.Unquote(lit.Value); err == nil && strings.HasPrefix(text, path.Base(s.dir)+": ") {
					t.Errorf("%s: the text %.60q names an internal package (begin it with gormango:)", fset.Position(lit.Pos()), text)
				}
			}
			return true
		})
	}
}
