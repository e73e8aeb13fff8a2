package store

import (
	"context"
	"reflect"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"
	"gorm.io/gorm/callbacks"
	"gorm.io/gorm/schema"

	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/internal/signal"
	"github.com/gormango/gormango/txutil"
)

// hook is one of GORM's hook methods. has reports whether the model of a schema
// implements it, run calls it.
type hook struct {
	has func(*schema.Schema) bool
	run func(obj any, tx *gorm.DB) error
}

// hookOf returns the hook whose flag in a schema has reads, and whose interface
// is I.
func hookOf[I any](has func(*schema.Schema) bool, call func(I, *gorm.DB) error) hook {
	return hook{has, func(obj any, tx *gorm.DB) error {
		if i, ok := obj.(I); ok {
			return call(i, tx)
		}
		return nil
	}}
}

// The hooks of GORM.
var (
	beforeSave    = hookOf(func(s *schema.Schema) bool { return s.BeforeSave }, callbacks.BeforeSaveInterface.BeforeSave)
	beforeCreate  = hookOf(func(s *schema.Schema) bool { return s.BeforeCreate }, callbacks.BeforeCreateInterface.BeforeCreate)
	afterCreate   = hookOf(func(s *schema.Schema) bool { return s.AfterCreate }, callbacks.AfterCreateInterface.AfterCreate)
	beforeUpdate  = hookOf(func(s *schema.Schema) bool { return s.BeforeUpdate }, callbacks.BeforeUpdateInterface.BeforeUpdate)
	afterUpdate   = hookOf(func(s *schema.Schema) bool { return s.AfterUpdate }, callbacks.AfterUpdateInterface.AfterUpdate)
	afterSave     = hookOf(func(s *schema.Schema) bool { return s.AfterSave }, callbacks.AfterSaveInterface.AfterSave)
	BeforeDelete  = hookOf(func(s *schema.Schema) bool { return s.BeforeDelete }, callbacks.BeforeDeleteInterface.BeforeDelete)
	AfterDelete   = hookOf(func(s *schema.Schema) bool { return s.AfterDelete }, callbacks.AfterDeleteInterface.AfterDelete)
	AfterFindHook = hookOf(func(s *schema.Schema) bool { return s.AfterFind }, callbacks.AfterFindInterface.AfterFind)
)

// hasCreateHooks reports whether creating an object runs hooks.
func (s *State) hasCreateHooks() bool {
	m := s.Model.Schema
	return !s.SkipHooks && (m.BeforeSave || m.BeforeCreate || m.AfterCreate || m.AfterSave)
}

// hasUpdateHooks reports whether saving an object that exists runs hooks.
func (s *State) hasUpdateHooks() bool {
	m := s.Model.Schema
	return !s.SkipHooks && (m.BeforeSave || m.BeforeUpdate || m.AfterUpdate || m.AfterSave)
}

// Hooks runs the hooks of one object.
type Hooks struct {
	State *State
	ctx   context.Context
	Obj   any
	stmt  *gorm.DB // nil before the first hook runs; all hooks share it
}

// Hooks returns the hooks of obj, a pointer to an object of the model.
func (s *State) Hooks(ctx context.Context, obj any) *Hooks {
	return &Hooks{State: s, ctx: ctx, Obj: obj}
}

// Run calls the hooks that the model implements, in order. It stops at the
// first error.
func (h *Hooks) Run(hooks ...hook) error {
	for _, k := range hooks {
		if !k.has(h.State.Model.Schema) || h.State.SkipHooks {
			continue
		}
		if h.stmt == nil {
			h.stmt = h.State.statement(h.ctx, h.Obj)
		}
		if err := k.run(h.Obj, h.stmt.Session(&gorm.Session{NewDB: true})); err != nil {
			return err
		}
		if err := h.stmt.Error; err != nil { // of SetColumn inside the hook
			return err
		}
	}
	return nil
}

