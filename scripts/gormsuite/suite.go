package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

//go:embed opener.go.txt
var opener []byte

// suite is GORM's tests with another opener. It does not change the checkout:
// the go command reads the two files that differ, and a go.mod with gormango in
// it, from the folder work.
type suite struct {
	source string // the checkout
	work   string // a folder of this run
	url    string // the database
	race   bool
}

func (s *suite) tests() string   { return filepath.Join(s.source, "tests") }
func (s *suite) modfile() string { return filepath.Join(s.work, "go.mod") }
func (s *suite) overlay() string { return filepath.Join(s.work, "overlay.json") }

func (s *suite) prepare(ctx context.Context, core string) error {
	original, err := os.ReadFile(filepath.Join(s.tests(), "tests_test.go"))
	if err != nil {
		return fmt.Errorf("gormsuite: %w", err)
	}
	without, err := withoutOpener(original)
	if err != nil {
		return err
	}
	replace := map[string]string{}
	for name, text := range map[string][]byte{"tests_test.go": without, "gormango_opener_test.go": opener} {
		file := filepath.Join(s.work, name)
		replace[filepath.Join(s.tests(), name)] = file
		if err := os.WriteFile(file, text, 0o600); err != nil {
			return fmt.Errorf("gormsuite: %w", err)
		}
	}
	list, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return fmt.Errorf("gormsuite: %w", err)
	}
	if err := os.WriteFile(s.overlay(), list, 0o600); err != nil {
		return fmt.Errorf("gormsuite: %w", err)
	}
	return s.writeModfile(ctx, core)
}

// writeModfile writes GORM's tests/go.mod with a requirement of gormango. A
// relative replacement is relative to the module's folder, so GORM's own stays
// valid.
func (s *suite) writeModfile(ctx context.Context, core string) error {
	text, err := os.ReadFile(filepath.Join(s.tests(), "go.mod"))
	if err != nil {
		return fmt.Errorf("gormsuite: %w", err)
	}
	if err := os.WriteFile(s.modfile(), text, 0o600); err != nil {
		return fmt.Errorf("gormsuite: %w", err)
	}
	const path = "github.com/gormango/gormango"
	edit := goCommand(ctx, s.tests(), "mod", "edit", "-require="+path+"@v0.0.0", "-replace="+path+"="+core, s.modfile())
	if out, err := edit.CombinedOutput(); err != nil {
		return fmt.Errorf("gormsuite: go mod edit: %w: %s", err, out)
	}
	return nil
}

// withoutOpener returns GORM's tests_test.go with another name for its opener.
func withoutOpener(source []byte) ([]byte, error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "tests_test.go", source, parser.ParseComments)
	if err != nil {
		return nil, fmt.Errorf("gormsuite: %w", err)
	}
	found := false
	for _, decl := range file.Decls {
		if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "OpenTestConnection" {
			f.Name = ast.NewIdent("openTestConnectionOfGORM")
			found = true
		}
	}
	if !found {
		return nil, errors.New("gormsuite: tests_test.go declares no OpenTestConnection (this GORM opens its test database in another way)")
	}
	var out bytes.Buffer
	if err := format.Node(&out, files, file); err != nil {
		return nil, fmt.Errorf("gormsuite: %w", err)
	}
	return out.Bytes(), nil
}

// run runs the tests that match pattern with the settings in back at GORM's own
// values. A failing test is no error.
func (s *suite) run(ctx context.Context, pattern string, back []string) (*result, error) {
	args := []string{
		"test", "-json", "-count=1", "-timeout=20m", "-vet=off",
		"-mod=mod", "-modfile=" + s.modfile(), "-overlay=" + s.overlay(),
	}
	if s.race {
		args = append(args, "-race")
	}
	if pattern != "" {
		args = append(args, "-run="+pattern)
	}
	cmd := goCommand(ctx, s.tests(), append(args, ".")...)
	cmd.Env = append(cmd.Env,
		"GORM_DIALECT=postgres", "GORM_DSN="+s.url, "DEBUG=false", "GORMSUITE_SET_BACK="+strings.Join(back, " "),
	)
	if !s.race {
		cmd.Env = append(cmd.Env, "CGO_ENABLED=0") // without the C compiler, which drivers of other databases need
	}
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = stopGrace
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("gormsuite: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("gormsuite: %w", err)
	}
	r, readErr := readEvents(pipe)
	err = cmd.Wait()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return nil, fmt.Errorf("gormsuite: %w", context.Cause(ctx))
	case readErr != nil:
		return nil, readErr
	case err != nil && !errors.As(err, &exit):
		return nil, fmt.Errorf("gormsuite: go test: %w", err)
	case err != nil && len(r.failed) == 0 && !r.broken():
		return nil, fmt.Errorf("gormsuite: go test: %w\n%s%s", err, stderr.Bytes(), r.rest.String())
	}
	return r, nil
}

// find returns the settings that make a failing test pass, one or else two of
// them, "" if there are none.
func (s *suite) find(ctx context.Context, name string) (string, error) {
	tries := [][]string{}
	for _, one := range settings {
		tries = append(tries, []string{one})
	}
	for i, one := range settings {
		for _, other := range settings[i+1:] {
			tries = append(tries, []string{one, other})
		}
	}
	tries = append(tries, settings)
	for _, back := range tries {
		r, err := s.run(ctx, exactly([]string{name}), back)
		if err != nil {
			return "", err
		}
		if slices.Contains(r.passed, name) {
			return strings.Join(back, "+"), nil
		}
	}
	return "", nil
}
