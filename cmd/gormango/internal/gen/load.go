package gen

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/go/packages"
)

// source is a package to read.
type source struct {
	path, name, dir string
	fset            *token.FileSet
	files           []*ast.File
	types           *types.Package
	info            *types.Info
	hasOutput       bool // the file exists and was written by gen
	models          []*model
	// generated holds the texts that gen wrote for imported packages that do not
	// compile.
	generated map[string]string
	imports   []string // errors of imported packages
}

// load reads the packages. It tolerates type errors, since gen's output may be
// missing, and reads files of gen as if they were empty.
func load(ctx context.Context, opt Options) ([]*source, error) {
	generated, overlay, err := findGenerated(ctx, opt)
	if err != nil {
		return nil, err
	}
	var lock sync.Mutex
	cfg := &packages.Config{
		Context: ctx,
		Dir:     opt.Dir,
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports |
			packages.NeedTypes | packages.NeedSyntax | packages.NeedTypesInfo | packages.NeedModule,
		Fset:    token.NewFileSet(),
		Overlay: overlay,
	}
	cfg.ParseFile = func(fset *token.FileSet, name string, text []byte) (*ast.File, error) {
		mode := parser.SkipObjectResolution | parser.ParseComments
		if isGenerated(text) { // of an imported package
			mode = parser.PackageClauseOnly
			lock.Lock()
			generated[name] = string(text)
			lock.Unlock()
		}
		return parser.ParseFile(fset, name, text, mode)
	}
	loaded, err := packages.Load(cfg, opt.Patterns...)
	if err != nil {
		return nil, loadError(err)
	}
	var out []*source
	for _, p := range loaded {
		for _, e := range p.Errors {
			// Entire texts of the compiler ("# package …") are errors of go list.
			if e.Kind != packages.TypeError && !strings.HasPrefix(e.Msg, "# ") {
				return nil, fmt.Errorf("gormango: %s: %s", p.PkgPath, strings.TrimSpace(e.Msg))
			}
		}
		if len(p.GoFiles) == 0 {
			continue // only tests
		}
		s := &source{path: p.PkgPath, name: p.Name, dir: filepath.Dir(p.GoFiles[0]), fset: cfg.Fset, files: p.Syntax, types: p.Types, info: p.TypesInfo,
			generated: map[string]string{}}
		for _, file := range p.GoFiles {
			switch {
			case generated[file] == "":
			case filepath.Base(file) == opt.Output:
				s.hasOutput = true
			default:
				return nil, fmt.Errorf("gormango: %s was written by gormango gen as well: remove it, a package has one such file", shown(file))
			}
		}
		for path, dep := range p.Imports {
			for _, e := range dep.Errors {
				s.imports = append(s.imports, path+": "+strings.TrimSpace(e.Msg))
			}
			for _, file := range dep.GoFiles {
				s.generated[path] += generated[file]
			}
		}
		out = append(out, s)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("gormango: no packages match %s", strings.Join(opt.Patterns, " "))
	}
	slices.SortFunc(out, func(a, b *source) int { return strings.Compare(a.path, b.path) })
	return out, nil
}

// findGenerated returns the files of the packages that gen wrote, and the same
// files without declarations: the go command, which compiles the packages to
// read them, would take minutes for the typed fields of many models.
func findGenerated(ctx context.Context, opt Options) (texts map[string]string, overlay map[string][]byte, err error) {
	texts, overlay = map[string]string{}, map[string][]byte{}
	found, err := packages.Load(&packages.Config{Context: ctx, Dir: opt.Dir, Mode: packages.NeedName | packages.NeedFiles}, opt.Patterns...)
	if err != nil {
		return nil, nil, loadError(err)
	}
	for _, p := range found {
		for _, file := range p.GoFiles {
			text, err := os.ReadFile(file)
			if err == nil && isGenerated(text) {
				texts[file], overlay[file] = string(text), []byte("package "+p.Name+"\n")
			}
		}
	}
	return texts, overlay, nil
}

func loadError(err error) error {
	return fmt.Errorf("gormango: %w", errors.New(strings.TrimPrefix(err.Error(), "err: ")))
}

// hasFields reports whether an imported package has the generated types of a
// model.
func (p *source) hasFields(of *types.Package, name string) bool {
	return of.Scope().Lookup(name+"RelAt") != nil ||
		strings.Contains(p.generated[of.Path()], "\nfunc "+name+"RelAt[")
}

// missing returns a text on imported packages that were not found, which may
// explain an unknown type.
func (p *source) missing() string {
	if len(p.imports) == 0 {
		return " (is its package imported?)"
	}
	slices.Sort(p.imports)
	return ": " + strings.Join(p.imports, "; ")
}

// where returns a position in the form of errors.
func (p *source) where(pos token.Pos) string {
	at := p.fset.Position(pos)
	return fmt.Sprintf("%s:%d", shown(at.Filename), at.Line)
}
