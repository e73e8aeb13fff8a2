package migrate

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/pgpool"
)

// Runner applies the migrations of a set to a database.
type Runner struct {
	db      *gorm.DB
	set     *Set
	history history
	limits  limits
	onEvent func(Event)
	// oldest is how long a transaction of others may be open before a statement
	// that waits for all of them is begun.
	oldest   time.Duration
	loseData bool
	pace     Pace // of data migrations in Go
	lint     linting
	// dry is set in a run that is rolled back, and nested within its transaction.
	dry, nested bool
	// unlocked and late are faults that tests put in: no lock, and the row of the
	// history after the statements.
	unlocked, late bool
}

// errNoSet is the error of the calls that need migrations.
var errNoSet = errors.New("migrate: the runner has no set of migrations (hand New what Load returns)")

// Option is an option of New and Up.
type Option func(*Runner)

// LockTimeout sets how long a statement waits for a table in use before its
// transaction is rolled back and, after a pause, run again. The default is two
// seconds: while a statement waits, all later ones on the table wait behind it.
func LockTimeout(d time.Duration) Option { return func(r *Runner) { r.limits.table = d } }

// MaxWait sets how long a run waits in sum for other processes and for tables
// in use, before it returns ErrBusy. The default is 15 minutes.
func MaxWait(d time.Duration) Option { return func(r *Runner) { r.limits.all = d } }

// OnEvent sets a function that is called with what happens, for logs and
// metrics. It is called from the goroutine of the run, which it delays.
func OnEvent(fn func(Event)) Option { return func(r *Runner) { r.onEvent = fn } }

// History sets the table that has the applied migrations. The default is
// schema_history in the first schema of the search path. Runs with different
// tables do not wait for each other.
func History(schema, table string) Option {
	return func(r *Runner) { r.history = history{schema: schema, table: table} }
}

// LoseData lets Back delete data, which it refuses otherwise.
func LoseData() Option { return func(r *Runner) { r.loseData = true } }

// Event is something that happened in a run.
type Event struct {
	// Kind is "start", "done" and "failed" for a migration, "statement" before a
	// statement, "batch" after a batch of rows, "retry" before a pause after which
	// the migration is run again, "wait" before a pause for other processes,
	// "heal" for the repair of what an earlier run left behind, and "finding" for
	// what the linter lets pass.
	Kind    string
	ID      ID
	Stmt    string
	Back    bool
	Attempt int
	Took    time.Duration
	// Err is why it failed, is retried or waits.
	Err error
	// Finding is what the linter has found and lets pass, for kind "finding".
	Finding Finding
}

// New returns a runner of the set for a database. db is one that gormango.Open
// or gorm.Open has opened, without a transaction, and has at least two
// connections. Behind a pooler in transaction mode the runner keeps to
// transactions; where Config.DirectURL is set, statements that cannot be in a
// transaction go to that.
func New(db *gorm.DB, s *Set, opts ...Option) (*Runner, error) {
	r := &Runner{
		db: db, set: s, history: history{table: historyTable},
		limits: limits{table: 2 * time.Second, all: 15 * time.Minute}, oldest: 5 * time.Minute,
	}
	for _, o := range opts {
		o(r)
	}
	switch {
	case db == nil:
		return nil, errors.New("migrate: New: the database is nil")
	case db.DryRun:
		return nil, errors.New("migrate: New: the database is a dry run (give it a session without DryRun; Runner.DryRun rolls back what it runs)")
	case r.history.table == "":
		return nil, errors.New("migrate: History: the table has no name")
	}
	if s != nil {
		if err := s.complete(); err != nil {
			return nil, err
		}
	}
	if p, ok := db.Statement.ConnPool.(*gorm.PreparedStmtDB); ok {
		// A file's statements are run once, and a text may hold several.
		r.db = db.Session(&gorm.Session{NewDB: true})
		r.db.Statement.ConnPool = p.ConnPool
	}
	return r, nil
}

// Up applies the migrations of s that the database lacks, as Runner.Up does.
func Up(ctx context.Context, db *gorm.DB, s *Set, opts ...Option) (Report, error) {
	r, err := New(db, s, opts...)
	if err != nil {
		return Report{}, err
	}
	return r.Up(ctx)
}

// Up applies the migrations that the database lacks, in the order of the chain:
// all, or those up to the migrations to. Any number of processes may call it at
// once: one applies the migrations, the others wait and find them applied. If
// nothing is missing it runs one statement and takes no lock.
//
// A migration runs in one transaction with its row in the history. If a table
// is in use for longer than LockTimeout, the transaction is rolled back and run
// again after a pause. A file without a transaction has one statement, of which
// Up repairs what a crash has left: an invalid index is built again. A
// GoMigration goes on where it stopped.
//
// A newer program may have applied migrations after all of these. If their
// operations leave what an older program uses, Up changes nothing and sets
// Report.Newer; else the error is ErrNewer, an *AheadError.
//
// Before the first migration runs, Up lints all of them, with the sizes of the
// tables, as Lint does: a finding of level Error without a written reason is
// ErrDangerous, and nothing is run. A database without migrations passes, and
// so does the rest of a first run that was interrupted.
//
// If an error occurs, the migrations before remain applied, and the next run
// goes on with the one that failed. The error is a *MigrationError,
// ErrChecksum if a file is not the one that was applied, ErrBusy after MaxWait,
// or the context's own. Up returns an error inside a transaction.
func (r *Runner) Up(ctx context.Context, to ...ID) (Report, error) {
	var report Report
	err := r.run(ctx, &report, func(h map[ID]Applied) ([]task, error) { return r.forwards(h, to...) })
	return report, err
}

