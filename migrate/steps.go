package migrate

import (
	"context"
	"fmt"

	"gorm.io/gorm"
)

// Step is a change that Run makes once in a database and remembers by its name.
type Step struct {
	name     string
	upgrades bool     // left out on a new database
	tables   []string // tables that a database has that is not new
	gone     string   // the table that the database no longer has afterwards
	run      func(w *stepWork) error
	code     func(context.Context, *Batch) error
}

// Rename renames a column of a table. Its name is "rename table.from to to".
func Rename(table, from, to string) Step {
	return Step{
		name: fmt.Sprintf("rename %s.%s to %s", table, from, to), upgrades: true, tables: []string{table},
		run: func(w *stepWork) error { return w.rename(table, from, to) },
	}
}

// RenameModel renames a table, within its schema. Its name is "rename from to
// to".
func RenameModel(from, to string) Step {
	return Step{
		name: fmt.Sprintf("rename %s to %s", from, to), upgrades: true, tables: []string{from, to}, gone: from,
		run: func(w *stepWork) error { return w.renameTable(from, to) },
	}
}

// Drop drops a column, constraint or index of a table. Its name is "drop
// table.name". It is an error if the models have it.
func Drop(table, name string) Step {
	return Step{
		name: fmt.Sprintf("drop %s.%s", table, name), upgrades: true, tables: []string{table},
		run: func(w *stepWork) error { return w.drop(table, name) },
	}
}

// DropModel drops a table with its rows. Its name is "drop table". It is an
// error if the models have it or if something in the database needs it.
func DropModel(table string) Step {
	return Step{
		name: "drop " + table, upgrades: true, tables: []string{table}, gone: table,
		run: func(w *stepWork) error { return w.dropTable(table) },
	}
}

// Alter makes a column, constraint, foreign key or index of a table what the
// models say, under this name: it converts the type of a column and takes the
// generated columns that read it along, sets or drops NOT NULL, defaults,
// identities and expressions, adds what is missing, and replaces the others. A
// value that the new type would round or cut is an error. Its name is "alter
// table.name".
//
// On a table of more than 10,000 rows, checks and foreign keys are validated
// after they were added, and Auto builds an index concurrently after the old
// one was dropped. What would stop the table's readers or writers longer is an
// ErrPending with an estimate of the rows; [Step.Locking] allows it.
func Alter(table, name string) Step {
	return Step{
		name: fmt.Sprintf("alter %s.%s", table, name), upgrades: true, tables: []string{table},
		run: func(w *stepWork) error { return w.alter(table, name) },
	}
}

// SQL executes statements, which are separated by semicolons, in one
// transaction. On a new database they run too, after the tables were created.
func SQL(name, statements string) Step {
	return Step{name: name, run: func(w *stepWork) error { return w.sql(statements) }}
}

// Go calls a function that works in transactions of its own, by the methods of
// Batch. A run that follows a failure or a crash goes on after the last of
// them. On a new database it runs too, after the tables were created.
func Go(name string, fn func(context.Context, *Batch) error) Step {
	return Step{name: name, code: fn}
}

// Name returns the name by which the step is remembered.
func (s Step) Name() string { return s.name }

// Named returns the step with another name, for one that is made once more
// later. A step whose name changes runs again.
func (s Step) Named(name string) Step {
	s.name = name
	return s
}

// ForUpgradesOnly returns the step so that it is left out on a new database, as
// one that mends old rows.
func (s Step) ForUpgradesOnly() Step {
	s.upgrades = true
	return s
}

// Locking returns the step so that it may stop readers and writers of a large
// table.
func (s Step) Locking() Step {
	run := s.run
	if run != nil {
		s.run = func(w *stepWork) error {
			w.locking = true
			return run(w)
		}
	}
	return s
}

// StepError reports a step that failed. Nothing of it was kept, except the
// finished transactions of a Go step.
type StepError struct {
	Step string
	Err  error
}

// Error names the step.
func (e *StepError) Error() string { return fmt.Sprintf("migrate: step %q: %v", e.Step, e.Err) }

// Unwrap returns the cause.
func (e *StepError) Unwrap() error { return e.Err }

// stepWork is what a step works with, in its transaction.
type stepWork struct {
	a       *starter
	tx      *gorm.DB
	home    string
	locking bool
	done    []string
}

func (w *stepWork) exec(table, what, name string, statements ...string) error {
	for _, sql := range statements {
		if err := w.tx.Exec(sql).Error; err != nil {
			return change{table: table, what: what, name: name, sql: sql}.failed(err)
		}
		w.done = append(w.done, sql)
	}
	return nil
}
