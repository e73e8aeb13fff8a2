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
	narrowed := rowsOf[P](qs.st().base()).Scopes(scopes...)
	return rowsOf[P](narrowed.st().managed(qs.st()))
}

// Unscoped returns the repository of all rows, without the scopes of Scoped:
// Django's _base_manager. Rows that a soft delete hides stay hidden
// (WithDeleted shows them).
//
//go:noinline
func (qs *QuerySetOf[P]) Unscoped() *QuerySetOf[P] {
	return rowsOf[P](qs.st().unscoped())
}

// base returns a state that keeps its rows for unscoped.
func (s *state) base() *state {
	if s.mistake() == errUnbound || s.every != nil {
		return s
	}
	b := *s
	b.every = s.q
	return &b
}

// managed returns a state that is a manager where from is one.
func (s *state) managed(from *state) *state {
	if s.mistake() == errUnbound {
		return s
	}
	m := *s
	m.manager = from.manager
	return &m
}

// unscoped returns the rows without the scopes of Scoped.
func (s *state) unscoped() *state {
	if s.mistake() == errUnbound || s.every == nil {
		return s
	}
	all := *s
	all.q, all.every, all.open = s.every, nil, false
	return &all
}