// task is a migration to apply or to undo.
type task struct {
	*Migration
	back   bool
	record bool   // the database has it already, as those that it replaces
	breaks string // why an older program does not work with it, "" if it does
	note   string // of its row in the history
}

// run does what todo finds in the history, until that finds nothing more.
func (r *Runner) run(ctx context.Context, report *Report, todo func(map[ID]Applied) ([]task, error)) error {
	if r.set == nil {
		return errNoSet
	}
	if err := r.outside(ctx); err != nil {
		return err
	}
	w := &wait{limits: r.limits}
	defer func() { report.Waited = w.spent }()
	read := r.history
	for lost := 0; ; {
		rows, err := read.read(ctx, r.db)
		if err != nil {
			return err
		}
		tasks, err := todo(rows)
		if err != nil || len(tasks) == 0 {
			if err != nil {
				return err
			}
			report.Newer = len(r.ahead(rows)) > 0
			return r.startsBeside(ctx, read, rows)
		}
		start := time.Now()
		err = r.guarded(ctx, func(g *guard) error {
			read = g.history
			return r.hold(ctx, g, w, report, todo)
		})
		switch {
		case err == nil:
			return nil
		case errors.Is(err, errLocked):
			err = r.heldBy(ctx, err)
			r.event(Event{Kind: "wait", Err: err})
			if err := w.again(ctx, time.Since(start), err); err != nil {
				return err
			}
		case ctx.Err() == nil && (errors.Is(err, errGuardLost) || errors.Is(err, errElsewhere) || dropped(err)) && lost < 8:
			lost++
			r.event(Event{Kind: "retry", Attempt: lost, Err: err})
			if err := w.again(ctx, 0, err); err != nil {
				return err
			}
		default:
			return err
		}
	}
}

// hold does what is to do while the guard holds the lock.
func (r *Runner) hold(ctx context.Context, g *guard, w *wait, report *Report, todo func(map[ID]Applied) ([]task, error)) error {
	if r.dry && !r.nested {
		return r.rolledBack(ctx, g, w, report, todo)
	}
	if err := g.history.ensure(ctx, r.db); err != nil {
		return err
	}
	rows, err := g.history.read(ctx, r.db)
	if err != nil {
		return err
	}
	tasks, err := todo(rows)
	if err != nil {
		return err
	}
	// Before anything is run, all operations are tried on the state.
	breaks, err := r.set.breakage(rows)
	if err != nil {
		return err
	}
	var code []*Migration
	for _, t := range tasks {
		if !t.record {
			code = append(code, t.Migration)
		}
	}
	if err := r.set.codeModels(r.db, func(id ID) bool { return rows[id].done() }, code); err != nil {
		return err
	}
	if err := r.gate(ctx, rows, tasks); err != nil {
		return err
	}
	markFirstRun(rows, tasks)
	open, _ := r.openFirstRun(rows)
	first := open != "" || len(tasks) > 0 && tasks[0].note != ""
	if first && tasks[0].back {
		first = false
		if err := r.endFirstRun(ctx, g.history); err != nil {
			return err
		}
	}
	for _, t := range tasks {
		t.breaks = breaks[t.ID]
		if err := g.check(); err != nil {
			return err
		}
		if err := r.do(ctx, g.history, t, w, report); err != nil {
			return err
		}
	}
	if first {
		return r.endFirstRun(ctx, g.history)
	}
	return nil
}

// outside returns an error inside a transaction.
func (r *Runner) outside(ctx context.Context) error {
	_, within := r.db.Statement.ConnPool.(gorm.TxCommitter)
	if within || pgpool.TxOf(ctx, r.db) != nil {
		return errors.New("migrate: migrations inside a transaction (call it outside: each migration has its own)")
	}
	return nil
}

func (r *Runner) event(e Event) {
	if r.onEvent != nil {
		r.onEvent(e)
	}
}

// forwards returns the migrations to apply.
func (r *Runner) forwards(rows map[ID]Applied, to ...ID) ([]task, error) {
	if err := r.known(rows); err != nil {
		return nil, err
	}
	applied := func(id ID) bool { _, there := rows[id]; return there }
	list, err := r.set.upTo(applied, to...)
	if err != nil {
		return nil, err
	}
	has := r.set.has(applied)
	var out []task
	for _, m := range list {
		row, there := rows[m.ID]
		switch {
		case row.State == stateUndoing:
			return nil, &ChainError{IDs: []ID{m.ID}, Text: "its way back has begun and has not ended (finish it by back first)"}
		case !there && has(m.ID):
			out = append(out, task{Migration: m, record: true})
		case !row.done():
			out = append(out, task{Migration: m})
		}
	}
	if err := r.set.inOrder(applied, list, out); err != nil {
		return nil, err
	}
	// A squashed migration whose last part is applied by this run is recorded too.
	will := func(id ID) bool {
		return applied(id) || slices.ContainsFunc(out, func(t task) bool { return t.ID == id })
	}
	for _, id := range slices.Sorted(maps.Keys(r.set.byID)) {
		if m := r.set.byID[id]; len(m.Replaces) > 0 && len(out) > 0 && !will(id) && r.set.has(will)(id) {
			out = append(out, task{Migration: m, record: true})
		}
	}
	return out, nil
}
