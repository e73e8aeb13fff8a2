package migrate

import (
	"context"
	"fmt"

	"gorm.io/gorm"
)

// fillRows is about how many rows a batch writes.
const fillRows = 2000

// fill adds a column whose default has another value in each row. The server
// would write all rows anew under a lock; fill adds the column without a
// default, sets the default for new rows, and then writes the others in batches
// that are kept one by one.
func (a *starter) fill(ctx context.Context, home string, c change, col Column) error {
	work := fillWork(c.table, col.Name)
	bare := Column{Name: col.Name, Type: col.Type, Collation: col.Collation}
	alter := "ALTER TABLE " + quoteTable(c.table) + " "
	column := quote(col.Name)
	if err := a.step(c, work, home,
		alter+"ADD COLUMN IF NOT EXISTS "+column+" "+bare.definition(),
		alter+"ALTER COLUMN "+column+" SET DEFAULT "+col.Default); err != nil {
		return err
	}
	set := "UPDATE " + quoteTable(c.table) + " SET " + column + " = DEFAULT WHERE " + column + " IS NULL"
	if err := a.batches(ctx, home, work, c, set); err != nil {
		return err
	}
	// A row that was updated meanwhile may have moved behind the batches.
	if err := a.step(c, "", home, set); err != nil {
		return err
	}
	if !col.NotNull {
		return a.finish(c, home, work)
	}
	// The server sets NOT NULL without reading the rows if a check has read them.
	check := quote(clip("gormango " + col.Name + " is not null"))
	if err := a.step(c, "", home,
		alter+"DROP CONSTRAINT IF EXISTS "+check,
		alter+"ADD CONSTRAINT "+check+" CHECK ("+column+" IS NOT NULL) NOT VALID"); err != nil {
		return err
	}
	if err := a.step(c, "", home, alter+"VALIDATE CONSTRAINT "+check); err != nil {
		return err
	}
	return a.finish(c, home, work,
		alter+"ALTER COLUMN "+column+" SET NOT NULL",
		alter+"DROP CONSTRAINT "+check)
}

// step runs statements in a transaction, which remembers the work if it has a
// name.
func (a *starter) step(c change, work, home string, statements ...string) error {
	changes := c.each(statements)
	err := a.inTx(func(tx *gorm.DB) error {
		if work != "" {
			if err := createSteps(quietly(tx), home); err != nil {
				return err
			}
			if _, err := begin(quietly(tx), home, work); err != nil {
				return err
			}
		}
		_, err := runAll(tx, changes)
		return err
	})
	if err == nil {
		a.report.Statements = append(a.report.Statements, statements...)
	}
	return err
}

// finish runs the last statements of some work and forgets it.
func (a *starter) finish(c change, home, work string, statements ...string) error {
	changes := c.each(statements)
	err := a.inTx(func(tx *gorm.DB) error {
		if _, err := runAll(tx, changes); err != nil {
			return err
		}
		return forget(quietly(tx), home, work)
	})
	if err == nil {
		a.did([]change{c}, statements)
	}
	return err
}

// each returns a change for each statement.
func (c change) each(statements []string) []change {
	changes := make([]change, len(statements))
	for i, sql := range statements {
		changes[i] = c
		changes[i].sql = sql
	}
	return changes
}

// batches runs an UPDATE over the blocks of a table, some at a time, each in a
// transaction that remembers how far it came.
func (a *starter) batches(ctx context.Context, home, work string, c change, set string) error {
	var blocks int64
	if err := a.quiet.Raw(`SELECT pg_catalog.pg_relation_size(?::text::pg_catalog.regclass) / current_setting('block_size')::bigint`,
		quoteTable(c.table)).Scan(&blocks).Error; err != nil {
		return fmt.Errorf("migrate: table %q: read its size: %w", c.table, err)
	}
	size := max(1, blocks*fillRows/max(c.rows, fillRows))
	for w := (wait{limits: a.limits}); ; {
		done, err := a.batch(home, work, c, set, blocks, size)
		switch {
		case err != nil && retryable(err):
			if err := w.again(ctx, a.limits.table, err); err != nil {
				return err
			}
		case err != nil || done:
			return err
		default:
			w.pause = 0
		}
	}
}

// batch writes the next blocks. done reports that there are none left.
func (a *starter) batch(home, work string, c change, set string, blocks, size int64) (done bool, err error) {
	err = a.inTx(func(tx *gorm.DB) error {
		tx = quietly(tx)
		var from int64
		if err := tx.Raw(`SELECT coalesce(("cursor" ->> 'block')::bigint, 0) FROM `+stepsName(home)+` WHERE "id" = ? FOR UPDATE`, work).Scan(&from).Error; err != nil {
			return fmt.Errorf("migrate: read how far %q came: %w", work, err)
		}
		if from >= blocks {
			done = true
			return nil
		}
		to := from + size
		ch := c
		ch.sql = set + " AND ctid >= " + tid(from) + " AND ctid < " + tid(to)
		if _, err := runAll(tx, []change{ch}); err != nil {
			return err
		}
		return tx.Exec(`UPDATE `+stepsName(home)+` SET "cursor" = json_build_object('block', ?::bigint)::jsonb WHERE "id" = ?`, to, work).Error
	})
	return done, err
}

// tid returns the first place of a block.
func tid(block int64) string { return fmt.Sprintf("'(%d,0)'::tid", block) }
