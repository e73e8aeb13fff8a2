package models

// RelationOptions says more about a relation than GORM's tags can. It stands in
// Meta.Relations of the model that holds the foreign key, under the relation's
// name in lookups ("author"); where that model has no field for the relation,
// in Meta.Relations of the other model, under the name there ("books").
type RelationOptions struct {
	// OnDelete is what happens to the rows that refer to a row which is deleted.
	// Defaults to DoNothing.
	OnDelete OnDelete
	// RelatedName is the name of the relation seen from the other model, in
	// lookups, Prefetch and RelatedByName, where the other model has no field for
	// it, as one in another package cannot have. Defaults to none. Both models have
	// to be among Config.Models, or reach each other.
	RelatedName string
	// Limit are the conditions on the rows that may be chosen, by lookups of the
	// other model. They are looked at by validation and by repo.Choices; a write
	// does not enforce them, as in Django.
	Limit map[string]any
	// Symmetrical makes a many-to-many relation of a model to itself hold both
	// ways: adding a friend writes two rows. It has no name from the other side.
	Symmetrical bool
	// Deferrable has package migrate make the foreign key's constraint DEFERRABLE
	// INITIALLY DEFERRED, so that it is looked at when the transaction commits.
	Deferrable bool
}

// OnDelete is what happens to the rows that refer to a row which is deleted
// through a repository.
type OnDelete string

// The choices of OnDelete. The first six are done by the repository, which sees
// every row that goes, runs hooks and signals, and counts them; those of the
// database are part of the foreign key's constraint, which package migrate
// makes, and a repository neither sees nor counts what they do.
const (
	// DoNothing leaves the rows to the database, whose constraint may refuse.
	// GORM's tag constraint:OnDelete means what the DB choice of the same action
	// means.
	DoNothing OnDelete = "DO_NOTHING"
	// Cascade deletes them too.
	Cascade OnDelete = "CASCADE"
	// Protect refuses with a *repo.ProtectedError.
	Protect OnDelete = "PROTECT"
	// Restrict refuses with a *repo.RestrictedError, unless the same delete removes
	// them by another relation.
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

// Action is what the foreign key's constraint says of itself: "CASCADE" for
// DBCascade, and so on; "" for what the repository does.
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

// Known says whether d is one of the choices, or "" for the default.
func (d OnDelete) Known() bool {
	switch d {
	case "", DoNothing, Cascade, Protect, Restrict, SetNull, SetDefault, DBCascade, DBSetNull, DBSetDefault:
		return true
	}
	return false
}
