package migrate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gormango/gormango/internal/trace"
)

// constraintRules are the rules about constraints.
var constraintRules = []rule{
	{id: "L07", name: "fk-validating", level: Error, sized: true, check: fkValidating},
	{id: "L08", name: "check-validating", level: Error, sized: true, check: checkValidating},
	{id: "L09", name: "validate-same-tx", level: Error, sized: true, check: validateSameTx},
	{id: "L22", name: "pk-change", level: Error, sized: true, check: keyChange},
	{id: "L29", name: "fk-no-index", level: Warn, check: fkNoIndex},
	{id: "L35", name: "constraint-drop", level: Warn, check: constraintDrop},
	{id: "L35", name: "constraint-drop", level: Warn, check: triggerDrop},
}

func fkValidating(a *at) []hit {
	var out []hit
	for _, c := range a.changes(trace.AddConstraint) {
		if c.Constraint.Kind != "f" || !c.Constraint.Valid || !a.reads(c.Table) {
			continue
		}
		out = append(out, hit{c.Table, "ADD FOREIGN KEY stops writes to both tables while it reads them", notValidForm(c)})
	}
	return out
}

func checkValidating(a *at) []hit {
	var out []hit
	for _, c := range a.changes(trace.AddConstraint) {
		if c.Constraint.Kind != "c" || !c.Constraint.Valid || !a.reads(c.Table) {
			continue
		}
		out = append(out, hit{c.Table, "ADD CHECK reads the table under ACCESS EXCLUSIVE", notValidForm(c)})
	}
	if a.w.starts("ALTER DOMAIN") && !a.w.has("VALIDATE CONSTRAINT") {
		for _, table := range a.f.Read {
			if a.old(table) {
				out = append(out, hit{table, fmt.Sprintf("a constraint of a domain stops writes to %s while it reads it", table),
					"ALTER DOMAIN … ADD CONSTRAINT … NOT VALID;\n-- in the next file\nALTER DOMAIN … VALIDATE CONSTRAINT …;"})
			}
		}
	}
	return out
}

// notValidForm returns the two statements for a constraint.
func notValidForm(c trace.Change) string {
	if c.Name == "" {
		return "ADD CONSTRAINT … NOT VALID, and in the next file VALIDATE CONSTRAINT"
	}
	return fmt.Sprintf("ALTER TABLE %[1]s ADD CONSTRAINT %[2]s %[3]s NOT VALID;\n-- in the next file\nALTER TABLE %[1]s VALIDATE CONSTRAINT %[2]s;",
		quoteTable(c.Table), quote(c.Name), strings.ReplaceAll(c.Constraint.Def, "gormango_trace_", ""))
}

func validateSameTx(a *at) []hit {
	var out []hit
	for _, c := range a.changes(trace.ValidateConstraint) {
		if !a.u.tx || a.held()[c.Table] < trace.ShareRowExclusive {
			continue
		}
		out = append(out, hit{c.Table, fmt.Sprintf("VALIDATE reads %s while the transaction holds %s on it", c.Table, a.held()[c.Table]), "move VALIDATE CONSTRAINT to the next file"})
	}
	return out
}

func keyChange(a *at) []hit {
	var out []hit
	for _, c := range a.changes(trace.DropConstraint, trace.ColumnType) {
		switch {
		case a.dropped(c.Table):
		case c.Kind == trace.DropConstraint && c.Constraint.Kind == "p":
			out = append(out, hit{c.Table, "it drops the primary key, which other tables and programs name", keyAdvice})
		case c.Kind == trace.ColumnType && a.isKey(c.Table, c.Name) && (a.rewrites(c.Table) || a.reads(c.Table)):
			out = append(out, hit{c.Table, fmt.Sprintf("it changes the type of the key column %s, and of all that refer to it", c.Name), keyAdvice})
		}
	}
	return out
}

const keyAdvice = "add a new column, fill it in batches, build a unique index concurrently, and change keys and foreign keys in steps"

// isKey reports whether the column belongs to the primary key, in the state
// before.
func (a *at) isKey(table, column string) bool {
	if a.u.before == nil || a.u.before.Tables[table] == nil {
		return false
	}
	return slices.Contains(a.u.before.Tables[table].Key, column)
}

