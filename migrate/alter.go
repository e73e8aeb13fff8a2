package migrate

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/gormango/gormango/internal/catalog"
	"github.com/gormango/gormango/internal/sqltext"
)

// table reads a table. It returns nil if it does not exist.
func (w *stepWork) table(name string) (*catalog.Table, *catalog.Catalog, error) {
	var types []string
	if t := w.a.state.Tables[name]; t != nil {
		for _, c := range t.Columns {
			types = append(types, c.Type)
		}
	}
	c, err := catalog.Read(quietly(w.tx), []string{name}, types)
	if err != nil {
		return nil, nil, fmt.Errorf("read table %q: %w", name, err)
	}
	return c.Tables[name], c, nil
}

// need reads a table that must exist.
func (w *stepWork) need(name string) (*catalog.Table, *catalog.Catalog, error) {
	t, c, err := w.table(name)
	if err == nil && t == nil {
		err = fmt.Errorf("table %q does not exist", name)
	}
	return t, c, err
}

func (w *stepWork) rename(table, from, to string) error {
	t, _, err := w.need(table)
	if err != nil {
		return err
	}
	_, old := t.Column(from)
	_, fresh := t.Column(to)
	switch {
	case old && fresh:
		return fmt.Errorf("table %q has both columns %q and %q", table, from, to)
	case !old && !fresh:
		return fmt.Errorf("table %q has no column %q", table, from)
	case fresh: // it was renamed by hand
		return nil
	}
	return w.exec(table, "column", to, "ALTER TABLE "+quoteTable(table)+" RENAME COLUMN "+quote(from)+" TO "+quote(to))
}

func (w *stepWork) renameTable(from, to string) error {
	old, _, err := w.table(from)
	if err != nil {
		return err
	}
	fresh, _, err := w.table(to)
	switch {
	case err != nil:
		return err
	case old != nil && fresh != nil:
		return fmt.Errorf("there are both tables %q and %q", from, to)
	case old == nil && fresh == nil:
		return fmt.Errorf("table %q does not exist", from)
	case fresh != nil:
		return nil
	case catalog.Split(from).Schema != catalog.Split(to).Schema:
		return fmt.Errorf("tables %q and %q are in two schemas", from, to)
	}
	return w.exec(from, "table", "", "ALTER TABLE "+quoteTable(from)+" RENAME TO "+quote(catalog.Split(to).Table))
}

func (w *stepWork) drop(table, name string) error {
	t, _, err := w.need(table)
	if err != nil {
		return err
	}
	if m := w.a.state.Tables[table]; m != nil {
		_, column := m.Column(name)
		if column || slices.ContainsFunc(m.Constraints, func(c Constraint) bool { return c.Name == name }) ||
			slices.ContainsFunc(m.Indexes, func(x Index) bool { return x.Name == name }) ||
			slices.ContainsFunc(m.ForeignKeys, func(fk ForeignKey) bool { return fk.Name == name }) {
			return fmt.Errorf("the models have %q in table %q", name, table)
		}
	}
	alter := "ALTER TABLE " + quoteTable(table) + " DROP "
	if _, ok := t.Column(name); ok {
		return w.exec(table, "column", name, alter+"COLUMN "+quote(name))
	}
	if _, ok := t.Constraint(name); ok {
		return w.exec(table, "constraint", name, alter+"CONSTRAINT "+quote(name))
	}
	if _, ok := t.Index(name); ok {
		return w.exec(table, "index", name, "DROP INDEX "+quoteBeside(table, name))
	}
	return nil // it was dropped by hand
}

func (w *stepWork) dropTable(table string) error {
	if w.a.state.Tables[table] != nil {
		return fmt.Errorf("the models have the table %q", table)
	}
	t, _, err := w.table(table)
	if err != nil || t == nil {
		return err
	}
	return w.exec(table, "table", "", "DROP TABLE "+quoteTable(table))
}

func (w *stepWork) sql(statements string) error {
	for _, p := range sqltext.Split(statements) {
		sql := strings.TrimSpace(statements[p.Start:p.End])
		if sql = strings.TrimRight(sql, "; \t\n"); sql == "" {
			continue
		}
		// The text goes to the server as it is: GORM would take ? for a value.
		if _, err := w.tx.Statement.ConnPool.ExecContext(w.tx.Statement.Context, sql); err != nil {
			return fmt.Errorf("%w (statement: %s)", err, strings.Join(strings.Fields(sql), " "))
		}
		w.done = append(w.done, sql)
	}
	return nil
}

