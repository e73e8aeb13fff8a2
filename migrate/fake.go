package migrate

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
)

// Fake records migrations as applied without running them, as after one that
// was run by hand. All that they come after must be applied, or among them.
//
// It compares the database with the state after them first, in the words of the
// server. If the database lacks something or has it otherwise, nothing is
// recorded and the error is a *DriftError. Migrations without operations, as
// those in Go, are recorded without a comparison.
func (r *Runner) Fake(ctx context.Context, ids ...ID) (Report, error) {
	var report Report
	if r.set == nil {
		return report, errNoSet
	}
	err := r.locked(ctx, &report, func(g *guard) error {
		rows, err := g.history.read(ctx, r.db)
		if err != nil {
			return err
		}
		tasks, err := r.fakes(rows, ids)
		if err != nil || len(tasks) == 0 {
			return err
		}
		if err := r.compareFaked(ctx, rows, tasks); err != nil {
			return err
		}
		breaks, err := r.set.breakage(rows)
		if err != nil {
			return err
		}
		return r.inTx(ctx, func(tx *gorm.DB) error {
			for _, sql := range g.history.create() {
				if err := tx.Exec(sql).Error; err != nil {
					return err
				}
			}
			for _, t := range tasks {
				const why = "recorded without running it"
				if _, err := g.history.remove(tx, t.ID, stateRunning); err != nil {
					return err
				}
				if _, err := g.history.begin(tx, t.Migration, stateFaked, breaks[t.ID], why); err != nil {
					return err
				}
				if err := g.history.note(tx, t.ID, "faked", t.Sum, why, 0); err != nil {
					return err
				}
				report.Applied = append(report.Applied, t.ID)
			}
			return nil
		})
	})
	return report, err
}

// fakes returns the migrations to record: those of ids that are not applied.
func (r *Runner) fakes(rows map[ID]Applied, ids []ID) ([]task, error) {
	wanted := map[ID]bool{}
	for _, id := range ids {
		m, err := r.set.Migration(id)
		if err != nil {
			return nil, err
		}
		wanted[m.ID] = true
	}
	pending, err := r.forwards(rows, ids...)
	if err != nil {
		return nil, err
	}
	for _, t := range pending {
		if !wanted[t.ID] {
			return nil, &ChainError{IDs: []ID{t.ID}, Text: "it comes before and is not applied (apply it, or record it too)"}
		}
	}
	return pending, nil
}

// compareFaked compares the database with the state after tasks.
func (r *Runner) compareFaked(ctx context.Context, rows map[ID]Applied, tasks []task) error {
	if !slices.ContainsFunc(tasks, func(t task) bool { return len(t.Ops) > 0 }) {
		return nil
	}
	has := r.set.has(func(id ID) bool {
		_, there := rows[id]
		return there || slices.ContainsFunc(tasks, func(t task) bool { return t.ID == id })
	})
	list, err := r.set.order(func(id ID) bool { _, there := rows[id]; return there })
	if err != nil {
		return err
	}
	state, err := replay(slices.DeleteFunc(list, func(m *Migration) bool { return !has(m.ID) }))
	if err != nil {
		return err
	}
	found, err := drift(ctx, r.db, state, r.own()...)
	if err != nil {
		return err
	}
	found = slices.DeleteFunc(found, func(d Difference) bool { return !hinders(state, d) })
	if len(found) > 0 {
		return &DriftError{Differences: found}
	}
	return nil
}

// Rehash accepts the edit of an applied migration's file: the history gets its
// checksum, and the log the reason, which must not be empty.
func (r *Runner) Rehash(ctx context.Context, id ID, reason string) error {
	if r.set == nil {
		return errNoSet
	}
	if strings.TrimSpace(reason) == "" {
		return errors.New("migrate: Rehash: the reason is empty (it is kept in the log)")
	}
	m, err := r.set.Migration(id)
	if err != nil {
		return err
	}
	return r.locked(ctx, &Report{}, func(g *guard) error {
		return r.inTx(ctx, func(tx *gorm.DB) error {
			res := tx.Exec(`UPDATE `+g.history.name()+` SET sum = nullif(decode(?, 'hex'), '') WHERE id = ?`, m.Sum, string(m.ID))
			if res.Error != nil && code(res.Error) != "42P01" {
				return res.Error
			}
			if res.RowsAffected == 0 {
				return &ChainError{IDs: []ID{m.ID}, Text: "it is not applied, so that only the line of " + sumFile + " is to be written (by migrate.Rehash)"}
			}
			return g.history.note(tx, m.ID, "rehashed", m.Sum, reason, 0)
		})
	})
}

// locked runs fn while the lock is held, after it has waited for it.
func (r *Runner) locked(ctx context.Context, report *Report, fn func(g *guard) error) error {
	if err := r.outside(ctx); err != nil {
		return err
	}
	w := &wait{limits: r.limits}
	defer func() { report.Waited = w.spent }()
	for {
		start := time.Now()
		err := r.guarded(ctx, fn)
		if !errors.Is(err, errLocked) {
			return err
		}
		r.event(Event{Kind: "wait", Err: err})
		if err := w.again(ctx, time.Since(start), err); err != nil {
			return err
		}
	}
}
