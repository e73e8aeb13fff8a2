package modelinfo

import (
	"cmp"
	"database/sql/driver"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgtype"
	"gorm.io/gorm"
	"gorm.io/gorm/migrator"
	"gorm.io/gorm/schema"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/sqltype"
	"github.com/gormango/gormango/models"
)

// builder reads a model and all that its relations reach. Its models are used
// only after all of them are complete.
type builder struct {
	r    *Registry
	made map[reflect.Type]*Model
	// order holds the models that were made, in their order.
	order []*Model
	// joins holds the tables of many-to-many relations by name.
	joins map[string]*Model
}

func (b *builder) model(t reflect.Type) (*Model, error) {
	if m := b.r.byType[t]; m != nil {
		return m, nil
	}
	if m := b.made[t]; m != nil {
		return m, nil
	}
	if err := checkPromoted(t); err != nil {
		return nil, err
	}
	stmt := &gorm.Statement{DB: b.r.db}
	if err := stmt.Parse(reflect.New(t).Interface()); err != nil {
		return nil, fmt.Errorf("gormango: model %s: %w", t.Name(), err)
	}
	s := stmt.Schema
	meta, err := namer{b.r.db.NamingStrategy, s.Table, s.FieldsByDBName}.complete(models.MetaOf(reflect.New(t).Interface()))
	if err != nil {
		return nil, fmt.Errorf("gormango: model %s: %w", t.Name(), err)
	}
	m := &Model{
		Name: t.Name(), Type: t, Table: s.Table, Schema: s, DB: b.r, Meta: meta,
		fields: map[string]*Field{}, relations: map[string]*Relation{},
	}
	b.made[t] = m
	b.order = append(b.order, m)
	if err := b.applyFields(m); err != nil {
		return nil, err
	}
	_, m.Cleans = reflect.New(t).Interface().(models.Cleaner)
	for _, name := range s.DBNames {
		b.field(m, s.FieldsByDBName[name])
	}
	b.behaviors(m)
	if err := cmp.Or(checkEmbedded(s), checkArrays(m)); err != nil {
		return nil, err
	}
	for _, rel := range relationships(s) {
		if err := b.relation(m, rel); err != nil {
			return nil, err
		}
	}
	m.constraints, m.uniques, m.rules = constraints(m), uniqueSets(m), rulesOf(m)
	setConstants(m)
	m.setNames()
	return m, nil
}

func (b *builder) field(m *Model, f *schema.Field) {
	definition := b.dataType(f)
	column, err := sqltype.ParseColumn(definition)
	if err != nil {
		column.Type = definition // package migrate reports the error
	}
	field := &Field{
		Field: f, Model: m, Column: f.DBName,
		SQLType:     column.Type,
		Nullable:    !f.NotNull && !f.PrimaryKey,
		Auto:        f.AutoIncrement,
		FuncDefault: !f.AutoIncrement && f.HasDefaultValue && f.DefaultValueInterface == nil && isFunction(f.DefaultValue),
		Generated:   column.Generated != "",
		Generation:  column.Generated,
	}
	field.Type = lookup.TypeOf(field.SQLType)
	if field.Type.Kind == lookup.Array {
		field.Type.Dims = dimensions(f.IndirectFieldType)
	}
	field.Cast = sqltype.Unlimited(field.SQLType)
	field.Kind = field.Type.Kind
	field.Comparable = field.Type.Comparable() && !strings.Contains(strings.ToLower(definition), " collate ")
	field.AsText = (field.Kind == lookup.Other || field.Kind == lookup.HStore) && !knownToDriver(field.Cast)
	own := &field.Type
	for own.Kind == lookup.Array {
		own = own.Elem
	}
	field.OwnType = own.Kind == lookup.Other && !knownToDriver(sqltype.Unlimited(own.SQL))
	field.Converted = converted(field)
	field.place()
	field.NilEmpty = nilEmpty(field)
	field.Deferred = m.Meta.Fields[f.DBName].Deferred && !f.PrimaryKey
	m.Defers = m.Defers || field.Deferred
	m.Fields = append(m.Fields, field)
	if f.Readable {
		m.Reads = append(m.Reads, field)
	}
	m.fields[field.Column] = field
	if f.PrimaryKey {
		m.Key = append(m.Key, field)
	}
	switch holder(m.Type, f.StructField.Index) {
	case reflect.TypeFor[models.Versioned]():
		m.Version = field
	case reflect.TypeFor[models.UUIDKey]():
		m.UUIDKey = field
	}
}

