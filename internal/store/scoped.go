package store

// Base returns a state that keeps its rows for unscoped.
func (s *State) Base() *State {
	if s.Mistake() == ErrUnbound || s.scopedFrom != nil {
		return s
	}
	b := *s
	b.scopedFrom = s.Query
	return &b
}

// Managed returns a state that is a manager where from is one.
func (s *State) Managed(from *State) *State {
	if s.Mistake() == ErrUnbound {
		return s
	}
	m := *s
	m.Manager = from.Manager
	return &m
}

// Unscoped returns the rows without the scopes of Scoped.
func (s *State) Unscoped() *State {
	if s.Mistake() == ErrUnbound || s.scopedFrom == nil {
		return s
	}
	all := *s
	all.Query, all.scopedFrom, all.Extensible = s.scopedFrom, nil, false
	return &all
}
