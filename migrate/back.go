package migrate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"
)

// zero is the ID before the first migration, of all apps or, as "shop/zero", of
// one.
const zero = "zero"

// ErrLosesData reports that a way back deletes data. The error is a
// *DataLossError.
var ErrLosesData = errors.New("migrate: the way back deletes data")

// Loss is data that a way back deletes.
type Loss struct {
	ID     ID
	Table  string
	Column string // "" for the whole table
	Rows   int64  // how many rows of the table, or how many that are not NULL in the column
}

// String returns the loss in words.
func (l Loss) String() string {
	if l.Column == "" {
		return fmt.Sprintf("%s: table %q with %d rows", l.ID, l.Table, l.Rows)
	}
	return fmt.Sprintf("%s: column %q of table %q, not NULL in %d rows", l.ID, l.Column, l.Table, l.Rows)
}

// DataLossError lists the data. It matches ErrLosesData in errors.Is.
type DataLossError struct{ Losses []Loss }

// Error lists the data.
func (e *DataLossError) Error() string {
	texts := make([]string, len(e.Losses))
	for i, l := range e.Losses {
		texts[i] = l.String()
	}
	return fmt.Sprintf("%s (nothing was run; LoseData allows it): %s", ErrLosesData, strings.Join(texts, "; "))
}

// Is reports whether target is ErrLosesData.
func (e *DataLossError) Is(target error) bool { return target == ErrLosesData }

// Back undoes the applied migrations that are after the migration to, the last
// one first. "zero" is before all migrations, "shop/zero" before those of an
// app. It keeps to the same rules as Up.
//
// Before anything is run, Back returns ErrIrreversible if one of them has no
// way back, and ErrLosesData with the number of rows if one deletes data that
// is there, which LoseData allows.
func (r *Runner) Back(ctx context.Context, to ID) (Report, error) {
	var report Report
	asked := false
	err := r.run(ctx, &report, func(rows map[ID]Applied) ([]task, error) {
		tasks, err := r.backs(rows, to)
		if err != nil || asked || r.loseData {
			return tasks, err
		}
		losses, err := r.losses(ctx, tasks)
		if err != nil {
			return nil, err
		}
		losses = slices.DeleteFunc(losses, func(l Loss) bool { return l.Rows == 0 })
		if len(losses) > 0 {
			return nil, &DataLossError{Losses: losses}
		}
		return tasks, nil
	})
	return report, err
}

// backs returns the migrations to undo.
func (r *Runner) backs(rows map[ID]Applied, to ID) ([]task, error) {
	if err := r.known(rows); err != nil {
		return nil, err
	}
	if ahead := r.ahead(rows); len(ahead) > 0 {
		return nil, &AheadError{IDs: ahead, Why: "their files are needed for the way back"}
	}
	applied := func(id ID) bool { _, there := rows[id]; return there }
	has := r.set.has(applied)
	list, err := r.set.order(applied)
	if err != nil {
		return nil, err
	}
	later := list
	switch {
	case to == zero:
	case to.Name() == zero:
		var roots []ID
		for _, m := range list {
			if m.ID.App() == to.App() {
				roots = append(roots, m.ID)
			}
		}
		if len(roots) == 0 {
			return nil, &ChainError{IDs: []ID{to}, Text: "the set has no such app"}
		}
		after := r.set.after(applied, list, roots...)
		later = slices.DeleteFunc(slices.Clone(list), func(m *Migration) bool {
			return m.ID.App() != to.App() && !slices.Contains(after, m)
		})
	default:
		m, err := r.set.Migration(to)
		if err != nil {
			return nil, err
		}
		if !has(m.ID) {
			return nil, &ChainError{IDs: []ID{m.ID}, Text: "it is not applied, so that there is no way back to it"}
		}
		later = r.set.after(applied, list, m.ID)
	}
	var out []task
	for _, m := range slices.Backward(later) {
		row, there := rows[m.ID]
		if !has(m.ID) {
			continue
		}
		if err := m.reversible(); err != nil {
			return nil, err
		}
		if !there {
			out = append(out, task{Migration: m, record: true})
		}
		if row.State == stateRunning && m.Code == nil {
			return nil, &ChainError{IDs: []ID{m.ID}, Text: "it has begun and has not ended (finish it by up first)"}
		}
		out = append(out, task{Migration: m, back: true})
	}
	return out, nil
}

// losses returns the data that tasks delete, with the number of rows.
func (r *Runner) losses(ctx context.Context, tasks []task) ([]Loss, error) {
	var out []Loss
	for _, t := range tasks {
		if !t.back {
			continue
		}
		for _, l := range t.loses() {
			l, found, err := r.count(ctx, l)
			if err != nil {
				return nil, fmt.Errorf("migrate: %s: count the data that is lost: %w", t.ID, err)
			}
			if found {
				out = append(out, l)
			}
		}
	}
	return out, nil
}

// loses returns the tables and columns whose data the way back of m deletes, by
// its lines loses and its operations.
func (m *Migration) loses() []Loss {
	var out []Loss
	add := func(l Loss) {
		l.ID = m.ID
		if !slices.Contains(out, l) {
			out = append(out, l)
		}
	}
	for _, op := range m.Ops {
		switch o := op.(type) {
		case CreateTable:
			add(Loss{Table: o.Table.Name})
		case AddPartition:
			add(Loss{Table: o.Partition.Name})
		case AddColumn:
			if o.Column.Generated == "" {
				add(Loss{Table: o.Table, Column: o.Column.Name})
			}
		}
	}
	for _, what := range m.Loses {
		i := strings.LastIndex(what, ".")
		known := slices.ContainsFunc(out, func(l Loss) bool { return l.Table == what || l.Table+"."+l.Column == what })
		if !known && i >= 0 {
			add(Loss{Table: what[:i], Column: what[i+1:]})
		} else if !known {
			add(Loss{Table: what})
		}
	}
	return out
}

// count sets the number of rows. A loss whose column is no column is one of a
// table with its schema. It reports false for what does not exist.
func (r *Runner) count(ctx context.Context, l Loss) (Loss, bool, error) {
	db := session(ctx, r.db)
	exists := func(table, column string) (found bool, err error) {
		if column == "" {
			err = db.Raw(`SELECT to_regclass(?) IS NOT NULL`, quoteTable(table)).Row().Scan(&found)
		} else {
			err = db.Raw(`SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass(?) AND attname = ? AND NOT attisdropped)`, quoteTable(table), column).Row().Scan(&found)
		}
		return found, err
	}
	found, err := exists(l.Table, l.Column)
	if err == nil && !found && l.Column != "" {
		if whole := l.Table + "." + l.Column; !strings.Contains(l.Table, ".") {
			if found, err = exists(whole, ""); found {
				l.Table, l.Column = whole, ""
			}
		}
	}
	if err != nil || !found {
		return l, false, err
	}
	what := "*"
	if l.Column != "" {
		what = quote(l.Column)
	}
	err = db.Raw("SELECT count(" + what + ") FROM " + quoteTable(l.Table)).Row().Scan(&l.Rows)
	return l, true, err
}

// forget deletes the rows of what a squashed migration replaces, directly or
// not.
func (r *Runner) forget(tx *gorm.DB, h history, m *Migration) error {
	if len(m.Replaces) == 0 {
		return nil
	}
	return tx.Exec(`DELETE FROM `+h.name()+` WHERE id IN ?`, r.set.parts(m.ID)).Error
}
