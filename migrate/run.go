package migrate

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/catalog"
)

// Run makes the steps that a database has not seen, in their order, and then
// calls Auto with Config.Models, which proves that the steps have arrived at
// the models: what still differs is an ErrPending. Steps are never removed from
// the list: a new one is added at its end.
//
// A new database, one without any table of the models and the steps, gets the
// models' tables first. Rename, RenameModel, Drop, DropModel, Alter and steps
// ForUpgradesOnly are left out there; SQL and Go steps run.
//
// Each step runs once in a database, in a transaction together with the note of
// its name in the table gormango_steps; a Go step has transactions of its own.
// Any number of processes may call Run at once. A failed step is a *StepError
// and ends the run: the steps before it are kept. A start that finds nothing to
// change runs one statement, as that of Auto. A program older than the database
// makes no step: see Report.Newer and ErrNewer. In a database with migration
// files Run is an error.
//
// Run uses transactions of its own. If ctx or db carries one, it uses
// savepoints in that.
func Run(ctx context.Context, db *gorm.DB, steps ...Step) (Report, error) {
	return runSteps(ctx, db, defaultLimits, steps)
}

func runSteps(ctx context.Context, db *gorm.DB, l limits, steps []Step) (Report, error) {
	if err := checkSteps(steps); err != nil {
		return Report{}, err
	}
	a, err := newStarter(ctx, db, l)
	if err != nil {
		return Report{}, err
	}
	for _, s := range steps {
		a.steps = append(a.steps, s.name)
	}
	err = a.runSteps(ctx, steps)
	return a.report, err
}

func checkSteps(steps []Step) error {
	seen := map[string]bool{}
	for i, s := range steps {
		switch {
		case s.run == nil && s.code == nil:
			return fmt.Errorf("migrate: step %d is empty (make it by Rename, Drop, Alter, SQL, Go and their kin)", i+1)
		case s.name == "" || strings.HasPrefix(s.name, workPrefix):
			return fmt.Errorf("migrate: step %d has the name %q (give it one that says what it does)", i+1, s.name)
		case seen[s.name]:
			return fmt.Errorf("migrate: two steps are named %q (name one of them by Named)", s.name)
		}
		seen[s.name] = true
	}
	return nil
}

// stepsHash returns a name for a list of steps.
func stepsHash(names []string) string {
	if len(names) == 0 {
		return ""
	}
	text, _ := json.Marshal(names) // strings only: it cannot fail
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}

// errComplete reports that the database is as an earlier run left it.
var errComplete = errors.New("nothing has changed")

func (a *starter) runSteps(ctx context.Context, steps []Step) error {
	w := wait{limits: a.limits}
	defer func() { a.report.Waited += w.spent }()
	for {
		began := time.Now()
		done, err := a.attemptSteps(ctx, steps)
		switch {
		case errors.Is(err, errComplete):
			return nil
		case done && err == nil:
			return a.run(ctx)
		case err == nil || errors.Is(err, errAgain):
		case retryable(err) || errors.Is(err, errElsewhere):
			if errors.Is(err, errElsewhere) {
				err = errLocked
			}
			if err := w.again(ctx, time.Since(began), err); err != nil {
				return err
			}
		default:
			return err
		}
	}
}

// attemptSteps makes the next step. done reports that there is none left.
func (a *starter) attemptSteps(ctx context.Context, steps []Step) (done bool, err error) {
	s, err := a.start(a.quiet)
	if err != nil {
		return false, err
	}
	if s.Files {
		return true, nil // Auto says so
	}
	if a.complete(s) {
		return true, errComplete
	}
	var left []Step
	var fresh, older bool
	err = tried(a.quiet, a.limits, func(tx *gorm.DB) error {
		rows, err := readSteps(tx, s)
		if err != nil {
			return err
		}
		state := map[string]string{}
		for _, r := range rows {
			state[r.name] = r.state
		}
		for _, step := range steps {
			if st := state[step.name]; st != stateDone && st != statePassed {
				left = append(left, step)
			}
		}
		if len(left) == 0 {
			return nil
		}
		states, err := chain(tx, s)
		if err != nil {
			return err
		}
		older = later(states, a.hash, a.state) != nil
		fresh, err = a.fresh(tx, rows, states, steps)
		return err
	})
	switch {
	case err != nil:
		return false, err
	case len(left) == 0 || older:
		return true, nil
	case fresh:
		// What is left out is noted first, then the tables are created.
		if err := a.pass(s, left); err != nil {
			return false, err
		}
		names := a.steps
		a.steps = nil // the others are not done yet
		err := a.run(ctx)
		a.steps = names
		return false, err
	case left[0].code != nil:
		return false, a.runCode(ctx, s, left[0])
	}
	return false, a.runStep(s, left[0])
}

