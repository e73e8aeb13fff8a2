package migrate

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/catalog"
)

// Querier runs a query: a *sql.DB, a *sql.Conn, a *sql.Tx, or the ConnPool of a
// *gorm.DB (db.Statement.ConnPool).
type Querier = catalog.Querier

// Catalog holds every object of a schema: tables with their parts, types,
// sequences, views, functions, triggers, policies, comments. Members of
// extensions are no part of it.
type Catalog struct {
	// Schema is the schema's name in the database.
	Schema string

	schemas []*catalog.Schema
	flat    map[catalog.Key]string
}

// CatalogObject is an object of a Catalog.
type CatalogObject struct {
	// Kind is "table", "column", "index", "primary key", "foreign key",
	// "constraint", "enum", "view", "function", "trigger" and so on.
	Kind string
	// Table is the table or view that it belongs to, "" if it belongs to none.
	Table string
	// Name is "" for tables, their own properties and primary keys.
	Name string
	// Text describes the object in the server's own words, without the name of the
	// schema.
	Text string
}

// InspectDB returns everything in a schema, "" for current_schema(). It runs
// one statement, in the transaction of q or ctx. The schemas of equal contents
// have equal catalogs.
func InspectDB(ctx context.Context, q Querier, schema string) (*Catalog, error) {
	c, err := inspectSchemas(ctx, q, nil, schema)
	if err != nil {
		return nil, err
	}
	if c.Schema == "" && schema == "" {
		return nil, fmt.Errorf("migrate: the search path has no schema that exists (set search_path or create the schema)")
	}
	if c.Schema == "" {
		return nil, fmt.Errorf("migrate: schema %q does not exist", schema)
	}
	return c, nil
}

// inspectSchemas returns the objects of several schemas. The first one's names
// have no label, and "" stands for current_schema().
func inspectSchemas(ctx context.Context, q Querier, rename map[string]string, schemas ...string) (*Catalog, error) {
	found, err := catalog.Inspect(ctx, q, catalog.Options{Rename: rename}, schemas...)
	if err != nil {
		return nil, fmt.Errorf("migrate: %w", err)
	}
	c := &Catalog{schemas: found, flat: map[catalog.Key]string{}}
	if len(found) > 0 {
		c.Schema = found[0].Name
	}
	for _, s := range found {
		maps.Copy(c.flat, s.Flat())
	}
	return c, nil
}

// Objects returns the objects ordered by table, kind and name.
func (c *Catalog) Objects() []CatalogObject {
	out := make([]CatalogObject, 0, len(c.flat))
	for key, text := range c.flat {
		out = append(out, CatalogObject{key.Kind, key.Table, key.Name, text})
	}
	slices.SortFunc(out, func(a, b CatalogObject) int {
		return cmp.Or(cmp.Compare(a.Table, b.Table), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name))
	})
	return out
}

// Text returns the text of an object, and whether there is one.
func (c *Catalog) Text(kind, table, name string) (text string, ok bool) {
	text, ok = c.flat[catalog.Key{Kind: kind, Table: table, Name: name}]
	return text, ok
}

// table returns the structure of a table, nil if there is none.
func (c *Catalog) table(name string) *catalog.Table {
	for _, s := range c.schemas {
		for _, t := range s.Tables {
			if t.Name == name {
				return t
			}
		}
	}
	return nil
}

// pool returns what db sends statements to, without GORM's cache of prepared
// statements, which refuses several in one text.
func pool(db *gorm.DB) gorm.ConnPool {
	switch p := db.Statement.ConnPool.(type) {
	case *gorm.PreparedStmtDB:
		return p.ConnPool
	case *gorm.PreparedStmtTX:
		return p.Tx
	default:
		return p
	}
}
