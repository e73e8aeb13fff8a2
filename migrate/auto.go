package migrate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/gormango/gormango/internal/catalog"
)

// Auto brings a database to models without migration files: it creates what the
// database lacks, and makes the changes that lose nothing and rewrite nothing.
// Without models it uses Config.Models. Any number of processes may call it at
// once: one does the work behind an advisory lock, the others wait and find it
// done.
//
// Auto creates tables, columns, indexes and constraints, and what is declared
// among the models (an Enum, an Extension, an SQLObject), renames the columns
// and tables whose model names the former name (the tag renamed_from:old,
// Meta.RenamedFrom), widens varchar and numeric columns, sets defaults and
// comments, and drops NOT NULL. It compares defaults, checks, generated columns
// and indexes as the server prints them: it creates the wanted tables as
// temporary ones, in a transaction that it rolls back. What exists under
// another name with an equal definition is left under that name.
//
// Anything else that differs is an ErrPending, a *PendingError that names the
// table, the column, the state and the wanted state, and nothing is changed. So
// is a column that is missing beside an unknown one of a like type, since it
// may be a rename: the tag renamed_from says whether it is, with the name or
// "-". What is in the database and not in the models is in Report.Extra; it is
// no difference, except a column that would make every insert fail.
//
// Tables of more than 10,000 rows are changed in steps of their own that stop
// neither readers nor writers: indexes are built concurrently, constraints are
// validated after they were added, volatile defaults are filled in batches.
// Where there is no such way, and inside a transaction, that is an ErrPending
// with an estimate of the rows. What a killed process has begun, the next one
// finishes.
//
// Auto keeps the states that it has reached in the table gormango_states. A
// start that finds the database as it was left runs one statement, which locks
// no table and waits for no other transaction. A program whose state is older
// than the database's changes nothing: the error is nil and Report.Newer is set
// if its columns are there and take what it writes, else it is ErrNewer. In a
// database with migration files Auto is an error.
//
// Other errors leave the database unchanged, but for the finished steps of
// large tables: an *UnknownTypeError, a *StatementError if rows violate a new
// constraint, ErrBusy after ten minutes of waiting for another process or for a
// table in use, the context's own error. Auto uses transactions of its own. If
// ctx or db carries one, it uses a savepoint in that, and what it created is
// kept or lost with the transaction.
func Auto(ctx context.Context, db *gorm.DB, models ...any) (Report, error) {
	return auto(ctx, db, defaultLimits, models...)
}

func auto(ctx context.Context, db *gorm.DB, l limits, models ...any) (Report, error) {
	a, err := newStarter(ctx, db, l, models...)
	if err != nil {
		return Report{}, err
	}
	err = a.run(ctx)
	return a.report, err
}

// starter is a run of Auto.
type starter struct {
	db     *gorm.DB // for changes
	quiet  *gorm.DB // for reads, which are not logged
	state  *State
	hash   string
	whole  bool // the state has every model of the program
	steps  []string
	limits limits
	report Report
}

func newStarter(ctx context.Context, db *gorm.DB, l limits, models ...any) (*starter, error) {
	if db.DryRun {
		return nil, errors.New("migrate: the database is a dry run (give Auto a session without DryRun; FromModels needs no database)")
	}
	state, err := FromModels(db, models...)
	if err != nil {
		return nil, err
	}
	hash, err := state.hash()
	if err != nil {
		return nil, err
	}
	db = session(ctx, db)
	quiet := db.Session(&gorm.Session{Logger: db.Logger.LogMode(logger.Silent)})
	quiet.DisableNestedTransaction = false
	return &starter{db: db, quiet: quiet, state: state, hash: hash, whole: !slices.ContainsFunc(models, isModel), limits: l}, nil
}

// isModel reports whether one of FromModels' models is no declaration.
func isModel(m any) bool {
	switch m.(type) {
	case Enum, *Enum, Extension, *Extension, SQLObject, *SQLObject:
		return false
	}
	return true
}

// errAgain reports that the plan must be made again: the database has changed
// since, or a part of the plan was carried out.
var errAgain = errors.New("the database has changed meanwhile")

func (a *starter) run(ctx context.Context) error {
	w := wait{limits: a.limits}
	defer func() { a.report.Waited = w.spent }()
	for {
		s, err := a.start(a.quiet)
		if err != nil {
			return err
		}
		if s.Files {
			return fmt.Errorf("migrate: the database has migration files, see the table %q (call Up instead of Auto)", historyTable)
		}
		if a.complete(s) {
			return nil
		}
		began := time.Now()
		err = a.attempt(ctx, s)
		if errors.Is(err, errAgain) {
			continue
		}
		if err != nil && retryable(err) {
			err = w.again(ctx, time.Since(began), err)
			if err == nil {
				continue
			}
		}
		return err
	}
}

