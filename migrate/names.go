package migrate

import (
	"fmt"

	"github.com/gormango/gormango/internal/catalog"
)

// check returns an error for names that the server would refuse, or whose
// objects GORM would leave out: the names of tables, indexes and unique
// constraints are unique in a schema, those of constraints in a table.
func (s *State) check() error {
	relations := map[string]string{}
	relation := func(schema, name, owner string) error {
		key := schema + "." + name
		if other, taken := relations[key]; taken {
			return fmt.Errorf("migrate: %q is the name of %s and of %s (a name is used once in a schema: rename one)", name, other, owner)
		}
		relations[key] = owner
		return nil
	}
	for _, t := range s.Ordered() {
		name := catalog.Split(t.Name)
		if err := relation(name.Schema, name.Table, fmt.Sprintf("table %q", t.Name)); err != nil {
			return err
		}
	}
	for _, t := range s.Ordered() {
		name := catalog.Split(t.Name)
		constraints := map[string]bool{}
		constraint := func(c string) error {
			if constraints[c] {
				return fmt.Errorf("migrate: table %q has two constraints named %q (rename one)", t.Name, c)
			}
			constraints[c] = true
			return nil
		}
		for _, x := range t.Indexes {
			if err := relation(name.Schema, x.Name, fmt.Sprintf("an index of table %q", t.Name)); err != nil {
				return err
			}
		}
		for _, c := range t.Constraints {
			if err := constraint(c.Name); err != nil {
				return err
			}
			if c.Unique == nil {
				continue
			}
			if err := relation(name.Schema, c.Name, fmt.Sprintf("a unique constraint of table %q", t.Name)); err != nil {
				return err
			}
		}
		for _, fk := range t.ForeignKeys {
			if err := constraint(fk.Name); err != nil {
				return err
			}
		}
		for _, c := range t.Columns {
			if c.Identity != "" && c.Default != "" {
				return fmt.Errorf("migrate: column %q of table %q counts up and has the default %q (drop one)", c.Name, t.Name, c.Default)
			}
		}
	}
	return nil
}
