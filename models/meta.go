package models

// HasMeta is a model with properties that GORM's tags cannot express. Meta is
// called on a zero value of the model, once per database.
type HasMeta interface {
	Meta() Meta
}

// Meta holds properties of a model that GORM's tags cannot express.
type Meta struct {
	// Ordering is the default order of queries: field names, with "-" in front for
	// descending. Defaults to no order.
	Ordering []string
	// Indexes are created by package migrate in addition to those of GORM's tags.
	Indexes []Index
	// Constraints are created by package migrate in addition to those of GORM's
	// tags.
	Constraints []Constraint
	// Relations holds options of relations by their names in lookups ("author").
	Relations map[string]RelationOptions
}

// Index is an index of a model's table on Fields, Expressions or both.
type Index struct {
	// Name defaults to idx_<table>_<columns>.
	Name string
	// Fields are the indexed fields by their names in lookups ("name", "album_id"),
	// with "-" in front for descending.
	Fields []string
	// Expressions are indexed after Fields. They are SQL, such as `lower(email)`.
	Expressions []string
	// Method is the access method: btree (the default), gin, gist, brin, hash.
	Method string
	// Where makes the index partial. It is SQL without the word WHERE. Queries
	// hold its constants as literals, so that a kept plan uses the index.
	Where string
	// Include are fields stored in the index but not searched.
	Include []string
	// Opclasses are operator classes, one for each of Fields and Expressions, ""
	// for the default of the type.
	Opclasses []string
	// Unique makes the index unique.
	Unique bool
	// NullsNotDistinct makes NULLs equal in a unique index (PostgreSQL 15).
	NullsNotDistinct bool
}

// Constraint is a constraint of a model's table. Exactly one of Check and
// Unique must be set.
type Constraint struct {
	// Name defaults to chk_<table>_<n> or uni_<table>_<columns>.
	Name string
	// Check is the condition that every row fulfils, as SQL.
	Check string
	// Unique are the fields whose values are unique together.
	Unique []string
	// Deferrable is "" (the default: not deferrable), "immediate" or "deferred". It
	// sets whether Unique is checked at the end of the statement or of the
	// transaction.
	Deferrable string
	// NullsNotDistinct makes NULLs equal in Unique (PostgreSQL 15).
	NullsNotDistinct bool
}

// MetaOf returns the result of model's Meta method, the zero Meta if it has
// none. model may be a nil pointer.
func MetaOf(model any) Meta {
	if m, ok := newValue(model).(HasMeta); ok {
		return m.Meta()
	}
	return Meta{}
}
