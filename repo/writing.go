package repo

// Defaults returns a repository that leaves the named columns to the database
// when it creates objects: they are not written, whatever the object holds, and
// the values of the columns' defaults are read back into the object. It
// replaces an earlier Defaults and does not affect saves of objects that exist.
// It runs no statement; a name that is no column is a *FieldError of Err and of
// every terminal.
//
//	err := accounts.Defaults("active").Create(ctx, account)
//
//go:noinline
func (qs *QuerySetOf[P]) Defaults(names ...NameOf[P]) *QuerySetOf[P] {
	return rowsOf[P](qs.st().Defaults(texts(names)))
}

// KeepTimes returns a repository whose saves do not move UpdatedAt (GORM's
// autoUpdateTime): Save writes it as the object has it, like any other column,
// and a Save of named fields only where it is named. It runs no statement.
//
//go:noinline
func (qs *QuerySetOf[P]) KeepTimes() *QuerySetOf[P] {
	return rowsOf[P](qs.st().KeepTimes())
}
