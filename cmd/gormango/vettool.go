package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis/unitchecker"

	"github.com/gormango/gormango/cmd/gormango/vet"
)

// runVet runs the analyzer on packages by the go command, which keeps the
// results of packages that have not changed.
func runVet(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("gormango vet", flag.ContinueOnError)
	flags.SetOutput(stderr)
	dir := flags.String("C", "", "folder to read the packages in; the current one when empty")
	tags := flags.String("tags", "", "build tags, as for the go command")
	asJSON := flags.Bool("json", false, "write JSON to standard output; the exit code is 0")
	if code, ok := parse(flags, args); !ok {
		return code
	}
	self, err := os.Executable()
	if err != nil {
		fmt.Fprintf(stderr, "gormango: %v\n", err)
		return 1
	}
	command := []string{"vet", "-vettool=" + self}
	if *tags != "" {
		command = append(command, "-tags="+*tags)
	}
	if *asJSON {
		command = append(command, "-json")
	}
	patterns := flags.Args()
	if len(patterns) == 0 {
		patterns = []string{"."}
	}
	cmd := exec.CommandContext(ctx, "go", append(append(command, "--"), patterns...)...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = *dir, stdout, stderr
	if err := cmd.Run(); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			fmt.Fprintf(stderr, "gormango: %v\n", err)
		}
		return 1
	}
	return 0
}

// isVetTool reports whether the go command runs the program as the tool of go
// vet: it asks for the version and the flags, or names one file.
func isVetTool(args []string) bool {
	return len(args) == 1 && (args[0] == "-V=full" || args[0] == "-flags") ||
		len(args) > 0 && strings.HasSuffix(args[len(args)-1], ".cfg")
}

// runVetTool does what the go command asks for. It returns the exit code.
func runVetTool(args []string, stdout, stderr io.Writer) int {
	last := args[len(args)-1]
	err := error(nil)
	switch last {
	case "-V=full":
		err = printVersion(stdout)
	case "-flags":
		_, err = fmt.Fprintln(stdout, `[{"Name":"json","Bool":true,"Usage":"write JSON"}]`)
	default:
		var unit *vet.Unit
		if unit, err = vet.ReadUnit(last); err != nil {
			break
		}
		if !unit.HasTypes() {
			unitchecker.Main(vet.Analyzer) // ends the program
		}
		asJSON := slices.Contains(args, "-json") || slices.Contains(args, "-json=true")
		out := stderr
		if asJSON {
			out = stdout
		}
		if unit.Stdout != "" && asJSON {
			f, err := os.Create(unit.Stdout)
			if err != nil {
				fmt.Fprintln(stderr, err)
				return 1
			}
			defer func() { _ = f.Close() }()
			out = f
		}
		var found bool
		if found, err = unit.Run(out, asJSON); found && !asJSON {
			return 1
		}
	}
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 1
	}
	return 0
}

// printVersion writes the line that the go command keeps results under.
func printVersion(stdout io.Writer) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	f, err := os.Open(self)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "%s version devel comments-go-here buildID=%x\n", filepath.Base(self), sum.Sum(nil))
	return err
}
