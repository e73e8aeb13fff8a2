package migrate

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/catalog"
)

// plan holds what a database lacks and how it differs.
type plan struct {
	changes     []change // in an order that the server accepts
	differences []Difference
	extra       []Difference
	missing     []Difference // what an older program needs and does not find
	newer       bool         // the program is older than the database
	partial     bool         // the rest is planned when these changes are kept
}

// change is a statement and what it creates or changes.
type change struct {
	table, what, name, sql string
	// weight is what the statement does to a table with rows.
	weight weight
	// rows is the estimated number of rows of a large table, 0 for others.
	rows int64
	// table and part are what a large table's change is split by.
	of      *Table
	part    any    // Column, Index, Constraint, ForeignKey or dropped
	adds    bool   // it adds the Column of part
	resumed bool   // it continues what was begun
	work    string // the name of what it finishes
}

// weight is what a statement does to the rows of its table.
type weight int

const (
	brief     weight = iota // nothing
	reading                 // it reads all of them, under a lock
	rewriting               // it writes all of them anew, under a lock
)

var errTried = errors.New("rolled back")

// makePlan compares the state with the database, in a transaction that is
// rolled back.
func (a *starter) makePlan(s *catalog.Start) (p *plan, err error) {
	err = tried(a.quiet, a.limits, func(tx *gorm.DB) error {
		p, err = a.planIn(tx, s)
		return err
	})
	return p, err
}

// tried runs fn in a transaction or a savepoint that is rolled back. No
// statement of it waits longer than limits allow for a table in use.
func tried(db *gorm.DB, l limits, fn func(tx *gorm.DB) error) error {
	err := db.Transaction(func(tx *gorm.DB) error {
		if err := tx.Exec(`SELECT set_config('lock_timeout', ?::text, true)`, milliseconds(l.table)).Error; err != nil {
			return fmt.Errorf("migrate: start the transaction: %w", err)
		}
		if err := fn(tx); err != nil {
			return err
		}
		return errTried
	}, options(db)...)
	if errors.Is(err, errTried) {
		return nil
	}
	return err
}

func (a *starter) planIn(tx *gorm.DB, s *catalog.Start) (*plan, error) {
	states, err := chain(tx, s)
	if err != nil {
		return nil, err
	}
	steps, err := readSteps(tx, s)
	if err != nil {
		return nil, err
	}
	cmp := &comparison{state: a.state, states: states, gone: goneTables(steps), work: unfinished(steps), out: &plan{}}
	before, after, err := cmp.declared(tx)
	if err != nil {
		return nil, err
	}
	if values := newValues(before); len(values) > 0 && len(cmp.out.differences) == 0 {
		// A transaction cannot use a value that it has added.
		return &plan{changes: values, partial: true}, nil
	}
	// The rest is compared with the database as it will be.
	if _, err := runAll(tx, before); err != nil {
		return nil, err
	}
	if cmp.have, cmp.others, err = a.inspect(tx); err != nil {
		return nil, err
	}
	if err := checkCatalog(a.state, cmp.have); err != nil {
		return nil, err
	}
	if cmp.older(a.hash) {
		return cmp.olderPlan(), nil
	}
	renames := cmp.renames()
	if len(renames) > 0 {
		if _, err := runAll(tx, renames); err != nil {
			return nil, err
		}
		if cmp.have, cmp.others, err = a.inspect(tx); err != nil {
			return nil, err
		}
	}
	if err := cmp.suspects(tx); err != nil {
		return nil, err
	}
	if err := cmp.partitions(tx); err != nil {
		return nil, err
	}
	if cmp.normal, err = normalForm(tx, a.state, cmp.have); err != nil {
		return nil, err
	}
	p := cmp.plan()
	p.changes = slices.Concat(before, renames, p.changes, after)
	return p, p.measure(tx, a, cmp.have)
}

// inspect reads the tables of the state, and with every model of a program at
// hand the names of the other tables in their schemas.
func (a *starter) inspect(tx *gorm.DB) (*catalog.Catalog, []string, error) {
	var tables, types []string
	for _, t := range a.state.Ordered() {
		tables = append(tables, t.Name)
		for _, c := range t.Columns {
			types = append(types, c.Type)
		}
	}
	slices.Sort(types)
	types = slices.Compact(types)
	c, err := catalog.Read(tx, tables, types)
	if err != nil {
		return nil, nil, readError(a.state, err)
	}
	if !a.whole {
		return c, nil, nil
	}
	others, err := catalog.Others(tx, tables)
	if err != nil {
		return nil, nil, fmt.Errorf("migrate: %w", err)
	}
	return c, slices.DeleteFunc(others, bookkeeping), nil
}

// pending returns an error if the plan must not be carried out.
func (p *plan) pending() error {
	if p.newer {
		if len(p.missing) > 0 {
			return &NewerError{Differences: p.missing}
		}
		return nil
	}
	return pending(p.differences)
}

// large reports whether a change needs a transaction of its own: no lock of a
// large table may be held while the next statement waits for its own.
func (p *plan) large() bool {
	return slices.ContainsFunc(p.changes, func(c change) bool { return c.rows > 0 && (c.weight != brief || c.resumed || len(p.changes) > 1) })
}

// differ adds a difference.
func (p *plan) differ(d Difference) { p.differences = append(p.differences, d) }

// rowsText returns an estimate for people.
func rowsText(n int64) string { return "about " + strconv.FormatInt(n, 10) + " rows" }
