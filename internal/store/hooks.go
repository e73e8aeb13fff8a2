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

// hook is one of GORM's hook methods: whether a schema implements it, and the
// call.
type hook struct {
	has func(*schema.Schema) bool
	run func(obj any, tx *gorm.DB) error
}

// hookOf returns the hook of a flag of the schema and the interface that the
// flag stands for.
func hookOf[I any](has func(*schema.Schema) bool, call func(I, *gorm.DB) error) hook {
	return hook{has, func(obj any, tx *gorm.DB) error {
		if i, ok := obj.(I); ok {
			return call(i, tx)
		}
		return nil
	}}
}

// GORM's hooks, each called as GORM calls it.
var (
	beforeSave   = hookOf(func(s *schema.Schema) bool { return s.BeforeSave }, callbacks.BeforeSaveInterface.BeforeSave)
	beforeCreate = hookOf(func(s *schema.Schema) bool { return s.BeforeCreate }, callbacks.BeforeCreateInterface.BeforeCreate)
	afterCreate  = hookOf(func(s *schema.Schema) bool { return s.AfterCreate }, callbacks.AfterCreateInterface.AfterCreate)
	beforeUpdate = hookOf(func(s *schema.Schema) bool { return s.BeforeUpdate }, callbacks.BeforeUpdateInterface.BeforeUpdate)
	afterUpdate  = hookOf(func(s *schema.Schema) bool { return s.AfterUpdate }, callbacks.AfterUpdateInterface.AfterUpdate)
	afterSave    = hookOf(func(s *schema.Schema) bool { return s.AfterSave }, callbacks.AfterSaveInterface.AfterSave)
	BeforeDelete = hookOf(func(s *schema.Schema) bool { return s.BeforeDelete }, callbacks.BeforeDeleteInterface.BeforeDelete)
	AfterDelete  = hookOf(func(s *schema.Schema) bool { return s.AfterDelete }, callbacks.AfterDeleteInterface.AfterDelete)
	AfterFound   = hookOf(func(s *schema.Schema) bool { return s.AfterFind }, callbacks.AfterFindInterface.AfterFind)
)

func (s *State) createHooks() bool {
	m := s.Model.Schema
	return !s.SkipHooks && (m.BeforeSave || m.BeforeCreate || m.AfterCreate || m.AfterSave)
}

func (s *State) updateHooks() bool {
	m := s.Model.Schema
	return !s.SkipHooks && (m.BeforeSave || m.BeforeUpdate || m.AfterUpdate || m.AfterSave)
}

// Hooks runs the hooks of one object.
type Hooks struct {
	State *State
	ctx   context.Context
	Obj   any
	stmt  *gorm.DB // made for the first hook, shared by all
}

func (s *State) Hooks(ctx context.Context, obj any) *Hooks {
	return &Hooks{State: s, ctx: ctx, Obj: obj}
}

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

// Rewritten reports whether a hook added a clause, wrote SQL or lifted the
// scopes of the statement. Then GORM has to execute the statement, since
// package repo does not know how.
func (h *Hooks) Rewritten() bool {
	if h.stmt == nil {
		return false
	}
	st := h.stmt.Statement
	return len(st.Clauses) > 0 || st.SQL.Len() > 0 || st.Unscoped
}

// ByGORM runs the write through GORM with what the hooks made of the statement.
// It neither runs the hooks again nor writes relations. Without an affected row
// it returns pgx.ErrNoRows.
func (h *Hooks) ByGORM(write func(tx *gorm.DB) *gorm.DB) error {
	h.stmt.Statement.SkipHooks = true
	tx := write(h.stmt)
	if tx.Error == nil && tx.RowsAffected == 0 {
		return pgx.ErrNoRows
	}
	return tx.Error
}

// statement returns the Statement that GORM would pass to the hooks of obj.
func (s *State) statement(ctx context.Context, obj any) *gorm.DB {
	tx := txutil.DB(ctx, s.DB).WithContext(ctx).Model(obj)
	tx.Statement.Dest = obj
	tx.Statement.Schema = s.Model.Schema
	tx.Statement.Table = s.Model.Table
	tx.Statement.ReflectValue = reflect.ValueOf(obj).Elem()
	return tx
}

// AfterFind runs AfterFind of the objects read, and of those joined to them.
func AfterFind(ctx context.Context, s *State, q *query.Query, objs []reflect.Value) error {
	if q.Related != nil {
		if err := joinedFound(ctx, s, q.Related, objs); err != nil {
			return err
		}
	}
	if !s.Model.Schema.AfterFind {
		return nil
	}
	for _, obj := range objs {
		if err := s.Hooks(ctx, obj.Addr().Interface()).Run(AfterFound); err != nil {
			return err
		}
	}
	return nil
}

// joinedFound runs AfterFind of the objects that were joined.
func joinedFound(ctx context.Context, s *State, tree *query.Tree, owners []reflect.Value) error {
	for _, k := range tree.Kids {
		to := *s
		to.Model = k.Rel.To
		var objs []reflect.Value
		for _, o := range owners {
			if at, ok := k.Rel.Loaded(ctx, o); ok {
				objs = append(objs, at)
			}
		}
		if err := joinedFound(ctx, s, k, objs); err != nil {
			return err
		}
		if !k.Rel.To.Schema.AfterFind {
			continue
		}
		for _, at := range objs {
			if err := to.Hooks(ctx, at.Addr().Interface()).Run(AfterFound); err != nil {
				return err
			}
		}
	}
	return nil
}

// Saving is a save of an object whose model is known at run time only.
type Saving struct {
	Obj     any
	Created bool
	Fields  []string
}

// listens reports whether a signal of the model has receivers.
func (s *State) listens(kind signal.Kind) bool { return s.Registry.Signals.Any(kind, s.Model.Type) }

// sendSave calls the receivers of the model before or after an object is
// written.
func (s *State) sendSave(ctx context.Context, kind signal.Kind, obj any, created bool, fields []string) error {
	if !s.listens(kind) {
		return nil
	}
	return s.Registry.Signals.Send(ctx, kind, s.Model.Type, Saving{obj, created, fields})
}
