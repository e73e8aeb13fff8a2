package models

// RelationOptions holds options of a relation that GORM's tags cannot express.
// It belongs into Meta.Relations of the model that has the foreign key, under
// the relation's name in lookups ("author"). If that model has no field for the
// relation, it belongs into Meta.Relations of the other model, under the name
// there ("books").
type RelationOptions struct {
	// OnDelete is the action on the rows that refer to a deleted row. Defaults to
	// DoNothing, and to Cascade for GORM's polymorphic relations, whose rows no
	// constraint protects.
	OnDelete OnDelete
	// RelatedName is the name of the relation from the other model, in lookups,
	// Prefetch and RelatedByName, if the other model has no field for it, as one in
	// another package cannot have. Defaults to none. Both models must be among
	// Config.Models, or reach each other by relations.
	RelatedName string
	// Limit are the conditions on the rows that may be chosen, by lookups of the
	// other model. Validation and repo.Choices apply them. A write does not, as in
	// Django.
	Limit map[string]any
	// Symmetrical makes a many-to-many relation of a model to itself symmetrical:
	// adding a friend writes two rows. It has no name from the other side.
	Symmetrical bool
	// Deferrable makes the foreign key's constraint DEFERRABLE INITIALLY DEFERRED
	// in package migrate, so that it is checked at the commit.
	Deferrable bool
	// NoIndex keeps package migrate from adding an index on the foreign key. It
	// adds one unless another index serves. The tag gorm:"index:-" of the column
	// does the same.
	NoIndex bool
}

// OnDelete is the action on the rows that refer to a row deleted by a
// repository.
type OnDelete string

// The choices of OnDelete. The first six are done by the repository, which sees
// every deleted row, runs hooks and signals, and counts them. The DB choices
// are part of the foreign key's constraint, which package migrate creates. A
// repository neither sees nor counts their effects.
const (
	// DoNothing leaves the rows to the database, whose constraint may refuse.
	// GORM's tag constraint:OnDelete has the meaning of the DB choice of the same
	// action.
	DoNothing OnDelete = "DO_NOTHING"
	// Cascade deletes them too.
	Cascade OnDelete = "CASCADE"
	// Protect refuses the deletion with a *repo.ProtectedError.
	Protect OnDelete = "PROTECT"
	// Restrict refuses the deletion with a *repo.RestrictedError, unless it also
	// removes the rows by another relation.
	Restrict OnDelete = "RESTRICT"
	// SetNull sets their foreign key to NULL.
	SetNull OnDelete = "SET_NULL"
	// SetDefault sets their foreign key to the column's default.
	SetDefault OnDelete = "SET_DEFAULT"
	// DBCascade is ON DELETE CASCADE.
	DBCascade OnDelete = "DB_CASCADE"
	// DBSetNull is ON DELETE SET NULL.
	DBSetNull OnDelete = "DB_SET_NULL"
	// DBSetDefault is ON DELETE SET DEFAULT.
	DBSetDefault OnDelete = "DB_SET_DEFAULT"
)

// Action returns the action in the foreign key's constraint: "CASCADE" for
// DBCascade, and so on, "" for the repository's actions.
func (d OnDelete) Action() string {
	switch d {
	case DBCascade:
		return "CASCADE"
	case DBSetNull:
		return "SET NULL"
	case DBSetDefault:
		return "SET DEFAULT"
	}
	return ""
}

// Known reports whether d is one of the choices, or "" for the default.
func (d OnDelete) Known() bool {
	switch d {
	case "", DoNothing, Cascade, Protect, Restrict, SetNull, SetDefault, DBCascade, DBSetNull, DBSetDefault:
		return true
	}
	return false
}
