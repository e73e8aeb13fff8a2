package trace

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"

	"gorm.io/gorm"
)

var errRolledBack = errors.New("rolled back")

// Run runs the statements one after the other in a transaction that is rolled
// back, and returns the facts of each. A statement that fails does not prevent
// the next one.
func (c *Copy) Run(ctx context.Context, statements []string) ([]Facts, error) {
	var out []Facts
	err := c.transaction(ctx, func(tx *gorm.DB) error {
		if err := c.setPath(ctx, tx); err != nil {
			return err
		}
		if err := run(ctx, tx, "SET LOCAL statement_timeout = '1min'"); err != nil {
			return err
		}
		before, err := c.snapshot(ctx, tx)
		if err != nil {
			return err
		}
		for _, sql := range statements {
			f, after, err := c.one(ctx, tx, sql, before)
			if err != nil {
				return err
			}
			out, before = append(out, f), after
		}
		return errRolledBack
	})
	if !errors.Is(err, errRolledBack) {
		return nil, err
	}
	return out, nil
}

// one runs a statement and compares the catalog and the locks.
func (c *Copy) one(ctx context.Context, tx *gorm.DB, sql string, before *snapshot) (Facts, *snapshot, error) {
	u := understand(sql)
	f := Facts{SQL: sql, Head: u.head, Concurrently: u.concurrently, Untraced: u.untraced}
	mapped, why := c.mapped(u.sql)
	if f.Untraced == "" {
		f.Untraced = why
	}
	if f.Untraced != "" {
		return f, before, nil
	}
	held, err := locks(ctx, tx)
	if err != nil {
		return f, nil, err
	}
	// Without rows the planner prefers to read a table to an index that it would
	// use for many. Other statements do not plan, or as they do with rows.
	indexes := slices.Contains([]string{"UPDATE", "DELETE"}, u.first())
	if err := run(ctx, tx, "SET LOCAL enable_seqscan = "+strconv.FormatBool(!indexes)); err != nil {
		return f, nil, err
	}
	if err := attempt(ctx, tx, mapped); err != nil {
		f.Untraced = reason(err)
		return f, before, ctx.Err()
	}
	// The statement may have changed it.
	if err := c.setPath(ctx, tx); err != nil {
		return f, nil, err
	}
	now, err := locks(ctx, tx)
	if err != nil {
		return f, nil, err
	}
	after, err := c.snapshot(ctx, tx)
	if err != nil {
		return f, nil, err
	}
	f.Changes = c.changes(before, after)
	c.readLocks(&f, before, after, held, now)
	c.readCost(&f, before, after)
	return f, after, nil
}

func (c *Copy) readLocks(f *Facts, before, after *snapshot, held, now map[string]map[Mode]bool) {
	f.Locks, f.Held = map[string]Mode{}, map[string]Mode{}
	for oid, modes := range now {
		_, was := before.Relations[oid]
		if _, is := after.Relations[oid]; !was && !is {
			continue // of the catalog, or an index
		}
		table := c.table(before, after, oid)
		for m := range modes {
			if held[oid][m] {
				f.Held[table] = max(f.Held[table], m)
			} else {
				f.Locks[table] = max(f.Locks[table], m)
			}
		}
	}
	if !f.Concurrently {
		return
	}
	weaker := ShareUpdateExclusive
	if f.Head[0] == "REFRESH" {
		weaker = Exclusive
	}
	for table, m := range f.Locks {
		f.Locks[table] = min(m, weaker)
	}
}

func (c *Copy) readCost(f *Facts, before, after *snapshot) {
	rewritten, read := map[string]bool{}, map[string]bool{}
	truncates := f.Head[0] == "TRUNCATE"
	for oid, now := range after.Relations {
		old, there := before.Relations[oid]
		table := c.table(before, after, oid)
		if there && old.File != now.File && now.File != 0 && !truncates {
			rewritten[table], read[table] = true, true
		}
		if now.Scans > old.Scans && !truncates {
			read[table] = true
		}
	}
	for _, ch := range f.Changes { // the planner may look the rows of the other table up when there are none
		if k := ch.Constraint; k != nil && k.Kind == "f" && k.Valid && read[ch.Table] && !added(f.Changes, ch.Table) && (ch.Kind == AddConstraint || ch.Kind == ValidateConstraint) {
			read[k.Ref] = true
		}
	}
	f.Rewritten, f.Read = slices.Sorted(maps.Keys(rewritten)), slices.Sorted(maps.Keys(read))
}

func (c *Copy) schemas() []string { return slices.Sorted(maps.Keys(c.back)) }

// added reports whether the table is among the new ones.
func added(changes []Change, table string) bool {
	return slices.ContainsFunc(changes, func(ch Change) bool { return ch.Kind == AddTable && ch.Table == table })
}
