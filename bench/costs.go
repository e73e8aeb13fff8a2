package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/url"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/trace"
	"github.com/gormango/gormango/migrate"
	"github.com/jackc/pgx/v5"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// step is a statement of a change.
type step struct {
	sql  string
	took time.Duration
	lock trace.Mode // the strongest on the large table
	read string     // "written anew", "read" or ""
}

// cost is what a change did to others who used the table.
type cost struct {
	by          string
	steps       []step
	took        time.Duration
	write, read time.Duration // the longest that one request took
	failed      int
}

// costs measures what changes of a large table cost those who use it.
func costs(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("bench costs", flag.ContinueOnError)
	rows := flags.Int("rows", 1_000_000, "rows of the table")
	only := flags.String("only", "", "the changes whose name has this text")
	if err := flags.Parse(args); err != nil {
		return err
	}
	server, drop, err := database(ctx)
	if err != nil {
		return err
	}
	defer drop()
	fmt.Printf("Made by `%s` on %s: %d rows, %d processors, fsync off.\n",
		strings.Join(append([]string{"go run -C bench . costs"}, args...), " "), time.Now().UTC().Format(time.DateOnly), *rows, runtime.NumCPU())
	return measureCosts(ctx, os.Stdout, server, *rows, *only)
}

func measureCosts(ctx context.Context, w io.Writer, server string, rows int, only string) error {
	l := lab{server: server, name: fmt.Sprintf("gormango_costs_%d", os.Getpid())}
	defer func() { _ = l.onServer(context.WithoutCancel(ctx), "DROP DATABASE IF EXISTS "+l.name+" WITH (FORCE)") }()
	if err := l.prepare(ctx, rows); err != nil {
		return err
	}
	defer os.RemoveAll(l.dir)
	for _, c := range alterations() {
		if !strings.Contains(c.name, only) {
			continue
		}
		fmt.Fprintf(w, "\n## %s\n\n| by | statement | lock | table | took | longest write | longest read | failed |\n|---|---|---|---|---|---|---|---|\n", c.name)
		for _, way := range []struct {
			by  string
			run func(context.Context, string, alteration) ([]step, error)
		}{{"gormango", l.gormango}, {"Django 5.2", l.django}, {"AutoMigrate", l.autoMigrate}} {
			got, err := l.measure(ctx, way.by, c, way.run)
			if err != nil {
				return fmt.Errorf("%s by %s: %w", c.name, way.by, err)
			}
			got.print(w)
		}
	}
	return nil
}

func (c cost) print(w io.Writer) {
	ms := func(d time.Duration) string { return fmt.Sprintf("%.0f ms", float64(d.Microseconds())/1000) }
	if len(c.steps) == 0 {
		fmt.Fprintf(w, "| %s | nothing | | | %s | %s | %s | %d |\n", c.by, ms(c.took), ms(c.write), ms(c.read), c.failed)
	}
	for i, s := range c.steps {
		worst := "| | |"
		by := ""
		if i == 0 {
			by, worst = c.by, fmt.Sprintf("%s | %s | %d |", ms(c.write), ms(c.read), c.failed)
		}
		text := strings.Join(strings.Fields(s.sql), " ")
		if len(text) > 110 {
			text = text[:107] + "…"
		}
		lock := s.lock.String()
		if s.lock == trace.NoLock {
			lock = ""
		}
		fmt.Fprintf(w, "| %s | `%s` | %s | %s | %s | %s\n", by, strings.ReplaceAll(text, "|", "\\|"), lock, s.read, ms(s.took), worst)
	}
}

// lab is a database with the large table, of which each measurement gets a
// copy.
type lab struct {
	server, dir string
	name        string // of the database that is copied
	create      []string
	copies      int
}

