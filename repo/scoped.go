package repo

// Scoped gives a repository whose rows are narrowed, Django's manager with a get_queryset of its own: what embeds it is a custom
// manager with default scopes.
//
//	type Tasks struct{ *repo.Repository[Task] }
//
//	func NewTasks(db *gorm.DB) Tasks { return Tasks{repo.New[Task](db).Scoped(notHidden)} }
//
// Every query of the repository begins there: chains, ByPK, By(…).GetOrCreate, and Prefetch and RelatedManager.With that are given
// it. What takes objects does not look: Save, Refresh and Delete find their row by its key, and Create stores any. Unscoped lifts the scopes again.
// A scope that slices is an error of what follows, ErrSliced. It runs no statement.
func (qs *QuerySetOf[P]) Scoped(scopes ...func(*QuerySetOf[P]) *QuerySetOf[P]) *QuerySetOf[P] {
	narrowed := rowsOf[P](qs.st().base()).Scopes(scopes...)
	return rowsOf[P](narrowed.st().managed(qs.st()))
}

// Unscoped gives the repository of all rows again, without what Scoped added: Django's _base_manager. Rows that a soft
// delete hides stay hidden (WithDeleted shows them).
func (qs *QuerySetOf[P]) Unscoped() *QuerySetOf[P] {
	return rowsOf[P](qs.st().unscoped())
}

// base returns a state that remembers its rows for unscoped.
func (s *state) base() *state {
	if s.mistake() == ErrUnbound || s.every != nil {
		return s
	}
	b := *s
	b.every = s.q
	return &b
}

// managed returns a state that is a manager where from is one.
func (s *state) managed(from *state) *state {
	if s.mistake() == ErrUnbound {
		return s
	}
	m := *s
	m.manager = from.manager
	return &m
}

// unscoped returns the rows without what Scoped added.
func (s *state) unscoped() *state {
	if s.mistake() == ErrUnbound || s.every == nil {
		return s
	}
	all := *s
	all.q, all.every, all.open = s.every, nil, false
	return &all
}
