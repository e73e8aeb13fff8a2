package migrate

import (
	"context"
	"path"
	"strings"
)

// ID is the name of a migration: the app and the file's name, as
// "shop/0007_order_channel". Without an app it is the file's name alone.
type ID string

// App returns the part before the slash, "" without one.
func (id ID) App() string {
	app, _, found := strings.Cut(string(id), "/")
	if !found {
		return ""
	}
	return app
}

// Name returns the part after the slash, the whole without one. It is the name
// of the migration's file without ".sql".
func (id ID) Name() string { return path.Base(string(id)) }

// Stmt is one statement of a migration, as its file has it, without the
// semicolon at the end.
type Stmt struct {
	SQL  string `json:"sql"`
	Line int    `json:"line,omitempty"` // its first line in the file
	// Allow has written reasons by the rules of the linter (L13) whose findings
	// they accept.
	Allow map[string]string `json:"allow,omitempty"`
}

// Migration is one migration: a file, or a GoMigration.
type Migration struct {
	ID ID
	// After are the migrations that come before this one.
	After []ID
	// Replaces are the migrations that a squashed one stands for.
	Replaces []ID
	// Tx reports that Forward, like Back, runs in one transaction. Without it each
	// has one statement, which runs outside of transactions.
	Tx bool
	// Ops are what the migration does to the state.
	Ops []Op
	// Forward and Back are the statements of the parts Up and Down.
	Forward, Back []Stmt
	// Loses are the tables and columns ("orders", "orders.channel") whose data Back
	// deletes.
	Loses []string
	// Sum is the SHA-256 of the file in hexadecimal digits, "" for a GoMigration.
	Sum string
	// Irreversible is the reason why there is no way back, "" without one.
	Irreversible string
	// Code is the migration in Go, nil for a file.
	Code *GoMigration

	file    string // "0007_order_channel.sql", "" for a GoMigration
	opLines []int  // the lines of Ops in the file
	hasID   bool   // the file has a line id
	hasBack bool   // the file has a part Down, or the code a function
	// squashed are what migrations replace that this one replaces in turn, for
	// sets without their files.
	squashed map[ID][]ID
}

// GoMigration is a data migration: Go code that changes rows, in one chain with
// the files.
type GoMigration struct {
	ID    ID
	After []ID
	// Models are the structs by which the code reads and writes rows. Each has the
	// columns that the code uses, as they are at this place of the chain: today's
	// models may have others. A table or column that the migrations before do not
	// make is a *ChainError of Set.Check, and of Up before it runs anything.
	Models []any
	// Up changes the rows. It runs again after a failure, and what the Batch has
	// finished is then not repeated.
	Up func(ctx context.Context, b *Batch) error
	// Down changes them back, nil if there is no way back.
	Down func(ctx context.Context, b *Batch) error
	// Elidable reports that a squashed migration may leave the code out: it does
	// nothing on a database without rows.
	Elidable bool
}

func (g GoMigration) migration() *Migration {
	return &Migration{ID: g.ID, After: g.After, Code: &g, hasBack: g.Down != nil}
}

// squash notes what a migration replaces that m replaces in turn.
func (m *Migration) squash(id ID, parts []ID) {
	if m.squashed == nil {
		m.squashed = map[ID][]ID{}
	}
	m.squashed[id] = parts
}

// reversible returns an error if there is no way back.
func (m *Migration) reversible() error {
	switch {
	case m.Irreversible != "":
		return &IrreversibleError{ID: m.ID, Reason: m.Irreversible}
	case !m.hasBack && m.Code != nil:
		return &IrreversibleError{ID: m.ID, Reason: "its code has no function Down"}
	case !m.hasBack:
		return &IrreversibleError{ID: m.ID, Reason: `the file has no part "-- +goose Down"`}
	}
	return nil
}