// fresh reports whether the database is new: it has none of the tables of the
// models and the steps, and remembers nothing.
func (a *starter) fresh(tx *gorm.DB, rows []stepRow, states []kept, steps []Step) (bool, error) {
	if len(rows) > 0 || len(states) > 0 {
		return false, nil
	}
	tables := a.question().Tables
	for _, s := range steps {
		tables = append(tables, s.tables...)
	}
	slices.Sort(tables)
	c, err := catalog.Read(tx, slices.Compact(tables), nil)
	if err != nil {
		return false, fmt.Errorf("migrate: %w", err)
	}
	return len(c.Tables) == 0, nil
}

// pass notes the steps that a new database does not need.
func (a *starter) pass(s *catalog.Start, steps []Step) error {
	return guarded(quietly(a.db), a.state, a.limits, func(tx *gorm.DB) error {
		now, err := a.start(tx)
		if err != nil {
			return err
		}
		if now.Sum != s.Sum || now.Kept != s.Kept {
			return errAgain
		}
		if err := createSteps(tx, s.Home); err != nil {
			return err
		}
		for _, step := range steps {
			if !step.upgrades {
				continue
			}
			if err := tx.Exec(`INSERT INTO `+stepsName(s.Home)+` ("id", "state", "gone") VALUES (?, ?, nullif(?::text, '')) ON CONFLICT ("id") DO NOTHING`,
				step.name, statePassed, step.gone).Error; err != nil {
				return fmt.Errorf("migrate: remember %q: %w", step.name, err)
			}
		}
		return nil
	})
}

// runStep makes a step in one transaction, with its row.
func (a *starter) runStep(s *catalog.Start, step Step) error {
	var w *stepWork
	err := guarded(a.db, a.state, a.limits, func(tx *gorm.DB) error {
		w = &stepWork{a: a, tx: tx, home: s.Home}
		if err := createSteps(quietly(tx), s.Home); err != nil {
			return err
		}
		began := time.Now()
		if fresh, err := begin(quietly(tx), s.Home, step.name); err != nil || !fresh {
			return err
		}
		if err := step.run(w); err != nil {
			return &StepError{Step: step.name, Err: err}
		}
		if err := finished(quietly(tx), s.Home, step, time.Since(began)); err != nil {
			return err
		}
		w.done = append(w.done, "")
		return nil
	})
	if err == nil && len(w.done) > 0 {
		a.report.Steps = append(a.report.Steps, step.name)
		a.report.Statements = append(a.report.Statements, w.done[:len(w.done)-1]...)
	}
	return err
}

// finished sets the row of a step to done.
func finished(tx *gorm.DB, home string, step Step, took time.Duration) error {
	if err := tx.Exec(`UPDATE `+stepsName(home)+` SET "state" = ?, "gone" = nullif(?::text, ''), "took" = make_interval(secs => ?::float8) WHERE "id" = ?`,
		stateDone, step.gone, took.Seconds(), step.name).Error; err != nil {
		return fmt.Errorf("migrate: remember %q: %w", step.name, err)
	}
	return nil
}

// runCode calls the function of a Go step. A transaction on another connection
// holds the lock meanwhile; with one connection only the step's row keeps
// processes apart.
func (a *starter) runCode(ctx context.Context, s *catalog.Start, step Step) error {
	if inside(a.db) || connections(a.db) == 1 {
		return a.runBatches(ctx, s, step)
	}
	var err error
	lost := guarded(quietly(a.db), a.state, a.limits, func(*gorm.DB) error {
		err = a.runBatches(ctx, s, step)
		return err
	})
	if err == nil && lost != nil && !errors.Is(lost, errLocked) {
		return errAgain // what the step has done is kept, whatever became of the lock
	}
	return lost
}

func (a *starter) runBatches(ctx context.Context, s *catalog.Start, step Step) error {
	r := &Runner{db: a.db, history: history{s.Home, stepsTable}, limits: a.limits}
	b := &Batch{r: r, history: r.history, task: task{Migration: &Migration{ID: ID(step.name)}}, state: stateRunning}
	began, done := time.Now(), false
	err := a.inTx(func(tx *gorm.DB) error {
		tx = quietly(tx)
		if err := createSteps(tx, s.Home); err != nil {
			return err
		}
		if _, err := begin(tx, s.Home, step.name); err != nil {
			return err
		}
		state, saved, err := b.row(tx, "")
		if err != nil {
			return err
		}
		if done = state != stateRunning; done || saved == "" {
			return nil
		}
		b.saved = saved
		return json.Unmarshal([]byte(saved), &b.cursor)
	})
	if err != nil || done {
		return err
	}
	if err := step.code(ctx, b); err != nil {
		if errors.Is(err, errElsewhere) {
			return err
		}
		return &StepError{Step: step.name, Err: err}
	}
	err = a.inTx(func(tx *gorm.DB) error { return finished(quietly(tx), s.Home, step, time.Since(began)) })
	if err == nil {
		a.report.Steps = append(a.report.Steps, step.name)
	}
	return err
}
