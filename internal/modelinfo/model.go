package modelinfo

import (
	"cmp"
	"context"
	"maps"
	"reflect"
	"slices"
	"sync/atomic"
	"unsafe"

	"gorm.io/gorm/clause"
	"gorm.io/gorm/schema"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/models"
)

// Model is a model of a database.
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
	// SoftDelete is the column that hides a row, a gorm.DeletedAt or of another
	// type with its behavior. It is nil when there is none.
	SoftDelete *Field
	// Live is the value of SoftDelete in a row that is not deleted, nil for NULL.
	Live any
	// DeleteMarks are the columns that a soft delete sets. TimedDelete reports
	// whether it is SoftDelete alone, which becomes the time of the delete.
	DeleteMarks   []*Field
	TimedDelete   bool
	deleteClauses []clause.Interface
	// Version is the column of models.Versioned, or of another type with its
	// behavior. It is nil without one.
	Version *Field
	// CountsUpdates reports whether each update of rows raises Version, not only a
	// save of an object.
	CountsUpdates bool
	// Unsupported is the reason why repositories refuse the model, or nil.
	Unsupported *Unsupported
	// UUIDKey is the column of models.UUIDKey, nil without it.
	UUIDKey *Field
	// Cleans reports whether the model has a Clean method.
	Cleans bool
	// Defers reports whether a column is Deferred.
	Defers bool

	fields    map[string]*Field
	relations map[string]*Relation
	names     []string
	oddNames  []string // of names, see lookup.Odd
	// constraints maps the names of constraints and indexes to their columns.
	constraints map[string][]string
	uniques     []uniqueSet
	rules       []*Rule

	// RowShape is a slot for package exec: how rows of all columns fill the struct.
	RowShape atomic.Value
	// Creation is a slot for package store: what the insert of an object writes.
	Creation atomic.Value
	// Lookups, Matches and Columns are package query's memos of lookups and names
	// by their text.
	Lookups, Matches, Columns Memo
}

// Field is a column of a model. Its Name is the Go name of the struct's field.
type Field struct {
	*schema.Field
	Model *Model
	// Column is the column's name, used by lookups, orderings and errors.
	Column string
	// SQLType is the column's type as GORM's dialect writes it, without default or
	// generation ("numeric(10,2)").
	SQLType string
	// Cast is SQLType without length, precision and scale, the type of casts.
	Cast string
	// AsText reports whether lists of values travel as text: the driver does not
	// know the type, which may be one that PostgreSQL takes apart in a FROM.
	AsText bool
	// OwnType reports whether the column, or its elements, may be of a domain.
	OwnType bool
	// Converted reports whether the driver cannot write values of the Go type as
	// they are: elements of types of the application's, maps as hstore.
	Converted bool
	Kind      lookup.Kind
	// Type is the column's type in lookups. Kind is its kind.
	Type lookup.Type
	// Nullable reports whether the column may hold NULL: its tag has no "not null",
	// and it is not part of the key.
	Nullable bool
	// Auto reports whether the column is an identity or a serial.
	Auto bool
	// Comparable reports whether Go can compare values of the column as PostgreSQL
	// does: values with different keys of package param are not equal. It is false
	// for a type whose equality only the database knows, such as citext, a domain,
	// an interval or a timestamp without a zone, and for a column with a collation.
	Comparable bool
	// FuncDefault reports whether the column's default is a function of the
	// database (now(), gen_random_uuid()).
	FuncDefault bool
	// Generated reports whether the column is computed by the database and never
	// written. Generation is its expression.
	Generated  bool
	Generation string
	// Deferred reports whether queries load the column only if they name it.
	Deferred bool
	// NilEmpty reports whether a nil slice or map is written as an empty one, since
	// the column cannot be NULL.
	NilEmpty bool
	// Constants are the values that conditions of partial indexes compare columns
	// with, which statements hold as literals.
	Constants []Constant

	// Coding is a slot for package param: how the values of the column are encoded
	// straight from structs.
	Coding atomic.Value

	direct bool
	offset uintptr
}

// Set sets the field in rv, the struct, to v. A pointer is replaced: the
// variable that it points to may be another object's key.
func (f *Field) Set(ctx context.Context, rv reflect.Value, v any) error {
	if f.FieldType.Kind() == reflect.Pointer {
		f.ReflectValueOf(ctx, rv).SetZero()
	}
	return f.Field.Set(ctx, rv, v)
}

// Direct reports whether the field lies in the struct itself, behind no
// embedded pointer.
func (f *Field) Direct() bool { return f.direct }

// Address returns the address of a direct field in the struct rv, which is
// addressable.
func (f *Field) Address(rv reflect.Value) unsafe.Pointer { return f.In(rv.Addr().UnsafePointer()) }

// In returns the address of a direct field in the struct at base.
func (f *Field) In(base unsafe.Pointer) unsafe.Pointer { return unsafe.Add(base, f.offset) }

