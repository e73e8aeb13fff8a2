// Package catalog reads tables, types and whole schemas from the catalog of
// PostgreSQL, each in one statement.
package catalog

import (
	"encoding/json"
	"fmt"
	"strings"

	"gorm.io/gorm"
)

// Name is the name of a table in a model: "items" or "shop.items".
type Name struct {
	Schema string `json:"nsp"` // "" for current_schema()
	Table  string `json:"rel"`
}

// Split splits a table's name into schema and name.
func Split(name string) Name {
	if schema, table, ok := strings.Cut(name, "."); ok {
		return Name{schema, table}
	}
	return Name{Table: name}
}

// Catalog holds those of the requested tables and types that exist.
type Catalog struct {
	Schema  string            // current_schema(), "" if no schema of the search path exists
	Schemas map[string]bool   // the requested schemas that exist
	Tables  map[string]*Table // by the requested name
	Types   map[string]Type   // by the requested text; unknown types are absent
}

// Type is a type as the server understands its text, without its modifier.
type Type struct {
	OID  uint32 `json:"oid"`
	Name string `json:"name"`
}

// The parameters and the result are JSON, which every protocol of the driver
// and every pooler passes on.
const query = `
WITH ask AS MATERIALIZED (SELECT ?::text::json AS j),
wanted AS MATERIALIZED (
  SELECT w.name, w.nsp AS asked, n.oid AS nsp, n.nspname, c.oid AS rel, c.relkind
  FROM ask, json_to_recordset(ask.j -> 'tables') AS w(name text, nsp text, rel text)
  LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = coalesce(nullif(w.nsp, ''), current_schema()::text)
  LEFT JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = w.rel AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
)
SELECT json_build_object(
  'schema', current_schema(),
  'schemas', (SELECT json_object_agg(DISTINCT asked, true) FROM wanted WHERE asked <> '' AND nsp IS NOT NULL),
  'types', (
    SELECT json_object_agg(t.name, json_build_object('oid', t.oid::bigint, 'name', pg_catalog.format_type(t.oid, NULL)))
    FROM (SELECT x AS name, pg_catalog.to_regtype(x)::oid AS oid FROM ask, json_array_elements_text(ask.j -> 'types') AS x) t
    WHERE t.oid IS NOT NULL),
  'tables', (
    SELECT json_object_agg(w.name, json_build_object(
      'schema', w.nspname,
      'kind', w.relkind::text, 'comment', pg_catalog.obj_description(w.rel, 'pg_class'),
      'columns', (
        SELECT json_agg(json_build_object(
          'name', a.attname, 'oid', a.atttypid::bigint, 'type', pg_catalog.format_type(a.atttypid, a.atttypmod),
          'notnull', a.attnotnull, 'default', pg_catalog.pg_get_expr(d.adbin, d.adrelid),
          'identity', a.attidentity::text, 'generated', a.attgenerated::text, 'inherited', NOT a.attislocal,
          'collation', (SELECT a.attcollation::pg_catalog.regcollation::text FROM pg_catalog.pg_type t WHERE t.oid = a.atttypid AND t.typcollation <> a.attcollation),
          'comment', pg_catalog.col_description(a.attrelid, a.attnum)) ORDER BY a.attnum)
        FROM pg_catalog.pg_attribute a
        LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE a.attrelid = w.rel AND a.attnum > 0 AND NOT a.attisdropped),
      'indexes', (
        SELECT json_agg(json_build_object(
          'name', i.relname, 'method', am.amname, 'unique', x.indisunique, 'valid', x.indisvalid,
          'partial', x.indpred IS NOT NULL, 'inherited', i.relispartition,
          'constraint', (SELECT k.conname FROM pg_catalog.pg_constraint k WHERE k.conindid = x.indexrelid AND k.conrelid = x.indrelid AND k.contype IN ('p', 'u', 'x')),
          'columns', (
            SELECT json_agg(coalesce(a.attname::text, '') ORDER BY k.n)
            FROM unnest(x.indkey::smallint[]) WITH ORDINALITY AS k(att, n)
            LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = k.att AND k.att > 0
            WHERE k.n <= x.indnkeyatts),
          'def', pg_catalog.pg_get_indexdef(x.indexrelid)) ORDER BY i.relname)
        FROM pg_catalog.pg_index x
        JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid
        JOIN pg_catalog.pg_am am ON am.oid = i.relam
        WHERE x.indrelid = w.rel),
      'constraints', (
        SELECT json_agg(json_build_object(
          'name', c.conname, 'kind', c.contype::text,
          'columns', (
            SELECT json_agg(a.attname ORDER BY k.n)
            FROM unnest(c.conkey) WITH ORDINALITY AS k(att, n)
            JOIN pg_catalog.pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.att),
          'refschema', fn.nspname, 'reftable', f.relname,
          'refcolumns', (
            SELECT json_agg(a.attname ORDER BY k.n)
            FROM unnest(c.confkey) WITH ORDINALITY AS k(att, n)
            JOIN pg_catalog.pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.att),
          'ondelete', c.confdeltype::text, 'onupdate', c.confupdtype::text,
          'deferrable', c.condeferrable, 'deferred', c.condeferred, 'invalid', NOT c.convalidated,
          'inherited', c.conparentid <> 0 OR NOT c.conislocal,
          'def', pg_catalog.pg_get_constraintdef(c.oid)) ORDER BY c.conname)
        FROM pg_catalog.pg_constraint c
        LEFT JOIN pg_catalog.pg_class f ON f.oid = c.confrelid
        LEFT JOIN pg_catalog.pg_namespace fn ON fn.oid = f.relnamespace
        WHERE c.conrelid = w.rel AND c.contype IN ('p', 'u', 'c', 'f', 'x'))))
    FROM wanted w WHERE w.rel IS NOT NULL)
)::text`

// Read returns tables and types from the catalog of db, in one statement. It
// runs in the transaction of db's context or of db itself.
func Read(db *gorm.DB, tables, types []string) (*Catalog, error) {
	type wanted struct {
		Key string `json:"name"`
		Name
	}
	ask := struct {
		Tables []wanted `json:"tables"`
		Types  []string `json:"types"`
	}{Tables: make([]wanted, 0, len(tables)), Types: append([]string{}, types...)}
	for _, t := range tables {
		ask.Tables = append(ask.Tables, wanted{t, Split(t)})
	}
	question, err := json.Marshal(ask)
	if err != nil {
		return nil, fmt.Errorf("write the question: %w", err)
	}
	var text string
	if err := db.Raw(query, string(question)).Scan(&text).Error; err != nil {
		return nil, fmt.Errorf("read the catalog: %w", err)
	}
	var c Catalog
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		return nil, fmt.Errorf("read the server's answer: %w", err)
	}
	return &c, nil
}