// dimensions returns the number of slices or arrays inside each other in a Go
// type, 0 if it is none. Bytes are a value.
func dimensions(t reflect.Type) (n int) {
	for (t.Kind() == reflect.Slice || t.Kind() == reflect.Array) && t.Elem().Kind() != reflect.Uint8 {
		t, n = t.Elem(), n+1
	}
	return n
}

// holder returns the struct that declares the field at the end of a path of
// embedded structs. GORM marks an embedded pointer by a negative step.
func holder(t reflect.Type, path []int) reflect.Type {
	for _, i := range path[:len(path)-1] {
		if i < 0 {
			i = -i - 1
		}
		t = t.Field(i).Type
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
	}
	return t
}

// dataType returns the type of a column: that of the field's own type
// (datatypes.JSON and the like) before the dialect's, as in GORM's migrator.
func (b *builder) dataType(f *schema.Field) string {
	if t, ok := reflect.New(f.IndirectFieldType).Interface().(migrator.GormDataTypeInterface); ok {
		if name := t.GormDBDataType(b.r.db, f); name != "" {
			return name
		}
	}
	return b.r.db.Dialector.DataTypeOf(f)
}

// isFunction reports whether a default is computed by the database.
func isFunction(def string) bool {
	def = strings.ToLower(def)
	if strings.HasPrefix(def, "'") {
		return false
	}
	return strings.Contains(def, "(") || strings.HasPrefix(def, "current_") || strings.HasPrefix(def, "local") || def == "session_user"
}

// relationships returns GORM's relations of a schema in the order of the
// struct's fields.
func relationships(s *schema.Schema) []*schema.Relationship {
	s.Relationships.Mux.RLock()
	defer s.Relationships.Mux.RUnlock()
	var rels []*schema.Relationship
	for _, f := range s.Fields {
		if rel := s.Relationships.Relations[f.Name]; rel != nil {
			rels = append(rels, rel)
		}
	}
	return rels
}

// checkArrays refuses arrays of integers in slices of bytes: bytes are one
// value, so that nothing says where a row of such an array ends. It refuses
// arrays of hstore in anything but texts: the driver cannot read them.
func checkArrays(m *Model) error {
	for _, f := range m.Fields {
		t, depth := f.IndirectFieldType, 0
		for ; t.Kind() == reflect.Slice || t.Kind() == reflect.Array; t = t.Elem() {
			depth++
		}
		if f.Serializer == nil && f.Kind == lookup.Array && f.Type.Elem.Kind == lookup.HStore && depth > 0 && t.Kind() != reflect.String {
			return fmt.Errorf("gormango: model %s: field %s is %s in a column of %s, which the driver cannot read (use a slice of texts, or jsonb)", m.Name, f.Name, f.FieldType, f.SQLType)
		}
		if f.Serializer == nil && f.Kind == lookup.Array && f.Type.Elem.Kind == lookup.Int && depth > 1 && t == reflect.TypeFor[uint8]() {
			return fmt.Errorf("gormango: model %s: field %s is %s, whose innermost slices are bytes, in a column of %s (use integers of another type)", m.Name, f.Name, f.FieldType, f.SQLType)
		}
	}
	return nil
}

// checkEmbedded refuses a model in which two embedded structs have the same
// relation: GORM keeps one of them and would never set the other's foreign key.
func checkEmbedded(s *schema.Schema) error {
	seen := map[string]*schema.Field{}
	for _, f := range s.Fields {
		if f.DBName != "" || s.Relationships.Relations[f.Name] == nil {
			continue
		}
		if other := seen[f.Name]; other != nil {
			return fmt.Errorf("gormango: model %s: relation %s comes from %s and from %s, so one is lost (give each struct's relation a name of its own)",
				s.Name, f.Name, other.BindName(), f.BindName())
		}
		seen[f.Name] = f
	}
	return nil
}