// place sets where a field lies in the struct.
func (f *Field) place() {
	t := f.Schema.ModelType
	for _, i := range f.StructField.Index {
		if i < 0 { // GORM's mark of an embedded pointer
			return
		}
		at := t.Field(i)
		f.offset += at.Offset
		t = at.Type
	}
	f.direct = true
}

// LookupType implements lookup.Field.
func (f *Field) LookupType() lookup.Type { return f.Type }

// ModelName implements lookup.Model.
func (m *Model) ModelName() string { return m.Name }

// LookupField implements lookup.Model.
func (m *Model) LookupField(name string) (lookup.Field, bool) {
	f, ok := m.fields[name]
	return f, ok
}

// LookupRelation implements lookup.Model.
func (m *Model) LookupRelation(name string) (lookup.Relation, bool) {
	r, ok := m.relations[name]
	return r, ok
}

// LookupKey implements lookup.Model.
func (m *Model) LookupKey() (lookup.Field, bool) {
	if len(m.Key) != 1 {
		return nil, false
	}
	return m.Key[0], true
}

// LookupNames implements lookup.Model.
func (m *Model) LookupNames() []string { return m.names }

// LookupOddNames implements lookup.Model.
func (m *Model) LookupOddNames() []string { return m.oddNames }

// setNames sets the names of lookups, after fields and relations are known.
func (m *Model) setNames() {
	m.names = slices.AppendSeq(slices.Collect(maps.Keys(m.fields)), maps.Keys(m.relations))
	slices.Sort(m.names)
	m.oddNames = slices.DeleteFunc(slices.Clone(m.names), func(name string) bool { return !lookup.Odd(name) })
	slices.SortStableFunc(m.oddNames, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
}

// Field returns a column by its name, nil if there is none.
func (m *Model) Field(name string) *Field { return m.fields[name] }

// Relation returns a relation by its name in lookups, nil if there is none.
func (m *Model) Relation(name string) *Relation { return m.relations[name] }

// Kind is the kind of a relation.
type Kind uint8

// The kinds of relations.
const (
	BelongsTo  Kind = iota // a foreign key in From
	HasOne                 // a unique foreign key in To
	HasMany                // a foreign key in To
	ManyToMany             // a table between the two
)

// Relation leads from one model to another.
type Relation struct {
	Name     string // in lookups: snake case
	From, To *Model
	Kind     Kind
	// Rel is GORM's relationship, nil for a relation without a Go field, which Meta
	// names from the other end.
	Rel *schema.Relationship
	// Options are the model's Meta.Relations for it.
	Options models.RelationOptions
	// Pairs are the columns that join From and To. A ManyToMany joins them through
	// Through instead.
	Pairs []Pair
	// Nullable reports whether a row of From may have no row of To.
	Nullable bool
	// Through is the table between From and To, set for ManyToMany only.
	Through *Through
	// Fixed are columns of To with a constant value, as in GORM's polymorphic
	// relations.
	Fixed []Fixed
	// Hops are the joins of the relation: one, or two through a table between.
	Hops []*Hop
}

// Hop is one join of a relation.
type Hop struct {
	Rel      *Relation
	From, To *Model
	Pairs    []Pair
	Fixed    []Fixed
	// Many reports whether a row of From may have several of To.
	Many bool
	// Direct reports whether From holds the foreign key.
	Direct bool
	// Nullable reports whether a row of From may have no row of To.
	Nullable bool
}

// Pair joins From.Column to To.Column.
type Pair struct{ From, To *Field }

// Fixed is a column with a constant value.
type Fixed struct {
	Field *Field
	// Value is of the column's kind: a string, or an int64 for an integer.
	Value any
}

// Through is the table between the two ends of a ManyToMany relation.
type Through struct {
	Table string
	// Model is the table as a model, which may have no struct of the application.
	Model *Model
	// Own reports whether the table is GORM's, without a model of the application.
	Own bool
	// From are the columns of the table that refer to the relation's From, To those
	// that refer to its To.
	From, To []ThroughPair
}

// ThroughPair is a column of the table between and the column it refers to.
type ThroughPair struct {
	Column string
	// Field is the column in Through.Model, Ref the one it refers to.
	Field, Ref *Field
}

// Target implements lookup.Relation.
func (r *Relation) Target() lookup.Model { return r.To }

// In returns the field of the relation in a struct of From. It returns false if
// there is no such field, or if it lies in an embedded struct whose pointer is
// nil.
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

// Loaded returns the related object in a struct of From, for a relation to one
// row. It returns false if none is loaded: a nil pointer, or a struct without a
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

// Keys reports whether the rows of a relation are found by this column of From.
func (f *Field) Keys(r *Relation) bool {
	if r.Kind == ManyToMany {
		return slices.ContainsFunc(r.Through.From, func(p ThroughPair) bool { return p.Ref == f })
	}
	return slices.ContainsFunc(r.Pairs, func(p Pair) bool { return p.From == f })
}

// ToMany implements lookup.Relation.
func (r *Relation) ToMany() bool { return r.Kind == HasMany || r.Kind == ManyToMany }