// prepare makes the table by a first migration, and fills it.
func (l *lab) prepare(ctx context.Context, rows int) (err error) {
	if l.dir, err = os.MkdirTemp("", "costs"); err != nil {
		return err
	}
	set, err := l.write(l.dir, Sale{}, Client{})
	if err != nil {
		return err
	}
	if err := l.onServer(ctx, "CREATE DATABASE "+l.name); err != nil {
		return err
	}
	db, err := gormango.Open(ctx, gormango.Config{URL: l.url(l.name)})
	if err != nil {
		return err
	}
	defer gormango.Close(db)
	report, err := migrate.Up(ctx, db, set)
	if err != nil {
		return err
	}
	l.create = report.Statements
	for _, sql := range []string{
		`INSERT INTO clients (name) SELECT 'client ' || g FROM generate_series(1, 1000) g`,
		fmt.Sprintf(`INSERT INTO sales (client, total, qty, note, code) SELECT 1 + g %% 1000, g %% 500, 1, 'note', 'code ' || g FROM generate_series(1, %d) g`, rows),
		`VACUUM (ANALYZE) sales`, `VACUUM (ANALYZE) clients`,
	} {
		if err := db.WithContext(ctx).Exec(sql).Error; err != nil {
			return err
		}
	}
	return nil
}

// write writes the files that lead to models, and returns all files.
func (l *lab) write(dir string, models ...any) (*migrate.Set, error) {
	set, err := migrate.Load(os.DirFS(dir), migrate.App("shop", models...))
	if err != nil {
		return nil, err
	}
	ops, err := set.Changes(nil, nil)
	if err != nil || len(ops) == 0 {
		return set, err
	}
	files, err := migrate.Generate(set, ops, "")
	if err != nil {
		return nil, err
	}
	if err := migrate.Write(dir, files...); err != nil {
		return nil, err
	}
	return migrate.Load(os.DirFS(dir), migrate.App("shop", models...))
}

func (l *lab) url(name string) string {
	u, err := url.Parse(l.server)
	if err != nil {
		panic(err) // gormango has opened it
	}
	u.Path = "/" + name
	return u.String()
}

func (l *lab) onServer(ctx context.Context, sql string) error {
	conn, err := pgx.Connect(ctx, l.server)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, sql)
	return err
}

// measure runs a change on a copy of the table while others use it.
func (l *lab) measure(ctx context.Context, by string, c alteration, run func(context.Context, string, alteration) ([]step, error)) (cost, error) {
	l.copies++
	name := fmt.Sprintf("%s_%d", l.name, l.copies)
	if err := l.onServer(ctx, "CREATE DATABASE "+name+" TEMPLATE "+l.name); err != nil {
		return cost{}, err
	}
	defer func() { _ = l.onServer(context.WithoutCancel(ctx), "DROP DATABASE "+name+" WITH (FORCE)") }()
	got := cost{by: by}
	stop := make(chan struct{})
	writes := use(ctx, l.url(name), `UPDATE sales SET qty = qty + 1 WHERE id = $1`, stop)
	reads := use(ctx, l.url(name), `SELECT qty FROM sales WHERE id = $1`, stop)
	time.Sleep(300 * time.Millisecond) // they are warm
	writes.reset <- struct{}{}
	reads.reset <- struct{}{}
	start := time.Now()
	steps, err := run(ctx, l.url(name), c)
	got.took = time.Since(start)
	time.Sleep(50 * time.Millisecond)
	close(stop)
	w, r := <-writes.result, <-reads.result
	if err := errors.Join(err, w.err, r.err); err != nil {
		return got, err
	}
	got.write, got.read, got.failed = w.longest, r.longest, w.failed+r.failed
	got.steps, err = l.traced(ctx, l.url(name), steps)
	return got, err
}

// used is what a user of the table saw.
type used struct {
	longest time.Duration
	failed  int
	err     error
}

type user struct {
	reset  chan struct{}
	result chan used
}

// use sends a request for one row after the other, until stop.
func use(ctx context.Context, url, sql string, stop <-chan struct{}) user {
	u := user{make(chan struct{}, 1), make(chan used, 1)}
	go func() {
		var out used
		defer func() { u.result <- out }()
		conn, err := pgx.Connect(ctx, url)
		if err != nil {
			out.err = err
			return
		}
		defer conn.Close(ctx)
		for {
			select {
			case <-stop:
				return
			case <-u.reset:
				out = used{}
			default:
			}
			start := time.Now()
			if _, err := conn.Exec(ctx, sql, pgx.QueryExecModeExec, 1+rand.Int64N(1000)); err != nil {
				out.failed++
			}
			out.longest = max(out.longest, time.Since(start))
			time.Sleep(time.Millisecond)
		}
	}()
	return u
}

