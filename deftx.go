package gormango

import (
	"errors"
	"reflect"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"
	"gorm.io/gorm/schema"

	"github.com/gormango/gormango/internal/pgpool"
)

// defaultTransaction stands in for GORM's begin of a transaction around each write of one kind. It begins
// none where the write already runs in a transaction of its context, as GORM does in transactions of
// its own, nor, if lean, where one statement is all there is.
type defaultTransaction struct {
	begin    func(*gorm.DB) // of GORM
	lean     bool
	settings func() string // what goes with BEGIN, and would be lost without one
	hooks    func(*schema.Schema) bool
	alone    func(*gorm.Statement) bool // the write saves nothing beside its own rows
	compiled reflect.Value              // the processor's functions, as they are now
	own      []uintptr                  // GORM's and ours among them
}

// replaceTransactions puts a defaultTransaction before creates, updates and deletes. It comes before
// plugins, which are told by what they add.
func replaceTransactions(db *gorm.DB, lean bool, settings func() string) ([]*defaultTransaction, error) {
	const name = "gorm:begin_transaction"
	own := db.Config.Logger
	db.Config.Logger = logger.Discard // GORM tells of each replaced callback
	defer func() { db.Config.Logger = own }()

	callbacks := db.Callback()
	create, update, remove := callbacks.Create(), callbacks.Update(), callbacks.Delete()
	txs := []*defaultTransaction{
		{begin: create.Get(name), compiled: functions(create), alone: createsAlone, hooks: func(s *schema.Schema) bool {
			return s.BeforeSave || s.AfterSave || s.BeforeCreate || s.AfterCreate
		}},
		{begin: update.Get(name), compiled: functions(update), alone: updatesAlone, hooks: func(s *schema.Schema) bool {
			return s.BeforeSave || s.AfterSave || s.BeforeUpdate || s.AfterUpdate
		}},
		{begin: remove.Get(name), compiled: functions(remove), alone: deletesAlone, hooks: func(s *schema.Schema) bool {
			return s.BeforeDelete || s.AfterDelete
		}},
	}
	err := errors.Join(
		create.Replace(name, txs[0].run),
		update.Replace(name, txs[1].run),
		remove.Replace(name, txs[2].run),
	)
	for _, t := range txs {
		t.lean, t.settings, t.own = lean, settings, pointers(t.compiled)
	}
	return txs, err
}

// ours has register add callbacks that do not count as a plugin's.
func ours(txs []*defaultTransaction, register func() error) error {
	before := make([][]uintptr, len(txs))
	for i, t := range txs {
		before[i] = pointers(t.compiled)
	}
	if err := register(); err != nil {
		return err
	}
	for i, t := range txs {
		for _, p := range pointers(t.compiled) {
			if at := slices.Index(before[i], p); at >= 0 {
				before[i] = slices.Delete(before[i], at, at+1)
			} else {
				t.own = append(t.own, p)
			}
		}
	}
	return nil
}

func (t *defaultTransaction) run(db *gorm.DB) {
	if source, ok := pgpool.Of(db); ok {
		if tx := source.Tx(db.Statement.Context); tx != nil {
			// What hooks get is the transaction then, as in GORM's own: with another context too.
			db.Statement.ConnPool = tx
			return
		}
	}
	if t.lean && t.single(db.Statement) {
		return
	}
	t.begin(db)
}

// single tells whether the write of stmt is one statement, whatever happens.
func (t *defaultTransaction) single(stmt *gorm.Statement) bool {
	if s := stmt.Schema; s != nil && t.hooks(s) {
		return false
	}
	return t.settings() == "" && t.alone(stmt) && t.unchanged()
}

// functions is the list of a processor's compiled callbacks, a name inside of GORM that a test pins. It
// is invalid if GORM has renamed it.
func functions(processor any) reflect.Value {
	return reflect.ValueOf(processor).Elem().FieldByName("fns")
}

func pointers(fns reflect.Value) []uintptr {
	if !fns.IsValid() || fns.Kind() != reflect.Slice {
		return nil
	}
	ps := make([]uintptr, fns.Len())
	for i := range ps {
		ps[i] = fns.Index(i).Pointer()
	}
	return ps
}

// unchanged tells that nobody has registered, replaced or removed a callback.
func (t *defaultTransaction) unchanged() bool {
	if len(t.own) == 0 || t.compiled.Len() != len(t.own) {
		return false
	}
	for i := range t.own {
		if !slices.Contains(t.own, t.compiled.Index(i).Pointer()) {
			return false
		}
	}
	return true
}

func createsAlone(stmt *gorm.Statement) bool {
	return withoutRelations(stmt, reflect.ValueOf(stmt.Dest))
}

// updatesAlone looks at both: GORM saves the relations of the model, which may not be what it updates from.
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

// withoutRelations tells that v, one object or several of the statement's model, has no related object set.
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
		for _, relations := range [][]*schema.Relationship{r.BelongsTo, r.HasOne, r.HasMany, r.Many2Many} {
			if slices.ContainsFunc(relations, func(rel *schema.Relationship) bool {
				_, zero := rel.Field.ValueOf(stmt.Context, v)
				return !zero
			}) {
				return false
			}
		}
		return true
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
