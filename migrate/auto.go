package migrate

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/catalog"
)

// Auto creates the tables, columns, indexes and constraints that models want
// and the database lacks. Without models it uses Config.Models. Any number of
// processes may call it at once: one does the work, in one transaction behind
// an advisory lock, the others wait and find it done. If nothing is missing, it
// runs one statement and takes no lock.
//
// Auto never changes or removes what exists. If that differs from the models,
// the error is ErrPending, a *PendingError that names the table, the column,
// the state and the wanted state. What was missing has been created
// nevertheless and is in the Report. Auto does not compare the texts of checks,
// of expressions and conditions of indexes, comments, and defaults other than
// plain literals. Additional columns, indexes and constraints are no
// difference, except a column that would make every insert fail.
//
// Other errors leave the database unchanged: an *UnknownTypeError, a
// *StatementError if rows violate a new constraint, ErrBusy after ten minutes
// of waiting for another process or for a table in use, the context's own
// error. Auto uses a transaction of its own. If ctx or db carries one, it uses
// a savepoint in that, and what it created is kept or lost with the
// transaction.
func Auto(ctx context.Context, db *gorm.DB, models ...any) (Report, error) {
	return auto(ctx, db, defaultLimits, models...)
}

func auto(ctx context.Context, db *gorm.DB, l limits, models ...any) (Report, error) {
	var report Report
	if db.DryRun {
		return report, errors.New("migrate: the database is a dry run (give Auto a session without DryRun; FromModels needs no database)")
	}
	state, err := FromModels(db, models...)
	if err != nil {
		return report, err
	}
	db = session(ctx, db)
	w := wait{limits: l}
	for {
		p, err := inspect(db, state)
		if err != nil {
			return report, err
		}
		report.Waited = w.spent
		if len(p.steps) == 0 {
			return report, pending(p.differences)
		}
		start := time.Now()
		err = guarded(db, state, l, func(tx *gorm.DB) error {
			// Another process may have created it before the lock was taken.
			if p, err = inspect(tx, state); err != nil {
				return err
			}
			report.Statements, err = p.run(tx)
			return err
		})
		if err == nil {
			return report, pending(p.differences)
		}
		report.Statements = nil
		if !retryable(err) {
			return report, err
		}
		if err := w.again(ctx, time.Since(start), err); err != nil {
			report.Waited = w.spent
			return report, err
		}
	}
}

// session returns db for statements of this package, without conditions and
// hooks.
func session(ctx context.Context, db *gorm.DB) *gorm.DB {
	return db.Session(&gorm.Session{NewDB: true, Context: ctx, SkipHooks: true, SkipDefaultTransaction: true})
}

// inspect compares state with the database, in one statement.
func inspect(db *gorm.DB, state *State) (*plan, error) {
	var tables, types []string
	for _, t := range state.Ordered() {
		tables = append(tables, t.Name)
		for _, c := range t.Columns {
			types = append(types, c.Type)
		}
	}
	slices.Sort(types)
	types = slices.Compact(types)
	c, err := catalog.Read(db, tables, types)
	if err != nil {
		return nil, readError(state, err)
	}
	return compare(state, c)
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

// run executes the steps and returns the statements that it ran. A column that
// cannot be added to a table with rows becomes a difference, and statements
// that mention it are left out.
func (p *plan) run(tx *gorm.DB) ([]string, error) {
	var done []string
	var blocked []*regexp.Regexp
	for _, s := range p.steps {
		if s.needsEmpty != "" {
			var rows bool
			if err := tx.Raw("SELECT EXISTS (SELECT FROM " + quoteTable(s.table) + ")").Scan(&rows).Error; err != nil {
				return nil, fmt.Errorf("migrate: table %q: look for rows: %w", s.table, err)
			}
			if rows {
				p.differ(Difference{Table: s.table, Name: s.name, Kind: "column", Is: "missing", Should: s.needsEmpty,
					Hint: "the table has rows: give the column a default, or let it be NULL, fill it, and set NOT NULL"})
				blocked = append(blocked, mention(s.table, s.name))
				continue
			}
		}
		if slices.ContainsFunc(blocked, func(re *regexp.Regexp) bool { return re.MatchString(s.sql) }) {
			continue
		}
		if err := tx.Exec(s.sql).Error; err != nil {
			return nil, s.failed(err)
		}
		done = append(done, s.sql)
	}
	return done, nil
}

// mention matches statements that contain a table and then a column, in quotes
// or in an expression. A false match only delays a statement to a later start.
func mention(table, column string) *regexp.Regexp {
	return regexp.MustCompile(`(?s)` + regexp.QuoteMeta(quoteTable(table)) + `.*(^|\W)` + regexp.QuoteMeta(column) + `(\W|$)`)
}

func (s step) failed(err error) error {
	e := &StatementError{Table: s.table, Name: s.name, SQL: s.sql, Err: err, what: s.what}
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
