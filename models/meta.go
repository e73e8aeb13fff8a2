package models

// HasMeta is a model that says more about its table than GORM's tags can.
// Meta is called on a zero value of the model, once per database.
type HasMeta interface {
	Meta() Meta
}

// Meta is what GORM's tags cannot say of a model. The zero value says nothing.
type Meta struct {
	// Ordering is the order of a query that names none: field names, "-" in
	// front for descending. Defaults to no order.
	Ordering []string
	// Indexes are created by package migrate beside those of GORM's tags.
	Indexes []Index
	// Constraints are created by package migrate beside those of GORM's tags.
	Constraints []Constraint
	// Relations are options of relations by their names in lookups ("author").
	Relations map[string]RelationOptions
}

// Index is an index of a model's table. Either Fields or Expressions, or both,
// name what is indexed.
type Index struct {
	// Name defaults to idx_<table>_<columns>.
	Name string
	// Fields are the indexed fields by their names in lookups ("name",
	// "album_id"), "-" in front for descending.
	Fields []string
	// Expressions are indexed after Fields: SQL, such as `lower(email)`.
	Expressions []string
	// Method is the access method: btree (the default), gin, gist, brin, hash.
	Method string
	// Where makes the index partial: SQL without the word WHERE.
	Where string
	// Include are fields stored in the index but not searched.
	Include []string
	// Opclasses are operator classes, one for each of Fields and Expressions,
	// "" for the type's default.
	Opclasses []string
	// Unique refuses equal rows.
	Unique bool
	// NullsNotDistinct makes a unique index count NULLs as equal (PostgreSQL 15).
	NullsNotDistinct bool
}

// Constraint is a constraint of a model's table: exactly one of Check and
// Unique is set.
type Constraint struct {
	// Name defaults to chk_<table>_<n> or uni_<table>_<columns>.
	Name string
	// Check is the condition that every row fulfils, as SQL.
	Check string
	// Unique are the fields whose values together are unique.
	Unique []string
	// Deferrable is "" (the default: not deferrable), "immediate" or "deferred",
	// which check a Unique at the end of the statement or of the transaction.
	Deferrable string
	// NullsNotDistinct makes Unique count NULLs as equal (PostgreSQL 15).
	NullsNotDistinct bool
}

// MetaOf gives what model's Meta method says, and the zero Meta when it has
// none. A nil pointer to a model does as well as a model.
func MetaOf(model any) Meta {
	if m, ok := newValue(model).(HasMeta); ok {
		return m.Meta()
	}
	return Meta{}
}
