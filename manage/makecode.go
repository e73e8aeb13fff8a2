package manage

import (
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"

	"github.com/gormango/gormango/migrate"
)

// writeCode writes the Go file of a data migration into the app's folder.
func (m *maker) writeCode(p *program, a app, set *migrate.Set) error {
	if m.name == "" {
		return usageError{errors.New("--go without --name (say what the code does)")}
	}
	id, text, err := migrate.CodeFile(set, packageOf(a.dir), m.name, m.code...)
	if err != nil {
		return err
	}
	file := filepath.Join(a.dir, id.Name()+".go")
	if m.dryRun {
		fmt.Fprintf(p.Out, "%s\n%s", file, text)
		return nil
	}
	if _, err := os.Stat(file); err == nil {
		return fmt.Errorf("%s exists already", file)
	}
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		return err
	}
	if m.json {
		return p.json([]made{{ID: id, File: file, Ops: []string{}}})
	}
	fmt.Fprintf(p.Out, "%s\n  - fill it, and hand its variable to migrate.Load by migrate.WithGo\n", paint(p.Out).bold(file))
	return nil
}

// packageOf returns the name of the package in a folder. Without Go files it is
// the folder's name if that can be one.
func packageOf(dir string) string {
	files, _ := filepath.Glob(filepath.Join(dir, "*.go"))
	for _, file := range files {
		if parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.PackageClauseOnly); err == nil && !strings.HasSuffix(file, "_test.go") {
			return parsed.Name.Name
		}
	}
	if abs, err := filepath.Abs(dir); err == nil && token.IsIdentifier(filepath.Base(abs)) {
		return filepath.Base(abs)
	}
	return "migrations"
}
