package catalog

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
)

// Querier runs a query: a *sql.DB, a *sql.Tx, the ConnPool of a *gorm.DB.
type Querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// Schema holds everything in a schema.
type Schema struct {
	Label      string   `json:"label"` // as asked, "" for current_schema()
	Name       string   `json:"name"`  // "" if the schema does not exist
	Tables     []*Table `json:"tables"`
	Enums      []Enum   `json:"enums"`
	Domains    []Domain `json:"domains"`
	Objects    []Object `json:"objects"` // those that are no parts of tables, and triggers, policies, rules
	Temporary  bool     `json:"temporary"`
	Extensions []string `json:"extensions"` // those of the whole database
}

// Enum is an enum type with its values in order.
type Enum struct {
	Name   string   `json:"name"`
	Values []string `json:"values"`
}

// Domain is a domain with the type that it stands on.
type Domain struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

// Object is an object that a program does not change part by part, such as a
// function. Text is all of it in the server's words.
type Object struct {
	Kind  string `json:"kind"`
	Table string `json:"table"` // "" if it belongs to no table
	Name  string `json:"name"`
	Text  string `json:"text"`
}

// Options are choices of Inspect.
type Options struct {
	Grants bool // rights on tables, columns, functions, types and the schema
	// Rename replaces the names of schemas in the answer, by their names in the
	// database. They must be unlike any other text.
	Rename map[string]string
}

