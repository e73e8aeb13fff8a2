package vet

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"reflect"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/inspector"
)

// Unit is a package as the go command hands it to the tool of go vet.
type Unit struct {
	ID, ImportPath, GoVersion string
	GoFiles                   []string
	// ImportMap maps the paths of imports to packages, PackageFile those to files
	// of their types, PackageVetx to what the tool wrote for them.
	ImportMap, PackageFile, PackageVetx map[string]string
	VetxOnly                            bool
	VetxOutput                          string
	// Stdout is the file for what is written to standard output, if it is set.
	Stdout                    string
	SucceedOnTypecheckFailure bool
}

// ReadUnit reads the file that describes a package.
func ReadUnit(file string) (*Unit, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("gormango: %w", err)
	}
	u := &Unit{}
	if err := json.Unmarshal(text, u); err != nil {
		return nil, fmt.Errorf("gormango: %s: %w", file, err)
	}
	return u, nil
}

// HasTypes reports whether the unit names the types of imports. A go command that
// does not name them expects the tool to write them beside its facts.
func (u *Unit) HasTypes() bool { return len(u.PackageFile) > 0 }

// magic begins the files of facts that Run writes.
const magic = "gormango vet 1\n"

// Run checks the package and writes what it has found to out, as text or as
// JSON. found reports whether there is anything. The package's facts go to
// VetxOutput.
//
// A package that is only imported and does not use gormango is not read: most
// packages of a program.
func (u *Unit) Run(out io.Writer, asJSON bool) (found bool, err error) {
	imported := map[string]*knowledge{}
	uses := false
	for _, path := range u.ImportMap {
		uses = uses || IsLibrary(path)
		k, err := readKnowledge(u.PackageVetx[path])
		if err != nil {
			return false, err
		}
		imported[path] = k
		uses = uses || !k.isEmpty()
	}
	own := &knowledge{}
	if uses && !IsLibrary(u.ImportPath) {
		diagnostics, fset, err := u.check(imported, own)
		if err != nil {
			if u.SucceedOnTypecheckFailure {
				return false, nil
			}
			return false, err
		}
		if found = len(diagnostics) > 0 && !u.VetxOnly; found {
			if err := u.print(out, fset, diagnostics, asJSON); err != nil {
				return false, err
			}
		}
	}
	if u.VetxOutput == "" {
		return found, nil
	}
	text := bytes.NewBufferString(magic)
	if !own.isEmpty() {
		if err := gob.NewEncoder(text).Encode(own); err != nil {
			return false, fmt.Errorf("gormango: %w", err)
		}
	}
	return found, os.WriteFile(u.VetxOutput, text.Bytes(), 0o666)
}

// readKnowledge reads a file of facts. One of another tool has none.
func readKnowledge(file string) (*knowledge, error) {
	k := &knowledge{}
	if file == "" {
		return k, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("gormango: %w", err)
	}
	rest, ok := bytes.CutPrefix(text, []byte(magic))
	if !ok || len(rest) == 0 {
		return k, nil
	}
	if err := gob.NewDecoder(bytes.NewReader(rest)).Decode(k); err != nil {
		return nil, fmt.Errorf("gormango: %s: %w", file, err)
	}
	return k, nil
}

// check reads and checks the package. It sets own to its facts.
func (u *Unit) check(imported map[string]*knowledge, own *knowledge) ([]analysis.Diagnostic, *token.FileSet, error) {
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range u.GoFiles {
		f, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, nil, err
		}
		files = append(files, f)
	}
	compiled := importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) {
		file, ok := u.PackageFile[path]
		if !ok {
			return nil, fmt.Errorf("gormango: no types of package %q", path)
		}
		return os.Open(file)
	})
	cfg := &types.Config{
		GoVersion: u.GoVersion, Sizes: types.SizesFor("gc", "amd64"),
		Importer: importFunc(func(path string) (*types.Package, error) {
			if to, ok := u.ImportMap[path]; ok {
				path = to
			}
			if path == "unsafe" {
				return types.Unsafe, nil
			}
			return compiled.Import(path)
		}),
	}
	info := &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{}, Instances: map[*ast.Ident]types.Instance{}, Implicits: map[ast.Node]types.Object{},
	}
	pkg, err := cfg.Check(u.ImportPath, fset, files, info)
	if err != nil {
		return nil, nil, err
	}
	var found []analysis.Diagnostic
	_, err = Analyzer.Run(&analysis.Pass{
		Analyzer: Analyzer, Fset: fset, Files: files, Pkg: pkg, TypesInfo: info, TypesSizes: cfg.Sizes,
		ResultOf: map[*analysis.Analyzer]any{inspect.Analyzer: inspector.New(files)},
		Report:   func(d analysis.Diagnostic) { found = append(found, d) },
		ImportPackageFact: func(p *types.Package, fact analysis.Fact) bool {
			k := imported[p.Path()]
			if k == nil || k.isEmpty() {
				return false
			}
			reflect.ValueOf(fact).Elem().Set(reflect.ValueOf(k).Elem())
			return true
		},
		ExportPackageFact: func(fact analysis.Fact) { *own = *fact.(*knowledge) },
	})
	return found, fset, err
}

type importFunc func(path string) (*types.Package, error)

func (f importFunc) Import(path string) (*types.Package, error) { return f(path) }

// print writes what was found in the forms of go vet.
func (u *Unit) print(out io.Writer, fset *token.FileSet, found []analysis.Diagnostic, asJSON bool) error {
	slices.SortStableFunc(found, func(a, b analysis.Diagnostic) int { return int(a.Pos) - int(b.Pos) })
	if !asJSON {
		var errs []error
		for _, d := range found {
			_, err := fmt.Fprintf(out, "%s: %s\n", fset.Position(d.Pos), d.Message)
			errs = append(errs, err)
		}
		return errors.Join(errs...)
	}
	type diagnostic struct {
		Posn    string `json:"posn"`
		Message string `json:"message"`
	}
	var list []diagnostic
	for _, d := range found {
		list = append(list, diagnostic{fset.Position(d.Pos).String(), d.Message})
	}
	enc := json.NewEncoder(out)
	enc.SetIndent("", "\t")
	return enc.Encode(map[string]map[string][]diagnostic{u.ID: {Analyzer.Name: list}})
}
