package main

import (
	"context"
	"errors"
)

// Peer is a way to work with the database. Each method is a case, written as
// the peer's own documentation advises. What is read is returned as the peer
// makes it: a pointer to a struct or a slice of structs or of pointers.
type Peer interface {
	// Close closes the connections.
	Close() error

	// One reads the item with a key.
	One(ctx context.Context, id int64) (any, error)
	// List reads the first n items by key.
	List(ctx context.Context, n int) (any, error)
	// Wide reads the first n rows of 60 columns.
	Wide(ctx context.Context, n int) (any, error)
	// Join reads the tasks of the owners in a city, ordered by key.
	Join(ctx context.Context, city string) (any, error)
	// Related reads the first n tasks, each with its owner.
	Related(ctx context.Context, n int) (any, error)
	// Prefetch reads the first n owners, each with its tasks.
	Prefetch(ctx context.Context, n int) (any, error)
	// Count returns the number of owners in a city.
	Count(ctx context.Context, city string) (int64, error)
	// Exists reports whether a city has an owner.
	Exists(ctx context.Context, city string) (bool, error)
	// Groups reads a Group for each stock of the items with keys up to max.
	Groups(ctx context.Context, max int64) (any, error)

	// Insert inserts an entry and sets its key.
	Insert(ctx context.Context, e *Entry) error
	// BulkInsert inserts entries and sets their keys.
	BulkInsert(ctx context.Context, es []*Entry) error
	// Copy inserts entries by COPY, without setting keys.
	Copy(ctx context.Context, es []*Entry) error
	// Update writes the name and the stock of an entry.
	Update(ctx context.Context, e *Entry) error
	// BulkUpdate writes the names and stocks of entries, each with its own.
	BulkUpdate(ctx context.Context, es []*Entry) error
	// Upsert inserts entries, or sets name, stock and price where the code
	// exists, and sets their keys.
	Upsert(ctx context.Context, es []*Entry) error
	// Delete deletes the entry with a key.
	Delete(ctx context.Context, id int64) error
	// Transaction inserts an entry, then writes its name and stock, then
	// reads it, in one transaction.
	Transaction(ctx context.Context, e *Entry, name string, stock int32) (any, error)
	// GetOrCreate reads the entry with e's code, or inserts e.
	GetOrCreate(ctx context.Context, e *Entry) (any, error)
}

// errNone is returned by a peer that has no way for a case.
var errNone = errors.New("bench: this peer has no way for the case")

// none has no way for any case. A peer embeds it and declares what it can do.
type none struct{}

func (none) Close() error                                     { return nil }
func (none) One(context.Context, int64) (any, error)          { return nil, errNone }
func (none) List(context.Context, int) (any, error)           { return nil, errNone }
func (none) Wide(context.Context, int) (any, error)           { return nil, errNone }
func (none) Join(context.Context, string) (any, error)        { return nil, errNone }
func (none) Related(context.Context, int) (any, error)        { return nil, errNone }
func (none) Prefetch(context.Context, int) (any, error)       { return nil, errNone }
func (none) Count(context.Context, string) (int64, error)     { return 0, errNone }
func (none) Exists(context.Context, string) (bool, error)     { return false, errNone }
func (none) Groups(context.Context, int64) (any, error)       { return nil, errNone }
func (none) Insert(context.Context, *Entry) error             { return errNone }
func (none) BulkInsert(context.Context, []*Entry) error       { return errNone }
func (none) Copy(context.Context, []*Entry) error             { return errNone }
func (none) Update(context.Context, *Entry) error             { return errNone }
func (none) BulkUpdate(context.Context, []*Entry) error       { return errNone }
func (none) Upsert(context.Context, []*Entry) error           { return errNone }
func (none) Delete(context.Context, int64) error              { return errNone }
func (none) GetOrCreate(context.Context, *Entry) (any, error) { return nil, errNone }
func (none) Transaction(context.Context, *Entry, string, int32) (any, error) {
	return nil, errNone
}

// Contender is a peer by its name.
type Contender struct {
	Name    string
	Module  string // the module whose version the report names, "" for none
	Open    func(ctx context.Context, url string, pool int) (Peer, error)
	Version string // of what is no module, as the report names it
}

// contenders are the peers in the order of the report. The first one is the
// baseline, the second one the control: what differs between them is noise.
var contenders = []Contender{
	{"pgx", "github.com/jackc/pgx/v5", openPgx, ""},
	{"pgx again", "", openPgx, ""},
	{"gormango", "", openGormango, ""},
	{"GORM on gormango", "", openGormOnGormango, ""},
	{"pgx.CollectRows", "", openCollect, ""},
	{"database/sql", "", openSQL, ""},
	{"sqlx", "github.com/jmoiron/sqlx", openSqlx, ""},
	{"scany", "github.com/georgysavva/scany/v2", openScany, ""},
	{"GORM", "gorm.io/gorm", openGorm, ""},
	{"GORM tuned", "", openGormTuned, ""},
	{"gorm.G", "", openGormG, ""},
	{"bun", "github.com/uptrace/bun", openBun, ""},
	{"bun on pgx", "", openBunPgx, ""},
	{"ent", "entgo.io/ent", openEnt, ""},
	{"bob", "github.com/stephenafamo/bob", openBob, ""},
	{"go-pg", "github.com/go-pg/pg/v10", openGoPg, ""},
}
