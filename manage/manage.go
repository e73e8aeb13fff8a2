// Package manage contains the commands for migrations, for an application's own
// program:
//
//	func main() {
//		os.Exit(manage.Main(context.Background(), manage.Options{
//			Apps: []manage.App{{Load: migrations.Load, Dir: "shop/migrations"}},
//			Open: open,
//		}))
//	}
//
//	go run ./cmd/manage makemigrations
//	go run ./cmd/manage migrate
//
// The models are compiled into the program, so that no command loads code.
// Command returns the same commands for a program that uses cobra.
//
// # Exit codes
//
// 0 is success, 1 an error, 2 wrong usage. 3 says that something is pending or
// differs: makemigrations --check, migrate --check, check, drift, verify, lint.
package manage

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/migrate"
)

// Options describe the application.
type Options struct {
	// Name is the program's name in help texts. Default: "manage".
	Name string

	// Apps are the migrations of the application. Without them only the
	// commands that need no models exist: inspectdb, dbshell and lint.
	Apps []App

	// Open opens the database. A command closes it at its end. Commands that
	// need no database do not call it. Default: gormango.Open with
	// [gormango.FromEnv].
	Open func(ctx context.Context) (*gorm.DB, error)

	// Silenced are the IDs of checks that the command check leaves out.
	Silenced []string

	// In, Out and Err replace the standard streams. Questions are asked, and
	// colours used, only if they are terminals.
	In       io.Reader
	Out, Err io.Writer
}

// App is the migrations of one app.
type App struct {
	// Load returns the migrations of the files in the program, by migrate.Load.
	Load func() (*migrate.Set, error)

	// Dir is the folder of these files, where makemigrations, squash and rehash
	// write. A relative path starts at the current folder, else at the folder of
	// the module around that.
	Dir string
}

// Main runs the command of os.Args and returns the exit code.
func Main(ctx context.Context, o Options) int { return Run(ctx, o, os.Args[1:]) }

// Run runs the command args and returns the exit code. It prints errors to
// o.Err.
func Run(ctx context.Context, o Options, args []string) int {
	o = o.filled()
	root := Command(o)
	root.SetArgs(args)
	cmd, err := root.ExecuteContextC(ctx)
	return report(o, cmd, err)
}

// Command returns the commands, for a program that has cobra commands of its
// own. Its RunE returns errors that [ExitCode] understands.
func Command(o Options) *cobra.Command {
	o = o.filled()
	root := &cobra.Command{
		Use: o.Name, Short: "Migrations of the database",
		SilenceErrors: true, SilenceUsage: true,
		Args: func(_ *cobra.Command, args []string) error { return noCommand(args) },
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetIn(o.In)
	root.SetOut(o.Out)
	root.SetErr(o.Err)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.CompletionOptions.HiddenDefaultCmd = true
	for _, add := range commands {
		if c := add(&program{Options: o}); c != nil {
			args := c.Args
			c.Args = func(cmd *cobra.Command, given []string) error {
				if err := errors.Join(args(cmd, given), cmd.ValidateFlagGroups()); err != nil {
					return usageError{err}
				}
				return nil
			}
			root.AddCommand(c)
		}
	}
	return root
}

func noCommand(args []string) error {
	if len(args) > 0 {
		return usageError{fmt.Errorf("no command %q", args[0])}
	}
	return nil
}

// program is what the commands share.
type program struct {
	Options
	lines *bufio.Reader // of In, for answers
}

func (o Options) filled() Options {
	if o.Name == "" {
		o.Name = "manage"
	}
	if o.Open == nil {
		o.Open = func(ctx context.Context) (*gorm.DB, error) {
			cfg, err := gormango.FromEnv()
			if err != nil {
				return nil, err
			}
			return gormango.Open(ctx, cfg)
		}
	}
	if o.In == nil {
		o.In = os.Stdin
	}
	if o.Out == nil {
		o.Out = os.Stdout
	}
	if o.Err == nil {
		o.Err = os.Stderr
	}
	return o
}

// with calls fn with the opened database.
func (p *program) with(ctx context.Context, fn func(db *gorm.DB) error) (err error) {
	db, err := p.Open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, gormango.Close(db)) }()
	return fn(db)
}

// usageError is a wrong command line.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// foundError reports that something is pending or differs, which has been
// printed.
type foundError struct{ what string }

func (e foundError) Error() string { return e.what }

// ExitCode returns the exit code for the error of a command: 0 for nil, 2 for
// wrong usage, 3 if something is pending or differs, else 1.
func ExitCode(err error) int {
	switch {
	case err == nil:
		return 0
	case errorIs[usageError](err):
		return 2
	case errorIs[foundError](err), errors.Is(err, migrate.ErrPending), errors.Is(err, migrate.ErrDrift), errors.Is(err, migrate.ErrDangerous):
		return 3
	}
	return 1
}

func errorIs[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// report prints an error and returns the exit code.
func report(o Options, cmd *cobra.Command, err error) int {
	code := ExitCode(err)
	if err == nil {
		return code
	}
	text := strings.TrimPrefix(err.Error(), "migrate: ")
	fmt.Fprintf(o.Err, "%s: %s\n", o.Name, text)
	if code == 2 && cmd != nil {
		fmt.Fprintf(o.Err, "%s", cmd.UsageString())
	}
	return code
}
