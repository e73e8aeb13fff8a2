package migrate

import (
	"errors"
	"fmt"
	"strings"
)

// ErrPending reports that the database differs from the models in a way that
// Auto does not change, so that it has changed nothing. The error is a
// *PendingError, which lists the differences.
var ErrPending = errors.New("migrate: the database differs from the models")

// ErrBusy reports that another process held the migration's lock, or a table
// was in use, for as long as Auto waits.
var ErrBusy = errors.New("migrate: busy")

// PendingError lists the differences. It matches ErrPending in errors.Is.
type PendingError struct {
	Differences []Difference
}

// Difference is a part of a table that differs from the models.
type Difference struct {
	Table string
	// Name is the column, index or constraint, "" for the table itself.
	Name string
	// Kind is the property that differs: "type", "not null", "default",
	// "generated", "identity", "collation", "column", "primary key", "foreign key",
	// "index", "constraint" or "table".
	Kind   string `json:",omitempty"`
	Is     string
	Should string
	// Hint is advice, "" if it is obvious.
	Hint string `json:",omitempty"`
}

// String returns the difference in one line: table and name, the state, the
// wanted state.
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

// Error lists every difference, several on a line each.
func (e *PendingError) Error() string {
	texts := make([]string, len(e.Differences))
	for i, d := range e.Differences {
		texts[i] = d.String()
	}
	before := " "
	if len(texts) > 1 {
		before = "\n\t"
	}
	return fmt.Sprintf("%s (nothing was changed; these are for you to decide):%s", ErrPending, before+strings.Join(texts, before))
}

// Is reports whether target is ErrPending.
func (e *PendingError) Is(target error) bool { return target == ErrPending }

// pending returns a *PendingError, nil without differences.
func pending(differences []Difference) error {
	if len(differences) == 0 {
		return nil
	}
	return &PendingError{Differences: differences}
}

// UnknownTypeError reports a column whose type the server does not know, as
// without an extension or an enum.
type UnknownTypeError struct {
	Table, Column, Type string
}

// Error names table, column and type.
func (e *UnknownTypeError) Error() string {
	return fmt.Sprintf("migrate: column %q of table %q: the database has no type %q (create the type or its extension first)", e.Column, e.Table, e.Type)
}

// StatementError reports a change that the server refused. Nothing of the run
// was kept. It wraps the *pgconn.PgError.
type StatementError struct {
	Table string
	// Name is the column, index or constraint of the statement, "" for a table.
	Name string
	SQL  string
	Err  error

	what, why string
}

// Error names table and name, and the server's reason.
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

// Unwrap returns the server's error.
func (e *StatementError) Unwrap() error { return e.Err }
