package migrate

import (
	"context"
	"maps"
	"slices"
	"strings"
)

// firstRunNote begins the note of a row of the history: the first migration of
// a run that found none, which has not ended. The IDs of the last migrations of
// that run follow. Until it ends no program uses the tables that it has made,
// so that a run which goes on with it is not linted either.
const firstRunNote = "first run, to "

// openFirstRun returns the row with the note and the migrations of the first
// run, "" if it has ended. There are no migrations if this set does not have
// the last of them.
func (r *Runner) openFirstRun(rows map[ID]Applied) (row ID, of map[ID]bool) {
	for id, a := range rows {
		text, open := strings.CutPrefix(a.Note, firstRunNote)
		if !open || r.set.byID[id] == nil {
			continue // of a program with other migrations
		}
		of = map[ID]bool{}
		applied := func(id ID) bool { _, there := rows[id]; return there }
		if list, err := r.set.upTo(applied, ids(strings.Fields(text))...); err == nil {
			for _, m := range list {
				of[m.ID] = true
			}
		}
		return id, of
	}
	return "", nil
}

// markFirstRun has the first of tasks write the note, if the database has no
// migrations.
func markFirstRun(rows map[ID]Applied, tasks []task) {
	if len(tasks) < 2 || tasks[0].back || slices.ContainsFunc(slices.Collect(maps.Values(rows)), Applied.done) {
		return
	}
	last := map[ID]bool{}
	for _, t := range tasks {
		last[t.ID] = true
		for _, id := range t.After {
			delete(last, id)
		}
	}
	var names []string
	for _, id := range slices.Sorted(maps.Keys(last)) {
		names = append(names, string(id))
	}
	tasks[0].note = firstRunNote + strings.Join(names, " ")
}

// endFirstRun removes the note from the history.
func (r *Runner) endFirstRun(ctx context.Context, h history) error {
	return session(ctx, r.db).Exec(`UPDATE `+h.name()+` SET note = '' WHERE starts_with(note, ?)`, firstRunNote).Error
}

// startsBeside ends a first run for a program that finds nothing to do and will
// use the tables: an older one, or one after a crash at the very end.
func (r *Runner) startsBeside(ctx context.Context, h history, rows map[ID]Applied) error {
	row, _ := r.openFirstRun(rows)
	if row == "" || r.dry {
		return nil
	}
	err := r.endFirstRun(ctx, h)
	if slices.Contains([]string{"42501", "25006"}, code(err)) {
		return nil // the role may only read
	}
	return err
}