// alter makes a part of a table what the models say.
func (w *stepWork) alter(table, name string) error {
	m := w.a.state.Tables[table]
	if m == nil {
		return fmt.Errorf("the models have no table %q", table)
	}
	have, c, err := w.need(table)
	if err != nil {
		return err
	}
	if want, ok := m.Column(name); ok {
		return w.alterColumn(m, want, have, c)
	}
	alter := "ALTER TABLE " + quoteTable(table) + " "
	definition, notValid := "", false
	for _, k := range m.Constraints {
		if k.Name == name {
			definition, notValid = k.Definition, k.Unique == nil && strings.HasPrefix(k.Definition, "CHECK")
		}
	}
	added := name
	for _, fk := range m.ForeignKeys {
		is, ok := have.Constraint(name)
		if fk.Name == name || ok && fk.joins(is, c) { // one that has another name in the database
			definition, notValid, added = fk.definition(), true, fk.Name
		}
	}
	if definition != "" {
		large, err := w.large(table)
		if err != nil {
			return err
		}
		if large > 0 && notValid {
			definition += " NOT VALID"
			if _, err := begin(quietly(w.tx), w.home, validateWork(table, added)); err != nil {
				return err
			}
		} else if err := w.mayLock(table, name, large, "constraint"); err != nil {
			return err
		}
		if _, ok := have.Constraint(name); ok {
			if err := w.exec(table, "constraint", name, alter+"DROP CONSTRAINT "+quote(name)); err != nil {
				return err
			}
		}
		return w.exec(table, "constraint", added, m.addConstraint(added, definition))
	}
	for _, x := range m.Indexes {
		if x.Name != name {
			continue
		}
		large, err := w.large(table)
		if err != nil {
			return err
		}
		if is, ok := have.Index(name); ok {
			if large > 0 && is.Constraint == "" && is.Valid {
				return w.setAside(table, name, have)
			}
			drop := "DROP INDEX " + quoteBeside(table, name)
			if is.Constraint != "" {
				drop = alter + "DROP CONSTRAINT " + quote(is.Constraint)
			}
			if err := w.exec(table, "index", name, drop); err != nil {
				return err
			}
		}
		if large > 0 {
			return nil // Auto builds it without a lock
		}
		return w.exec(table, "index", name, m.createIndex(x))
	}
	return fmt.Errorf("the models have no column, constraint or index %q in table %q", name, table)
}

// large returns the estimated number of rows of a large table, 0 for others.
func (w *stepWork) large(table string) (int64, error) {
	n, err := estimate(quietly(w.tx), quoteTable(table))
	if err != nil || n <= w.a.limits.rows {
		return 0, err
	}
	return n, nil
}

// mayLock returns a *PendingError if a change would lock a large table for long
// and the step does not allow it.
func (w *stepWork) mayLock(table, name string, rows int64, kind string) error {
	if rows == 0 || w.locking {
		return nil
	}
	return &PendingError{Differences: []Difference{{Table: table, Name: name, Kind: kind, Is: "not changed, the table has " + rowsText(rows),
		Should: "as in the models", Hint: "it would be locked while all of them are read or written: do it at a quiet time, by the step's Locking"}}}
}

// alterColumn makes a column what the models say.
func (w *stepWork) alterColumn(t *Table, want Column, have *catalog.Table, c *catalog.Catalog) error {
	is, ok := have.Column(want.Name)
	large, err := w.large(t.Name)
	if err != nil {
		return err
	}
	if !ok {
		if want.needsFill() {
			rows, err := hasRows(quietly(w.tx), quoteTable(t.Name))
			if err != nil {
				return err
			}
			if rows {
				return fmt.Errorf("table %q has rows, and column %q is NOT NULL without a default (give it one, or let it be NULL, fill it by a step, and alter it again)", t.Name, want.Name)
			}
		}
		if want.Generated != "" || want.Identity != "" {
			if err := w.mayLock(t.Name, want.Name, large, "column"); err != nil {
				return err
			}
		}
		return w.exec(t.Name, "column", want.Name, t.addColumn(filled(want)))
	}
	if is.Generated == "" && want.Generated != "" {
		return errors.New("the column holds values, and the models generate it: drop it first by the step Drop, or rename it")
	}
	retype := !sameType(want.Type, c.Types[want.Type], is) || want.Collation != is.Collation && want.Collation != ""
	if retype && !wider(is.Type, want.Type) || want.Generated != "" || want.NotNull && !is.NotNull {
		if err := w.mayLock(t.Name, want.Name, large, "column"); err != nil {
			return err
		}
	}
	again := generatedAgain(t, want, is, have, retype)
	saved, err := w.partsOf(t.Name, again)
	if err != nil {
		return err
	}
	alter := "ALTER TABLE " + quoteTable(t.Name) + " "
	column := alter + "ALTER COLUMN " + quote(want.Name) + " "
	var list []string
	for _, g := range again {
		list = append(list, alter+"DROP COLUMN "+quote(g.Name))
	}
	if want.Generated == "" {
		list = append(list, plainColumn(t, want, is, column, retype)...)
	}
	for _, g := range again {
		list = append(list, t.addColumn(g))
	}
	return w.exec(t.Name, "column", want.Name, append(list, saved...)...)
}

