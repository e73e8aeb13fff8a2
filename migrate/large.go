package migrate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/catalog"
)

// hasSafeForm reports whether a change of a large table can be made without
// stopping its readers or writers for long.
func (c change) hasSafeForm(have *catalog.Table) bool {
	switch part := c.part.(type) {
	case Index:
		return true
	case ForeignKey:
		return true
	case Constraint:
		return part.Unique != nil || strings.HasPrefix(part.Definition, "CHECK")
	case Column:
		return c.adds && part.Default != "" && part.Identity == "" && part.Generated == ""
	}
	return c.what == "primary key" && slices.IndexFunc(c.of.Key, func(name string) bool {
		col, ok := have.Column(name)
		return !ok || !col.NotNull
	}) < 0
}

// runLarge carries out a plan with changes of large tables. A transaction on
// another connection holds the lock meanwhile. Each change is kept when it is
// done, and a later run continues with the next one.
func (a *starter) runLarge(ctx context.Context, s *catalog.Start, p *plan) error {
	finished := false
	err := guarded(quietly(a.db), a.state, a.limits, func(guard *gorm.DB) error {
		now, err := a.start(a.quiet)
		if err != nil {
			return err
		}
		if now.Sum != s.Sum || now.Note != s.Note || now.Files {
			return errAgain
		}
		for i := 0; i < len(p.changes); {
			if guard.Exec("SELECT 1").Error != nil {
				return errAgain // the lock is lost: look what is left to do
			}
			c := p.changes[i]
			if c.rows > 0 {
				if err := a.runSafely(ctx, s.Home, c); err != nil {
					return err
				}
				i++
				continue
			}
			j := i
			for j < len(p.changes) && p.changes[j].rows == 0 {
				j++
			}
			if err := a.together(p.changes[i:j]); err != nil {
				return err
			}
			i = j
		}
		err = a.inTx(func(tx *gorm.DB) error { return a.record(quietly(tx)) })
		finished = err == nil
		return err
	})
	if finished {
		return nil // whatever became of the transaction that held the lock
	}
	return err
}

// together makes changes of small and new tables in one transaction.
func (a *starter) together(changes []change) error {
	var done []string
	err := a.inTx(func(tx *gorm.DB) (err error) {
		done, err = runAll(tx, changes)
		return err
	})
	if err == nil {
		a.did(changes, done)
	}
	return err
}

// inTx runs fn in a transaction whose statements wait no longer for a table in
// use than the limits say.
func (a *starter) inTx(fn func(tx *gorm.DB) error) error {
	return a.db.Transaction(func(tx *gorm.DB) error {
		if err := quietly(tx).Exec(`SELECT set_config('lock_timeout', ?::text, true)`, milliseconds(a.limits.table)).Error; err != nil {
			return fmt.Errorf("migrate: start the transaction: %w", err)
		}
		return fn(tx)
	}, options(a.db)...)
}

// runSafely makes a change of a large table. None of its statements holds a
// lock that stops readers or writers while it reads or writes rows.
func (a *starter) runSafely(ctx context.Context, home string, c change) error {
	if name, ok := c.part.(asideIndex); ok {
		return a.dropAside(home, c, string(name))
	}
	if c.work != "" {
		return a.validate(home, c, c.work)
	}
	switch part := c.part.(type) {
	case invalidIndex:
		return a.alone(c, "DROP INDEX CONCURRENTLY IF EXISTS "+quoteBeside(c.table, string(part)))
	case Index:
		if c.weight == brief {
			break
		}
		return a.buildIndex(c, builtConcurrently(c.sql))
	case Constraint:
		if c.weight == brief {
			break
		}
		if part.Unique == nil {
			return a.addNotValid(home, c, part.Name, part.Definition)
		}
		return a.addUnique(c, part)
	case ForeignKey:
		if c.weight == brief {
			break
		}
		return a.addNotValid(home, c, part.Name, part.definition())
	case Column:
		if c.weight == rewriting {
			return a.fill(ctx, home, c, part)
		}
	}
	if c.what == "primary key" {
		name := clip(catalog.Split(c.table).Table + "_pkey")
		if err := a.buildIndex(c, "CREATE UNIQUE INDEX CONCURRENTLY "+quote(name)+" ON "+quoteTable(c.table)+" ("+quoteAll(c.of.Key)+")"); err != nil {
			return err
		}
		c.sql = c.of.alter("CONSTRAINT " + quote(name) + " PRIMARY KEY USING INDEX " + quote(name))
	}
	return a.together([]change{c})
}

// alone runs a statement outside of any transaction, without a limit for its
// waiting: one that is cancelled would leave an invalid index.
func (a *starter) alone(c change, sql string) error {
	c.sql = sql
	if err := a.db.Exec(sql).Error; err != nil {
		return c.failed(err)
	}
	a.did([]change{c}, []string{sql})
	return nil
}

// buildIndex runs CREATE INDEX CONCURRENTLY. If rows violate it, the invalid
// index is dropped again.
func (a *starter) buildIndex(c change, sql string) error {
	err := a.alone(c, sql)
	if code(err) == "23505" {
		name := c.name
		if c.what == "primary key" {
			name = clip(catalog.Split(c.table).Table + "_pkey")
		}
		if dropErr := a.db.Exec("DROP INDEX CONCURRENTLY IF EXISTS " + quoteBeside(c.table, name)).Error; dropErr != nil {
			return errors.Join(err, dropErr)
		}
	}
	return err
}

// builtConcurrently returns CREATE INDEX with CONCURRENTLY.
func builtConcurrently(sql string) string {
	return strings.Replace(sql, "INDEX ", "INDEX CONCURRENTLY ", 1)
}

// addUnique adds a UNIQUE constraint by an index that is built before.
func (a *starter) addUnique(c change, u Constraint) error {
	sql := "CREATE UNIQUE INDEX CONCURRENTLY " + quote(u.Name) + " ON " + quoteTable(c.table) + " (" + quoteAll(u.Unique) + ")"
	if strings.Contains(u.Definition, "NULLS NOT DISTINCT") {
		sql += " NULLS NOT DISTINCT"
	}
	if err := a.buildIndex(c, sql); err != nil {
		return err
	}
	_, deferrable, _ := strings.Cut(u.Definition, ")")
	c.sql = c.of.addConstraint(u.Name, "UNIQUE USING INDEX "+quote(u.Name)+deferrable)
	return a.together([]change{c})
}

// addNotValid adds a constraint for new rows, and then checks those that are
// there.
func (a *starter) addNotValid(home string, c change, name, definition string) error {
	add := c
	add.sql = c.of.addConstraint(name, definition+" NOT VALID")
	work := validateWork(c.table, name)
	err := a.inTx(func(tx *gorm.DB) error {
		if err := createSteps(quietly(tx), home); err != nil {
			return err
		}
		if _, err := begin(quietly(tx), home, work); err != nil {
			return err
		}
		_, err := runAll(tx, []change{add})
		return err
	})
	if err != nil {
		return err
	}
	a.report.Statements = append(a.report.Statements, add.sql)
	return a.validate(home, validation(c.of, name), work)
}

// validate checks the rows of a constraint that was added before.
func (a *starter) validate(home string, c change, work string) error {
	err := a.inTx(func(tx *gorm.DB) error {
		if _, err := runAll(tx, []change{c}); err != nil {
			return err
		}
		return forget(quietly(tx), home, work)
	})
	if err == nil {
		a.did([]change{c}, []string{c.sql})
	}
	return err
}
