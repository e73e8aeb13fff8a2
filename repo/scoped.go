package repo

// Scoped returns a repository whose rows are narrowed, Django's manager with a
// get_queryset of its own: a struct that embeds it is a custom manager with
// default scopes.
//
//	type Tasks struct{ *repo.Repository[Task] }
//
//	func NewTasks(db *gorm.DB) Tasks { return Tasks{repo.New[Task](db).Scoped(notHidden)} }
//
// Every query of the repository begins with the narrowed rows: chains, ByPK,
// By(…).GetOrCreate, and Prefetch and RelatedManager.With that take it. Verbs
// that take objects ignore the scopes: Save, Refresh and Delete find their row
// by its key, and Create stores any. Unscoped lifts the scopes again. A scope
// that slices is an error of the chain that follows, ErrSliced. It runs no
// statement.
//
//go:noinline
func (qs *QuerySetOf[P]) Scoped(scopes ...func(*QuerySetOf[P]) *QuerySetOf[P]) *QuerySetOf[P] {
	narrowed := rowsOf[P](qs.st().Base()).Scopes(scopes...)
	return rowsOf[P](narrowed.st().Managed(qs.st()))
}

// Unscoped returns the repository of all rows, without the scopes of Scoped:
// Django's _base_manager. Rows that a soft delete hides stay hidden
// (WithDeleted shows them).
//
//go:noinline
func (qs *QuerySetOf[P]) Unscoped() *QuerySetOf[P] {
	return rowsOf[P](qs.st().Unscoped())
}
