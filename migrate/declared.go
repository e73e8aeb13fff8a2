package migrate

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/catalog"
)

// declared returns what the declarations among the models need before the
// tables: extensions, enums and their values, objects that tables use. A value
// that an enum has and its declaration has not is a difference.
func (c *comparison) declared(tx *gorm.DB) (before, after []change, err error) {
	add := func(list *[]change, op Op, what, name string) error {
		sql, err := op.forward(c.state)
		for _, s := range sql {
			*list = append(*list, change{what: what, name: name, sql: s})
		}
		return err
	}
	var installed []string
	if len(c.state.Extensions) > 0 {
		if err := tx.Raw(`SELECT extname FROM pg_catalog.pg_extension`).Scan(&installed).Error; err != nil {
			return nil, nil, fmt.Errorf("migrate: read the extensions: %w", err)
		}
	}
	for _, name := range c.state.Extensions {
		if !slices.Contains(installed, name) {
			if err := add(&before, CreateExtension{Name: name}, "extension", name); err != nil {
				return nil, nil, err
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.state.Enums)) {
		var have []string
		if err := tx.Raw(`SELECT enumlabel FROM pg_catalog.pg_enum WHERE enumtypid = pg_catalog.to_regtype(?::text) ORDER BY enumsortorder`,
			quoteTable(name)).Scan(&have).Error; err != nil {
			return nil, nil, fmt.Errorf("migrate: enum %q: read its values: %w", name, err)
		}
		if len(have) == 0 {
			if err := add(&before, CreateEnum{Enum: *c.state.Enums[name]}, "enum", name); err != nil {
				return nil, nil, err
			}
			continue
		}
		for _, op := range c.enumValues(name, have) {
			if err := add(&before, op, "enum", name); err != nil {
				return nil, nil, err
			}
		}
	}
	early, late := c.state.objectsInOrder()
	return append(before, c.objects(early)...), c.objects(late), nil
}

// enumValues returns the operations that add the missing values of an enum.
func (c *comparison) enumValues(name string, have []string) (ops []Op) {
	want := c.state.Enums[name].Values
	kept := slices.DeleteFunc(slices.Clone(want), func(v string) bool { return !slices.Contains(have, v) })
	if !slices.Equal(kept, have) {
		c.out.differ(Difference{Name: name, Kind: "enum", Is: strings.Join(have, ", "), Should: strings.Join(want, ", "),
			Hint: "values are removed or in another order: make a new type and convert the columns, by steps"})
		return nil
	}
	for i, v := range want {
		if slices.Contains(have, v) {
			continue
		}
		op := AddEnumValue{Name: name, Value: v}
		for _, next := range want[i+1:] {
			if slices.Contains(have, next) {
				op.Before = next
				break
			}
		}
		ops = append(ops, op)
	}
	return ops
}

// newValues returns the changes that add a value to an enum.
func newValues(changes []change) (values []change) {
	for _, c := range changes {
		if c.what == "enum" && strings.HasPrefix(c.sql, "ALTER TYPE") {
			values = append(values, c)
		}
	}
	return values
}

// objects returns the changes that create objects which no earlier state had,
// and replace those without data that had another text there.
func (c *comparison) objects(list []*SQLObject) (changes []change) {
	for _, o := range list {
		old := c.lastObject(o.key())
		create := change{what: o.Kind, name: o.Name, sql: o.Create}
		switch {
		case old != nil && old.Create == o.Create:
		case old == nil || strings.HasPrefix(strings.ToUpper(strings.Join(strings.Fields(o.Create), " ")), "CREATE OR REPLACE "):
			changes = append(changes, create)
		case slices.Contains([]string{"view", "function", "procedure", "aggregate", "trigger", "policy"}, o.Kind):
			changes = append(changes, change{what: o.Kind, name: o.Name, sql: old.Drop}, create)
		default:
			c.out.differ(Difference{Name: o.Name, Kind: o.Kind, Is: old.Create, Should: o.Create, Hint: "give the new one another name"})
		}
	}
	return changes
}

// lastObject returns an object as the newest state of the database has it, nil
// if none has it.
func (c *comparison) lastObject(key string) *SQLObject {
	for _, k := range slices.Backward(c.states) {
		if o := k.state.Objects[key]; o != nil {
			return o
		}
	}
	return nil
}

// partitions adds the partitions that a partitioned table lacks, and a
// difference for a table that should be partitioned and is not.
func (c *comparison) partitions(tx *gorm.DB) error {
	for _, t := range c.state.Ordered() {
		have := c.have.Tables[t.Name]
		if have == nil || t.PartitionBy == "" {
			continue
		}
		if have.Kind == "r" {
			c.out.differ(Difference{Table: t.Name, Kind: "table", Is: "one table", Should: "PARTITION BY " + t.PartitionBy, Hint: "make a new table and copy the rows"})
			continue
		}
		var names []string
		for _, p := range t.Partitions {
			names = append(names, p.Name)
		}
		found, err := catalog.Read(tx, names, nil)
		if err != nil {
			return fmt.Errorf("migrate: table %q: read its partitions: %w", t.Name, err)
		}
		for _, p := range t.Partitions {
			if found.Tables[p.Name] == nil {
				c.out.changes = append(c.out.changes, change{table: t.Name, what: "partition", name: p.Name, sql: t.createPartition(p)})
			}
		}
	}
	return nil
}
