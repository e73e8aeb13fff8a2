// Command gormango contains the tools of gormango. It is a module of its own,
// so that a program that uses gormango does not depend on the packages that
// read Go code.
//
//	gormango gen [-C dir] [-check] [-o zz_gormango.go] [packages]
//	gormango vet [-C dir] [-tags list] [-json] [packages]
//	gormango inspectdb [--schema s] [--tables a,b] [--package p] [-o file]
//	gormango lint --dir folder [--since migration] [--format text|json|github]
//	gormango dbshell [-- psql arguments]
//
// Gen writes the typed fields of the models in each package (by default the one
// in the current folder) into one file of that package: F.Book.Title,
// F.Book.Author().Name. It reads only the source. With -check it writes
// nothing, and the exit code is 1 if a file differs from what gen would write.
// See docs/typed-fields.md for what counts as a model.
//
// Vet reports names that a model does not have, values that its fields do not
// take, and misused queries in each package (by default the one in the current
// folder). "go vet -vettool=$(which gormango) ./..." does the same. See
// docs/vet.md.
//
// The others are commands of package manage that need no models. Their database
// is that of DATABASE_URL or libpq's PG* variables, else one on a local server
// for development.
//
// The exit code is 0 for success, 1 for an error, a stale file or a finding of
// vet, 2 for wrong usage, 3 if lint finds dangerous statements.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/gormango/gormango/cmd/gormango/internal/gen"
)

const usage = `usage: gormango gen [-C dir] [-check] [-o zz_gormango.go] [packages]
       gormango vet [-C dir] [-tags list] [-json] [packages]
       gormango inspectdb | lint | dbshell [flags]

gen        writes the typed fields of the models in the packages (default ".")
vet        finds mistakes in the use of models and queries (default ".")
inspectdb  writes models for the tables of a database
lint       finds statements in migration files that harm a running application
dbshell    runs psql on the database
`

func main() {
	if isVetTool(os.Args[1:]) {
		os.Exit(runVetTool(os.Args[1:], os.Stdout, os.Stderr))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is main with its inputs as arguments. It returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	if len(args) == 0 {
		fmt.Fprint(stderr, usage)
		return 2
	}
	switch args[0] {
	case "gen":
		return runGen(ctx, args[1:], stdout, stderr)
	case "vet":
		return runVet(ctx, args[1:], stdout, stderr)
	case "inspectdb", "lint", "dbshell":
		return runManage(ctx, args, stdout, stderr)
	case "help", "-h", "-help", "--help":
		fmt.Fprint(stdout, usage)
		return 0
	}
	fmt.Fprintf(stderr, "gormango: no command %q (choices are gen, vet, inspectdb, lint, dbshell, help)\n", args[0])
	return 2
}

func runGen(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("gormango gen", flag.ContinueOnError)
	flags.SetOutput(stderr)
	dir := flags.String("C", "", "folder to read the packages in; the current one when empty")
	check := flags.Bool("check", false, "write nothing; fail when a file is not what gen would write")
	output := flags.String("o", gen.DefaultOutput, "name of the file in each package")
	if code, ok := parse(flags, args); !ok {
		return code
	}
	written, err := gen.Run(ctx, gen.Options{Dir: *dir, Patterns: flags.Args(), Output: *output, Check: *check, Notes: stderr})
	for _, name := range written {
		fmt.Fprintln(stdout, name)
	}
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 1
	}
	return 0
}

// parse reads the arguments of a command. It returns false and the exit code if
// the command ends with that.
func parse(flags *flag.FlagSet, args []string) (code int, ok bool) {
	flags.Usage = func() {
		fmt.Fprint(flags.Output(), usage, "\n")
		flags.PrintDefaults()
	}
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0, false
	case err != nil:
		return 2, false
	}
	return 0, true
}