// Inspect returns everything in schemas, in one statement. The label "" stands
// for current_schema(). Names of the first schema have no label, and in texts
// neither have those of the search path, so that two schemas of equal contents
// have equal texts. Members of extensions are left out.
func Inspect(ctx context.Context, q Querier, o Options, schemas ...string) ([]*Schema, error) {
	question, err := json.Marshal(map[string]any{"schemas": schemas, "grants": o.Grants})
	if err != nil {
		return nil, fmt.Errorf("write the question: %w", err)
	}
	rows, err := q.QueryContext(ctx, inspection, string(question))
	if err != nil {
		return nil, fmt.Errorf("read the catalog: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var text string
	if rows.Next() {
		if err := rows.Scan(&text); err != nil {
			return nil, fmt.Errorf("read the catalog: %w", err)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read the catalog: %w", err)
	}
	for from, to := range o.Rename {
		quoted, err := json.Marshal(to)
		if err != nil {
			return nil, fmt.Errorf("write the name of a schema: %w", err)
		}
		text = strings.ReplaceAll(text, from, string(quoted[1:len(quoted)-1]))
	}
	var out []*Schema
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		return nil, fmt.Errorf("read the server's answer: %w", err)
	}
	for _, s := range out[min(1, len(out)):] {
		s.place()
	}
	return out, nil
}

// place writes the label of the schema into the names of its tables and
// objects: "shop.items".
func (s *Schema) place() {
	for _, t := range s.Tables {
		t.Name = s.Label + "." + t.Name
	}
	for i := range s.Enums {
		s.Enums[i].Name = s.Label + "." + s.Enums[i].Name
	}
	for i := range s.Domains {
		s.Domains[i].Name = s.Label + "." + s.Domains[i].Name
	}
	for i, o := range s.Objects {
		switch {
		case o.Table != "":
			s.Objects[i].Table = s.Label + "." + o.Table
		case o.Name != "":
			s.Objects[i].Name = s.Label + "." + o.Name
		}
	}
}

// The statement sets the search path before it asks for texts, and sets it back
// at its end: a transaction of the caller continues with its own. The steps are
// materialized, because each must have run before the next.
const inspection = `
WITH ask AS MATERIALIZED (SELECT $1::text::json AS j),
before AS MATERIALIZED (SELECT current_setting('search_path') AS path),
path AS MATERIALIZED (
  SELECT set_config('search_path', concat_ws(', ', quote_ident(nullif(ask.j -> 'schemas' ->> 0, '')), nullif(before.path, ''), 'pg_temp'), true) IS NOT NULL AS ok
  FROM ask, before),
asked AS MATERIALIZED (
  SELECT s.label, s.place, coalesce(nullif(s.label, ''), current_schema()::text) AS name
  FROM path, ask, json_array_elements_text(ask.j -> 'schemas') WITH ORDINALITY AS s(label, place) WHERE path.ok),
nsp AS MATERIALIZED (
  SELECT a.label, n.oid, n.nspname, n.nspname ~ '^pg_temp_' AS temporary FROM asked a
  JOIN pg_catalog.pg_namespace n ON n.nspname = CASE WHEN a.name = 'pg_temp' THEN pg_my_temp_schema()::regnamespace::text ELSE a.name END),
member AS MATERIALIZED (
  SELECT classid, objid FROM pg_catalog.pg_depend WHERE deptype = 'e' AND refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass),
rel AS MATERIALIZED (
  SELECT n.label, n.nspname, n.temporary, c.oid AS rel, c.*
  FROM nsp n JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid
  WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND m.objid = c.oid)),
tables AS MATERIALIZED (
  SELECT w.label, json_agg(json_build_object(
      'schema', w.nspname, 'name', w.relname, 'kind', w.relkind::text,
      'definition', CASE WHEN w.relkind IN ('v', 'm') THEN pg_catalog.pg_get_viewdef(w.rel, true) END,
      'parents', (
        SELECT json_agg(p.inhparent::pg_catalog.regclass::text ORDER BY p.inhseqno)
        FROM pg_catalog.pg_inherits p WHERE p.inhrelid = w.rel),
      'partition', w.relispartition,
      'comment', pg_catalog.obj_description(w.rel, 'pg_class'),
      'properties', (
        SELECT json_agg(json_build_object('kind', p.kind, 'text', p.text)) FROM (
          SELECT 'partition key', pg_catalog.pg_get_partkeydef(w.rel) WHERE w.relkind = 'p'
          UNION ALL SELECT 'partition', pg_catalog.pg_get_expr(w.relpartbound, w.rel) WHERE w.relispartition
          UNION ALL SELECT 'persistence', 'unlogged' WHERE w.relpersistence = 'u'
          UNION ALL SELECT 'storage parameters', array_to_string(w.reloptions, ', ') WHERE w.reloptions IS NOT NULL
          UNION ALL SELECT 'row security', CASE WHEN NOT w.relrowsecurity THEN 'forced, not enabled' WHEN w.relforcerowsecurity THEN 'enabled, forced' ELSE 'enabled' END
            WHERE w.relrowsecurity OR w.relforcerowsecurity
          UNION ALL SELECT 'replica identity', CASE w.relreplident WHEN 'n' THEN 'nothing' WHEN 'f' THEN 'full' ELSE 'index' END
            WHERE w.relreplident IN ('n', 'f', 'i') AND w.relkind IN ('r', 'p')
          UNION ALL SELECT 'tablespace', s.spcname FROM pg_catalog.pg_tablespace s WHERE s.oid = w.reltablespace
          UNION ALL SELECT 'access method', am.amname FROM pg_catalog.pg_am am WHERE am.oid = w.relam AND am.amname <> 'heap'
          UNION ALL SELECT 'foreign server', concat_ws(' ', s.srvname, array_to_string(f.ftoptions, ', '))
            FROM pg_catalog.pg_foreign_table f JOIN pg_catalog.pg_foreign_server s ON s.oid = f.ftserver WHERE f.ftrelid = w.rel
          UNION ALL SELECT 'of type', w.reloftype::pg_catalog.regtype::text WHERE w.reloftype <> 0
        ) AS p(kind, text)),` + partsOfTable + `) ORDER BY w.relname) AS list
  FROM rel w WHERE w.relkind IN ('r', 'p', 'v', 'm', 'f') GROUP BY w.label),
functions AS MATERIALIZED (
  SELECT n.label, n.nspname, p.*, p.oid AS proc, p.proname || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')' AS signature
  FROM nsp n JOIN pg_catalog.pg_proc p ON p.pronamespace = n.oid
  WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND m.objid = p.oid)
    -- the constructors of range types
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid AND d.deptype = 'i')),
types AS MATERIALIZED (
  SELECT n.label, n.nspname, t.*, t.oid AS type
  FROM nsp n JOIN pg_catalog.pg_type t ON t.typnamespace = n.oid
  WHERE t.typtype IN ('e', 'd', 'c', 'r') AND (t.typrelid = 0 OR EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c'))
    AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND m.objid = t.oid)),
named AS MATERIALIZED (` + namedObjects + `),
answer AS MATERIALIZED (
  SELECT (json_agg(json_build_object(
    'label', a.label, 'name', n.nspname, 'temporary', coalesce(n.temporary, false),
    'tables', (SELECT t.list FROM tables t WHERE t.label = a.label),
    'enums', (
      SELECT json_agg(json_build_object('name', t.typname, 'values', (
        SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.type)) ORDER BY t.typname)
      FROM types t WHERE t.label = a.label AND t.typtype = 'e'),
    'domains', (
      SELECT json_agg(json_build_object('name', t.typname, 'type', pg_catalog.format_type(t.typbasetype, t.typtypmod)) ORDER BY t.typname)
      FROM types t WHERE t.label = a.label AND t.typtype = 'd'),
    'objects', (
      SELECT json_agg(json_build_object('kind', o.kind, 'table', o.rel, 'name', o.name, 'text', o.text) ORDER BY o.kind, o.rel, o.name)
      FROM named o WHERE o.label = a.label),
    'extensions', (SELECT json_agg(x.extname ORDER BY x.extname) FROM pg_catalog.pg_extension x)) ORDER BY a.place))::text AS text
  FROM asked a LEFT JOIN nsp n ON n.label = a.label)
SELECT answer.text FROM answer, before
WHERE answer.text IS NOT NULL AND set_config('search_path', before.path, answer.text IS NOT NULL) IS NOT NULL`