// complete reports whether the database is as a run left it that has found it
// complete, and takes that run's report.
func (a *starter) complete(s *catalog.Start) bool {
	known, ok := readNote(s).States[a.hash]
	if !ok || known.Sum != s.Sum || a.steps != nil && known.Steps != stepsHash(a.steps) {
		return false
	}
	a.report.Newer, a.report.Extra = known.Newer, known.Extra
	return true
}

// attempt makes a plan and carries it out.
func (a *starter) attempt(ctx context.Context, s *catalog.Start) error {
	p, err := a.makePlan(s)
	if err == nil {
		a.report.Extra, a.report.Newer = p.extra, p.newer
		err = p.pending()
	}
	if err != nil {
		// The plan may be half of what was before another process's step and half of
		// what was after it.
		if now, failed := a.start(a.quiet); failed == nil && (now.Sum != s.Sum || now.Note != s.Note) {
			return errAgain
		}
		return err
	}
	if p.large() && !inside(a.db) {
		return a.runLarge(ctx, s, p)
	}
	var done []string
	err = guarded(a.db, a.state, a.limits, func(tx *gorm.DB) error {
		// Another process may have changed it before the lock was taken.
		now, err := a.start(quietly(tx))
		if err != nil {
			return err
		}
		if now.Sum != s.Sum || now.Note != s.Note || now.Files {
			return errAgain
		}
		if done, err = runAll(tx, p.changes); err != nil {
			return err
		}
		for _, c := range p.changes {
			if c.work != "" {
				if err := forget(quietly(tx), now.Home, c.work); err != nil {
					return err
				}
			}
		}
		if p.partial {
			return nil
		}
		return a.record(quietly(tx))
	})
	if err == nil {
		a.did(p.changes, done)
		if p.partial {
			return errAgain
		}
	}
	return err
}

// did adds finished changes to the report.
func (a *starter) did(changes []change, statements []string) {
	a.report.Statements = append(a.report.Statements, statements...)
	for _, c := range changes {
		if _, ok := c.part.(asideIndex); ok {
			continue
		}
		if _, ok := c.part.(invalidIndex); ok {
			a.report.Healed = append(a.report.Healed, "index "+c.name)
		} else if c.resumed {
			a.report.Healed = append(a.report.Healed, c.what+" "+c.table+"."+c.name)
		}
	}
}

// session returns db for statements of this package, without conditions and
// hooks.
func session(ctx context.Context, db *gorm.DB) *gorm.DB {
	s := db.Session(&gorm.Session{NewDB: true, Context: ctx, SkipHooks: true, SkipDefaultTransaction: true})
	s.DisableNestedTransaction = false // a failed part is rolled back to its savepoint
	return s
}

// quietly returns db for reads of the catalog, which are not logged.
func quietly(db *gorm.DB) *gorm.DB {
	return db.Session(&gorm.Session{Logger: db.Logger.LogMode(logger.Silent)})
}

// readError returns the error for a column whose type cannot be parsed: the
// server stops at it.
func readError(state *State, err error) error {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok && (pg.Code == "42601" || pg.Code == "3F000") {
		for _, t := range state.Ordered() {
			for _, c := range t.Columns {
				if strings.Contains(pg.Message, `"`+c.Type+`"`) || strings.Contains(pg.Where, `"`+c.Type+`"`) {
					return &UnknownTypeError{Table: t.Name, Column: c.Name, Type: c.Type}
				}
			}
		}
	}
	return fmt.Errorf("migrate: %w", err)
}

// runAll executes changes and returns their statements.
func runAll(tx *gorm.DB, changes []change) ([]string, error) {
	var done []string
	for _, c := range changes {
		if err := tx.Exec(c.sql).Error; err != nil {
			return nil, c.failed(err)
		}
		done = append(done, c.sql)
	}
	return done, nil
}

func (c change) failed(err error) error {
	e := &StatementError{Table: c.table, Name: c.name, SQL: c.sql, Err: err, what: c.what}
	switch code(err) {
	case "23505", "23514", "23503", "23502", "23P01":
		e.why = "rows that are there violate it, mend them first"
	case "42P07", "42710":
		e.why = "its name is taken by something else in the schema"
	case "42501":
		e.why = "the role may not create it"
	case "42830":
		e.why = "the columns it leads to are not unique"
	}
	return e
}

// code returns the SQLSTATE of an error of the server, "" for other errors.
func code(err error) string {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pg.Code
	}
	return ""
}
