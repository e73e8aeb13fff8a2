package migrate

import (
	"errors"
	"fmt"
	"strings"
)

// ErrPending says that the database differs from the models in a way that Auto
// does not change. The error is a *PendingError, which lists it all.
var ErrPending = errors.New("migrate: the database differs from the models")

// ErrBusy says that another process held the migration's lock, or a table was
// in use, for as long as Auto waits.
var ErrBusy = errors.New("migrate: busy")

// PendingError lists what differs. errors.Is with ErrPending holds.
type PendingError struct {
	Differences []Difference
}

// Difference is one thing that is not as the models say.
type Difference struct {
	Table string
	// Name is the column, index or constraint; "" for the table itself.
	Name string
	// Kind is what differs: "type", "not null", "default", "generated", "identity",
	// "column", "primary key", "foreign key", "index", "constraint" or "table".
	Kind       string
	Is, Should string
	// Hint is what to do about it, "" where that is plain.
	Hint string
}

// String is the difference in one line: table and name, what is, what should
// be.
func (d Difference) String() string {
	where := d.Table
	if d.Name != "" {
		where += "." + d.Name
	}
	s := fmt.Sprintf("%s: %s is %q, should be %q", where, d.Kind, d.Is, d.Should)
	if d.Hint != "" {
		s += " (" + d.Hint + ")"
	}
	return s
}

// Error names every difference.
func (e *PendingError) Error() string {
	texts := make([]string, len(e.Differences))
	for i, d := range e.Differences {
		texts[i] = d.String()
	}
	return fmt.Sprintf("%s (change by hand what start-up never changes): %s", ErrPending, strings.Join(texts, "; "))
}

// Is makes errors.Is(err, ErrPending) hold.
func (e *PendingError) Is(target error) bool { return target == ErrPending }

// pending is nil when there are no differences.
func pending(differences []Difference) error {
	if len(differences) == 0 {
		return nil
	}
	return &PendingError{Differences: differences}
}

// UnknownTypeError is a column whose type the server does not know, as when an
// extension is not installed or an enum not created.
type UnknownTypeError struct {
	Table, Column, Type string
}

// Error names table, column and type.
func (e *UnknownTypeError) Error() string {
	return fmt.Sprintf("migrate: column %q of table %q: the database has no type %q (create the type or its extension first)", e.Column, e.Table, e.Type)
}

// StatementError is a change that the server refused. Nothing of the run was
// kept. errors.As finds the *pgconn.PgError in it.
type StatementError struct {
	Table string
	// Name is the column, index or constraint that the statement makes, "" for a
	// table.
	Name string
	SQL  string
	Err  error

	what, why string
}

// Error names table and name, and why the server refused.
func (e *StatementError) Error() string {
	where := fmt.Sprintf("table %q", e.Table)
	if e.Name != "" {
		where += fmt.Sprintf(": %s %q", e.what, e.Name)
	}
	why := ""
	if e.why != "" {
		why = e.why + ": "
	}
	return fmt.Sprintf("migrate: %s: %s%v (nothing was changed; statement: %s)", where, why, e.Err, strings.Join(strings.Fields(e.SQL), " "))
}

// Unwrap gives the server's error.
func (e *StatementError) Unwrap() error { return e.Err }
