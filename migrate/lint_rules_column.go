package migrate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gormango/gormango/internal/catalog"
	"github.com/gormango/gormango/internal/sqltype"
	"github.com/gormango/gormango/internal/trace"
)

// columnRules are the rules about columns and their types.
var columnRules = []rule{
	{id: "L10", name: "set-not-null", level: Error, sized: true, check: setNotNull},
	{id: "L11", name: "add-not-null-no-default", level: Error, sized: true, check: addNotNull},
	{id: "L12", name: "add-volatile-default", level: Error, sized: true, check: addVolatile},
	{id: "L13", name: "type-rewrite", level: Error, sized: true, check: typeRewrite},
	{id: "L14", name: "type-lossy", level: Error, check: typeLossy},
	{id: "L15", name: "type-timezone", level: Error, check: typeTimezone},
	{id: "L16", name: "rename", level: Error, sized: true, check: renames},
	{id: "L17", name: "drop-column", level: Error, sized: true, check: dropsColumn},
	{id: "L19", name: "drop-not-null-default", level: Warn, check: dropsDefault},
	{id: "L20", name: "generated-change", level: Error, sized: true, check: generatedChange},
	{id: "L21", name: "enum", level: Error, check: enumChange},
	{id: "L27", name: "int-key", level: Warn, check: intKey},
	{id: "L28", name: "json-column", level: Warn, check: jsonColumn},
	{id: "L31", name: "timestamp-no-zone", level: Warn, check: timestampNoZone},
}

func setNotNull(a *at) []hit {
	var out []hit
	for _, c := range a.changes(trace.ColumnNotNull) {
		if c.To != "true" || !a.reads(c.Table) {
			continue
		}
		column := c.Name
		if column == "" {
			column = "…"
		}
		table := quoteTable(c.Table)
		check := quote(shortened(catalog.Split(c.Table).Table+"_"+column, 54) + "_not_null")
		out = append(out, hit{c.Table, fmt.Sprintf("SET NOT NULL reads %s under ACCESS EXCLUSIVE", c.Table),
			fmt.Sprintf("ALTER TABLE %[1]s ADD CONSTRAINT %[2]s CHECK (%[3]s IS NOT NULL) NOT VALID;\n-- in the next file\nALTER TABLE %[1]s VALIDATE CONSTRAINT %[2]s;\n-- in the next file\nALTER TABLE %[1]s ALTER COLUMN %[3]s SET NOT NULL;\nALTER TABLE %[1]s DROP CONSTRAINT %[2]s;",
				table, check, quote(column))})
	}
	return out
}

func addNotNull(a *at) []hit {
	var out []hit
	for _, c := range a.changes(trace.AddColumn) {
		k := c.Column
		if k == nil || !k.NotNull || k.Default != "" || k.Identity != "" || k.Generated != "" {
			continue
		}
		out = append(out, hit{c.Table, fmt.Sprintf("column %s is NOT NULL and has no default: rows that are there fail, and so do the INSERTs of programs that do not know it", c.Name),
			fmt.Sprintf("ALTER TABLE %s ADD COLUMN %s %s NOT NULL DEFAULT …;\n-- the default stays in the database", quoteTable(c.Table), quote(c.Name), k.Type)})
	}
	return out
}

func addVolatile(a *at) []hit {
	var out []hit
	for _, c := range a.changes(trace.AddColumn) {
		if k := c.Column; k == nil || !a.rewrites(c.Table) || k.Default == "" && k.Identity == "" && k.Generated == "" && !a.onlyAdds() {
			continue
		}
		why := "its default differs from row to row"
		switch {
		case c.Column.Identity != "":
			why = "it is an identity"
		case c.Column.Generated != "":
			why = "it is generated"
		case c.Column.Default == "":
			why = "its type has a check"
		}
		out = append(out, hit{c.Table, fmt.Sprintf("ADD COLUMN %s writes all of %s anew under ACCESS EXCLUSIVE: %s", c.Name, c.Table, why),
			fmt.Sprintf("ALTER TABLE %[1]s ADD COLUMN %[2]s %[3]s;\nALTER TABLE %[1]s ALTER COLUMN %[2]s SET DEFAULT …;\n-- in a migration of its own: fill the rows in batches, then NOT NULL as for L10", quoteTable(c.Table), quote(c.Name), c.To)})
	}
	return out
}

