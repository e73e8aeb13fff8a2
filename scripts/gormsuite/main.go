// Command gormsuite runs GORM's own test suite with gormango.Open in place of
// GORM's opener.
//
//	GORMANGO_GORM_SRC=/path/to/gorm go run ./scripts/gormsuite [-defaults] [-protocol MODE] [-race] [-run REGEXP] [-v]
//
// GORMANGO_GORM_SRC is a checkout of GORM, of the version that gormango
// requires (git clone -b v1.31.2 https://github.com/go-gorm/gorm). The command
// does not write to it. The server is that of DATABASE_URL, else the one that
// devpg finds or starts. The suite gets a database of its own, which is dropped
// at the end. GORM's tests are a module of their own, whose dependencies the go
// command downloads as usual.
//
// By default the settings of GORM that change the text of SQL or of errors (the
// named columns, the translated errors and the skipped default transaction)
// have GORM's own values through Config.GORM. Then every test must have the
// result of GORM's opener. With -defaults gormango's settings stay, and each
// test that fails must be listed in expected.txt with the settings that explain
// it. The program proves the explanation: it runs the test again with GORM's
// values of just those settings. Two tests of GORM's cache depend on the
// machine's speed and use no database. They are retried.
//
// The exit code is 0 if all results are as expected, 1 if a test differs, and 2
// if the suite could not run.
package main

import (
	"context"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
)

// baseline is the result of GORM's own opener on PostgreSQL. The skipped tests
// are those of other databases.
var baseline = counts{pass: 395, skip: 17}

// settings are the fields of gorm.Config whose default in gormango changes SQL
// text or errors.
var settings = []string{"QueryFields", "TranslateError", "SkipDefaultTransaction"}

// errNotAsExpected reports that the suite ran with an unexpected result.
var errNotAsExpected = errors.New("gormsuite: the result is not the expected one")

type options struct {
	defaults, race, verbose bool
	run, protocol           string
}

func main() {
	var o options
	flag.BoolVar(&o.defaults, "defaults", false, "keep gormango's defaults; failing tests have to stand in expected.txt")
	flag.BoolVar(&o.race, "race", false, "run with the race detector")
	flag.BoolVar(&o.verbose, "v", false, "print the output of every test, not only of those that fail")
	flag.StringVar(&o.run, "run", "", "run the tests that match `REGEXP` only; the counts are not compared")
	flag.StringVar(&o.protocol, "protocol", "", "pgx's default_query_exec_mode (`MODE`: exec, simple_protocol …); default: that of gormango.Open")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	switch err := check(ctx, o, os.Stdout); {
	case err == nil:
	case errors.Is(err, errNotAsExpected):
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	default:
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}

// check runs the suite and compares the result. It cleans up before it returns.
func check(ctx context.Context, o options, out io.Writer) error {
	source := os.Getenv("GORMANGO_GORM_SRC")
	if source == "" {
		return errors.New("gormsuite: GORMANGO_GORM_SRC is not set (name a checkout of GORM: git clone -b v1.31.2 https://github.com/go-gorm/gorm)")
	}
	source, err := filepath.Abs(source)
	if err != nil {
		return fmt.Errorf("gormsuite: %w", err)
	}
	core, err := coreModule(ctx)
	if err != nil {
		return err
	}
	if err := sameGORM(source, core.gorm); err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "gormsuite-")
	if err != nil {
		return fmt.Errorf("gormsuite: %w", err)
	}
	defer os.RemoveAll(work)
	s := &suite{source: source, work: work, race: o.race}
	if err := s.prepare(ctx, core.dir); err != nil {
		return err
	}
	url, drop, err := database(ctx, o.protocol)
	if err != nil {
		return err
	}
	defer drop()
	s.url = url

	back := settings
	if o.defaults {
		back = nil
	}
	result, err := s.run(ctx, o.run, back)
	if err != nil {
		return err
	}
	if err := s.tryClockTests(ctx, result, back, out); err != nil {
		return err
	}
	result.print(out, o.verbose)
	switch {
	case o.defaults:
		return explain(ctx, s, result, o.run, out)
	case result.broken() || len(result.failed) > 0:
		return fmt.Errorf("%w: a test failed", errNotAsExpected)
	case o.run == "" && result.counts != baseline:
		return fmt.Errorf("%w: want %s", errNotAsExpected, baseline)
	}
	return nil
}

//go:embed expected.txt
var expectedText string

// explain compares the failures under gormango's defaults with expected.txt.
func explain(ctx context.Context, s *suite, got *result, run string, out io.Writer) error {
	if got.broken() {
		return fmt.Errorf("%w: the suite did not run to its end", errNotAsExpected)
	}
	expected, err := parseExpected(expectedText)
	if err != nil {
		return err
	}
	chosen, err := regexp.Compile(run)
	if err != nil {
		return fmt.Errorf("gormsuite: %w", err)
	}
	wrong := 0
	say := func(format string, args ...any) {
		wrong++
		fmt.Fprintf(out, "  "+format+"\n", args...)
	}
	fmt.Fprintln(out, "against expected.txt:")
	together := map[string][]string{}
	for _, name := range got.failed {
		if because, ok := expected[name]; ok {
			together[because] = append(together[because], name)
			continue
		}
		say("%s fails and is not in expected.txt", name)
		if why, err := s.find(ctx, name); err != nil {
			return err
		} else if why != "" {
			fmt.Fprintf(out, "    it passes with GORM's own %s\n", why)
		}
	}
	for name := range expected {
		if chosen.MatchString(name) && !slices.Contains(got.failed, name) {
			say("%s does not fail any more (take it out of expected.txt)", name)
		}
	}
	for because, names := range together {
		again, err := s.run(ctx, exactly(names), strings.Split(because, "+"))
		if err != nil {
			return err
		}
		for _, name := range names {
			if slices.Contains(again.passed, name) {
				fmt.Fprintf(out, "  %s: because of %s, and passes without\n", name, because)
			} else {
				say("%s fails with GORM's own %s too: something else is wrong", name, because)
			}
		}
	}
	if total := got.pass + got.skip + got.fail; run == "" && total != baseline.pass+baseline.skip {
		say("%d tests ran, want %d", total, baseline.pass+baseline.skip)
	}
	if wrong > 0 {
		return fmt.Errorf("%w: %d of the above", errNotAsExpected, wrong)
	}
	fmt.Fprintf(out, "  every failure is explained (%d)\n", len(got.failed))
	return nil
}

// exactly returns the expression of -run for top-level tests of these names.
func exactly(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = regexp.QuoteMeta(name)
	}
	return "^(" + strings.Join(quoted, "|") + ")$"
}