func (b *builder) relation(m *Model, rel *schema.Relationship) error {
	to, err := b.model(rel.FieldSchema.ModelType)
	if err != nil {
		return err
	}
	r := &Relation{Name: b.r.db.NamingStrategy.ColumnName("", rel.Name), From: m, To: to, Rel: rel}
	// A column has this name, so lookups cannot reach the relation.
	if _, taken := m.fields[r.Name]; taken {
		return fmt.Errorf("gormango: model %s: relation %s and column %q have the same name in lookups (rename one)", m.Name, rel.Name, r.Name)
	}
	if err := checkDirection(m, rel); err != nil {
		return err
	}
	switch rel.Type {
	case schema.BelongsTo:
		r.Kind = BelongsTo
	case schema.HasOne:
		r.Kind, r.Nullable = HasOne, true
	case schema.HasMany:
		r.Kind, r.Nullable = HasMany, true
	case schema.Many2Many:
		r.Kind, r.Nullable = ManyToMany, true
		r.Through = &Through{Table: rel.JoinTable.Table, Model: b.through(rel.JoinTable), Own: true}
	}
	for _, ref := range rel.References {
		switch {
		case ref.PrimaryValue != "":
			f, err := fixed(r, b.column(to, ref.ForeignKey), ref.PrimaryValue)
			if err != nil {
				return err
			}
			r.Fixed = append(r.Fixed, f)
		case rel.Type == schema.Many2Many && ref.OwnPrimaryKey:
			r.Through.From = append(r.Through.From, ThroughPair{ref.ForeignKey.DBName, b.column(r.Through.Model, ref.ForeignKey), b.column(m, ref.PrimaryKey)})
		case rel.Type == schema.Many2Many:
			r.Through.To = append(r.Through.To, ThroughPair{ref.ForeignKey.DBName, b.column(r.Through.Model, ref.ForeignKey), b.column(to, ref.PrimaryKey)})
		case rel.Type == schema.BelongsTo:
			fk := b.column(m, ref.ForeignKey)
			r.Pairs = append(r.Pairs, Pair{fk, b.column(to, ref.PrimaryKey)})
			r.Nullable = r.Nullable || fk.Nullable
		default:
			r.Pairs = append(r.Pairs, Pair{b.column(m, ref.PrimaryKey), b.column(to, ref.ForeignKey)})
		}
	}
	r.Hops = hops(r)
	m.Relations = append(m.Relations, r)
	m.relations[r.Name] = r
	return nil
}

// fixed returns a column with its constant, which is text in GORM's tag.
func fixed(r *Relation, f *Field, text string) (Fixed, error) {
	if f.Kind != lookup.Int {
		return Fixed{f, text}, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return Fixed{}, fmt.Errorf("gormango: model %s: relation %s: the column %s.%s of its type is an integer, and polymorphicValue is %q (write a number)",
			r.From.Name, r.Name, f.Model.Name, f.Column, text)
	}
	return Fixed{f, n}, nil
}

// column returns the model's column of GORM's field. Fields are read before
// relations, so it is found even in a cycle of models.
func (b *builder) column(m *Model, f *schema.Field) *Field { return m.fields[f.DBName] }

// converted reports whether values of a field are converted before the driver
// writes them.
func converted(f *Field) bool {
	t := f.IndirectFieldType
	if f.Serializer != nil || t.Implements(reflect.TypeFor[driver.Valuer]()) || reflect.PointerTo(t).Implements(reflect.TypeFor[driver.Valuer]()) {
		return false
	}
	switch f.Kind {
	case lookup.HStore:
		return t.Kind() == reflect.Map
	case lookup.UUID: // of longer bytes the driver writes the first 16
		return t.Kind() == reflect.Slice
	case lookup.Array:
		if t.Kind() != reflect.Slice {
			return false
		}
		elem := t.Elem()
		return elem.PkgPath() != "" && elem.Kind() != reflect.Struct && elem.Kind() != reflect.Array && elem != reflect.TypeFor[time.Duration]()
	}
	return false
}

// driverTypes are the types that the driver knows.
var driverTypes = sync.OnceValue(pgtype.NewMap)

func knownToDriver(name string) bool {
	_, ok := driverTypes().TypeForName(sqltype.Canonical(name))
	return ok
}
