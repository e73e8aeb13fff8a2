package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/gormango/gormango"
)

// writes runs sequences of writes in a database of its own.
type writes struct {
	env *env
	// judge is another connection, for the reset and the digests, which do not
	// count as statements.
	judge *pgx.Conn
	log   *statements
	// seed holds the digests of the tables at the beginning of each sequence.
	seed map[string]string
	dump bool // print the rows of changed tables
	sql  bool // print the statements

	// The fields below belong to the running sequence.
	handles map[string]any
	states  map[any]*state
	signals []any
	commits []any
	listens bool
	// sending are the names that the running save is limited to, as in its step.
	sending []string
}

// runWrites runs a file of sequences.
func runWrites(dsn, ops, only string, dump, sql bool, out io.Writer) error {
	f, err := os.Open(ops)
	if err != nil {
		return err
	}
	defer f.Close()
	list, err := readSpecs(bufio.NewReader(f))
	if err != nil {
		return err
	}
	ctx := context.Background()
	w, err := openWrites(ctx, dsn)
	if err != nil {
		return err
	}
	defer w.close(ctx)
	w.dump, w.sql = dump, sql
	b := bufio.NewWriter(out)
	defer b.Flush()
	fmt.Fprint(b, `{"engine":"gormango","results":[`)
	first := true
	for _, seq := range list {
		if only != "" && !slices.Contains(strings.Split(only, ","), seq.text("id")) {
			continue
		}
		if !first {
			fmt.Fprint(b, ",")
		}
		first = false
		result, err := w.sequence(ctx, seq)
		if err != nil {
			return fmt.Errorf("%s: %w", seq.text("id"), err)
		}
		raw, err := json.Marshal(result)
		if err != nil {
			return fmt.Errorf("%s: %w", seq.text("id"), err)
		}
		fmt.Fprintf(b, "\n%s", raw)
	}
	fmt.Fprintln(b, "\n]}")
	return nil
}

// openWrites opens a database with the tables of the write models.
func openWrites(ctx context.Context, dsn string) (*writes, error) {
	list := make([]any, len(tables))
	for i, t := range tables {
		list[i] = t.blank()
	}
	w := &writes{log: &statements{}}
	db, err := gormango.Open(ctx, gormango.Config{
		URL: dsn, Models: list, Tracer: w.log, StatementTimeout: 20 * time.Second, LockTimeout: 10 * time.Second,
		GORM: func(c *gorm.Config) { c.Logger = logger.Discard },
	})
	if err != nil {
		return nil, err
	}
	w.env = &env{db: db, maxRows: 5000}
	if w.judge, err = pgx.Connect(ctx, dsn); err != nil {
		return nil, err
	}
	return w, nil
}

func (w *writes) close(ctx context.Context) {
	_ = w.judge.Close(ctx)
	_ = gormango.Close(w.env.db)
}

// sequence runs one sequence on the seed rows.
func (w *writes) sequence(ctx context.Context, seq *object) (row, error) {
	if _, err := w.judge.Exec(ctx, "SELECT ow_reset()"); err != nil {
		return nil, err
	}
	if w.seed == nil {
		var err error
		if w.seed, err = w.digests(ctx); err != nil {
			return nil, err
		}
	}
	before := w.seed
	w.handles, w.states, w.signals = map[string]any{}, map[any]*state{}, []any{}
	if w.listens = seq.bool("listen"); w.listens {
		defer w.listen()()
	}
	var steps []any
	for i, x := range seq.list("steps") {
		w.commits = nil
		w.log.start()
		rec, _, err := w.record(ctx, nil, i, x.(*object))
		if no, ok := lacking(err); ok {
			return row{"id": seq.text("id"), "unsupported": no}, nil
		}
		if len(w.commits) > 0 {
			rec["commits"] = w.commits
		}
		after := before
		if w.log.wrote() {
			if after, err = w.digests(ctx); err != nil {
				return nil, err
			}
		}
		if err := w.changes(ctx, rec, before, after); err != nil {
			return nil, err
		}
		before = after
		steps = append(steps, rec)
	}
	return row{"id": seq.text("id"), "steps": steps}, nil
}

// digests returns the number of rows and a digest of them, by table.
func (w *writes) digests(ctx context.Context) (map[string]string, error) {
	rows, err := w.judge.Query(ctx, "SELECT t, n::text || ':' || digest FROM ow_digest")
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	var name, digest string
	_, err = pgx.ForEachRow(rows, []any{&name, &digest}, func() error { out[name] = digest; return nil })
	return out, err
}

// changes records which tables a step has changed.
func (w *writes) changes(ctx context.Context, rec row, before, after map[string]string) error {
	changed := row{}
	for name, d := range after {
		if before[name] != d {
			changed[name] = d
		}
	}
	for name := range before {
		if _, ok := after[name]; !ok {
			changed[name] = "0:"
		}
	}
	rec["changed"] = changed
	if !w.dump || len(changed) == 0 {
		return nil
	}
	dump := map[string][]json.RawMessage{}
	for name := range changed {
		dump[name] = []json.RawMessage{}
	}
	rows, err := w.judge.Query(ctx, `SELECT t, r FROM ow_dump ORDER BY t COLLATE "C", r COLLATE "C"`)
	if err != nil {
		return err
	}
	var name, text string
	_, err = pgx.ForEachRow(rows, []any{&name, &text}, func() error {
		if _, ok := dump[name]; ok {
			dump[name] = append(dump[name], json.RawMessage(text))
		}
		return nil
	})
	rec["rows"] = dump
	return err
}