// ChangedStatement reports whether a hook added a clause, wrote SQL or called
// Unscoped on the statement. Then WriteByGORM must write the row.
func (h *Hooks) ChangedStatement() bool {
	if h.stmt == nil {
		return false
	}
	st := h.stmt.Statement
	return len(st.Clauses) > 0 || st.SQL.Len() > 0 || st.Unscoped
}

// WriteByGORM runs write on the statement that the hooks have changed. It does
// not run the hooks again. Without an affected row it returns pgx.ErrNoRows.
func (h *Hooks) WriteByGORM(write func(tx *gorm.DB) *gorm.DB) error {
	h.stmt.Statement.SkipHooks = true
	tx := write(h.stmt)
	if tx.Error == nil && tx.RowsAffected == 0 {
		return pgx.ErrNoRows
	}
	return tx.Error
}

// statement returns the statement that GORM would pass to the hooks of obj.
func (s *State) statement(ctx context.Context, obj any) *gorm.DB {
	tx := txutil.DB(ctx, s.DB).WithContext(ctx).Model(obj)
	tx.Statement.Dest = obj
	tx.Statement.Schema = s.Model.Schema
	tx.Statement.Table = s.Model.Table
	tx.Statement.ReflectValue = reflect.ValueOf(obj).Elem()
	return tx
}

// AfterFind runs the AfterFind hooks of objects that q has read, and of those
// that SelectRelated has joined to them.
func AfterFind(ctx context.Context, s *State, q *query.Query, objs []reflect.Value) error {
	if q.Related != nil {
		if err := joinedAfterFind(ctx, s, q.Related, objs); err != nil {
			return err
		}
	}
	return ownAfterFind(ctx, s, objs)
}

// ownAfterFind is AfterFind for objects without joined ones.
func ownAfterFind(ctx context.Context, s *State, objs []reflect.Value) error {
	if !s.Model.Schema.AfterFind {
		return nil
	}
	for _, obj := range objs {
		if err := s.Hooks(ctx, obj.Addr().Interface()).Run(AfterFindHook); err != nil {
			return err
		}
	}
	return nil
}

// joinedAfterFind runs the AfterFind hooks of the objects that the joins of
// tree have loaded into owners.
func joinedAfterFind(ctx context.Context, s *State, tree *query.Tree, owners []reflect.Value) error {
	for _, k := range tree.Kids {
		to := *s
		to.Model = k.Rel.To
		var objs []reflect.Value
		for _, o := range owners {
			if at, ok := k.Rel.Loaded(ctx, o); ok {
				objs = append(objs, at)
			}
		}
		if err := joinedAfterFind(ctx, s, k, objs); err != nil {
			return err
		}
		if !k.Rel.To.Schema.AfterFind {
			continue
		}
		for _, at := range objs {
			if err := to.Hooks(ctx, at.Addr().Interface()).Run(AfterFindHook); err != nil {
				return err
			}
		}
	}
	return nil
}

// Saving is the event of PreSave and PostSave: the object as a pointer, whether
// its row is new, and the columns that the save is limited to, nil for all.
type Saving struct {
	Obj     any
	Created bool
	Fields  []string
	Changes *Changes
}

// hasReceivers reports whether a signal of the model has receivers.
func (s *State) hasReceivers(kind signal.Kind) bool {
	return s.Registry.Signals.Any(kind, s.Model.Type)
}

// sendSave sends PreSave or PostSave for an object.
func (s *State) sendSave(ctx context.Context, kind signal.Kind, obj any, created bool, fields []string, changes *Changes) error {
	if !s.hasReceivers(kind) {
		return nil
	}
	if changes == nil {
		changes = s.newChanges(obj, s.Model.Fields, created)
	}
	changes.written = kind == signal.PostSave
	return s.Registry.Signals.Send(ctx, kind, s.Model.Type, Saving{obj, created, fields, changes})
}