// onlyAdds reports whether no type is changed, so that an added column is why
// the table is rewritten.
func (a *at) onlyAdds() bool {
	return !slices.ContainsFunc(a.f.Changes, func(c trace.Change) bool { return c.Kind == trace.ColumnType })
}

func typeRewrite(a *at) []hit {
	if a.w.starts("REINDEX") {
		return nil
	}
	tables := map[string]string{}
	for _, c := range a.changes(trace.ColumnType) {
		if a.rewrites(c.Table) {
			tables[c.Table] = fmt.Sprintf("the new type of %s writes all of %s and its indexes anew under ACCESS EXCLUSIVE", c.Name, c.Table)
		} else if a.reads(c.Table) {
			tables[c.Table] = fmt.Sprintf("the new type of %s reads all of %s under ACCESS EXCLUSIVE, for its indexes or checks", c.Name, c.Table)
		}
	}
	for _, table := range a.f.Rewritten {
		adds := slices.ContainsFunc(a.f.Changes, func(c trace.Change) bool {
			return c.Table == table && (c.Kind == trace.AddColumn || c.Kind == trace.ColumnGenerated || c.Kind == trace.ColumnDefault)
		})
		if _, there := tables[table]; !there && !adds && a.old(table) && !a.f.Concurrently {
			tables[table] = fmt.Sprintf("it writes all of %s anew under ACCESS EXCLUSIVE", table)
		}
	}
	var out []hit
	for table, text := range tables {
		rewrite := "add a column of the new type, write both, copy in batches, read the new one, drop the old one"
		if a.w.starts("VACUUM") || a.w.starts("CLUSTER") {
			rewrite = "REPACK (CONCURRENTLY) of PostgreSQL 19, or the extension pg_repack"
		} else if a.w.starts("REFRESH") {
			rewrite = concurrently1(a.stmt.SQL, "VIEW") + "\n-- with a unique index of the view"
		}
		out = append(out, hit{table, text, rewrite})
	}
	return out
}

func typeLossy(a *at) []hit {
	var out []hit
	for _, c := range a.changes(trace.ColumnType) {
		using := a.w.has("USING")
		refuses := using && a.w.has("IS NOT DISTINCT FROM") || a.means(func(op Op) bool {
			alter, is := op.(AlterColumn)
			return is && alter.Exact && alter.Table == c.Table && alter.Column.Name == c.Name
		})
		if c.To == "" || refuses && !a.u.back { // the generator's forms fail at such a row
			continue
		}
		cast := using && casts(c.From, c.To)
		if !cast && !assignmentRounds(c.From, c.To) {
			continue
		}
		h := hit{c.Table, fmt.Sprintf("from %s to %s the cast rounds or cuts values of %s without an error", c.From, c.To, c.Name),
			fmt.Sprintf("find them first: SELECT … FROM %s WHERE %[2]s::%[3]s::%[4]s IS DISTINCT FROM %[2]s", quoteTable(c.Table), quote(c.Name), c.To, c.From)}
		if a.l.live {
			row, known := a.l.probe(a.u, c)
			if known && row == "" {
				continue
			}
			if row != "" {
				h.text += ", as in the row with " + row
			}
		}
		out = append(out, h)
	}
	return out
}

// assignmentRounds reports whether a change of type without USING can change a
// value without an error.
func assignmentRounds(from, to string) bool {
	a, b := sqltype.Canonical(from), sqltype.Canonical(to)
	both := func(list []string) bool { return slices.Contains(list, a) && slices.Contains(list, b) }
	return (both(numberTypes) || both(timeTypes) && (a == b || !timestamp(to))) && rounds(from, to)
}

