// Package sqlfile reads and writes migration files: SQL with the annotations of
// goose, which say what is run in which direction, and with annotations of
// gormango, which say what the SQL means.
//
//	-- +gormango id shop/0002_channel after shop/0001_initial
//	-- +gormango op {"add_column":{…}}
//	-- +goose Up
//	ALTER TABLE "orders" ADD COLUMN "channel" text;
//	-- +goose Down
//	-- +gormango loses orders.channel
//	ALTER TABLE "orders" DROP COLUMN "channel";
//
// A line of gormango's before the first of goose's, or in one of the two parts,
// is one of:
//
//	id <app>/<name> [after <id>, …]   the migration's name and its parents
//	replaces <id>, …                  the migrations that a squashed one stands for
//	squashed <id> of <id>, …          what one of these replaced, if its file is gone
//	op {json}                         an operation on the state
//	allow <rule> "reason"             why a finding of the next statement is accepted
//	loses <table>[.<column>]          data that is lost, in the part Down
//	irreversible "reason"             why there is no way back
package sqlfile

import (
	"fmt"
	"strings"
)

// File is a migration file.
type File struct {
	// ID is the name in the line id, "" without one.
	ID       string
	After    []string
	Replaces []string
	// Squashed are migrations among Replaces, or among the parts of others here,
	// that replace migrations themselves.
	Squashed []Squashed
	// NoTx reports that the statements run outside of a transaction.
	NoTx     bool
	Ops      []Op
	Up, Down []Stmt
	// HasDown reports that the file has a part Down, which may be empty.
	HasDown bool
	Loses   []string
	// Irreversible is the reason why there is no way back, "" without one.
	Irreversible string
}

// Squashed is a migration and those that it replaces.
type Squashed struct {
	ID    string
	Parts []string
}

// Op is an operation as the file writes it.
type Op struct {
	JSON string
	Line int
}

// Stmt is a statement, without the semicolon that ends it.
type Stmt struct {
	SQL        string
	Line       int // its first, counted from 1
	Start, End int // its place in the file, in bytes
	// Allow has the reasons by the rules whose findings are accepted.
	Allow map[string]string
}

// Error is a mistake in a file.
type Error struct {
	Line int
	Text string
}

// Error returns the text with its line.
func (e *Error) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Text) }

// annotation is the content of a comment that is an annotation.
type annotation struct{ of, verb, rest string }

// annotated returns the annotation of a line.
func annotated(line string) (annotation, bool) {
	rest, ok := strings.CutPrefix(line, "--")
	if !ok {
		return annotation{}, false
	}
	rest = strings.TrimSpace(rest)
	for _, of := range []string{"goose", "gormango"} {
		after, ok := strings.CutPrefix(rest, "+"+of)
		if !ok || after != "" && after[0] != ' ' && after[0] != '\t' {
			continue
		}
		after = strings.TrimSpace(after)
		if of == "goose" {
			return annotation{of: of, verb: strings.ToUpper(after)}, true
		}
		verb, rest, _ := strings.Cut(after, " ")
		return annotation{of: of, verb: verb, rest: strings.TrimSpace(rest)}, true
	}
	return annotation{}, false
}
