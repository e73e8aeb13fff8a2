package migrate

import (
	"fmt"
	"maps"
	"slices"
)

// AheadError reports that a newer program has applied migrations that this one
// does not have, and cannot work with. It matches ErrNewer in errors.Is.
type AheadError struct {
	IDs []ID
	Why string
}

// Error names the migrations and the reason.
func (e *AheadError) Error() string {
	return fmt.Sprintf("%s: %s are applied and not among its migrations: %s (start the newer program, or go back by it)", ErrNewer, joinIDs(e.IDs), e.Why)
}

// Is reports whether target is ErrNewer.
func (e *AheadError) Is(target error) bool { return target == ErrNewer }

// known compares the history with the files. Migrations that a newer program
// has applied, after all of this one's, are no error if they break nothing.
func (r *Runner) known(rows map[ID]Applied) error {
	unknown, ahead := r.unknown(rows), r.ahead(rows)
	if len(unknown) > 0 && len(ahead) == 0 {
		return &ChecksumError{Kind: "unknown", File: string(unknown[0])}
	}
	for _, id := range slices.Sorted(maps.Keys(rows)) {
		if m := r.set.byID[id]; m != nil && rows[id].Sum != "" && m.Sum != "" && rows[id].Sum != m.Sum {
			return &ChecksumError{Kind: "applied", File: string(id)}
		}
	}
	for _, id := range ahead {
		if why := rows[id].breaks; why != "" {
			return &AheadError{IDs: ahead, Why: "an older program does not work after " + why}
		}
	}
	return nil
}

// unknown returns the migrations in the history that the set does not have.
// Those of other apps are those of other programs.
func (r *Runner) unknown(rows map[ID]Applied) []ID {
	replaced := map[ID]bool{}
	for _, m := range r.set.byID {
		for _, id := range r.set.parts(m.ID) {
			replaced[id] = true
		}
	}
	var out []ID
	for _, id := range slices.Sorted(maps.Keys(rows)) {
		if r.set.byID[id] == nil && !replaced[id] && r.set.ours(id) {
			out = append(out, id)
		}
	}
	return out
}

// ahead returns the unknown migrations if a newer program has applied them:
// all that the set has is applied, and each unknown one is after something that
// is.
func (r *Runner) ahead(rows map[ID]Applied) []ID {
	unknown := r.unknown(rows)
	if len(unknown) == 0 {
		return nil
	}
	applied := func(id ID) bool { _, there := rows[id]; return there }
	list, err := r.set.order(applied)
	if err != nil {
		return nil
	}
	has := r.set.has(applied)
	if len(list) == 0 || slices.ContainsFunc(list, func(m *Migration) bool { return !has(m.ID) }) {
		return nil
	}
	leaves := map[ID]bool{}
	for app := range r.set.apps {
		for _, leaf := range r.set.leaves(app) {
			leaves[leaf] = true
			for _, id := range r.set.parts(leaf) {
				leaves[id] = true
			}
		}
	}
	for _, id := range unknown {
		after := rows[id].after
		if len(after) == 0 || slices.ContainsFunc(after, func(p ID) bool { return r.set.ours(p) && !leaves[p] && !slices.Contains(unknown, p) }) {
			return nil
		}
	}
	return unknown
}