// dropped reports whether the statement drops the table.
func (a *at) dropped(table string) bool {
	return slices.ContainsFunc(a.f.Changes, func(c trace.Change) bool { return c.Kind == trace.DropTable && c.Table == table })
}

func fkNoIndex(a *at) []hit {
	if a.u.back {
		return nil
	}
	var out []hit
	for _, c := range a.f.Changes {
		if c.Kind != trace.AddConstraint || c.Constraint.Kind != "f" || len(c.Constraint.Columns) == 0 || a.served(c.Table, c.Constraint.Columns) {
			continue
		}
		out = append(out, hit{c.Table, fmt.Sprintf("no index of %s begins with %s: each row deleted from %s reads the whole table",
			c.Table, strings.Join(c.Constraint.Columns, ", "), c.Constraint.Ref),
			fmt.Sprintf("CREATE INDEX CONCURRENTLY ON %s (%s);", quoteTable(c.Table), quoteAll(c.Constraint.Columns))})
	}
	return out
}

// served reports whether an index begins with the columns, in any order, now or
// after all units.
func (a *at) served(table string, columns []string) bool {
	begins := func(index []string) bool {
		if len(index) < len(columns) {
			return false
		}
		return !slices.ContainsFunc(index[:len(columns)], func(c string) bool { return !slices.Contains(columns, c) })
	}
	lists := slices.Clone(a.l.indexed[table])
	for _, s := range []*State{a.u.before, a.l.final} {
		if s == nil || s.Tables[table] == nil {
			continue
		}
		t := s.Tables[table]
		lists = append(lists, t.Key)
		for _, x := range t.Indexes {
			if x.Where == "" {
				lists = append(lists, x.Columns)
			}
		}
		for _, c := range t.Constraints {
			lists = append(lists, c.Unique)
		}
	}
	for _, f := range a.facts {
		for _, c := range f.Changes {
			if c.Kind == trace.AddIndex && c.Table == table && c.Index.Where == "" {
				lists = append(lists, c.Index.Columns)
			}
		}
	}
	return slices.ContainsFunc(lists, begins)
}

func constraintDrop(a *at) []hit {
	if a.u.back {
		return nil
	}
	var out []hit
	for _, c := range a.changes(trace.DropConstraint) {
		k := c.Constraint
		meant := a.means(func(op Op) bool {
			switch op := op.(type) {
			case DropConstraint, DropForeignKey, DropColumn, DropTable, SetKey, AlterColumn:
				return true
			case RenameConstraint:
				return op.Table == c.Table
			}
			return false
		})
		if a.dropped(c.Table) || k.Kind == "p" || meant || a.dropsColumnOf(c) || strings.HasSuffix(k.Def, "IS NOT NULL))") {
			continue
		}
		out = append(out, hit{c.Table, fmt.Sprintf("it drops the constraint %q: what it guaranteed holds no longer", c.Name), ""})
	}
	return out
}

// dropsColumnOf reports whether the statement drops a column of a constraint.
func (a *at) dropsColumnOf(k trace.Change) bool {
	return slices.ContainsFunc(a.f.Changes, func(c trace.Change) bool {
		return c.Kind == trace.DropColumn && c.Table == k.Table && slices.Contains(k.Constraint.Columns, c.Name)
	})
}

// triggerDrop reports triggers and policies that no longer act.
func triggerDrop(a *at) []hit {
	if a.u.back || a.means(func(op Op) bool {
		switch op.(type) {
		case DropObject, ReplaceObject, DropTable:
			return true
		}
		return false
	}) {
		return nil
	}
	var out []hit
	for _, c := range a.changes(trace.DropTrigger, trace.DropPolicy) {
		if !a.dropped(c.Table) {
			out = append(out, hit{c.Table, fmt.Sprintf("it drops %q of %s: what it guaranteed holds no longer", c.Name, c.Table), ""})
		}
	}
	if a.w.starts("ALTER TABLE") && a.w.has("DISABLE TRIGGER") {
		table, _ := a.w.nameAt(2)
		out = append(out, hit{table, "it disables triggers, those of foreign keys perhaps, for all who write", ""})
	}
	return out
}
