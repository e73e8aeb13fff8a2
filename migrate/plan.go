package migrate

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"gorm.io/gorm"
)

// PlanStep is a step of a plan.
type PlanStep struct {
	Migration *Migration
	Back      bool
	// Recorded reports that nothing is run: the database has applied all that the
	// migration replaces.
	Recorded bool
	// Losses are the data that a step back deletes.
	Losses []Loss
	// Findings are what Lint says of the step's statements.
	Findings []Finding
}

// Statements returns the statements of the step in order, none for a
// GoMigration.
func (s PlanStep) Statements() []Stmt {
	switch {
	case s.Recorded:
		return nil
	case s.Back:
		return s.Migration.Back
	}
	return s.Migration.Forward
}

// Plan returns the steps that Up would do, with the findings of Lint. It
// changes nothing and takes no lock of migrations.
func (r *Runner) Plan(ctx context.Context, to ...ID) ([]PlanStep, error) {
	steps, err := r.plan(ctx, func(rows map[ID]Applied) ([]task, error) { return r.forwards(rows, to...) })
	if err != nil || len(steps) == 0 {
		return steps, err
	}
	findings, err := r.Lint(ctx, to...)
	if err != nil {
		return nil, err
	}
	for i := range steps {
		for _, f := range findings {
			if f.ID == steps[i].Migration.ID && !f.Back {
				steps[i].Findings = append(steps[i].Findings, f)
			}
		}
	}
	return steps, nil
}

// PlanBack returns the steps that Back would do, with the data that they
// delete. It changes nothing and takes no lock.
func (r *Runner) PlanBack(ctx context.Context, to ID) ([]PlanStep, error) {
	return r.plan(ctx, func(rows map[ID]Applied) ([]task, error) { return r.backs(rows, to) })
}

func (r *Runner) plan(ctx context.Context, todo func(map[ID]Applied) ([]task, error)) ([]PlanStep, error) {
	if r.set == nil {
		return nil, errNoSet
	}
	rows, err := r.history.read(ctx, r.db)
	if err != nil {
		return nil, err
	}
	tasks, err := todo(rows)
	if err != nil {
		return nil, err
	}
	var out []PlanStep
	for _, t := range tasks {
		losses, err := r.losses(ctx, []task{t})
		if err != nil {
			return nil, err
		}
		out = append(out, PlanStep{Migration: t.Migration, Back: t.back, Recorded: t.record, Losses: losses})
	}
	return out, nil
}

// Status returns the rows of the history in the order in which they were
// applied.
func (r *Runner) Status(ctx context.Context) ([]Applied, error) {
	rows, err := r.history.read(ctx, r.db)
	if err != nil {
		return nil, err
	}
	return slices.SortedFunc(maps.Values(rows), func(a, b Applied) int {
		if c := a.At.Compare(b.At); c != 0 {
			return c
		}
		return strings.Compare(string(a.ID), string(b.ID))
	}), nil
}

// Wait returns when every migration of the set is applied. It changes nothing
// and takes no lock: it is for processes that start beside the one that
// migrates. The error is ErrBusy after MaxWait.
func (r *Runner) Wait(ctx context.Context) error {
	if r.set == nil {
		return errNoSet
	}
	w := &wait{limits: r.limits}
	for {
		rows, err := r.history.read(ctx, r.db)
		if err != nil {
			return err
		}
		tasks, err := r.forwards(rows)
		if err != nil {
			return err
		}
		tasks = slices.DeleteFunc(tasks, func(t task) bool { return t.record })
		if len(tasks) == 0 {
			return nil
		}
		var missing []ID
		for _, t := range tasks {
			missing = append(missing, t.ID)
		}
		cause := fmt.Errorf("%s: not applied yet", joinIDs(missing))
		r.event(Event{Kind: "wait", Err: cause})
		if err := w.again(ctx, 0, cause); err != nil {
			return err
		}
	}
}

// errRolledBack ends a transaction whose changes are not to be kept.
var errRolledBack = errors.New("rolled back")

// DryRun runs the migrations that Up would run, with their data, in one
// transaction on the database, and rolls it back. The report is that of Up.
//
// The transaction holds all its locks to the end: a table that is changed is
// not to be read by others meanwhile, and an index that is built concurrently
// by Up is built in the transaction. Other statements that cannot be in a
// transaction are left out, each with an event "skip".
func (r *Runner) DryRun(ctx context.Context, to ...ID) (Report, error) {
	dry := *r
	dry.dry = true
	return dry.Up(ctx, to...)
}

// rolledBack does what todo finds in a transaction and rolls it back.
func (r *Runner) rolledBack(ctx context.Context, g *guard, w *wait, report *Report, todo func(map[ID]Applied) ([]task, error)) error {
	err := r.inTx(ctx, func(tx *gorm.DB) error {
		inner := *r
		inner.db, inner.nested = tx, true
		if err := inner.hold(ctx, g, w, report, todo); err != nil {
			return err
		}
		return errRolledBack
	})
	if errors.Is(err, errRolledBack) {
		return nil
	}
	return err
}

// inTransaction returns a statement of an index that is done concurrently so
// that it can be in a transaction. ok is false for other statements.
func inTransaction(sql string) (out string, ok bool) {
	b := build(sql)
	if !b.create && !b.drop {
		return "", false
	}
	return concurrently.ReplaceAllString(sql, "${1}"), true
}

// concurrently finds the word in the statements of build.
var concurrently = regexp.MustCompile(`(?i)^((?:CREATE\s+(?:UNIQUE\s+)?|DROP\s+)INDEX\s+)CONCURRENTLY\s+`)
