package dataset

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"github.com/gormango/gormango/txutil"
)

// ConflictError reports a database with rows that Load must not replace.
type ConflictError struct {
	Table string
	// Other is the number of the table's rows that neither the files nor the sample
	// have. If it is 0, Missing is the number of rows of the files that the table
	// lacks.
	Other, Missing int
}

// Error names the table and a way out.
func (e *ConflictError) Error() string {
	fact := fmt.Sprintf("holds rows that are not the files' (%d)", e.Other)
	if e.Other == 0 {
		fact = fmt.Sprintf("lacks rows of the files (%d), but the database is not empty", e.Missing)
	}
	return fmt.Sprintf("dataset: table %q %s; nothing was loaded (load into an empty database)", e.Table, fact)
}

// FillEmpty loads the sample into a database without any rows and reports
// whether it did. Several processes may call it at once: one of them loads it.
func FillEmpty(ctx context.Context, db *gorm.DB) (filled bool, err error) {
	sample, err := Sample(ctx)
	if err != nil {
		return false, err
	}
	// Most starts end here, without a lock.
	if empty, err := sample.empty(ctx, db); err != nil || !empty {
		return false, err
	}
	err = txutil.Atomic(ctx, db, func(ctx context.Context) error {
		if err := sample.lock(ctx, db); err != nil {
			return err
		}
		empty, err := sample.empty(ctx, db)
		if err != nil || !empty {
			return err
		}
		filled = true
		return sample.insert(ctx, db, func(string, ...any) {})
	})
	return filled && err == nil, err
}

// Load loads the rows into a database that is empty or holds the unchanged
// sample, which it replaces. If the database has all of the rows, even changed
// ones, it does nothing. Other rows are a *ConflictError. It runs in one
// transaction. logf gets a line for each table.
func (d *Dataset) Load(ctx context.Context, db *gorm.DB, logf func(format string, args ...any)) error {
	sample, err := Sample(ctx)
	if err != nil {
		return err
	}
	return txutil.Atomic(ctx, db, func(ctx context.Context) error {
		if err := d.lock(ctx, db); err != nil {
			return err
		}
		empty, err := d.empty(ctx, db)
		if err != nil {
			return err
		}
		if empty {
			return d.insert(ctx, db, logf)
		}
		ours, err := d.compare(ctx, db)
		if err != nil {
			return err
		}
		samples, err := sample.compare(ctx, db)
		if err != nil {
			return err
		}
		if same(samples) && !same(ours) {
			logf("replacing the sample")
			if err := sample.remove(ctx, db); err != nil {
				return err
			}
			return d.insert(ctx, db, logf)
		}
		if err := d.conflict(ours, samples); err != nil {
			return err
		}
		logf("loaded already, nothing changed")
		return nil
	})
}

// lock blocks other writers until the end of the transaction, so that the rows
// do not change between reading and replacing.
func (d *Dataset) lock(ctx context.Context, db *gorm.DB) error {
	names := make([]string, len(d.tables))
	for i, t := range d.tables {
		names[i] = t.tableName()
	}
	err := db.WithContext(ctx).Exec("LOCK TABLE " + strings.Join(names, ", ") + " IN SHARE ROW EXCLUSIVE MODE").Error
	if err != nil {
		return fmt.Errorf("dataset: lock the tables: %w", err)
	}
	return nil
}

func (d *Dataset) empty(ctx context.Context, db *gorm.DB) (bool, error) {
	for _, t := range d.tables {
		if some, err := t.hasRows(ctx, db); err != nil || some {
			return false, err
		}
	}
	return true, nil
}

// compare returns the differences of the tables, in their order.
func (d *Dataset) compare(ctx context.Context, db *gorm.DB) ([]difference, error) {
	diffs := make([]difference, len(d.tables))
	for i, t := range d.tables {
		var err error
		if diffs[i], err = t.compare(ctx, db); err != nil {
			return nil, err
		}
	}
	return diffs, nil
}

func same(diffs []difference) bool {
	return !slices.ContainsFunc(diffs, func(d difference) bool { return d.missing > 0 || len(d.other) > 0 })
}

// conflict returns nil if all rows of the files exist. Else its error is about
// the first table with rows of neither the files nor the sample, else about one
// that lacks rows.
func (d *Dataset) conflict(ours, samples []difference) error {
	lacks := slices.IndexFunc(ours, func(d difference) bool { return d.missing > 0 })
	if lacks < 0 {
		return nil
	}
	for i, t := range d.tables {
		other := 0
		for key := range ours[i].other {
			if samples[i].other[key] {
				other++
			}
		}
		if other > 0 {
			return &ConflictError{Table: t.tableName(), Other: other}
		}
	}
	return &ConflictError{Table: d.tables[lacks].tableName(), Missing: ours[lacks].missing}
}

func (d *Dataset) insert(ctx context.Context, db *gorm.DB, logf func(format string, args ...any)) error {
	for _, t := range d.tables {
		start := time.Now()
		if err := t.insert(ctx, db); err != nil {
			return err
		}
		logf("%s: %d rows in %s", t.tableName(), t.len(), time.Since(start).Round(time.Millisecond))
	}
	return nil
}

func (d *Dataset) remove(ctx context.Context, db *gorm.DB) error {
	for _, t := range slices.Backward(d.tables) {
		if err := t.remove(ctx, db); err != nil {
			return err
		}
	}
	return nil
}
