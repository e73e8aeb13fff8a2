package migrate

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/catalog"
	"github.com/gormango/gormango/internal/sqltext"
)

// namedSchemas returns the schemas that the state names, sorted.
func (s *State) namedSchemas() []string {
	names := map[string]bool{}
	for name := range s.Tables {
		names[catalog.Split(name).Schema] = true
	}
	for name := range s.Enums {
		names[catalog.Split(name).Schema] = true
	}
	for _, name := range s.Schemas {
		names[name] = true
	}
	delete(names, "")
	return slices.Sorted(maps.Keys(names))
}

// canonical returns the catalog that the state would have in this database. It
// creates everything in a copy, reads it and rolls back.
func canonical(ctx context.Context, db *gorm.DB, s *State) (*Catalog, error) {
	var c *Catalog
	schemas := s.namedSchemas()
	err := scratches(ctx, db, schemas, func(to *copied) (err error) {
		if err := to.holds(s); err != nil {
			return err
		}
		if err := to.run(ctx, createAll(s)); err != nil {
			return err
		}
		c, err = to.inspect(ctx, schemas)
		return err
	})
	return c, err
}

// holds returns a *RightError if the copy is in pg_temp and the state needs
// schemas: temporary functions are not found by their names, and two schemas
// may have tables of one name.
func (c *copied) holds(s *State) error {
	if !c.temporary {
		return nil
	}
	several := slices.ContainsFunc(s.namedSchemas(), func(name string) bool { return name != c.current })
	for _, o := range s.Objects {
		several = several || slices.Contains([]string{"function", "procedure", "aggregate", "trigger", "operator"}, strings.ToLower(o.Kind))
	}
	if several {
		return c.right("CREATE")
	}
	return nil
}

// placed returns a statement with the names of schemas replaced by those of
// their copies: "shop.items". Members of extensions stay where they are.
func (c *copied) placed(sql string) string {
	if len(c.names) == 0 {
		return sql
	}
	pieces := sqltext.Pieces(sql)
	changed := false
	for i, p := range pieces {
		name, ok := c.names[identifierOf(p)]
		if !ok {
			continue
		}
		before, after := neighbour(pieces, i, -1), neighbour(pieces, i, 1)
		switch {
		case after == "." && before != "." && !c.members[identifierOf(p)+"."+identifierOf(neighbour(pieces, i, 2))]:
			pieces[i] = quote(name)
		case strings.EqualFold(before, "schema") && strings.EqualFold(neighbour(pieces, i, -2), "create"):
			pieces[i] = "IF NOT EXISTS " + quote(name) // it exists from the start
		case strings.EqualFold(before, "schema"), strings.EqualFold(before, "exists") && slices.ContainsFunc(pieces[:i], func(p string) bool { return strings.EqualFold(p, "schema") }):
			pieces[i] = quote(name)
		default:
			continue
		}
		changed = true
	}
	if !changed {
		return sql
	}
	return strings.Join(pieces, "")
}

// readMembers reads which types, functions and relations in the copied schemas
// belong to extensions.
func (c *copied) readMembers() error {
	var list []string
	if err := c.tx.Raw(`SELECT n.nspname || '.' || coalesce(t.typname, p.proname, r.relname) FROM pg_catalog.pg_depend d
			LEFT JOIN pg_catalog.pg_type t ON d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND t.oid = d.objid
			LEFT JOIN pg_catalog.pg_proc p ON d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND p.oid = d.objid
			LEFT JOIN pg_catalog.pg_class r ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND r.oid = d.objid
			JOIN pg_catalog.pg_namespace n ON n.oid = coalesce(t.typnamespace, p.pronamespace, r.relnamespace)
			WHERE d.deptype = 'e' AND n.nspname IN ?`, slices.Collect(maps.Keys(c.names))).Scan(&list).Error; err != nil {
		return fmt.Errorf("migrate: read the members of extensions: %w", err)
	}
	c.members = make(map[string]bool, len(list))
	for _, name := range list {
		c.members[name] = true
	}
	return nil
}
