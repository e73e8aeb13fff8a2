package migrate

import (
	"fmt"
	"slices"

	"github.com/gormango/gormango/internal/trace"
)

// rowRules are the rules about rows, and about what is slow under a lock.
var rowRules = []rule{
	{id: "L23", name: "backfill-in-ddl", level: Error, sized: true, check: backfillInDDL},
	{id: "L24", name: "backfill-one-statement", level: Error, sized: true, check: backfillAtOnce},
	{id: "L26", name: "slow-after-ae", level: Error, sized: true, check: slowUnderLock},
}

// writes returns the old tables whose rows the statement changes or inserts
// from a query.
func (a *at) writes() []string {
	if !slices.Contains([]string{"UPDATE", "DELETE", "MERGE", "INSERT", "WITH", "DO", "CALL", "SELECT"}, a.f.Head[0]) || a.f.Head[0] == "INSERT" && !a.w.has("SELECT") {
		return nil
	}
	var out []string
	for table, m := range a.f.Locks {
		if m == trace.RowExclusive && a.old(table) {
			out = append(out, table)
		}
	}
	if a.f.Head[0] == "INSERT" { // the rows that are read are many, those that are written then too
		out = slices.DeleteFunc(out, func(string) bool { return !slices.ContainsFunc(a.f.Read, a.old) })
	}
	slices.Sort(out)
	return out
}

func backfillInDDL(a *at) []hit {
	if !a.u.tx || a.found["L21"] {
		return nil
	}
	ddl := slices.ContainsFunc(a.facts, func(f trace.Facts) bool {
		return slices.ContainsFunc(f.Changes, func(c trace.Change) bool { return a.old(c.Table) })
	})
	if !ddl {
		return nil
	}
	var out []hit
	for _, table := range a.writes() {
		out = append(out, hit{table, fmt.Sprintf("it changes rows of %s in a transaction that holds locks of tables until they are done", table), "a data migration of its own, in batches"})
	}
	return out
}

func backfillAtOnce(a *at) []hit {
	if a.found["L23"] {
		return nil
	}
	var out []hit
	for _, table := range a.writes() {
		if a.reads(table) || a.f.Head[0] == "INSERT" {
			out = append(out, hit{table, fmt.Sprintf("one statement changes all rows of %s: their locks are held to its end, and a failure undoes all of it", table), "a GoMigration with Batch.Keys: each batch is committed, and a restart goes on"})
		}
	}
	return out
}

func slowUnderLock(a *at) []hit {
	for _, r := range []string{"L02", "L06", "L07", "L08", "L09", "L10", "L12", "L13", "L20", "L23", "L41"} {
		if a.found[r] {
			return nil
		}
	}
	for held, m := range a.held() {
		if m < trace.AccessExclusive || !a.old(held) {
			continue
		}
		for _, table := range a.f.Read {
			if a.old(table) {
				return []hit{{table, fmt.Sprintf("it reads all of %s while the transaction holds ACCESS EXCLUSIVE on %s", table, held), "move it to a file of its own"}}
			}
		}
	}
	return nil
}
