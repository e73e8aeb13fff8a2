package main

import (
	"bufio"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"strings"
	"time"
)

// pythonEnv names the environment variable with the command of a Python that
// has Django or SQLAlchemy, and psycopg 3.
const pythonEnv = "GORMANGO_BENCH_PYTHON"

//go:embed python/peer.py
var pythonSource string

// pythonContenders returns Django and SQLAlchemy, none without a Python. A
// library that it lacks has no way for any case.
func pythonContenders(ctx context.Context, url string) ([]Contender, error) {
	command := strings.Fields(os.Getenv(pythonEnv))
	if len(command) == 0 {
		return nil, nil
	}
	var list []Contender
	for _, c := range []struct{ name, library string }{{"Django", "django"}, {"SQLAlchemy", "sqlalchemy"}} {
		p, err := startPython(command, c.library, url)
		if err != nil {
			return nil, err
		}
		version := p.version
		if err := p.Close(); err != nil {
			return nil, err
		}
		list = append(list, Contender{Name: c.name, Version: version, Open: func(_ context.Context, url string, _ int) (Peer, error) {
			p, err := startPython(command, c.library, url)
			if err != nil || p.version == "" {
				return none{}, err
			}
			return p, nil
		}})
	}
	return list, ctx.Err()
}

// byPython is a library of Python in a process of its own, which measures
// itself: what lies between it and this process does not count.
type byPython struct {
	none
	cmd     *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
	version string // "" if the library is missing

	recording bool // whether calls are kept, not sent
	calls     []pythonCall
}

// pythonMost is the most rows of an operation: a round of more would take minutes.
const pythonMost = 10_000

// pythonCall is the name of a call and its argument.
type pythonCall [2]any

// startPython starts a process for a library.
func startPython(command []string, library, url string) (*byPython, error) {
	args := append(append([]string{}, command[1:]...), "-c", pythonSource, library, url)
	p := &byPython{cmd: exec.Command(command[0], args...)}
	p.cmd.Stderr = os.Stderr
	var err error
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.out = bufio.NewReader(out)
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("bench: start the Python of %s: %w", pythonEnv, err)
	}
	var hello struct{ Version, Missing string }
	if err := p.read(&hello); err != nil {
		return nil, errors.Join(err, p.Close())
	}
	p.version = hello.Version
	return p, nil
}

func (p *byPython) Close() error {
	return errors.Join(p.in.Close(), p.cmd.Wait())
}

// read decodes the next line.
func (p *byPython) read(into any) error {
	line, err := p.out.ReadBytes('\n')
	if err != nil {
		return fmt.Errorf("bench: the Python of %s ended: %w", pythonEnv, err)
	}
	return json.Unmarshal(line, into)
}

// ask sends calls and decodes the answer.
func (p *byPython) ask(calls []pythonCall, extra, threads int, rows bool, into any) error {
	line, err := json.Marshal(map[string]any{"calls": calls, "extra": extra, "threads": threads, "rows": rows})
	if err != nil {
		return err
	}
	if _, err := p.in.Write(append(line, '\n')); err != nil {
		return err
	}
	var answer json.RawMessage
	if err := p.read(&answer); err != nil {
		return err
	}
	var failed struct{ Error string }
	if err := json.Unmarshal(answer, &failed); err != nil {
		return err
	}
	if failed.Error != "" {
		return errors.New("bench: python: " + failed.Error)
	}
	return json.Unmarshal(answer, into)
}

// measured does operations, after some that do not count, and returns what one
// cost.
func (p *byPython) measured(ctx context.Context, all []Op, extra, threads int) (Sample, error) {
	p.recording, p.calls = true, nil
	defer func() { p.recording, p.calls = false, nil }()
	for _, op := range all {
		if _, err := op(ctx); err != nil {
			return Sample{}, err
		}
	}
	var used struct{ Wall, CPU float64 }
	if err := p.ask(p.calls, extra, threads, false, &used); err != nil {
		return Sample{}, err
	}
	per := float64(time.Second) / float64(len(all)-extra)
	return Sample{used.Wall * per, used.CPU * per, math.NaN(), math.NaN()}, nil
}

// result runs one call and decodes what it returns into a T, or keeps it for
// measured.
func result[T any](p *byPython, name string, arg any) (T, error) {
	var zero T
	if p.recording {
		p.calls = append(p.calls, pythonCall{name, arg})
		return zero, nil
	}
	var answer struct{ Rows []T }
	if err := p.ask([]pythonCall{{name, arg}}, 0, 1, true, &answer); err != nil {
		return zero, err
	}
	if len(answer.Rows) != 1 {
		return zero, fmt.Errorf("bench: python: %d answers", len(answer.Rows))
	}
	return answer.Rows[0], nil
}

// keyed sets the keys that a write returns.
func (p *byPython) keyed(name string, es []*Entry) error {
	ids, err := result[[]int64](p, name, rowsOf(es))
	for i, id := range ids {
		es[i].ID = id
	}
	return err
}

// rowOfEntry returns the columns of an entry, its key first.
func rowOfEntry(e *Entry) []any { return append([]any{e.ID}, e.values()...) }

func rowsOf(es []*Entry) [][]any {
	rows := make([][]any, len(es))
	for i, e := range es {
		rows[i] = rowOfEntry(e)
	}
	return rows
}

func (p *byPython) One(_ context.Context, id int64) (any, error) { return result[Item](p, "one", id) }

func (p *byPython) List(_ context.Context, n int) (any, error) {
	if n > pythonMost {
		return nil, errNone
	}
	return result[[]Item](p, "list", n)
}

func (p *byPython) Join(_ context.Context, city string) (any, error) {
	return result[[]Task](p, "join", city)
}

func (p *byPython) Related(_ context.Context, n int) (any, error) {
	return result[[]Task](p, "related", n)
}

func (p *byPython) Prefetch(_ context.Context, n int) (any, error) {
	return result[[]Owner](p, "prefetch", n)
}

func (p *byPython) Count(_ context.Context, city string) (int64, error) {
	return result[int64](p, "count", city)
}

func (p *byPython) Exists(_ context.Context, city string) (bool, error) {
	return result[bool](p, "exists", city)
}

func (p *byPython) Groups(_ context.Context, max int64) (any, error) {
	return result[[]Group](p, "groups", max)
}

func (p *byPython) Insert(_ context.Context, e *Entry) (err error) {
	id, err := result[int64](p, "insert", rowOfEntry(e))
	if err == nil && id > 0 {
		e.ID = id
	}
	return err
}

func (p *byPython) BulkInsert(_ context.Context, es []*Entry) error {
	if len(es) > pythonMost {
		return errNone
	}
	return p.keyed("bulk_insert", es)
}

func (p *byPython) Update(_ context.Context, e *Entry) error {
	_, err := result[any](p, "update", rowOfEntry(e))
	return err
}

func (p *byPython) BulkUpdate(_ context.Context, es []*Entry) error {
	_, err := result[any](p, "bulk_update", rowsOf(es))
	return err
}

func (p *byPython) Upsert(_ context.Context, es []*Entry) error { return p.keyed("upsert", es) }

func (p *byPython) Delete(_ context.Context, id int64) error {
	_, err := result[any](p, "delete", id)
	return err
}

func (p *byPython) Transaction(_ context.Context, e *Entry, name string, stock int32) (any, error) {
	return result[Entry](p, "transaction", []any{rowOfEntry(e), name, stock})
}

func (p *byPython) GetOrCreate(_ context.Context, e *Entry) (any, error) {
	return result[Entry](p, "get_or_create", rowOfEntry(e))
}
