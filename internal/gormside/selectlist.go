package gormside

import (
	"reflect"
	"slices"
	"strings"
	"sync"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/schema"

	"github.com/gormango/gormango/internal/rowcodec"
)

// selectLists keeps the select lists of whole models. GORM writes one anew,
// column by column, for each query that names its columns.
type selectLists struct {
	kept sync.Map // selectListKey → *selectList
}

// selectList is the text of the columns of a model, an expression of the SELECT
// clause, and the shape of their rows.
type selectList struct {
	text  string
	shape *rowcodec.Shape // nil where GORM reads the rows
}

// Build implements clause.Expression.
func (l *selectList) Build(b clause.Builder) { _, _ = b.WriteString(l.text) }

// selectListKey is what the text depends on.
type selectListKey struct {
	schema *schema.Schema
	table  string
}

// of returns the select list of stmt's model.
func (l *selectLists) of(stmt *gorm.Statement) *selectList {
	key := selectListKey{stmt.Schema, stmt.Table}
	if kept, ok := l.kept.Load(key); ok {
		return kept.(*selectList)
	}
	columns := clause.Select{Columns: make([]clause.Column, len(stmt.Schema.DBNames))}
	for i, name := range stmt.Schema.DBNames {
		columns.Columns[i] = clause.Column{Table: stmt.Table, Name: name}
	}
	text := &gorm.Statement{DB: stmt.DB, Schema: stmt.Schema, Table: stmt.Table}
	columns.Build(text)
	list := &selectList{text: text.SQL.String(), shape: shapeOf(stmt.Schema)}
	l.kept.Store(key, list)
	return list
}

// shapeOf returns how rows of all columns of a schema fill its model. It is nil
// where a serializer of the application runs while the rows are read, which may
// want the connection.
func shapeOf(s *schema.Schema) *rowcodec.Shape {
	fields := make([]*schema.Field, len(s.DBNames))
	for i, name := range s.DBNames {
		f := s.FieldsByDBName[name]
		if ownSerializer(f) {
			return nil
		}
		if f.Readable {
			fields[i] = f
		}
	}
	return &rowcodec.Shape{Objects: []rowcodec.Object{{Type: s.ModelType, Fields: fields, Parent: -1}}, Exact: true}
}

// ownSerializer reports whether a field has a serializer of the application.
func ownSerializer(f *schema.Field) bool {
	return f.Serializer != nil && reflect.Indirect(reflect.ValueOf(f.Serializer)).Type().PkgPath() != reflect.TypeFor[schema.Schema]().PkgPath()
}

// oneTable reports whether db is a query of one table without columns of its
// own, where columns go by name.
func oneTable(db *gorm.DB) bool {
	stmt := db.Statement
	if !db.QueryFields || stmt.Schema == nil || stmt.SQL.Len() > 0 || db.ClauseBuilders["SELECT"] != nil ||
		len(stmt.Selects) > 0 || len(stmt.Omits) > 0 || len(stmt.Joins) > 0 || !stmt.ReflectValue.IsValid() {
		return false
	}
	_, other := stmt.Clauses["FROM"]
	return !other
}

// wholeModel reports whether GORM would select every column of stmt's model.
func wholeModel(stmt *gorm.Statement) bool {
	if stmt.Distinct || !tableOfModel(stmt) {
		return false
	}
	t := reflect.TypeOf(stmt.Dest)
	for t != nil && (t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Array) {
		t = t.Elem()
	}
	return t == stmt.Schema.ModelType
}

// tableOfModel reports whether stmt's table is that of its model, with or
// without the name of a schema. Lists for other tables are not kept: there may
// be any number of them.
func tableOfModel(stmt *gorm.Statement) bool {
	table, found := strings.CutSuffix(stmt.Schema.Table, stmt.Table)
	return found && stmt.Table != "" && (table == "" || strings.HasSuffix(table, "."))
}

// onlySoftDelete reports whether GORM may add the clauses of s a second time:
// those of gorm.DeletedAt notice that they are there.
func onlySoftDelete(s *schema.Schema) bool {
	return !slices.ContainsFunc(s.QueryClauses, func(c clause.Interface) bool {
		_, soft := c.(gorm.SoftDeleteQueryClause)
		return !soft
	})
}
