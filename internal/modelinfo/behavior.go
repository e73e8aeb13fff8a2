package modelinfo

import (
	"context"
	"database/sql/driver"
	"fmt"
	"reflect"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/schema"
)

// Unsupported is the reason why repositories refuse a model: the type of a
// field changes GORM's statements in a way that a repository cannot follow.
type Unsupported struct {
	Model, Field string // Field is the column, or the Go name without one
	Type         reflect.Type
	// Methods are the interfaces of GORM that the type implements.
	Methods []string
	Reason  string
}

func (e *Unsupported) Error() string {
	return fmt.Sprintf("%s.%s: the type %s has %s, which GORM adds to its statements, and a repository would leave out: %s "+
		"(use GORM for this model, or another type; gorm.DeletedAt and models.Versioned work in both)",
		e.Model, e.Field, e.Type, strings.Join(e.Methods, ", "), e.Reason)
}

// Mark is a column that a soft delete sets, and its value.
type Mark struct {
	Field *Field
	Value any
}

// fieldClauses are the clauses that a field's type adds to GORM's statements.
type fieldClauses struct {
	methods                        []string
	query, create, update, deletes []clause.Interface
}

// clausesOf returns the clauses of a field's type.
func clausesOf(f *schema.Field) (c fieldClauses) {
	v := reflect.New(f.IndirectFieldType).Interface()
	if x, ok := v.(schema.QueryClausesInterface); ok {
		c.methods, c.query = append(c.methods, "QueryClauses"), x.QueryClauses(f)
	}
	if x, ok := v.(schema.CreateClausesInterface); ok {
		c.methods, c.create = append(c.methods, "CreateClauses"), x.CreateClauses(f)
	}
	if x, ok := v.(schema.UpdateClausesInterface); ok {
		c.methods, c.update = append(c.methods, "UpdateClauses"), x.UpdateClauses(f)
	}
	if x, ok := v.(schema.DeleteClausesInterface); ok {
		c.methods, c.deletes = append(c.methods, "DeleteClauses"), x.DeleteClauses(f)
	}
	return c
}

// behaviors sets what the types of fields decide: SoftDelete, Version, and
// Unsupported for a type that is neither.
func (b *builder) behaviors(m *Model) {
	for _, f := range m.Schema.Fields {
		c := clausesOf(f)
		if len(c.methods) == 0 || m.Unsupported != nil {
			continue
		}
		if reason := b.behavior(m, f, c); reason != "" {
			name := f.DBName
			if name == "" {
				name = f.Name
			}
			m.Unsupported = &Unsupported{Model: m.Name, Field: name, Type: f.FieldType, Methods: c.methods, Reason: reason}
		}
	}
}

// behavior recognizes what the type of a field does, or returns why a
// repository cannot do it. It asks the clauses themselves, with a statement
// that is not sent.
func (b *builder) behavior(m *Model, f *schema.Field, c fieldClauses) (reason string) {
	defer func() {
		if p := recover(); p != nil {
			reason = "its clauses fail outside of a statement of GORM"
		}
	}()
	column := m.fields[f.DBName]
	switch {
	case column == nil:
		return "it has no column"
	case len(c.query) > 0 && len(c.deletes) > 0 && len(c.create) == 0:
		return b.softDelete(m, column, c)
	case len(c.query) > 0:
		return "it decides which rows are seen"
	case len(c.create) > 0 && len(c.update) > 0 && len(c.deletes) == 0:
		return b.version(m, column, c)
	}
	return "it decides what is written"
}

// softDelete recognizes a soft delete: rows are live if the column has one
// value, which is the Go type's zero value, and a delete sets the column.
func (b *builder) softDelete(m *Model, f *Field, c fieldClauses) string {
	if m.SoftDelete != nil {
		return "the soft delete of " + m.SoftDelete.Column + " decides already"
	}
	live, ok := b.condition(m, f, c.query)
	if !ok {
		return "it decides which rows are seen, by more than one value of its column"
	}
	if same, ok := b.condition(m, f, c.update); len(c.update) > 0 && (!ok || same != live) {
		return "an update changes other rows than are seen"
	}
	if !isZeroOf(f, live) {
		return "rows that are not deleted hold another value than the zero value of its type, which a repository writes"
	}
	marks, ok := marksOf(b.r.db, m, c.deletes, time.Now())
	if !ok || len(marks) == 0 || marks[0].Field != f {
		return "a delete does not set its column"
	}
	_, m.TimedDelete = marks[0].Value.(time.Time)
	m.TimedDelete = m.TimedDelete && len(marks) == 1
	for _, k := range marks {
		m.DeleteMarks = append(m.DeleteMarks, k.Field)
	}
	m.SoftDelete, m.Live, m.deleteClauses = f, live, c.deletes
	return ""
}

