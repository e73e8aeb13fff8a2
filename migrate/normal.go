package migrate

import (
	"fmt"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/catalog"
)

// normalTable holds the parts of a table as the server prints them.
type normalTable struct {
	columns     map[string]catalog.Column
	constraints []catalog.Constraint // by their places in the state
	indexes     []catalog.Index
	rewrites    map[string]bool // columns that cannot be added without writing all rows
}

// normalForm creates those tables of the state that the database has, without
// rows and foreign keys, as temporary ones, and returns what the server makes
// of their texts. tx must be rolled back.
func normalForm(tx *gorm.DB, s *State, have *catalog.Catalog) (map[string]*normalTable, error) {
	out := map[string]*normalTable{}
	var temporary []*Table // with the names of their copies
	var originals []*Table
	taken := map[string]bool{}
	for i, t := range s.Ordered() {
		is := have.Tables[t.Name]
		if is == nil || is.Kind != "r" && is.Kind != "p" {
			continue
		}
		name := catalog.Split(t.Name).Table
		if taken[name] { // two schemas have it
			name = fmt.Sprintf("%s %d", clip(name)[:min(len(name), 50)], i)
		}
		taken[name] = true
		copied := *t
		copied.Name = "pg_temp." + name
		rewrites, err := createCopy(tx, t, &copied, have, i)
		if err != nil {
			return nil, err
		}
		out[t.Name] = &normalTable{rewrites: rewrites}
		temporary, originals = append(temporary, &copied), append(originals, t)
	}
	if len(temporary) == 0 {
		return out, nil
	}
	var schema string
	if err := tx.Raw(`SELECT nspname FROM pg_catalog.pg_namespace WHERE oid = pg_catalog.pg_my_temp_schema()`).Scan(&schema).Error; err != nil {
		return nil, fmt.Errorf("migrate: read the wanted tables: %w", err)
	}
	names := make([]string, len(temporary))
	for i, t := range temporary {
		names[i] = schema + "." + catalog.Split(t.Name).Table
	}
	c, err := catalog.Read(tx, names, nil)
	if err != nil {
		return nil, fmt.Errorf("migrate: read the wanted tables: %w", err)
	}
	for i, t := range originals {
		out[t.Name].read(c.Tables[names[i]], t, temporary[i])
	}
	return out, nil
}

// read takes the parts of a copy.
func (n *normalTable) read(have *catalog.Table, t, copied *Table) {
	n.columns = map[string]catalog.Column{}
	for _, c := range have.Columns {
		n.columns[c.Name] = c
	}
	for _, c := range copied.Constraints {
		is, _ := have.Constraint(c.Name)
		n.constraints = append(n.constraints, is)
	}
	for _, x := range copied.Indexes {
		is, _ := have.Index(x.Name)
		n.indexes = append(n.indexes, is)
	}
}

// createCopy creates an empty copy of a table. Columns that the database lacks
// are added afterwards, to see which of them the server writes into every row.
// The parts get names that are used once in all copies.
func createCopy(tx *gorm.DB, t, copied *Table, c *catalog.Catalog, number int) (rewrites map[string]bool, err error) {
	have := c.Tables[t.Name]
	fail := func(what, name, sql string, err error) error {
		return change{table: t.Name, what: what, name: name, sql: sql}.failed(err)
	}
	base := &Table{Name: copied.Name, Key: copied.Key}
	var missing []Column
	retyped := false
	for _, col := range t.Columns {
		switch is, ok := have.Column(col.Name); {
		case !ok:
			missing = append(missing, col)
			continue
		case !sameType(col.Type, c.Types[col.Type], is):
			// The other parts are compared over the type that is there.
			retyped = true
			free := wider(is.Type, col.Type)
			col.Type, col.Collation = is.Type, is.Collation
			if !free {
				col.Default, col.Generated, col.Identity = "", "", ""
			}
		}
		base.Columns = append(base.Columns, col)
	}
	for _, k := range t.Key {
		if _, ok := base.Column(k); !ok {
			base.Key = nil
		}
	}
	// A generated column may read one that is added.
	for _, c := range base.Columns {
		if c.Generated != "" && len(missing) > 0 {
			base.Columns, missing = append(base.Columns, missing...), nil
			break
		}
	}
	if err := tx.Exec(base.createTable()).Error; err != nil {
		return nil, fail("", "", t.createTable(), err)
	}
	rewrites = map[string]bool{}
	for _, c := range addOrder(missing) {
		before, err := fileOf(tx, copied)
		if err != nil {
			return nil, err
		}
		if err := tx.Exec(copied.addColumn(filled(c))).Error; err != nil {
			return nil, fail("column", c.Name, t.addColumn(c), err)
		}
		after, err := fileOf(tx, copied)
		if err != nil {
			return nil, err
		}
		rewrites[c.Name] = before != after
	}
	copied.Constraints = append([]Constraint(nil), t.Constraints...)
	for i, c := range t.Constraints {
		copied.Constraints[i].Name = fmt.Sprintf("part %d %d", number, i)
		if err := part(tx, retyped, copied.addConstraint(copied.Constraints[i].Name, c.Definition)); err != nil {
			return nil, fail("constraint", c.Name, t.addConstraint(c.Name, c.Definition), err)
		}
	}
	copied.Indexes = append([]Index(nil), t.Indexes...)
	for i, x := range t.Indexes {
		x.Name = fmt.Sprintf("index %d %d", number, i)
		copied.Indexes[i] = x
		if err := part(tx, retyped, copied.createIndex(x)); err != nil {
			return nil, fail("index", t.Indexes[i].Name, t.createIndex(t.Indexes[i]), err)
		}
	}
	return rewrites, nil
}

// part creates a part of a copy. If maybe is set, one that the server refuses
// is left out.
func part(tx *gorm.DB, maybe bool, sql string) error {
	if !maybe {
		return tx.Exec(sql).Error
	}
	if err := tx.Transaction(func(tx *gorm.DB) error { return tx.Exec(sql).Error }); err != nil && code(err) == "" {
		return err
	}
	return nil
}

// fileOf returns the number of a table's file, which changes when the server
// writes all rows anew.
func fileOf(tx *gorm.DB, t *Table) (file int64, err error) {
	if err := tx.Raw(`SELECT pg_catalog.pg_relation_filenode(?::text::pg_catalog.regclass)::bigint`, quoteTable(t.Name)).Scan(&file).Error; err != nil {
		return 0, fmt.Errorf("migrate: table %q: look at the wanted table: %w", t.Name, err)
	}
	return file, nil
}
