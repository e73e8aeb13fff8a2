package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// stopGrace is how long an interrupted go test may take to end.
const stopGrace = 10 * time.Second

// counts are numbers of top-level tests.
type counts struct{ pass, skip, fail int }

func (c counts) String() string {
	return fmt.Sprintf("%d pass, %d skip, %d fail", c.pass, c.skip, c.fail)
}

// result is the result of one run of the suite.
type result struct {
	counts
	subtests       counts // below the top-level ones
	passed, failed []string
	begun          map[string]bool // top-level tests without an end: the process died in them
	output         map[string]*strings.Builder
	order          []string        // of output
	rest           strings.Builder // output of no test
	ended          bool
	panicked       bool
}

type event struct {
	Action, Test, Output string
}

// readEvents reads the output of go test -json.
func readEvents(from io.Reader) (*result, error) {
	r := &result{begun: map[string]bool{}, output: map[string]*strings.Builder{}}
	lines := bufio.NewReader(from)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			var e event
			if json.Unmarshal(line, &e) != nil {
				r.rest.Write(line) // output of the go command itself
			} else {
				r.add(e)
			}
		}
		if errors.Is(err, io.EOF) {
			slices.Sort(r.failed)
			return r, nil
		}
		if err != nil {
			return nil, fmt.Errorf("gormsuite: output of go test: %w", err)
		}
	}
}

func (r *result) add(e event) {
	if e.Test == "" {
		r.rest.WriteString(e.Output)
		r.panicked = r.panicked || strings.HasPrefix(e.Output, "panic: ")
		r.ended = r.ended || e.Action == "pass" || e.Action == "fail"
		return
	}
	top, _, sub := strings.Cut(e.Test, "/")
	c := &r.counts
	if sub {
		c = &r.subtests
	}
	switch e.Action {
	case "run":
		r.begun[e.Test] = true
	case "output":
		r.panicked = r.panicked || strings.HasPrefix(e.Output, "panic: ")
		b := r.output[top]
		if b == nil {
			b = &strings.Builder{}
			r.output[top] = b
			r.order = append(r.order, top)
		}
		b.WriteString(e.Output)
		return
	case "pass":
		c.pass++
		if !sub {
			r.passed = append(r.passed, e.Test)
		}
	case "skip":
		c.skip++
	case "fail":
		c.fail++
		if !sub {
			r.failed = append(r.failed, e.Test)
		}
	default:
		return
	}
	if e.Action != "run" {
		delete(r.begun, e.Test)
	}
}

// broken reports whether a run is incomplete: it did not compile, it could not
// open the database, or it panicked.
func (r *result) broken() bool {
	return !r.ended || r.panicked || len(r.begun) > 0 || r.pass+r.skip+r.fail == 0
}

func (r *result) print(out io.Writer, verbose bool) {
	for _, name := range r.order {
		if verbose || slices.Contains(r.failed, name) || r.begun[name] {
			fmt.Fprint(out, r.output[name])
		}
	}
	if r.broken() || verbose {
		fmt.Fprint(out, r.rest.String())
	}
	for _, name := range r.failed {
		fmt.Fprintln(out, "failed:", name)
	}
	fmt.Fprintf(out, "GORM's suite: %s (with subtests: %s)\n", r.counts, counts{
		r.pass + r.subtests.pass, r.skip + r.subtests.skip, r.fail + r.subtests.fail,
	})
}
