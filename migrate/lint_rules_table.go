package migrate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gormango/gormango/internal/trace"
)

// tableRules are the rules about tables and what belongs to them.
var tableRules = []rule{
	{id: "L18", name: "drop-table", level: Error, sized: true, check: dropsTable},
	{id: "L25", name: "multi-table-ae", level: Warn, check: manyTables},
	{id: "L36", name: "truncate-cascade", level: Error, check: truncates},
	{id: "L37", name: "replica-identity", level: Warn, check: noKey},
	{id: "L40", name: "extension", level: Warn, check: createsExtension},
	{id: "L41", name: "partition", level: Error, sized: true, check: partitions},
	{id: "L42", name: "trigger", level: Warn, check: addsTrigger},
	{id: "L43", name: "rls-enable", level: Error, check: enablesRowSecurity},
}

func dropsTable(a *at) []hit {
	if a.u.back {
		return nil
	}
	var out []hit
	for _, c := range a.changes(trace.DropTable) {
		rows, measured := a.l.rows[c.Table]
		text := ""
		switch {
		case a.l.released.Tables[c.Table] != nil && measured:
			text = fmt.Sprintf("programs that run still name the table %s, and fail at once; it has about %d rows", c.Table, rows)
		case a.l.released.Tables[c.Table] != nil:
			text = fmt.Sprintf("programs that run still name the table %s, and fail at once; its rows are gone", c.Table)
		case measured && rows > 0:
			text = fmt.Sprintf("the table %s has about %d rows", c.Table, rows)
		default:
			continue
		}
		out = append(out, hit{c.Table, text, fmt.Sprintf("release the program without it first; then ALTER TABLE %s RENAME TO …_old, and drop it with a later release", quoteTable(c.Table))})
	}
	return out
}

func manyTables(a *at) []hit {
	if !a.u.tx {
		return nil
	}
	held := a.held()
	for table, m := range a.f.Locks {
		if m < trace.AccessExclusive || !a.old(table) || !a.isTable(table) || held[table] == trace.AccessExclusive {
			continue
		}
		for other, m := range held {
			if m == trace.AccessExclusive && other != table && a.old(other) && a.isTable(other) {
				return []hit{{table, fmt.Sprintf("the transaction holds ACCESS EXCLUSIVE on %s and %s: a program that uses both in another order deadlocks with it", other, table), "a file for each table"}}
			}
		}
	}
	return nil
}

// isTable reports whether a name is of a table and of no view, as far as the
// state before knows.
func (a *at) isTable(name string) bool {
	return a.u.before == nil || a.u.before.Tables[name] != nil
}

func truncates(a *at) []hit {
	if a.f.Head[0] == "TRUNCATE" {
		table, _ := a.w.nameAt(1)
		if a.old(table) {
			return []hit{{table, "TRUNCATE deletes all rows of " + table, "delete in batches, or say why"}}
		}
		return nil
	}
	if a.w.starts("DROP DATABASE") {
		return []hit{{"", "it drops a database", "do it by hand"}}
	}
	drops := a.f.Head[0] == "DROP" || a.f.Head[0] == "ALTER" && a.w.has("DROP")
	for i, word := range a.w.words {
		if drops && word == "CASCADE" && (i < 2 || a.w.words[i-2] != "ON") {
			return []hit{{"", "CASCADE drops objects that the statement does not name", "name each object in a statement of its own"}}
		}
	}
	return nil
}

func noKey(a *at) []hit {
	if a.u.back {
		return nil
	}
	var out []hit
	for _, c := range a.f.Changes {
		if c.Kind != trace.AddTable || c.To != "r" && c.To != "p" {
			continue
		}
		has := false
		for _, f := range a.facts {
			has = has || slices.ContainsFunc(f.Changes, func(o trace.Change) bool {
				return o.Table == c.Table && (o.Kind == trace.AddConstraint && o.Constraint.Kind == "p" || o.Kind == trace.Attach)
			})
		}
		if !has {
			out = append(out, hit{c.Table, fmt.Sprintf("table %s has no primary key: logical replication cannot change its rows", c.Table), "add a primary key"})
		}
	}
	return out
}

func createsExtension(a *at) []hit {
	beside := func(s Stmt) bool { return !wordsOf(s.SQL).starts("CREATE EXTENSION") }
	if !a.w.starts("CREATE EXTENSION") || a.w.has("IF NOT EXISTS") && !slices.ContainsFunc(a.u.statements, beside) || a.u.back {
		return nil
	}
	return []hit{{"", "CREATE EXTENSION needs rights that the role may not have, and that not each host gives", "CREATE EXTENSION IF NOT EXISTS …; in a file of its own"}}
}

func partitions(a *at) []hit {
	var out []hit
	for _, c := range a.changes(trace.Attach, trace.Detach) {
		switch {
		case c.Kind == trace.Attach && a.reads(c.Table):
			out = append(out, hit{c.Table, fmt.Sprintf("ATTACH reads %s under a lock, for no CHECK says that its rows belong there", c.Table),
				fmt.Sprintf("ALTER TABLE %s ADD CONSTRAINT … CHECK (…) NOT VALID;\n-- in the next file\nALTER TABLE %[1]s VALIDATE CONSTRAINT …;\n-- in the next file: ATTACH, then DROP CONSTRAINT", quoteTable(c.Table))})
		case c.Kind == trace.Detach && !a.f.Concurrently && !a.dropped(c.Table):
			out = append(out, hit{c.Table, fmt.Sprintf("DETACH takes ACCESS EXCLUSIVE on %s, for which it and everything behind it wait", c.From), strings.TrimSpace(a.stmt.SQL) + " CONCURRENTLY;"})
		}
	}
	return out
}

func addsTrigger(a *at) []hit {
	var out []hit
	for _, c := range a.changes(trace.AddTrigger) {
		out = append(out, hit{c.Table, fmt.Sprintf("each write to %s runs the trigger %s, and all writes wait until it is there", c.Table, c.Name), ""})
	}
	return out
}

func enablesRowSecurity(a *at) []hit {
	var out []hit
	for _, c := range a.changes(trace.RowSecurity) {
		later := false
		for _, f := range a.facts {
			later = later || slices.ContainsFunc(f.Changes, func(o trace.Change) bool { return o.Kind == trace.AddPolicy && o.Table == c.Table })
		}
		if c.To == "true" && c.From == "0" && !(later && a.u.tx) {
			out = append(out, hit{c.Table, fmt.Sprintf("%s has no policy: every row vanishes for all but its owner", c.Table), "CREATE POLICY first, in the same transaction"})
		}
	}
	return out
}
