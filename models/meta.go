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
	// Fields holds options of columns by their names.
	Fields map[string]FieldOptions
	// Label is the name of an object for people. Defaults to the Go type's name in
	// words ("order line").
	Label string
	// LabelPlural is the name of several objects. Defaults to Label with "s".
	LabelPlural string
	// Comment is the table's comment in the database.
	Comment string
	// RenamedFrom is the former name of the table. A migration then renames it
	// without a question. "-" says that the table is new. The tag
	// gorm:"renamed_from:old" does the same for a column.
	RenamedFrom string
	// PartitionBy makes the table partitioned. It is SQL, such as `RANGE (at)`.
	PartitionBy string
	// Partitions are the partitions that migrations create. Others may exist.
	Partitions []Partition
	// Unmanaged keeps the table out of migrations: another program creates it, or
	// it is a view. Foreign keys may refer to a table.
	Unmanaged bool
	// UniqueDeleted makes unique indexes and constraints hold for deleted rows too.
	// By default migrations limit those of a model with a soft delete to the rows
	// that are not deleted, except where a foreign key refers to the columns, the
	// index has a condition of its own, or the constraint is deferrable.
	UniqueDeleted bool
}

// Partition is a partition of a table.
type Partition struct {
	// Name is the partition's own name as a table.
	Name string
	// Values are the values it holds. They are SQL, such as
	// `FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')` or `DEFAULT`.
	Values string
}

// Index is an index of a model's table on Fields, Expressions or both.
type Index struct {
	// Name defaults to idx_<table>_<columns>, or to idx_<table>_<column>_<hash of
	// Expressions>. If several indexes would have that name, those with a method,
	// condition or operator class have a hash of these at its end.
	Name string
	// Fields are the indexed fields by their names in lookups ("name", "album_id"),
	// with "-" in front for descending, and " nulls first" or " nulls last" behind.
	Fields []string
	// Expressions are indexed after Fields. They are SQL, such as `lower(email)` or
	// `name COLLATE "C"`.
	Expressions []string
	// Method is the access method: btree (the default), hash, gin, gist, spgist,
	// brin, or that of an extension (bloom).
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
	// With are storage parameters. They are SQL without the word WITH, such as
	// `fillfactor = 70`.
	With string
	// Tablespace is where the index is stored. Defaults to the database's own.
	Tablespace string
	// ViolationMessage is the message of a ValidationError about a violation.
	// Defaults to one that names the fields, or the constraint. ViolationCode is
	// its code.
	ViolationMessage, ViolationCode string
}

// Constraint is a constraint of a model's table. Exactly one of Check, Unique
// (with Expressions or without) and Exclude must be set.
type Constraint struct {
	// Name defaults to chk_<table>_<column>_<hash of Check>,
	// uni_<table>_<columns> or exc_<table>_<column>_<hash of Exclude>. A hash of
	// Expressions and Where ends the second one.
	Name string
	// Check is the condition that every row fulfils, as SQL.
	Check string
	// Unique are the fields whose values are unique together.
	Unique []string
	// Expressions are unique together with Unique. They are SQL, such as
	// `lower(email)`. With Expressions, Where, Include or Opclasses the constraint
	// is a unique index, which cannot be deferrable, and no foreign key refers to.
	Expressions []string
	// Where limits Unique to rows. It is SQL without the word WHERE.
	Where string
	// Include are fields stored in the index of Unique but not searched.
	Include []string
	// Opclasses are operator classes, one for each of Unique and Expressions.
	Opclasses []string
	// Exclude excludes pairs of rows. It is SQL without the word EXCLUDE, such as
	// `USING gist (room WITH =, during WITH &&)`.
	Exclude string
	// Deferrable is "" (the default: not deferrable), "immediate" or "deferred". It
	// sets whether Unique and Exclude are checked at the end of the statement or of
	// the transaction.
	Deferrable string
	// NullsNotDistinct makes NULLs equal in Unique (PostgreSQL 15).
	NullsNotDistinct bool
	// ViolationMessage is the message of a ValidationError about a violation.
	// Defaults to one that names the fields, or the constraint. ViolationCode is
	// its code.
	ViolationMessage, ViolationCode string
}

// Index returns the unique index that the constraint is in the database; is
// reports whether it is one.
func (c Constraint) Index() (ix Index, is bool) {
	if c.Where == "" && len(c.Expressions)+len(c.Include)+len(c.Opclasses) == 0 {
		return Index{}, false
	}
	return Index{Name: c.Name, Fields: c.Unique, Expressions: c.Expressions, Where: c.Where, Include: c.Include,
		Opclasses: c.Opclasses, Unique: true, NullsNotDistinct: c.NullsNotDistinct}, true
}

// MetaOf returns the result of model's Meta method, the zero Meta if it has
// none. model may be a nil pointer.
func MetaOf(model any) Meta {
	if m, ok := newValue(model).(HasMeta); ok {
		return m.Meta()
	}
	return Meta{}
}
