package gormside

import (
	"context"
	"reflect"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/schema"

	"github.com/gormango/gormango/internal/rowcodec"
)

// creates returns next, GORM's create, for the creates whose rows are not read
// here. What a statement returns of objects (keys, defaults) is decoded as the
// rows of a query are. GORM writes the statement.
func (r *reads) creates(next func(*gorm.DB)) func(*gorm.DB) {
	return func(db *gorm.DB) {
		shape := r.returned(db)
		if shape == nil {
			next(db)
			return
		}
		source, ok := native(db)
		if !ok {
			next(db)
			return
		}
		own, dry := db.Config, *db.Config // sessions share it
		dry.DryRun = true
		db.Config = &dry
		next(db)
		if db.Config = own; db.Error != nil {
			return
		}
		r.finish(db, source, func(ctx context.Context, rows pgx.Rows) error {
			n, err := rowcodec.ScanEach(ctx, rows, shape, pointersOf(db.Statement.ReflectValue))
			db.RowsAffected = int64(n)
			return err
		}, false)
	}
}

// returned returns the shape of the rows that a create returns for its objects,
// one for each in their order. It is nil where GORM reads them: for maps, with
// DO NOTHING, which leaves out rows, for columns that are no fields, and where
// an object holds a value already.
func (r *reads) returned(db *gorm.DB) *rowcodec.Shape {
	stmt := db.Statement
	if db.Error != nil || stmt.Schema == nil || stmt.SQL.Len() > 0 || len(stmt.Schema.CreateClauses) > 0 || !holdsModels(stmt) {
		return nil
	}
	if c, ok := stmt.Clauses["ON CONFLICT"]; ok {
		if on, known := c.Expression.(clause.OnConflict); !known || on.DoNothing {
			return nil
		}
	}
	var columns []clause.Column
	if c, ok := stmt.Clauses["RETURNING"]; ok {
		list, known := c.Expression.(clause.Returning)
		if !known || c.Builder != nil || c.AfterExpression != nil {
			return nil
		}
		columns = list.Columns
	} else {
		for _, f := range stmt.Schema.FieldsWithDefaultDBValue {
			if f.Readable {
				columns = append(columns, clause.Column{Name: f.DBName})
			}
		}
	}
	if len(columns) == 0 {
		return nil
	}
	shape := r.shapes.of(stmt.Schema, columns)
	if shape == nil || !unset(stmt, shape.Objects[0].Fields) {
		return nil
	}
	return shape
}

// unset reports whether no object holds a value in fields that a NULL would
// meet: GORM keeps some of them, by rules of its own for each type.
func unset(stmt *gorm.Statement, fields []*schema.Field) bool {
	into := stmt.ReflectValue
	for _, f := range fields {
		switch {
		case f.PrimaryKey: // never NULL
		case !inStruct(f):
			return false
		case into.Kind() == reflect.Struct:
			if !f.ReflectValueOf(stmt.Context, into).IsZero() {
				return false
			}
		default:
			for i := range into.Len() {
				if !f.ReflectValueOf(stmt.Context, into.Index(i)).IsZero() {
					return false
				}
			}
		}
	}
	return true
}

// holdsModels reports whether the value of a create is a struct of its model,
// or a slice of them or of pointers to them, none of which is nil.
func holdsModels(stmt *gorm.Statement) bool {
	into, model := stmt.ReflectValue, stmt.Schema.ModelType
	switch {
	case into.Kind() == reflect.Struct:
		return into.Type() == model && into.CanAddr()
	case into.Kind() != reflect.Slice:
		return false
	case into.Type().Elem() == model:
		return true
	case into.Type().Elem() != reflect.PointerTo(model):
		return false
	}
	for i := range into.Len() {
		if into.Index(i).IsNil() {
			return false
		}
	}
	return true
}

// pointersOf returns pointers to the structs of a value for which [holdsModels]
// holds.
func pointersOf(v reflect.Value) []any {
	if v.Kind() == reflect.Struct {
		return []any{v.Addr().Interface()}
	}
	all := make([]any, v.Len())
	for i := range all {
		elem := v.Index(i)
		if elem.Kind() != reflect.Pointer {
			elem = elem.Addr()
		}
		all[i] = elem.Interface()
	}
	return all
}
