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
	if qs.Err() == ErrUnbound {
		return qs
	}
	s := qs.state
	if s.every == nil {
		s.every = s.q
	}
	narrowed := rowsOf[P](&s).Scopes(scopes...)
	if narrowed.Err() == ErrUnbound {
		return narrowed
	}
	out := narrowed.state
	out.manager = qs.state.manager
	return rowsOf[P](&out)
}

// Unscoped gives the repository of all rows again, without what Scoped added: Django's _base_manager. Rows that a soft
// delete hides stay hidden (WithDeleted shows them).
func (qs *QuerySetOf[P]) Unscoped() *QuerySetOf[P] {
	if qs.Err() == ErrUnbound || qs.state.every == nil {
		return qs
	}
	s := qs.state
	s.q, s.every, s.open = s.every, nil, false
	return rowsOf[P](&s)
}
