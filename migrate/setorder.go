package migrate

import (
	"fmt"
	"maps"
	"slices"
)

// order returns the migrations in an order that a database applies them in,
// which has applied those that applied reports; nil reports none. A squashed
// migration is left out where the database has applied some of those that it
// replaces and not all; else those are left out.
func (s *Set) order(applied func(ID) bool) ([]*Migration, error) {
	active, alias, err := s.active(applied)
	if err != nil {
		return nil, err
	}
	var out []*Migration
	const visiting, done = 1, 2
	mark := map[ID]int{}
	var path []ID
	var visit func(id ID) error
	visit = func(id ID) error {
		switch mark[id] {
		case done:
			return nil
		case visiting:
			cycle := path[slices.Index(path, id):]
			return &ChainError{IDs: slices.Clone(cycle), Text: "the migrations are after each other"}
		}
		mark[id] = visiting
		path = append(path, id)
		for _, parent := range parents(active[id], alias) {
			if active[parent] == nil {
				continue // of another app, or replaced by this one
			}
			if err := visit(parent); err != nil {
				return err
			}
		}
		path = path[:len(path)-1]
		mark[id] = done
		out = append(out, active[id])
		return nil
	}
	for _, id := range slices.Sorted(maps.Keys(active)) {
		if err := visit(id); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// parents returns what m is after, where alias replaces some.
func parents(m *Migration, alias map[ID]ID) []ID {
	var out []ID
	for _, id := range m.After {
		for other, ok := alias[id]; ok; other, ok = alias[id] {
			id = other
		}
		if id != m.ID && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// active returns the migrations that a database takes part of, and by which
// others are replaced.
func (s *Set) active(applied func(ID) bool) (active map[ID]*Migration, alias map[ID]ID, err error) {
	if applied == nil {
		applied = func(ID) bool { return false }
	}
	active, alias = maps.Clone(s.byID), map[ID]ID{}
	by := map[ID]ID{} // the squashed one that replaces a migration
	for _, id := range slices.Sorted(maps.Keys(s.byID)) {
		for _, r := range s.byID[id].Replaces {
			if other, twice := by[r]; twice {
				return nil, nil, &ChainError{IDs: []ID{other, id}, Text: fmt.Sprintf("both replace %s", r)}
			}
			by[r] = id
		}
	}
	has := s.has(applied)
	var decide func(m *Migration)
	var unfold func(id ID, m *Migration)
	decide = func(m *Migration) {
		if m == nil || len(m.Replaces) == 0 {
			return
		}
		some, all := false, true
		for _, r := range m.Replaces {
			some, all = some || s.begun(r, applied), all && has(r)
		}
		if applied(m.ID) || all || !some {
			s.hide(m.ID, active, alias)
			return
		}
		unfold(m.ID, m)
	}
	unfold = func(id ID, m *Migration) {
		parts := s.replaces(id)
		delete(active, id)
		alias[id] = parts[len(parts)-1]
		for _, r := range parts {
			switch {
			case s.byID[r] != nil:
				decide(s.byID[r])
			case len(s.replaces(r)) > 0: // its file is gone, and those of its parts may be there
				unfold(r, m)
			case !applied(r) && err == nil:
				err = &ChainError{IDs: []ID{m.ID}, Text: fmt.Sprintf("the database has applied a part of what it replaces, and %s is missing (restore the file, or run the release before the squash first)", r)}
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(s.byID)) {
		if _, inner := by[id]; !inner {
			decide(s.byID[id])
		}
	}
	return active, alias, err
}

// replaces returns what a migration replaces, of one without a file what those
// that replace it note.
func (s *Set) replaces(id ID) []ID {
	if m := s.byID[id]; m != nil {
		return m.Replaces
	}
	return s.squashed[id]
}

// parts returns what a migration replaces, directly or not.
func (s *Set) parts(id ID) []ID {
	var out []ID
	for _, r := range s.replaces(id) {
		out = append(append(out, r), s.parts(r)...)
	}
	return out
}

// hide removes what a migration replaces from active.
func (s *Set) hide(id ID, active map[ID]*Migration, alias map[ID]ID) {
	for _, r := range s.replaces(id) {
		alias[r] = id
		delete(active, r)
		s.hide(r, active, alias)
	}
}

// has returns a function that reports whether a database has applied a
// migration, all that it replaces, or one without a file that replaces it.
func (s *Set) has(applied func(ID) bool) func(ID) bool {
	within := map[ID]bool{}
	for id := range s.squashed {
		if s.byID[id] == nil && applied(id) {
			for _, part := range s.parts(id) {
				within[part] = true
			}
		}
	}
	var has func(id ID) bool
	has = func(id ID) bool {
		if applied(id) || within[id] {
			return true
		}
		parts := s.replaces(id)
		return len(parts) > 0 && !slices.ContainsFunc(parts, func(r ID) bool { return !has(r) })
	}
	return has
}

// begun reports whether a database has applied a migration or a part of what it
// replaces.
func (s *Set) begun(id ID, applied func(ID) bool) bool {
	if applied(id) {
		return true
	}
	return slices.ContainsFunc(s.replaces(id), func(r ID) bool { return s.begun(r, applied) })
}

// upTo returns the migrations at and those that they are after, in order; all
// without an argument.
func (s *Set) upTo(applied func(ID) bool, at ...ID) ([]*Migration, error) {
	list, err := s.order(applied)
	if err != nil || len(at) == 0 {
		return list, err
	}
	active, alias, err := s.active(applied)
	if err != nil {
		return nil, err
	}
	wanted := map[ID]bool{}
	var want func(id ID)
	want = func(id ID) {
		if m := active[id]; m != nil && !wanted[id] {
			wanted[id] = true
			for _, parent := range parents(m, alias) {
				want(parent)
			}
		}
	}
	for _, id := range at {
		m, err := s.Migration(id)
		if err != nil {
			return nil, err
		}
		id = m.ID
		for active[id] == nil {
			other, ok := alias[id]
			if !ok {
				return nil, &ChainError{IDs: []ID{id}, Text: "it is not part of the chain of this database"}
			}
			id = other
		}
		want(id)
	}
	return slices.DeleteFunc(list, func(m *Migration) bool { return !wanted[m.ID] }), nil
}

// ours reports whether a migration is of an app of the set. The rows of other
// apps in the history are those of other programs.
func (s *Set) ours(id ID) bool {
	_, ours := s.apps[id.App()]
	return ours
}

// after returns the migrations in list that are after one of those in from,
// directly or not.
func (s *Set) after(applied func(ID) bool, list []*Migration, from ...ID) []*Migration {
	_, alias, err := s.active(applied)
	if err != nil {
		return nil
	}
	is := map[ID]bool{}
	for _, id := range from {
		is[id] = true
	}
	var out []*Migration
	for _, m := range list {
		if slices.ContainsFunc(parents(m, alias), func(id ID) bool { return is[id] }) {
			is[m.ID] = true
			out = append(out, m)
		}
	}
	return out
}

// inOrder returns an error if a migration is missing that comes before one that
// is applied, unless the state is the same in both orders.
func (s *Set) inOrder(applied func(ID) bool, list []*Migration, missing []task) error {
	has := s.has(applied)
	for _, t := range missing {
		if t.record || applied(t.ID) {
			continue
		}
		for _, later := range s.after(applied, list, t.ID) {
			if !has(later.ID) {
				continue
			}
			var first, last []*Migration
			for _, m := range list {
				if has(m.ID) {
					first = append(first, m)
				} else {
					last = append(last, m)
				}
			}
			if !t.described() || !sameState(list, append(first, last...)) {
				return &ChainError{IDs: []ID{t.ID, later.ID}, Text: "the second is applied and the first, which comes before it, is not (go back, or apply the first by hand and record it by fake)"}
			}
			break
		}
	}
	return nil
}
