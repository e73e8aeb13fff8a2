package migrate

import (
	"errors"
	"fmt"
	"strings"
)

// ErrConflict reports that an app has two last migrations, as after the merge
// of two branches. The error is a *ConflictError.
var ErrConflict = errors.New("migrate: two branches of migrations")

// ErrChecksum reports that the files of migrations are not those that
// migrations.sum or the database's history know. The error is a *ChecksumError.
var ErrChecksum = errors.New("migrate: the migration files have changed")

// ErrIrreversible reports that a migration has no way back. The error is an
// *IrreversibleError.
var ErrIrreversible = errors.New("migrate: no way back")

// FileError reports a mistake in a migration's file.
type FileError struct {
	File string
	Line int // 0 for the file as a whole
	Text string
	Err  error // the cause, nil if Text has it all
}

// Error names file and line.
func (e *FileError) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("migrate: %s: %s", e.File, e.Text)
	}
	return fmt.Sprintf("migrate: %s:%d: %s", e.File, e.Line, e.Text)
}

// Unwrap returns the cause.
func (e *FileError) Unwrap() error { return e.Err }

// ChainError reports that migrations do not form a chain: one is there twice,
// is after a migration that does not exist, or they are after each other.
type ChainError struct {
	IDs  []ID // those concerned, in a cycle each after the next
	Text string
}

// Error names the migrations.
func (e *ChainError) Error() string { return fmt.Sprintf("migrate: %s: %s", joinIDs(e.IDs), e.Text) }

// ConflictError names the last migrations of an app that has several. It
// matches ErrConflict in errors.Is.
type ConflictError struct {
	App    string
	Leaves []ID
}

// Error names the migrations and what to do.
func (e *ConflictError) Error() string {
	return fmt.Sprintf("%s: %s come last, and none is after the other (run makemigrations --merge, which puts one after the other, or write it into its line id)", ErrConflict, joinIDs(e.Leaves))
}

// Is reports whether target is ErrConflict.
func (e *ConflictError) Is(target error) bool { return target == ErrConflict }

// ChecksumError reports a file that is not what migrations.sum or the history
// in the database say. It matches ErrChecksum in errors.Is.
type ChecksumError struct {
	// Kind is "edited", "missing", "unlisted", "renamed", "reordered", "swapped",
	// "damaged" or "no sums" for what migrations.sum says, "applied" for a file
	// that has changed since it was applied, and "unknown" for an applied migration
	// without a file.
	Kind string
	File string // or the ID, of a migration in the history
	// Other is the second file where two are concerned, "" else.
	Other string
}

// Error names the file, what is wrong and what to do.
func (e *ChecksumError) Error() string {
	return fmt.Sprintf("%s: %s", ErrChecksum, e.text())
}

func (e *ChecksumError) text() string {
	const rehash = "undo the edit, or write " + sumFile + " anew by rehash if no database has applied it"
	switch e.Kind {
	case "edited":
		return e.File + " was edited after its line in " + sumFile + " was written (" + rehash + ")"
	case "missing":
		return e.File + " is in " + sumFile + " and is missing (restore it)"
	case "unlisted":
		return e.File + " has no line in " + sumFile + " (write it by rehash if the file belongs there)"
	case "renamed":
		return e.Other + " is " + e.File + " under another name, which changes the order (restore the name)"
	case "reordered":
		return "the lines of " + sumFile + " are not in the order of the files: " + e.File + " stands after " + e.Other + " (restore the order)"
	case "swapped":
		return "the sums of " + e.File + " and " + e.Other + " are swapped, or their contents are (restore both)"
	case "damaged":
		return "the chain of " + sumFile + " breaks at " + e.File + ": a line before it was edited or removed (restore it)"
	case "no sums":
		return "there is no " + sumFile + " (write it by rehash if the files come from elsewhere, and embed it with them)"
	case "applied":
		return e.File + " was edited after this database had applied it (undo the edit and write a new migration, or accept it by rehash with a reason)"
	case "unknown":
		return e.File + " is applied to this database and is not among the migrations (it needs the release that has its file)"
	}
	return e.File + ": " + e.Kind
}

// Is reports whether target is ErrChecksum.
func (e *ChecksumError) Is(target error) bool { return target == ErrChecksum }

// IrreversibleError names a migration without a way back. It matches
// ErrIrreversible in errors.Is.
type IrreversibleError struct {
	ID     ID
	Reason string
}

// Error names the migration and the reason.
func (e *IrreversibleError) Error() string {
	return fmt.Sprintf("%s: %s: %s", ErrIrreversible, e.ID, e.Reason)
}

// Is reports whether target is ErrIrreversible.
func (e *IrreversibleError) Is(target error) bool { return target == ErrIrreversible }

func joinIDs(ids []ID) string {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = string(id)
	}
	return strings.Join(texts, ", ")
}
