package gormango

import (
	"reflect"
	"strings"
	"sync"

	"gorm.io/gorm"
	"gorm.io/gorm/callbacks"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/logger"
	"gorm.io/gorm/schema"

	"github.com/gormango/gormango/internal/rowcodec"
)

// selectLists keeps the text of the columns that queries of a whole model select. GORM writes it anew,
// column by column, for each query that names its columns.
type selectLists struct {
	next  func(*gorm.DB) // GORM's query
	texts sync.Map       // selected → *selectList
}

// selectList is that text, and how rows of those columns fill the model. It is an expression of the SELECT clause.
type selectList struct {
	text  string
	shape *rowcodec.Shape // nil where GORM reads the rows
}

// Build implements clause.Expression.
func (l *selectList) Build(b clause.Builder) { _, _ = b.WriteString(l.text) }

// replaceQuery puts the lists into GORM's query itself, so that whatever a plugin does before still counts.
func replaceQuery(db *gorm.DB) error {
	const name = "gorm:query"
	own := db.Config.Logger
	db.Config.Logger = logger.Discard // GORM tells of each replaced callback
	defer func() { db.Config.Logger = own }()
	query := db.Callback().Query()
	l := &selectLists{next: query.Get(name)}
	return query.Replace(name, l.run)
}

func (l *selectLists) run(db *gorm.DB) {
	if db.Error == nil && ordinary(db) {
		stmt := db.Statement
		c := stmt.Clauses["SELECT"]
		if c.Expression == nil && c.Builder == nil && whole(stmt) {
			list := l.of(stmt)
			c.Name, c.Expression = "SELECT", list
			stmt.Clauses["SELECT"] = c
			stmt.SQL.Grow(len(list.text) + 200) // what follows is short mostly
		}
		if c.Expression != nil && stmt.ReflectValue.Kind() != reflect.Struct && noneButSoftDelete(stmt.Schema) {
			build(db)
		}
		if source, native := straight(db); native && readStraight(db, source) {
			return
		}
	}
	l.next(db)
}

// build writes the SQL of a query whose SELECT is known, and spares GORM to look for columns that it would
// not use: for a count that ends in an error which nobody sees, and costs as much as the rest. The value
// matters otherwise only if it is a struct, for its key.
func build(db *gorm.DB) {
	value := db.Statement.ReflectValue
	db.Statement.ReflectValue = reflect.Value{}
	callbacks.BuildQuerySQL(db)
	db.Statement.ReflectValue = value
}

// ordinary tells that db is a query of one table without columns of its own, where columns go by name.
func ordinary(db *gorm.DB) bool {
	stmt := db.Statement
	if !db.QueryFields || stmt.Schema == nil || stmt.SQL.Len() > 0 || db.ClauseBuilders["SELECT"] != nil ||
		len(stmt.Selects) > 0 || len(stmt.Omits) > 0 || len(stmt.Joins) > 0 || !stmt.ReflectValue.IsValid() {
		return false
	}
	_, other := stmt.Clauses["FROM"]
	return !other
}

// whole tells that GORM would select every column of the statement's model.
func whole(stmt *gorm.Statement) bool {
	if stmt.Distinct || !tableOf(stmt) {
		return false
	}
	t := reflect.TypeOf(stmt.Dest)
	for t != nil && (t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Array) {
		t = t.Elem()
	}
	return t == stmt.Schema.ModelType
}

// noneButSoftDelete tells that GORM may add the clauses of the model a second time: those of gorm.DeletedAt
// see that they are there.
func noneButSoftDelete(s *schema.Schema) bool {
	for _, c := range s.QueryClauses {
		if _, ok := c.(gorm.SoftDeleteQueryClause); !ok {
			return false
		}
	}
	return true
}

// tableOf tells that the statement's table is the model's, with or without the name of its schema. Texts for
// other tables are not kept: there may be any number of them.
func tableOf(stmt *gorm.Statement) bool {
	table, found := strings.CutSuffix(stmt.Schema.Table, stmt.Table)
	return found && stmt.Table != "" && (table == "" || strings.HasSuffix(table, "."))
}

// selected is what the text depends on.
type selected struct {
	schema *schema.Schema
	table  string
}

func (l *selectLists) of(stmt *gorm.Statement) *selectList {
	key := selected{stmt.Schema, stmt.Table}
	if known, ok := l.texts.Load(key); ok {
		return known.(*selectList)
	}
	columns := clause.Select{Columns: make([]clause.Column, len(stmt.Schema.DBNames))}
	for i, name := range stmt.Schema.DBNames {
		columns.Columns[i] = clause.Column{Table: stmt.Table, Name: name}
	}
	text := &gorm.Statement{DB: stmt.DB, Schema: stmt.Schema, Table: stmt.Table}
	columns.Build(text)
	list := &selectList{text: text.SQL.String(), shape: shapeOf(stmt.Schema)}
	l.texts.Store(key, list)
	return list
}