// casts reports whether an explicit cast can lose what an assignment refuses:
// the end of a text, or anything in another family.
func casts(from, to string) bool {
	limit := func(t string) int {
		if m := sqltype.Parse(t).Modifier; m != "" {
			n := 0
			if _, err := fmt.Sscanf(strings.TrimSpace(m), "%d", &n); err == nil {
				return n
			}
		}
		return 0
	}
	a, b := sqltype.Canonical(from), sqltype.Canonical(to)
	switch {
	case slices.Contains(textTypes, b):
		return limit(to) > 0 && (limit(from) == 0 || limit(from) > limit(to))
	case b == "bit" || b == "bit varying":
		return limit(from) > limit(to)
	case strings.HasPrefix(a, "timestamp") && b == "date", a == "boolean", b == "boolean":
		return !slices.Contains(textTypes, a)
	}
	return false
}

func typeTimezone(a *at) []hit {
	var out []hit
	for _, c := range a.changes(trace.ColumnType) {
		if !timestamp(c.From) || !timestamp(c.To) || zoned(c.From) == zoned(c.To) || a.w.has("AT TIME ZONE") || a.zoneSet() {
			continue
		}
		out = append(out, hit{c.Table, fmt.Sprintf("from %s to %s the values of %s depend on the session's time zone", c.From, c.To, c.Name),
			"SET LOCAL timezone = 'UTC'; -- the zone in which the old values were written\n" + a.stmt.SQL + ";"})
	}
	return out
}

// zoneSet reports whether an earlier statement of the transaction sets the
// zone.
func (a *at) zoneSet() bool {
	for _, s := range a.u.statements[:a.i] {
		w := wordsOf(s.SQL)
		if w.starts("SET LOCAL TIMEZONE") || w.starts("SET LOCAL TIME ZONE") {
			return a.u.tx
		}
	}
	return false
}

func renames(a *at) []hit {
	if a.u.back {
		return nil
	}
	var out []hit
	for _, c := range a.changes(trace.RenameColumn, trace.RenameTable) {
		t := a.l.released.Tables[c.Table]
		if t == nil {
			continue
		}
		if c.Kind == trace.RenameTable {
			rewrite := ""
			if c.To != "" {
				rewrite = fmt.Sprintf("ALTER TABLE %s RENAME TO %s;\nCREATE VIEW %[1]s AS SELECT * FROM %[2]s; -- in the same transaction, to be dropped by a later release", quoteTable(c.Table), quoteTable(c.To))
			}
			out = append(out, hit{c.Table, fmt.Sprintf("programs that run still name the table %s, and fail at once", c.Table), rewrite})
		} else if _, has := t.Column(c.Name); has {
			out = append(out, hit{c.Table, fmt.Sprintf("programs that run still name the column %s.%s, and fail at once", c.Table, c.Name),
				"add a column of the new name, write both, copy in batches, read the new one, drop the old one"})
		}
	}
	return out
}

func dropsColumn(a *at) []hit {
	if a.u.back {
		return nil
	}
	var out []hit
	for _, c := range a.changes(trace.DropColumn) {
		t := a.l.released.Tables[c.Table]
		if t == nil || a.dropped(c.Table) || a.changesGenerated(c) {
			continue
		}
		if _, has := t.Column(c.Name); has {
			out = append(out, hit{c.Table, fmt.Sprintf("programs that run still name the column %s.%s, and fail at once; its data is gone", c.Table, c.Name),
				"release the program without the field first, and drop the column with a later release"})
		}
	}
	return out
}

func dropsDefault(a *at) []hit {
	if a.u.back {
		return nil
	}
	var out []hit
	for _, c := range a.changes(trace.ColumnNotNull, trace.ColumnDefault) {
		t := a.l.released.Tables[c.Table]
		if t == nil || a.means(func(op Op) bool { _, is := op.(AlterColumn); return is }) {
			continue
		}
		switch _, has := t.Column(c.Name); {
		case !has || c.Column.Generated != "":
		case c.Kind == trace.ColumnNotNull && c.To == "false":
			out = append(out, hit{c.Table, fmt.Sprintf("programs that run may not expect NULL in %s", c.Name), "release the program that expects it first"})
		case c.Kind == trace.ColumnDefault && c.To == "":
			out = append(out, hit{c.Table, fmt.Sprintf("programs that run may leave %s to its default", c.Name), "release the program that writes it first"})
		}
	}
	return out
}

