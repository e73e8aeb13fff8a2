// Package modelinfo is the graph of models over GORM's own schemas: columns,
// relations with the columns that join them, and what Meta says. It is built
// once per model and database and never changes after.
package modelinfo

import (
	"fmt"
	"maps"
	"reflect"
	"sync"
	"time"

	"gorm.io/gorm"
)

// databases holds a Registry for every database, by GORM's callback manager,
// which every session of one gorm.Open shares and no other has.
var databases sync.Map // any → *Registry

// Registry knows the models of one database.
type Registry struct {
	db     *gorm.DB
	models []any
	zone   *time.Location

	mu     sync.RWMutex
	byType map[reflect.Type]*Model
}

// Install makes the Registry of db with the models that the application named,
// and reads them all, so that a wrong model is an error of Open. It registers the
// callback that fills the mixins' fields when plain GORM creates rows.
func Install(db *gorm.DB, models []any) error {
	r := newRegistry(db, models)
	for _, m := range models {
		if _, err := r.Model(reflect.TypeOf(m)); err != nil {
			return err
		}
	}
	databases.Store(db.Callback(), r)
	return db.Callback().Create().Before("gorm:before_create").Register("gormango:fill", fillCreated)
}

// Remove forgets db.
func Remove(db *gorm.DB) { databases.Delete(db.Callback()) }

// Of gives the Registry of db. A database that was never installed gets one without named models.
func Of(db *gorm.DB) *Registry {
	key := db.Callback()
	if r, ok := databases.Load(key); ok {
		return r.(*Registry)
	}
	r, _ := databases.LoadOrStore(key, newRegistry(db, nil))
	return r.(*Registry)
}

func newRegistry(db *gorm.DB, models []any) *Registry {
	return &Registry{db: db.Session(&gorm.Session{NewDB: true}), models: models, zone: time.UTC, byType: map[reflect.Type]*Model{}}
}

// SetTimeZone sets the time zone of the database's sessions. It is called before the database is used.
func (r *Registry) SetTimeZone(zone *time.Location) { r.zone = zone }

// TimeZone is where the days and years of a timestamptz begin: UTC unless the database was opened with another.
func (r *Registry) TimeZone() *time.Location { return r.zone }

// Models are the models that the application named, in its order.
func (r *Registry) Models() []any { return r.models }

// Model gives the model of a struct type or a pointer to one, with every model
// that its relations reach.
func (r *Registry) Model(t reflect.Type) (*Model, error) {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == nil || t.Kind() != reflect.Struct {
		return nil, fmt.Errorf("gormango: a model is a struct, not %v", t)
	}
	r.mu.RLock()
	m := r.byType[t]
	r.mu.RUnlock()
	if m != nil {
		return m, nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	b := builder{r: r, made: map[reflect.Type]*Model{}}
	m, err := b.model(t)
	if err != nil {
		return nil, err
	}
	for _, m := range b.made { // when the whole graph is there: Meta may name relations
		if err := checkMeta(m); err != nil {
			return nil, err
		}
	}
	maps.Copy(r.byType, b.made)
	return m, nil
}

// All gives every model read so far.
func (r *Registry) All() []*Model {
	r.mu.RLock()
	defer r.mu.RUnlock()
	all := make([]*Model, 0, len(r.byType))
	for _, m := range r.byType {
		all = append(all, m)
	}
	return all
}
