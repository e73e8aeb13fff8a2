// Command conformance runs query specs through the library and prints the
// results in the format of Django's side, so that they can be compared.
//
//	go run ./conformance -dsn URL -specs FILE > actual.json
//	go run ./conformance -compare expected.json actual.json
//	go run ./conformance -golden FILE.json.gz -specs FILE expected.json
//	go run ./conformance -writes -dsn URL -ops FILE > actual.json
//	go run ./conformance -golden FILE.json.gz -ops FILE expected.json
//
// With -golden, it writes Django's answers to specs or sequences as a golden
// file for the tests. It only reads databases, except with -writes, which runs
// sequences of writes on the write models' tables. A spec that the library
// cannot express has the result "unsupported".
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/gormango/gormango"
)

func main() {
	dsn := flag.String("dsn", "", "the database with the oracle's tables")
	specs := flag.String("specs", "", "the file of specs")
	maxRows := flag.Int("max-rows", 5000, "rows of a result beyond which only their excess is told")
	timeout := flag.Int("timeout-ms", 5000, "how long a statement may take, in milliseconds")
	withSQL := flag.Bool("sql", false, "print the statements too")
	compare := flag.Bool("compare", false, "compare two outputs, expected and actual")
	show := flag.Int("show", 20, "differences to print")
	golden := flag.String("golden", "", "the golden file to write from the specs and Django's output")
	writes := flag.Bool("writes", false, "run sequences of writes")
	ops := flag.String("ops", "", "the file of sequences, with -writes")
	only := flag.String("only", "", "the ids of sequences to run, separated by commas, with -writes")
	dump := flag.Bool("dump", false, "print the rows of changed tables too, with -writes")
	flag.Parse()
	var err error
	switch {
	case *writes && *dsn != "" && *ops != "":
		err = runWrites(*dsn, *ops, *only, *dump, *withSQL, os.Stdout)
	case *compare && flag.NArg() == 2:
		var same bool
		if same, err = compareFiles(flag.Arg(0), flag.Arg(1), *show, os.Stdout); err == nil && !same {
			os.Exit(1)
		}
	case *golden != "" && *ops != "" && flag.NArg() == 1:
		err = writeWritesGolden(*ops, flag.Arg(0), *golden)
	case *golden != "" && *specs != "" && flag.NArg() == 1:
		err = writeGolden(*specs, flag.Arg(0), *golden)
	case *dsn != "" && *specs != "":
		err = runFile(*dsn, *specs, *maxRows, time.Duration(*timeout)*time.Millisecond, *withSQL, os.Stdout)
	default:
		flag.Usage()
		os.Exit(2)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "conformance:", err)
		os.Exit(1)
	}
}

func runFile(dsn, specs string, maxRows int, timeout time.Duration, withSQL bool, w io.Writer) error {
	f, err := os.Open(specs)
	if err != nil {
		return err
	}
	defer f.Close()
	list, err := readSpecs(bufio.NewReader(f))
	if err != nil {
		return err
	}
	db, err := open(context.Background(), dsn, timeout, time.UTC)
	if err != nil {
		return err
	}
	defer gormango.Close(db)
	e := &env{db: db, maxRows: maxRows}
	out := bufio.NewWriter(w)
	defer out.Flush()
	fmt.Fprint(out, `{"engine":"gormango","results":[`)
	for i, spec := range list {
		if i > 0 {
			fmt.Fprint(out, ",\n")
		}
		raw, err := json.Marshal(e.guarded(spec, withSQL, 2*timeout))
		if err != nil {
			return fmt.Errorf("%s: %w", spec.text("id"), err)
		}
		out.Write(raw)
		out.Flush()
	}
	fmt.Fprintln(out, "]}")
	return nil
}

// open opens a database for reading in a time zone.
func open(ctx context.Context, dsn string, timeout time.Duration, zone *time.Location) (*gorm.DB, error) {
	list := []any{&Publisher{}, &Author{}, &Profile{}, &Tag{}, &Book{}, &Store{}, &Review{}, &Sample{}}
	return gormango.Open(ctx, gormango.Config{
		URL: dsn, Models: list, StatementTimeout: timeout, TimeZone: zone,
		GORM: func(c *gorm.Config) { c.Logger = logger.Discard },
		Pgx: func(c *pgxpool.Config) error {
			c.ConnConfig.RuntimeParams["default_transaction_read_only"] = "on"
			return nil
		},
	})
}

// guarded runs a spec and abandons it after the limit.
func (e *env) guarded(spec *object, withSQL bool, limit time.Duration) row {
	done := make(chan row, 1)
	go func() { done <- e.one(spec, withSQL) }()
	select {
	case out := <-done:
		return out
	case <-time.After(limit):
		return row{"id": spec.text("id"), "order": spec.text("order"),
			"error": row{"class": "hang", "message": "no answer after " + limit.String(), "sqlstate": nil}}
	}
}

// one runs a spec.
func (e *env) one(spec *object, withSQL bool) (out row) {
	order := spec.text("order")
	if order == "" {
		order = "bag"
	}
	out = row{"id": spec.text("id"), "order": order}
	defer func() {
		if p := recover(); p != nil {
			delete(out, "result")
			out["error"] = row{"class": "panic", "message": fmt.Sprint(p), "sqlstate": nil}
		}
	}()
	if why := deviation(spec); why != "" {
		out["deviates"] = why
	}
	c, err := e.build(spec)
	if err == nil {
		if withSQL {
			out["sql"] = []any{}
			if s, _, err := c.sql(); err == nil {
				out["sql"] = []any{s}
			}
		}
		var result any
		if result, err = c.run(spec.object("end")); err == nil {
			out["result"] = result
			return out
		}
	}
	var no unsupported
	if errors.As(err, &no) {
		out["unsupported"] = string(no)
	} else {
		out["error"] = failure(err)
	}
	return out
}
