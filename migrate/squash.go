package migrate

import (
	"slices"
	"strings"
)

// Squash returns one migration that does what those of the set from one ID to
// another do, and replaces them. The databases that have applied all or none of
// them take it instead; in others the old files go on. The operations are
// folded: what was made and dropped again is left out. The file also notes what
// squashed migrations among them replace, so that it needs their files no more
// than those.
//
// A migration in Go between them must be Elidable, and a file must describe
// what it does by operations: a *ChainError names the first that does not.
func Squash(s *Set, from, to ID) ([]Migration, error) {
	first, err := s.Migration(from)
	if err != nil {
		return nil, err
	}
	last, err := s.Migration(to)
	if err != nil {
		return nil, err
	}
	var before, part []*Migration
	for _, m := range s.list() {
		switch {
		case m == first || len(part) > 0 && !slices.Contains(part, last):
			if m.ID.App() == first.ID.App() {
				part = append(part, m)
			}
		case len(part) == 0:
			before = append(before, m)
		}
	}
	if len(part) == 0 || !slices.Contains(part, last) {
		return nil, &ChainError{IDs: []ID{first.ID, last.ID}, Text: "the first does not come before the second (write the older one first)"}
	}
	state := newState()
	for _, m := range before {
		if m.ID.App() == first.ID.App() {
			if err := m.apply(state); err != nil {
				return nil, err
			}
		}
	}
	var ops []Op
	var replaces []ID
	inner := &Migration{}
	for _, m := range part {
		inner.inherit(m)
		if m.Code != nil && !m.Code.Elidable {
			return nil, &ChainError{IDs: []ID{m.ID}, Text: "its code may change rows (set Elidable if a new database does not need it, or squash up to the migration before)"}
		}
		if m.Code == nil && !m.described() {
			return nil, &ChainError{IDs: []ID{m.ID}, Text: "no operation describes what its SQL does (squash up to the migration before)"}
		}
		ops = append(ops, m.Ops...)
		replaces = append(replaces, m.ID)
	}
	folded, err := fold(state, ops)
	if err != nil {
		return nil, err
	}
	m, err := unit{ops: folded}.migration(state)
	if err != nil {
		return nil, err
	}
	m.ID, m.After, m.Replaces, m.squashed = "", first.After, replaces, inner.squashed
	begin, _, _ := strings.Cut(first.ID.Name(), "_squashed_")
	end := last.ID.Name()
	if _, after, twice := strings.Cut(end, "_squashed_"); twice {
		end = after
	}
	name := begin + "_squashed_" + end
	m.ID = ID(name)
	if app := first.ID.App(); app != "" {
		m.ID = ID(app + "/" + name)
	}
	return []Migration{*m}, nil
}

// inherit notes what a migration that m replaces has replaced itself.
func (m *Migration) inherit(from *Migration) {
	for id, parts := range from.squashed {
		m.squash(id, parts)
	}
	if len(from.Replaces) > 0 {
		m.squash(from.ID, from.Replaces)
	}
}
