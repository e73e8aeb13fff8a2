package repo

import (
	"context"
	"reflect"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"
	"gorm.io/gorm/callbacks"
	"gorm.io/gorm/schema"

	"github.com/gormango/gormango/internal/query"
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
	beforeDelete = hookOf(func(s *schema.Schema) bool { return s.BeforeDelete }, callbacks.BeforeDeleteInterface.BeforeDelete)
	afterDelete  = hookOf(func(s *schema.Schema) bool { return s.AfterDelete }, callbacks.AfterDeleteInterface.AfterDelete)
	afterFound   = hookOf(func(s *schema.Schema) bool { return s.AfterFind }, callbacks.AfterFindInterface.AfterFind)
)

func (s *state) createHooks() bool {
	m := s.model.Schema
	return !s.skipHooks && (m.BeforeSave || m.BeforeCreate || m.AfterCreate || m.AfterSave)
}

func (s *state) updateHooks() bool {
	m := s.model.Schema
	return !s.skipHooks && (m.BeforeSave || m.BeforeUpdate || m.AfterUpdate || m.AfterSave)
}

// hooked runs the hooks of one object.
type hooked struct {
	s    *state
	ctx  context.Context
	obj  any
	stmt *gorm.DB // made for the first hook, shared by all
}

func (s *state) hooks(ctx context.Context, obj any) *hooked { return &hooked{s: s, ctx: ctx, obj: obj} }

func (h *hooked) run(hooks ...hook) error {
	for _, k := range hooks {
		if !k.has(h.s.model.Schema) || h.s.skipHooks {
			continue
		}
		if h.stmt == nil {
			h.stmt = h.s.statement(h.ctx, h.obj)
		}
		if err := k.run(h.obj, h.stmt.Session(&gorm.Session{NewDB: true})); err != nil {
			return err
		}
		if err := h.stmt.Error; err != nil { // of SetColumn inside the hook
			return err
		}
	}
	return nil
}

// rewritten reports whether a hook added a clause, wrote SQL or lifted the
// scopes of the statement. Then GORM has to execute the statement, since
// package repo does not know how.
func (h *hooked) rewritten() bool {
	if h.stmt == nil {
		return false
	}
	st := h.stmt.Statement
	return len(st.Clauses) > 0 || st.SQL.Len() > 0 || st.Unscoped
}

// byGORM runs the write through GORM with what the hooks made of the statement.
// It neither runs the hooks again nor writes relations. Without an affected row
// it returns pgx.ErrNoRows.
func (h *hooked) byGORM(write func(tx *gorm.DB) *gorm.DB) error {
	h.stmt.Statement.SkipHooks = true
	tx := write(h.stmt)
	if tx.Error == nil && tx.RowsAffected == 0 {
		return pgx.ErrNoRows
	}
	return tx.Error
}

// statement returns the Statement that GORM would pass to the hooks of obj.
func (s *state) statement(ctx context.Context, obj any) *gorm.DB {
	tx := txutil.DB(ctx, s.db).WithContext(ctx).Model(obj)
	tx.Statement.Dest = obj
	tx.Statement.Schema = s.model.Schema
	tx.Statement.Table = s.model.Table
	tx.Statement.ReflectValue = reflect.ValueOf(obj).Elem()
	return tx
}

// afterFind runs AfterFind of the objects read, and of those joined to them.
func afterFind(ctx context.Context, s *state, q *query.Query, objs []reflect.Value) error {
	if q.Related != nil {
		if err := joinedFound(ctx, s, q.Related, objs); err != nil {
			return err
		}
	}
	if !s.model.Schema.AfterFind {
		return nil
	}
	for _, obj := range objs {
		if err := s.hooks(ctx, obj.Addr().Interface()).run(afterFound); err != nil {
			return err
		}
	}
	return nil
}

// joinedFound runs AfterFind of the objects that were joined.
func joinedFound(ctx context.Context, s *state, tree *query.Tree, owners []reflect.Value) error {
	for _, k := range tree.Kids {
		to := *s
		to.model = k.Rel.To
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
			if err := to.hooks(ctx, at.Addr().Interface()).run(afterFound); err != nil {
				return err
			}
		}
	}
	return nil
}
