package rules

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Every program compiles the methods of these types of repo for each model. A
// wrapper that inlines its method costs more than one that calls it, see
// docs/decisions.md.
var perModel = []string{"QuerySetOf", "RelatedManagerOf", "CondOf", "MatchOf", "UpsertOf", "OrderingOf"}

func TestMethodsOfEachModelAreNotInlined(t *testing.T) {
	t.Parallel()
	checked := map[string]int{}
	for _, s := range sources(t, token.NewFileSet(), parser.ParseComments|parser.SkipObjectResolution) {
		if s.dir != "repo" || s.test() {
			continue
		}
		for _, d := range s.file.Decls {
			f, method := d.(*ast.FuncDecl)
			if !method || f.Recv == nil {
				continue
			}
			name := receiver(f.Recv.List[0].Type)
			if !slices.Contains(perModel, name) {
				continue
			}
			checked[name]++
			if f.Doc == nil || !slices.ContainsFunc(f.Doc.List, func(c *ast.Comment) bool { return strings.HasPrefix(c.Text, "//go:noinline") }) {
				t.Errorf("%s: %s.%s is compiled for each model: write //go:noinline above it", s.name, name, f.Name.Name)
			}
		}
	}
	for _, name := range perModel {
		require.Positive(t, checked[name], name)
	}
}

// receiver returns the name of a receiver's type, without pointer and
// parameters.
func receiver(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return receiver(e.X)
	case *ast.IndexExpr:
		return receiver(e.X)
	case *ast.IndexListExpr:
		return receiver(e.X)
	case *ast.Ident:
		return e.Name
	}
	return ""
}

// A test in package repo itself compiles repo once more for go test, with the
// code of every model that the test names: half as long again.
func TestRepoIsTestedFromOutside(t *testing.T) {
	t.Parallel()
	tests := 0
	for _, s := range sources(t, token.NewFileSet(), parser.PackageClauseOnly) {
		if s.dir == "repo" && s.test() {
			tests++
			require.Equal(t, "repo_test", s.file.Name.Name, s.name)
		}
	}
	require.Positive(t, tests)
}