func generatedChange(a *at) []hit {
	var out []hit
	const rewrite = "add a generated column of a new name while others write little, read it, drop the old one"
	for _, c := range a.changes(trace.AddColumn) {
		if a.changesGenerated(c) && c.Column.Generated == "s" {
			out = append(out, hit{c.Table, fmt.Sprintf("the new expression of %s writes all of %s anew under ACCESS EXCLUSIVE", c.Name, c.Table), rewrite})
		}
	}
	for _, c := range a.changes(trace.ColumnDefault) {
		if c.Column.Generated == "s" && a.rewrites(c.Table) {
			out = append(out, hit{c.Table, fmt.Sprintf("the new expression of %s writes all of %s anew under ACCESS EXCLUSIVE", c.Name, c.Table), rewrite})
		}
	}
	return out
}

// changesGenerated reports whether a generated column of the name is dropped
// and one is added in the unit.
func (a *at) changesGenerated(c trace.Change) bool {
	var dropped, added bool
	for _, f := range a.facts {
		for _, o := range f.Changes {
			if o.Table != c.Table || o.Name != c.Name || o.Column == nil || o.Column.Generated == "" {
				continue
			}
			dropped = dropped || o.Kind == trace.DropColumn
			added = added || o.Kind == trace.AddColumn
		}
	}
	return dropped && added
}

func enumChange(a *at) []hit {
	switch {
	case strings.Contains(a.f.Untraced, "55P04"):
		return []hit{{"", "it uses a value of an enum that its own transaction has added", "move ADD VALUE to a file of its own before"}}
	case a.w.starts("DELETE FROM PG_ENUM"), a.w.starts("UPDATE PG_ENUM"), a.w.starts("DELETE FROM PG_CATALOG . PG_ENUM"), a.w.starts("UPDATE PG_CATALOG . PG_ENUM"):
		return []hit{{"", "values of an enum cannot be removed or moved in place: indexes and rows keep them", "a new type and a new column; or text with a CHECK"}}
	case a.w.starts("ALTER TYPE") && a.w.has("RENAME VALUE") && !a.u.back:
		name, _ := a.w.nameAt(2)
		if a.l.released.Enums[name] != nil {
			return []hit{{"", "programs that run still write and expect the old value", "add the new value, change the rows, stop using the old one"}}
		}
	}
	return nil
}

// columnsMade calls fn with each column that the statement adds or retypes.
func (a *at) columnsMade(fn func(table string, c trace.Column)) {
	for _, c := range a.f.Changes {
		switch {
		case a.u.back:
		case c.Kind == trace.AddTable:
			for _, k := range c.Columns {
				fn(c.Table, k)
			}
		case (c.Kind == trace.AddColumn || c.Kind == trace.ColumnType) && c.Column != nil:
			fn(c.Table, *c.Column)
		}
	}
}

func intKey(a *at) []hit {
	var out []hit
	a.columnsMade(func(table string, c trace.Column) {
		serial := c.Identity != "" || strings.HasPrefix(c.Default, "nextval(")
		if serial && (c.Type == "integer" || c.Type == "smallint") {
			out = append(out, hit{table, fmt.Sprintf("%s.%s counts in %s and has no more values one day", table, c.Name, c.Type), quote(c.Name) + " bigint GENERATED BY DEFAULT AS IDENTITY"})
		}
	})
	return out
}

func jsonColumn(a *at) []hit {
	var out []hit
	a.columnsMade(func(table string, c trace.Column) {
		if c.Type == "json" {
			out = append(out, hit{table, fmt.Sprintf("%s.%s is json, whose values cannot be compared: DISTINCT and GROUP BY fail", table, c.Name), quote(c.Name) + " jsonb"})
		}
	})
	return out
}

func timestampNoZone(a *at) []hit {
	var out []hit
	a.columnsMade(func(table string, c trace.Column) {
		if strings.HasPrefix(c.Type, "timestamp") && strings.HasSuffix(c.Type, "without time zone") {
			out = append(out, hit{table, fmt.Sprintf("%s.%s has no time zone: which moment it means depends on the reader", table, c.Name), quote(c.Name) + " timestamptz"})
		}
	})
	return out
}

// shortened returns the first n bytes of an ASCII name.
func shortened(name string, n int) string { return strings.ToValidUTF8(name[:min(n, len(name))], "") }
