package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// modules holds the folder of gormango and the GORM that it requires.
type modules struct {
	dir  string // the root of the core module
	gorm string // the source of the required gorm.io/gorm
}

func coreModule(ctx context.Context) (modules, error) {
	var m modules
	for path, dir := range map[string]*string{"github.com/gormango/gormango": &m.dir, "gorm.io/gorm": &m.gorm} {
		out, err := goCommand(ctx, "", "list", "-m", "-json", path).Output()
		if err != nil {
			return m, fmt.Errorf("gormsuite: %w (run it inside gormango's module)", withStderr(err))
		}
		var module struct{ Dir string }
		if err := json.Unmarshal(out, &module); err != nil {
			return m, fmt.Errorf("gormsuite: go list: %w", err)
		}
		if module.Dir == "" {
			return m, fmt.Errorf("gormsuite: %q is not downloaded (run go mod download)", path)
		}
		*dir = module.Dir
	}
	return m, nil
}

// goCommand returns the go command without a workspace, which would refuse the
// suite's module.
func goCommand(ctx context.Context, dir string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off")
	return cmd
}

func withStderr(err error) error {
	if exit, ok := err.(*exec.ExitError); ok && len(exit.Stderr) > 0 {
		return fmt.Errorf("%w: %s", err, bytes.TrimSpace(exit.Stderr))
	}
	return err
}

// sameGORM compares a checkout with the required module, file by file. Tests of
// another version would test code that gormango does not use.
func sameGORM(checkout, module string) error {
	if _, err := os.Stat(filepath.Join(checkout, "tests", "tests_test.go")); err != nil {
		return fmt.Errorf("gormsuite: GORMANGO_GORM_SRC has no tests/tests_test.go (name a checkout of the repository, not a module of the module cache): %w", err)
	}
	return filepath.WalkDir(module, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") {
			return err
		}
		name, err := filepath.Rel(module, path)
		if err != nil {
			return err
		}
		want, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if got, err := os.ReadFile(filepath.Join(checkout, name)); err != nil || !bytes.Equal(got, want) {
			return fmt.Errorf("gormsuite: GORMANGO_GORM_SRC is not the GORM that gormango requires: %q differs from %s (check out that version, without changes)", name, filepath.Base(module))
		}
		return nil
	})
}