// traced adds what the server does for each step.
func (l *lab) traced(ctx context.Context, url string, steps []step) ([]step, error) {
	db, err := gormango.Open(ctx, gormango.Config{URL: url})
	if err != nil {
		return nil, err
	}
	defer gormango.Close(db)
	return steps, trace.With(ctx, db, trace.Options{Create: l.create}, func(c *trace.Copy) error {
		for i, s := range steps {
			facts, err := c.Run(ctx, []string{s.sql})
			if err != nil {
				return err
			}
			f := facts[0]
			steps[i].lock = f.Locks["sales"]
			if slices.Contains(f.Read, "sales") {
				steps[i].read = "read"
			}
			if slices.Contains(f.Rewritten, "sales") {
				steps[i].read = "written anew"
			}
			if strings.HasPrefix(s.sql, "DO $fill$") { // it finds no rows to fill in the copy
				steps[i].lock, steps[i].read = trace.RowExclusive, "written in batches"
			}
			if err := c.Advance(ctx, []string{s.sql}); err != nil {
				return err
			}
		}
		return nil
	})
}

// gormango writes files for the change and runs them.
func (l *lab) gormango(ctx context.Context, url string, c alteration) ([]step, error) {
	dir, err := os.MkdirTemp("", "costs")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if err := os.CopyFS(dir, os.DirFS(l.dir)); err != nil {
		return nil, err
	}
	set, err := l.write(dir, c.model, Client{})
	if err != nil {
		return nil, err
	}
	db, err := gormango.Open(ctx, gormango.Config{URL: url})
	if err != nil {
		return nil, err
	}
	defer gormango.Close(db)
	var steps []step
	var at time.Time
	ended := func() {
		if n := len(steps); n > 0 && steps[n-1].took == 0 {
			steps[n-1].took = time.Since(at)
		}
	}
	options := []migrate.Option{migrate.OnEvent(func(e migrate.Event) {
		if ended(); e.Kind == "statement" {
			steps, at = append(steps, step{sql: e.Stmt}), time.Now()
		}
	})}
	for _, rule := range []string{"L13", "L16", "L17"} {
		options = append(options, migrate.Allow(rule, "what it costs is measured"))
	}
	_, err = migrate.Up(ctx, db, set, options...)
	return steps, err
}

// django runs Django's statements in a transaction, as its migrate does.
func (l *lab) django(ctx context.Context, url string, c alteration) ([]step, error) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return nil, err
	}
	defer conn.Close(ctx)
	var steps []step
	return steps, pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		for _, sql := range c.django {
			start := time.Now()
			if _, err := tx.Exec(ctx, sql); err != nil {
				return err
			}
			steps = append(steps, step{sql: sql, took: time.Since(start)})
		}
		return nil
	})
}

// changing records the statements of AutoMigrate that change something.
type changing struct {
	logger.Interface
	steps *[]step
}

// LogMode returns the same logger.
func (r changing) LogMode(logger.LogLevel) logger.Interface { return r }

// Trace records a statement.
func (r changing) Trace(_ context.Context, begin time.Time, fc func() (string, int64), _ error) {
	if sql, _ := fc(); !strings.HasPrefix(sql, "SELECT") {
		*r.steps = append(*r.steps, step{sql: sql, took: time.Since(begin)})
	}
}

// autoMigrate runs GORM's AutoMigrate.
func (l *lab) autoMigrate(ctx context.Context, url string, c alteration) ([]step, error) {
	var steps []step
	db, err := gorm.Open(postgres.Open(url), &gorm.Config{Logger: changing{logger.Discard, &steps}})
	if err != nil {
		return nil, err
	}
	defer gormango.Close(db)
	err = db.WithContext(ctx).AutoMigrate(c.model)
	return steps, err
}
