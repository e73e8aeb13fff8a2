// Package modelinfo is the graph of models over GORM's own schemas: columns,
// relations with the columns that join them, and Meta. A model is read once per
// database and does not change after that.
package modelinfo

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"sync"
	"time"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/signal"
	"github.com/gormango/gormango/internal/zone"
	"github.com/gormango/gormango/models"
)

// databases maps the callback manager of a gorm.Open, which all of its sessions
// share, to its Registry.
var databases sync.Map // any → *Registry

// Registry holds the models of a database.
type Registry struct {
	db       *gorm.DB
	models   []any
	zone     *time.Location
	zoneName string
	zoned    bool // the sessions have the zone

	// Validator tests objects before they are written, nil without one.
	Validator models.StructValidator
	// Signals holds the receivers that the application has registered.
	Signals signal.Board
	// Statements is package compile's memo of statements by their form. Shapes is
	// package exec's memo of how rows fill structs.
	Statements, Shapes Memo

	bases sync.Map // Base by the name of a type

	mu     sync.RWMutex
	byType map[reflect.Type]*Model
	// order holds the models in the order they were read, referrers the foreign
	// keys that lead to a model.
	order     []*Model
	referrers map[*Model][]*ForeignKey
	// references are the foreign keys of each model, as referrers are those to it.
	references map[*Model][]*ForeignKey
}

// Install makes the Registry of db and reads the application's models, so that
// a wrong model is an error of Open.
func Install(db *gorm.DB, all []any) error {
	r := newRegistry(db, all)
	if err := r.read(all); err != nil {
		return err
	}
	databases.Store(db.Callback(), r)
	return nil
}

// Remove removes the Registry of db.
func Remove(db *gorm.DB) { databases.Delete(db.Callback()) }

// Of returns the Registry of db. A database without Install gets one without
// models of its own.
func Of(db *gorm.DB) *Registry {
	key := db.Callback()
	if r, ok := databases.Load(key); ok {
		return r.(*Registry)
	}
	r, _ := databases.LoadOrStore(key, newRegistry(db, nil))
	return r.(*Registry)
}

func newRegistry(db *gorm.DB, all []any) *Registry {
	return &Registry{db: db.Session(&gorm.Session{NewDB: true}), models: all, zone: time.UTC, zoneName: "UTC", byType: map[reflect.Type]*Model{}}
}

// SetTimeZone sets the time zone of the database's sessions. It must be called
// before the first query.
func (r *Registry) SetTimeZone(loc *time.Location) {
	r.zone = loc
	r.zoneName, _ = zone.Name(loc)
	r.zoned = true
}

// Elsewhere reports whether the clocks of a timestamp without a zone differ
// from those of the zone of that name. They are the clocks of the database's
// zone; without SetTimeZone they may be of any.
func (r *Registry) Elsewhere(name string) bool {
	return r.zoned && name != "" && name != r.zoneName
}

// TimeZone returns the time zone in which the days and years of a timestamptz
// begin, UTC by default.
func (r *Registry) TimeZone() *time.Location { return r.zone }

// ZoneName returns PostgreSQL's name of the time zone.
func (r *Registry) ZoneName() string { return r.zoneName }

// Models returns the models that the application passed to Open, in its order.
func (r *Registry) Models() []any { return r.models }

// Know reads models that package migrate makes tables for. If Open got none,
// they become the models of the database.
func (r *Registry) Know(all []any) error {
	if err := r.read(all); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.models) == 0 {
		r.models = all
	}
	return nil
}

// Model returns the model of a struct type or of a pointer to one. It reads
// every model that its relations reach.
func (r *Registry) Model(t reflect.Type) (*Model, error) {
	t, err := structOf(t)
	if err != nil {
		return nil, err
	}
	if m := r.known(t); m != nil {
		return m, nil
	}
	if err := r.readTypes([]reflect.Type{t}); err != nil {
		return nil, err
	}
	return r.known(t), nil
}

// known returns the model of t, nil if it was not read yet.
func (r *Registry) known(t reflect.Type) *Model {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.byType[t]
}

func structOf(t reflect.Type) (reflect.Type, error) {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == nil || t.Kind() != reflect.Struct {
		return nil, fmt.Errorf("gormango: a model is a struct, not %v", t)
	}
	return t, nil
}

func (r *Registry) read(all []any) error {
	types := make([]reflect.Type, len(all))
	for i, m := range all {
		var err error
		if types[i], err = structOf(reflect.TypeOf(m)); err != nil {
			return err
		}
	}
	return r.readTypes(types)
}

// readTypes reads models, and every model that their relations reach, as one
// graph, since Meta names relations and the names of their other ends.
func (r *Registry) readTypes(types []reflect.Type) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	b, errs := r.build(types)
	if len(errs) > 0 {
		return errs[0]
	}
	maps.Copy(r.byType, b.made)
	r.order = append(r.order, b.order...)
	r.referrers, r.references = nil, nil
	return nil
}

// build reads models. It returns all errors of one kind: a model that GORM
// cannot read, a wrong name in Meta, a wrong action of a foreign key.
func (r *Registry) build(types []reflect.Type) (b *builder, errs []error) {
	b = &builder{r: r, made: map[reflect.Type]*Model{}}
	for _, t := range types {
		if _, err := b.model(t); err != nil {
			errs = append(errs, err)
			b = &builder{r: r, made: map[reflect.Type]*Model{}} // without half a model
		}
	}
	for _, step := range []func(*Model) []error{one(b.explicit), b.options, one(b.reverse), checkMeta} {
		if len(errs) > 0 {
			return b, errs
		}
		for _, m := range b.order {
			errs = append(errs, step(m)...)
		}
	}
	if len(errs) == 0 {
		_, errs = foreignKeys(append(slices.Clip(r.order), b.order...))
	}
	return b, errs
}

// one returns a step that reports a list of errors.
func one(step func(*Model) error) func(*Model) []error {
	return func(m *Model) []error {
		if err := step(m); err != nil {
			return []error{err}
		}
		return nil
	}
}

// Mistakes returns what is wrong with models, where Know returns the first
// error. Models that it cannot read hide wrong names in Meta.
func (r *Registry) Mistakes(all []any) []error {
	var types []reflect.Type
	var errs []error
	for _, m := range all {
		t, err := structOf(reflect.TypeOf(m))
		if err != nil {
			errs = append(errs, err)
			continue
		}
		types = append(types, t)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	_, more := r.build(types)
	seen := map[string]bool{}
	return slices.DeleteFunc(append(errs, more...), func(err error) bool {
		again := seen[err.Error()]
		seen[err.Error()] = true
		return again
	})
}

// All returns every model read so far.
func (r *Registry) All() []*Model {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return slices.Collect(maps.Values(r.byType))
}
