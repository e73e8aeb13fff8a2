package gormside

import (
	"reflect"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/schema"

	"github.com/gormango/gormango/internal/pgpool"
)

// defaultTransaction stands in for GORM's begin of a transaction around each
// write of one processor. It begins none where the write already runs in a
// transaction of its context, as GORM does in transactions of its own, nor, if
// lean, where the write is one statement.
type defaultTransaction struct {
	on       processor
	hooks    func(*schema.Schema) bool
	single   func(*gorm.Statement) bool // the write saves nothing beside its own rows
	lean     bool
	settings func() string // what goes with BEGIN, and would be lost without one
	plugins  callbackWatch
}

func defaultTransactions(lean bool, settings func() string) []*defaultTransaction {
	return []*defaultTransaction{
		{on: create, single: createsAlone, lean: lean, settings: settings, hooks: func(s *schema.Schema) bool {
			return s.BeforeSave || s.AfterSave || s.BeforeCreate || s.AfterCreate
		}},
		{on: update, single: updatesAlone, lean: lean, settings: settings, hooks: func(s *schema.Schema) bool {
			return s.BeforeSave || s.AfterSave || s.BeforeUpdate || s.AfterUpdate
		}},
		{on: remove, single: deletesAlone, lean: lean, settings: settings, hooks: func(s *schema.Schema) bool {
			return s.BeforeDelete || s.AfterDelete
		}},
	}
}

// around returns begin, GORM's begin of a transaction, where it is needed.
func (t *defaultTransaction) around(begin func(*gorm.DB)) func(*gorm.DB) {
	return func(db *gorm.DB) {
		if tx := pgpool.TxOf(db.Statement.Context, db); tx != nil {
			// Hooks get the transaction, as in GORM's own: with another context too.
			db.Statement.ConnPool = tx
			return
		}
		if !t.lean || !t.oneStatement(db.Statement) {
			begin(db)
		}
	}
}

// oneStatement reports whether the write of stmt is one statement, whatever
// happens.
func (t *defaultTransaction) oneStatement(stmt *gorm.Statement) bool {
	if s := stmt.Schema; s != nil && t.hooks(s) {
		return false
	}
	return t.settings() == "" && t.single(stmt) && t.plugins.none()
}

func createsAlone(stmt *gorm.Statement) bool {
	return withoutRelations(stmt, reflect.ValueOf(stmt.Dest))
}

// updatesAlone looks at both: GORM saves the relations of the model, which may
// not be the value that it updates from.
func updatesAlone(stmt *gorm.Statement) bool {
	if stmt.Schema == nil {
		return true
	}
	if values, ok := stmt.Dest.(map[string]any); ok {
		for name := range values {
			if stmt.Schema.Relationships.Relations[name] != nil {
				return false
			}
		}
	} else if !withoutRelations(stmt, reflect.ValueOf(stmt.Dest)) {
		return false
	}
	return stmt.Model == nil || withoutRelations(stmt, reflect.ValueOf(stmt.Model))
}

// deletesAlone: a selected relation is deleted too.
func deletesAlone(stmt *gorm.Statement) bool { return len(stmt.Selects) == 0 }

// withoutRelations reports whether v, one object or several of the statement's
// model, has no related object.
func withoutRelations(stmt *gorm.Statement, v reflect.Value) bool {
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		if v.IsNil() {
			return true
		}
		v = v.Elem()
	}
	switch {
	case stmt.Schema == nil:
		return false
	case v.Kind() == reflect.Struct:
		if v.Type() != stmt.Schema.ModelType {
			return false
		}
		r := &stmt.Schema.Relationships
		return !slices.ContainsFunc(slices.Concat(r.BelongsTo, r.HasOne, r.HasMany, r.Many2Many), func(rel *schema.Relationship) bool {
			_, zero := rel.Field.ValueOf(stmt.Context, v)
			return !zero
		})
	case v.Kind() == reflect.Slice || v.Kind() == reflect.Array:
		for i := range v.Len() {
			if !withoutRelations(stmt, v.Index(i)) {
				return false
			}
		}
		return true
	}
	return false
}

// callbackWatch notices that a plugin has registered, replaced or removed a
// callback of a processor. GORM shows no list of them, so it reads the compiled
// one by reflection; a test pins its name. Where GORM has renamed it, every
// write counts as one with a plugin.
type callbackWatch struct {
	compiled reflect.Value // the processor's list, as it is now
	own      []uintptr     // code of those that were there at the start
}

// start takes the callbacks that a processor has now as its own.
func (w *callbackWatch) start(processor any) {
	w.compiled = reflect.ValueOf(processor).Elem().FieldByName("fns")
	if !w.compiled.IsValid() || w.compiled.Kind() != reflect.Slice {
		return
	}
	for i := range w.compiled.Len() {
		w.own = append(w.own, w.compiled.Index(i).Pointer())
	}
}

// none reports whether the callbacks are those of the start.
func (w *callbackWatch) none() bool {
	if len(w.own) == 0 || w.compiled.Len() != len(w.own) {
		return false
	}
	for i, code := range w.own {
		if w.compiled.Index(i).Pointer() != code {
			return false
		}
	}
	return true
}
