package gormside

import (
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"gorm.io/gorm"
	"gorm.io/gorm/callbacks"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/schema"
	"gorm.io/gorm/utils"

	"github.com/gormango/gormango/internal/rowcodec"
)

// maxShapes limits the lists of columns whose shape is kept.
const maxShapes = 1024

// columnShapes keeps the shapes of rows of lists of columns: those of a query
// with Joins, Select or Omit.
type columnShapes struct {
	kept sync.Map // shapeKey → *rowcodec.Shape, nil where GORM reads the rows
	n    atomic.Int32
}

// shapeKey is what a shape depends on: a model and the names of columns.
type shapeKey struct {
	schema *schema.Schema
	names  string
}

// readColumns runs a query of db whose columns GORM lists: those of its Joins,
// Select and Omit. It reports false where GORM must run it, with the SQL that
// is written by then.
func (r *reads) readColumns(db *gorm.DB) bool {
	stmt := db.Statement
	if stmt.Schema == nil || stmt.SQL.Len() > 0 || db.ClauseBuilders["SELECT"] != nil || !stmt.ReflectValue.IsValid() ||
		len(stmt.Joins)+len(stmt.Selects)+len(stmt.Omits) == 0 || !onlySoftDelete(stmt.Schema) || !readsModel(stmt) {
		return false
	}
	source, ok := native(db)
	if !ok {
		return false
	}
	for _, join := range stmt.Joins {
		if join.Alias != "" { // which names its columns
			return false
		}
	}
	callbacks.BuildQuerySQL(db)
	if db.Error != nil {
		return true
	}
	shape := r.shapes.selected(stmt)
	if shape == nil || stmt.ReflectValue.Kind() == reflect.Struct && !unlinked(stmt, shape) {
		return false
	}
	r.finish(db, source, readInto(db, shape), true)
	return true
}

// unlinked reports whether a struct holds none of the objects that a row is
// joined with.
func unlinked(stmt *gorm.Statement, shape *rowcodec.Shape) bool {
	for _, o := range shape.Objects[1:] {
		if o.Parent == 0 && !o.Link.ReflectValueOf(stmt.Context, stmt.ReflectValue).IsZero() {
			return false
		}
	}
	return true
}

// selected returns the shape of the rows of stmt's SELECT, nil where GORM reads
// them.
func (s *columnShapes) selected(stmt *gorm.Statement) *rowcodec.Shape {
	c := stmt.Clauses["SELECT"]
	list, ok := c.Expression.(clause.Select)
	if !ok || list.Expression != nil || len(list.Columns) == 0 || c.BeforeExpression != nil || c.AfterNameExpression != nil || c.AfterExpression != nil || c.Builder != nil {
		return nil
	}
	return s.of(stmt.Schema, list.Columns)
}

// of returns the shape of rows of columns of a model, nil where GORM reads
// them.
func (s *columnShapes) of(model *schema.Schema, columns []clause.Column) *rowcodec.Shape {
	var names strings.Builder
	for _, column := range columns {
		if column.Raw {
			return nil
		}
		names.WriteString(resultName(column))
		names.WriteByte(0)
	}
	key := shapeKey{model, names.String()}
	if kept, ok := s.kept.Load(key); ok {
		return kept.(*rowcodec.Shape)
	}
	shape := columnsShape(model, columns)
	if s.n.Load() < maxShapes {
		s.n.Add(1)
		s.kept.Store(key, shape)
	}
	return shape
}

// resultName returns the name of a column in the result.
func resultName(c clause.Column) string {
	if c.Alias != "" {
		return c.Alias
	}
	return c.Name
}

// columnsShape returns how rows of columns fill the model s and the objects
// that are joined to it, by the columns' names in GORM's SQL. It is nil where
// GORM reads them: a column that is no field, or a joined object without its
// key, whose absence cannot be seen.
func columnsShape(s *schema.Schema, columns []clause.Column) *rowcodec.Shape {
	shape := &rowcodec.Shape{Objects: []rowcodec.Object{{Type: s.ModelType, Parent: -1}}, Exact: true}
	paths, schemas := []string{""}, []*schema.Schema{s}
	seen := map[string]bool{}
	for _, c := range columns {
		name := resultName(c)
		path, column := "", name
		if s.LookUpField(name) == nil {
			names := utils.SplitNestedRelationName(name)
			path, column = utils.JoinNestedRelationNames(names[:len(names)-1]), names[len(names)-1]
		}
		last := len(paths) - 1
		if path != paths[last] {
			if slices.Contains(paths, path) || !joined(shape, &paths, &schemas, path) {
				return nil
			}
			last++
		}
		f := schemas[last].LookUpField(column)
		if f == nil || f.DBName != column || seen[name] || !f.Readable || ownSerializer(f) {
			return nil
		}
		seen[name] = true
		o := &shape.Objects[last]
		if last > 0 && f.PrimaryKey {
			o.Key = append(o.Key, len(o.Fields))
		}
		o.Fields = append(o.Fields, f)
	}
	for i, o := range shape.Objects {
		if i > 0 && (len(o.Key) == 0 || len(o.Key) != len(schemas[i].PrimaryFields)) {
			return nil
		}
	}
	return shape
}

// joined adds the object at a path of relations to a shape. It reports false if
// there is no such relation to one object in the struct itself, or if the
// object that holds it has no columns before.
func joined(shape *rowcodec.Shape, paths *[]string, schemas *[]*schema.Schema, path string) bool {
	names := utils.SplitNestedRelationName(path)
	parent := slices.Index(*paths, utils.JoinNestedRelationNames(names[:len(names)-1]))
	if parent < 0 {
		return false
	}
	rel := (*schemas)[parent].Relationships.Relations[names[len(names)-1]]
	if rel == nil {
		return false
	}
	to, link := rel.FieldSchema, rel.Field
	if link.Schema.ModelType != (*schemas)[parent].ModelType || link.FieldType != to.ModelType && link.FieldType != reflect.PointerTo(to.ModelType) ||
		slices.ContainsFunc(link.StructField.Index, func(i int) bool { return i < 0 }) {
		return false
	}
	*paths, *schemas = append(*paths, path), append(*schemas, to)
	shape.Objects = append(shape.Objects, rowcodec.Object{Type: to.ModelType, Parent: parent, Link: link})
	return true
}
