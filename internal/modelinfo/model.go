package modelinfo

import (
	"context"
	"reflect"
	"slices"
	"sync/atomic"

	"gorm.io/gorm/schema"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/models"
)

// Model is one model of a database.
type Model struct {
	Name   string // the Go type's name, for error texts
	Type   reflect.Type
	Table  string
	Schema *schema.Schema // GORM's own cached schema
	Meta   models.Meta
	DB     *Registry // the models of its database

	Fields    []*Field // every column, in the order of the struct
	Reads     []*Field // those of Fields that may be read
	Key       []*Field // the primary key
	Relations []*Relation
	// SoftDelete is the gorm.DeletedAt column that hides a row, nil when there is
	// none.
	SoftDelete *Field
	// Version is the column of models.Versioned, nil when there is none.
	Version *Field
	// UUIDKey is the column of models.UUIDKey, nil when there is none.
	UUIDKey *Field
	// Cleans says that the model has a Clean method.
	Cleans bool

	fields    map[string]*Field
	relations map[string]*Relation
	names     []string
	// constraints are the columns of constraints and indexes by their names.
	constraints map[string][]string
	uniques     []uniqueSet

	// RowShape is a slot in which package exec keeps how rows of all columns fill
	// the struct.
	RowShape atomic.Value
}

// Field is a column of a model. Its Name is the name of the struct's field.
type Field struct {
	*schema.Field
	Model *Model
	// Column is the column's name, by which lookups, orderings and errors name
	// the field.
	Column string
	// SQLType is the column's type as GORM's dialect writes it, without default or
	// generation ("numeric(10,2)").
	SQLType string
	// Cast is SQLType without length, precision and scale: what values are cast to.
	Cast string
	Kind lookup.Kind
	// Type is the column's type as lookups see it; Kind is a part of it.
	Type lookup.Type
	// Nullable says that the column may hold NULL: it is tagged neither "not null"
	// nor as the key.
	Nullable bool
	// Auto is a key that the database counts up.
	Auto bool
	// FuncDefault is a column whose default is computed by the database (now(),
	// gen_random_uuid()).
	FuncDefault bool
	// Generated is a column that the database computes and nobody writes.
	Generated bool
}

// LookupType is part of lookup.Field.
func (f *Field) LookupType() lookup.Type { return f.Type }

// ModelName is part of lookup.Model.
func (m *Model) ModelName() string { return m.Name }

// LookupField is part of lookup.Model.
func (m *Model) LookupField(name string) (lookup.Field, bool) {
	f, ok := m.fields[name]
	return f, ok
}

// LookupRelation is part of lookup.Model.
func (m *Model) LookupRelation(name string) (lookup.Relation, bool) {
	r, ok := m.relations[name]
	return r, ok
}

// LookupKey is part of lookup.Model.
func (m *Model) LookupKey() (lookup.Field, bool) {
	if len(m.Key) != 1 {
		return nil, false
	}
	return m.Key[0], true
}

// LookupNames is part of lookup.Model.
func (m *Model) LookupNames() []string { return m.names }

// Field finds a column by its name, nil when there is none.
func (m *Model) Field(name string) *Field { return m.fields[name] }

// Relation finds a relation by its name in lookups, nil when there is none.
func (m *Model) Relation(name string) *Relation { return m.relations[name] }

// Kind is the kind of a relation.
type Kind uint8

// The kinds of relations.
const (
	BelongsTo  Kind = iota // a foreign key in From
	HasOne                 // a unique foreign key in To
	HasMany                // a foreign key in To
	ManyToMany             // a table between
)

// Relation leads from one model to another.
type Relation struct {
	Name     string // in lookups: snake case
	From, To *Model
	Kind     Kind
	// Rel is GORM's, nil for a relation that has no Go field: one that Meta names
	// from the other end.
	Rel *schema.Relationship
	// Options is what Meta.Relations says.
	Options models.RelationOptions
	// Pairs are the columns that join: of From and of To. For ManyToMany
	// they are joined through Through instead.
	Pairs []Pair
	// Nullable says that a row of From may have no row of To.
	Nullable bool
	// Through is the table between, of ManyToMany only.
	Through *Through
	// Fixed are columns of To with a constant value: GORM's polymorphic type.
	Fixed []Fixed
	// Hops are the joins that the relation is: one, or two through a table between.
	Hops []*Hop
}

// Hop is one join of a relation.
type Hop struct {
	Rel      *Relation
	From, To *Model
	Pairs    []Pair
	Fixed    []Fixed
	// Many says that a row of From may have several of To.
	Many bool
	// Direct says that From holds the foreign key.
	Direct bool
	// Nullable says that a row of From may have none of To.
	Nullable bool
}

// Pair joins From.Column to To.Column.
type Pair struct{ From, To *Field }

// Fixed is a column that has to hold a constant.
type Fixed struct {
	Field *Field
	// Value is of the column's kind: a string, or an int64 for an integer.
	Value any
}

// Through is the table between the two ends of a ManyToMany relation.
type Through struct {
	Table string
	// Model is the table as a model: the application's own, or one that no struct
	// need stand behind.
	Model *Model
	// Own says that GORM makes the table by itself: it is no model of the
	// application's.
	Own bool
	// From are the columns of the table that refer to columns of the relation's
	// From, To likewise.
	From, To []ThroughPair
}

// ThroughPair is a column of the table between and the column it refers to.
type ThroughPair struct {
	Column string
	// Field is the column in Through.Model, Ref the one it refers to.
	Field, Ref *Field
}

// Target is part of lookup.Relation.
func (r *Relation) Target() lookup.Model { return r.To }

// In gives the field of the relation in a struct of From. It is false where
// there is none, and where the field lies in an embedded struct that is not
// there, which is not made.
func (r *Relation) In(rv reflect.Value) (reflect.Value, bool) {
	if r.Rel == nil {
		return reflect.Value{}, false
	}
	for _, i := range r.Rel.Field.StructField.Index {
		if i < 0 {
			i = -i - 1
		}
		if rv.Kind() == reflect.Pointer {
			if rv.IsNil() {
				return rv, false
			}
			rv = rv.Elem()
		}
		rv = rv.Field(i)
	}
	return rv, true
}

// Loaded gives the related object in a struct of From, for a relation to one
// row. It is false when there is none: a nil pointer, or a struct without a
// key.
func (r *Relation) Loaded(ctx context.Context, rv reflect.Value) (reflect.Value, bool) {
	at, ok := r.In(rv)
	if !ok {
		return at, false
	}
	if at.Kind() == reflect.Pointer {
		return at.Elem(), !at.IsNil()
	}
	for _, f := range r.To.Key {
		if _, zero := f.ValueOf(ctx, at); zero {
			return at, false
		}
	}
	return at, at.Kind() == reflect.Struct
}

// BehindPointer says that the field of the relation lies in a struct that is
// embedded by a pointer.
func (r *Relation) BehindPointer() bool {
	if r.Rel == nil {
		return false
	}
	for _, i := range r.Rel.Field.StructField.Index {
		if i < 0 {
			return true
		}
	}
	return false
}

// Keys says that rows of the relation are found by this column of its From.
func (f *Field) Keys(r *Relation) bool {
	if r.Kind == ManyToMany {
		return slices.ContainsFunc(r.Through.From, func(p ThroughPair) bool { return p.Ref == f })
	}
	return slices.ContainsFunc(r.Pairs, func(p Pair) bool { return p.From == f })
}

// ToMany is part of lookup.Relation.
func (r *Relation) ToMany() bool { return r.Kind == HasMany || r.Kind == ManyToMany }
