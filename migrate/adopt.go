package migrate

import (
	"context"
	"errors"
	"slices"
	"time"

	"gorm.io/gorm"
)

// Adopt records migrations as applied whose tables the database has already, as
// one that GORM's AutoMigrate or another tool has made. It runs none of their
// statements. It compares the database with the state after each migration, the
// last first, and records the migrations up to the first that equals it. Those
// after it are left to Up, as are migrations after it that change rows only.
//
// If no state equals the database, nothing is recorded and the error is a
// *DriftError with the differences from the most similar one. Tables, views,
// types and functions that no migration names are no obstacle. In a database
// whose history has every migration Adopt does nothing.
func (r *Runner) Adopt(ctx context.Context) (Report, error) {
	var report Report
	if r.set == nil {
		return report, errNoSet
	}
	if err := r.outside(ctx); err != nil {
		return report, err
	}
	w := &wait{limits: r.limits}
	defer func() { report.Waited = w.spent }()
	for {
		start := time.Now()
		err := r.guarded(ctx, func(g *guard) error { return r.adopt(ctx, g, &report) })
		if !errors.Is(err, errLocked) {
			return report, err
		}
		r.event(Event{Kind: "wait", Err: err})
		if err := w.again(ctx, time.Since(start), err); err != nil {
			return report, err
		}
	}
}

func (r *Runner) adopt(ctx context.Context, g *guard, report *Report) error {
	rows, err := g.history.read(ctx, r.db)
	if err != nil {
		return err
	}
	if err := r.known(rows); err != nil {
		return err
	}
	list, err := r.set.order(func(id ID) bool { _, there := rows[id]; return there })
	if err != nil {
		return err
	}
	n, err := r.adoptable(ctx, list, rows)
	if err != nil || n == 0 {
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
		for _, m := range list[:n] {
			if _, there := rows[m.ID]; there {
				continue
			}
			const why = "adopted: the database had it"
			if _, err := g.history.begin(tx, m, stateFaked, breaks[m.ID], why); err != nil {
				return err
			}
			if err := g.history.note(tx, m.ID, "adopted", m.Sum, why, 0); err != nil {
				return err
			}
			report.Applied = append(report.Applied, m.ID)
		}
		return nil
	})
}

// adoptable returns how many migrations of the list the database has, 0 if all
// of them are in the history.
func (r *Runner) adoptable(ctx context.Context, list []*Migration, rows map[ID]Applied) (int, error) {
	missing := len(list)
	for i, m := range list {
		if !rows[m.ID].done() {
			missing = i
			break
		}
	}
	if missing == len(list) {
		return 0, nil
	}
	var nearest []Difference
	for n := len(list); n > missing; n-- {
		if len(list[n-1].Ops) == 0 { // it changes rows only
			continue
		}
		state, err := replay(list[:n])
		if err != nil {
			return 0, err
		}
		found, err := drift(ctx, r.db, state, r.own()...)
		if err != nil {
			return 0, err
		}
		if !slices.ContainsFunc(found, func(d Difference) bool { return hinders(state, d) }) {
			return n, nil
		}
		if nearest == nil || len(found) < len(nearest) {
			nearest = found
		}
	}
	return 0, &DriftError{Differences: nearest}
}

// hinders reports whether a difference prevents adoption. Tables, views, types
// and functions beside those of the migrations do not: Drift names them.
func hinders(s *State, d Difference) bool {
	return d.Should != notThere || s.Tables[d.Table] != nil
}
