package gormside

import (
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// processor names one of GORM's lists of callbacks.
type processor string

const (
	create processor = "create"
	query  processor = "query"
	update processor = "update"
	remove processor = "delete"
	row    processor = "row"
	raw    processor = "raw"
)

// position is where a callback goes, seen from one of GORM's.
type position string

const (
	before position = "before"
	after  position = "after"
	around position = "around" // in its place, and calls it
)

// Names of GORM's callbacks that several registrations share.
const (
	statement        = "gorm:" // the one named after its processor, as gorm:create
	beginTransaction = "gorm:begin_transaction"
)

// registration adds callbacks to GORM, one for each processor and name of
// GORM's.
type registration struct {
	on   []processor
	at   position
	of   []string // names of GORM's callbacks
	name string   // of the new callback; around keeps GORM's
	fn   func(next func(*gorm.DB)) func(*gorm.DB)
	why  string
}

// registrations returns the callbacks of d in the order in which they have to
// be registered. A callback around another calls what was registered until
// then: of two around the same one, the later is the outer one.
func (d *Dialect) registrations() []registration {
	keep := "gormango:keep_transaction"
	list := []registration{
		{[]processor{raw, row, query}, before, []string{statement}, "gormango:session", alone(d.refuseSession),
			"a pooler would let the statement do something else"},
		{[]processor{row}, after, []string{statement}, "gormango:scanned", alone(keepScanned),
			"the logger of a Scan hides the text without values"},
		{[]processor{create, update, remove}, before, []string{beginTransaction}, keep, alone(d.keepTransaction),
			"dbresolver has chosen a connection before"},
		{[]processor{query, row, raw}, before, []string{statement}, keep, alone(d.keepTransaction),
			"dbresolver has chosen a connection before"},
		{[]processor{create}, around, []string{statement}, "", d.reads.creates,
			"rows that a create returns come from pgx; within the guard, since values may panic"},
		{[]processor{create}, around, []string{"gorm:before_create", "gorm:save_before_associations", statement,
			"gorm:save_after_associations", "gorm:after_create"}, "", guarded, "a hook may panic"},
		{[]processor{update}, around, []string{"gorm:setup_reflect_value", "gorm:before_update", "gorm:save_before_associations", statement,
			"gorm:save_after_associations", "gorm:after_update"}, "", guarded, "a hook may panic"},
		{[]processor{remove}, around, []string{"gorm:before_delete", "gorm:delete_before_associations", statement,
			"gorm:after_delete"}, "", guarded, "a hook may panic"},
		{[]processor{create}, before, []string{"gorm:before_create"}, "gormango:fill", alone(fillCreated),
			"hooks see keys and versions"},
		{[]processor{query}, around, []string{statement}, "", d.reads.around,
			"rows of models come from pgx"},
		{[]processor{query}, around, []string{"gorm:preload"}, "", preloads,
			"GORM deals out rows by texts of their keys"},
	}
	if len(d.pool.Replicas()) > 0 {
		list = append(list,
			registration{[]processor{query, row}, around, []string{statement}, "", routedRead,
				"outside the reads, which write the SQL that marks a raw statement"},
			registration{[]processor{query}, around, []string{"gorm:preload"}, "", routedPreload,
				"preloads read from the server of their rows"},
		)
	}
	for _, t := range d.transactions {
		list = append(list, registration{[]processor{t.on}, around, []string{beginTransaction}, "", t.around,
			"last, since a later callback is one of a plugin"})
	}
	return list
}

// alone returns the fn of a registration that calls no other callback.
func alone(fn func(*gorm.DB)) func(func(*gorm.DB)) func(*gorm.DB) {
	return func(func(*gorm.DB)) func(*gorm.DB) { return fn }
}

// register registers the callbacks of list in its order.
func register(db *gorm.DB, list []registration) error {
	own := db.Config.Logger
	db.Config.Logger = logger.Discard // GORM logs each callback that is replaced
	defer func() { db.Config.Logger = own }()
	for _, r := range list {
		for _, on := range r.on {
			for _, of := range r.of {
				if of == statement {
					of += string(on)
				}
				if err := r.register(db, on, of); err != nil {
					return fmt.Errorf("gormango: callback %s %s of GORM, since %s: %w", r.at, of, r.why, err)
				}
			}
		}
	}
	return nil
}

func (r registration) register(db *gorm.DB, on processor, of string) error {
	callbacks := db.Callback()
	p := callbacks.Create()
	switch on {
	case query:
		p = callbacks.Query()
	case update:
		p = callbacks.Update()
	case remove:
		p = callbacks.Delete()
	case row:
		p = callbacks.Row()
	case raw:
		p = callbacks.Raw()
	}
	switch r.at {
	case before:
		return p.Before(of).Register(r.name, r.fn(nil))
	case after:
		return p.After(of).Register(r.name, r.fn(nil))
	}
	next := p.Get(of)
	if next == nil {
		return fmt.Errorf("GORM has no callback %q for %s", of, on)
	}
	return p.Replace(of, r.fn(next))
}