// Marks returns the columns that a soft delete at a time sets, and their
// values.
func (m *Model) Marks(db *gorm.DB, at time.Time) ([]Mark, error) {
	if m.TimedDelete {
		return []Mark{{m.SoftDelete, at}}, nil
	}
	marks, ok := marksOf(db, m, m.deleteClauses, at)
	if !ok {
		return nil, fmt.Errorf("gormango: model %s: the soft delete of %s does not set its column", m.Name, m.SoftDelete.Column)
	}
	return marks, nil
}

// marksOf returns what a delete by clauses sets, the column of the soft delete
// first.
func marksOf(db *gorm.DB, m *Model, deletes []clause.Interface, at time.Time) ([]Mark, bool) {
	stmt := probe(db, m, reflect.New(m.Type), at)
	if !add(stmt, deletes) {
		return nil, false
	}
	set, _ := stmt.Clauses["SET"].Expression.(clause.Set)
	marks := make([]Mark, len(set))
	for i, a := range set {
		_, isExpr := a.Value.(clause.Expression)
		if marks[i] = (Mark{m.fields[a.Column.Name], a.Value}); marks[i].Field == nil || isExpr {
			return nil, false
		}
	}
	return marks, len(marks) > 0
}

// condition returns the value that clauses require of a column, nil for NULL.
// It returns false if they require anything else.
func (b *builder) condition(m *Model, f *Field, clauses []clause.Interface) (value any, ok bool) {
	stmt := probe(b.r.db, m, reflect.New(m.Type), time.Now())
	if !add(stmt, clauses) || len(stmt.Dest.(map[string]any)) > 0 {
		return nil, false
	}
	return equality(stmt, f)
}

// equality returns the value of a statement's only condition, an equality of a
// column.
func equality(stmt *gorm.Statement, f *Field) (value any, ok bool) {
	where, _ := stmt.Clauses["WHERE"].Expression.(clause.Where)
	if len(where.Exprs) != 1 {
		return nil, false
	}
	eq, ok := where.Exprs[0].(clause.Eq)
	column, named := eq.Column.(clause.Column)
	if !ok || !named || column.Name != f.Column {
		return nil, false
	}
	if value = eq.Value; value != nil {
		if x, isValuer := value.(driver.Valuer); isValuer {
			value, _ = x.Value()
		}
	}
	return value, value == nil || reflect.TypeOf(value).Comparable()
}

// isZeroOf reports whether the zero value of the field's type is written as a
// value.
func isZeroOf(f *Field, value any) bool {
	zero := reflect.Zero(f.FieldType)
	null := zero.Kind() == reflect.Pointer
	if x, ok := zero.Interface().(driver.Valuer); ok && !null {
		written, err := x.Value()
		if null = err == nil && written == nil; !null {
			return written == value
		}
	}
	if value == nil || null {
		return value == nil && null
	}
	v := reflect.ValueOf(value)
	return v.CanConvert(f.FieldType) && v.Convert(f.FieldType).IsZero()
}

// version recognizes the number of an optimistic lock: an update requires the
// object's number and adds one to the column.
func (b *builder) version(m *Model, f *Field, c fieldClauses) string {
	const old = 7
	obj := reflect.New(m.Type)
	if m.Version != nil || f.Set(context.Background(), obj.Elem(), int64(old)) != nil {
		return "it decides what is written"
	}
	stmt := probe(b.r.db, m, obj, time.Now())
	if !add(stmt, c.update) {
		return "it decides what is written"
	}
	value, ok := equality(stmt, f)
	dest := stmt.Dest.(map[string]any)
	raised, isExpr := dest[f.Column].(clause.Expr)
	if !ok || value != any(int64(old)) || !isExpr || len(dest) != 1 || !strings.HasSuffix(strings.TrimSpace(raised.SQL), "+1") {
		return "an update does more than to require the object's number and to add one"
	}
	m.Version, m.CountsUpdates = f, true
	return ""
}

// probe returns a statement of a model that is not sent. What clauses set is
// in its Dest, a map.
func probe(db *gorm.DB, m *Model, obj reflect.Value, at time.Time) *gorm.Statement {
	tx := db.Session(&gorm.Session{NewDB: true, DryRun: true, AllowGlobalUpdate: true, SkipHooks: true, NowFunc: func() time.Time { return at }}).Model(obj.Interface())
	stmt := tx.Statement
	stmt.Schema, stmt.Table, stmt.ReflectValue, stmt.Dest = m.Schema, m.Table, obj.Elem(), map[string]any{}
	return stmt
}

// add adds clauses to a statement. It reports whether they were no mistake.
func add(stmt *gorm.Statement, clauses []clause.Interface) bool {
	for _, c := range clauses {
		stmt.AddClause(c)
	}
	return stmt.Error == nil
}