// plainColumn returns the statements for a column that is not generated.
func plainColumn(t *Table, want Column, is catalog.Column, column string, retype bool) (list []string) {
	had := is.Default
	if is.Generated != "" {
		list, had = append(list, column+"DROP EXPRESSION"), ""
	}
	if retype {
		if had != "" {
			list = append(list, column+"DROP DEFAULT")
		}
		from := want
		from.Type = is.Type
		sql := column + "TYPE " + want.Type + collate(want)
		using, exact := conversion(from, want)
		if using != "" {
			sql += " USING " + using
		} else if timestamp(from.Type) && timestamp(want.Type) && zoned(from.Type) != zoned(want.Type) {
			list = append(list, "SET LOCAL TimeZone = 'UTC'")
		}
		if exact {
			list = append(list, t.lookForLoss(from, want))
		}
		list = append(list, sql)
	}
	switch {
	case want.Identity != "" && is.Identity == "":
		if had != "" && !retype {
			list = append(list, column+"DROP DEFAULT")
		}
		list = append(list, column+"SET NOT NULL", column+"ADD GENERATED "+want.Identity+" AS IDENTITY")
	case want.Identity == "" && is.Identity != "":
		list = append(list, column+"DROP IDENTITY")
	case want.Identity == "ALWAYS" && is.Identity == "d", want.Identity == "BY DEFAULT" && is.Identity == "a":
		list = append(list, column+"SET GENERATED "+want.Identity)
	}
	switch {
	case want.Default != "":
		list = append(list, column+"SET DEFAULT "+want.Default)
	case had != "" && !retype && want.Identity == "":
		list = append(list, column+"DROP DEFAULT")
	}
	if want.NotNull && !is.NotNull && want.Identity == "" {
		list = append(list, column+"SET NOT NULL")
	} else if !want.NotNull && is.NotNull {
		list = append(list, column+"DROP NOT NULL")
	}
	return list
}

// generatedAgain returns the generated columns that are dropped and added again
// when a column changes: itself, and those that read it.
func generatedAgain(t *Table, want Column, is catalog.Column, have *catalog.Table, retype bool) (again []Column) {
	if want.Generated != "" && is.Generated != "" {
		return []Column{want}
	}
	if !retype {
		return nil
	}
	for _, g := range have.Columns {
		if g.Generated == "" || !hasWord(g.Default, want.Name) {
			continue
		}
		col, ok := t.Column(g.Name)
		if !ok || col.Generated == "" { // the models do not know it
			col = Column{Name: g.Name, Type: g.Type, NotNull: g.NotNull, Generated: g.Default, Collation: g.Collation}
		}
		again = append(again, col)
	}
	return again
}

// partsOf returns the statements that restore the indexes and constraints of
// generated columns after these were dropped.
func (w *stepWork) partsOf(table string, columns []Column) ([]string, error) {
	if len(columns) == 0 {
		return nil, nil
	}
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = quoteText(c.Name)
	}
	rows, err := quietly(w.tx).Raw(`
SELECT sql FROM (
  SELECT 1 AS n, format('ALTER TABLE %s ADD CONSTRAINT %I %s', c.conrelid::pg_catalog.regclass, c.conname, pg_catalog.pg_get_constraintdef(c.oid)) AS sql
  FROM pg_catalog.pg_constraint c
  WHERE c.conrelid = ?::text::pg_catalog.regclass AND c.contype IN ('u', 'c', 'x', 'p') AND EXISTS (
    SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey) AND a.attname IN (`+strings.Join(names, ", ")+`))
  UNION ALL
  SELECT 2, pg_catalog.pg_get_indexdef(x.indexrelid)
  FROM pg_catalog.pg_index x
  WHERE x.indrelid = ?::text::pg_catalog.regclass
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid = x.indexrelid AND k.conrelid = x.indrelid)
    AND EXISTS (SELECT FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
      WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = x.indexrelid
        AND d.refobjid = x.indrelid AND a.attname IN (`+strings.Join(names, ", ")+`))) AS parts
ORDER BY n, sql`, quoteTable(table), quoteTable(table)).Rows()
	if err != nil {
		return nil, fmt.Errorf("read the parts of table %q: %w", table, err)
	}
	defer rows.Close()
	var list []string
	for rows.Next() {
		var sql string
		if err := rows.Scan(&sql); err != nil {
			return nil, err
		}
		list = append(list, sql)
	}
	return list, rows.Err()
}
