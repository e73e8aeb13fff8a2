package catalog

import (
	"encoding/json"
	"fmt"

	"gorm.io/gorm"
)

// Question asks for the start of a program.
type Question struct {
	// Tables are the names of the tables that the program knows.
	Tables []string
	// Home is the schema of the program's own tables if the search path has none.
	Home string
	// Note is the table whose comment is the program's note.
	Note string
	// History is the table of migration files.
	History string
	// All reports whether the names of other tables in the schemas count.
	All bool
}

// Start is what a program reads of a database before anything else.
type Start struct {
	Schema string `json:"schema"` // current_schema(), "" if no schema of the search path exists
	Home   string `json:"home"`   // the schema of the note, "" if it does not exist
	Kept   bool   `json:"kept"`   // the table of the note exists
	Note   string `json:"note"`
	Files  bool   `json:"files"` // the table of migration files exists
	// Sum is a checksum of the tables' definitions. Two equal ones were read from
	// equal definitions of one database.
	Sum string `json:"sum"`
}

// startQuery reads catalogs only, without the functions that print expressions:
// those lock the table, and would wait for the transaction that has locked it.
const startQuery = `
WITH ask AS MATERIALIZED (SELECT ?::text::json AS j),
home AS MATERIALIZED (
  SELECT n.oid, n.nspname FROM ask, pg_catalog.pg_namespace n
  WHERE n.nspname = coalesce(current_schema()::text, ask.j ->> 'home')),
wanted AS MATERIALIZED (
  SELECT w.name, n.oid AS nsp, c.oid AS rel, c.relkind
  FROM ask, json_to_recordset(ask.j -> 'tables') AS w(name text, nsp text, rel text)
  JOIN pg_catalog.pg_namespace n ON n.nspname = coalesce(nullif(w.nsp, ''), current_schema()::text)
  LEFT JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = w.rel AND c.relkind IN ('r', 'p', 'v', 'm', 'f')),
parts(x) AS (
  SELECT concat_ws(chr(31), 't', w.name, w.rel, w.relkind, pg_catalog.obj_description(w.rel, 'pg_class')) FROM wanted w
  UNION ALL
  SELECT concat_ws(chr(31), 'e', e.enumtypid, string_agg(e.enumlabel, chr(29) ORDER BY e.enumsortorder)) FROM pg_catalog.pg_enum e
  WHERE e.enumtypid IN (SELECT a.atttypid FROM wanted w JOIN pg_catalog.pg_attribute a ON a.attrelid = w.rel) GROUP BY e.enumtypid
  UNION ALL
  SELECT concat_ws(chr(31), 'c', w.name, a.attname, a.attnum, a.atttypid, a.atttypmod, a.attnotnull, a.attidentity, a.attgenerated, a.attcollation,
    d.adbin::text, pg_catalog.col_description(w.rel, a.attnum))
  FROM wanted w
  JOIN pg_catalog.pg_attribute a ON a.attrelid = w.rel AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  UNION ALL
  SELECT concat_ws(chr(31), 'k', w.name, k.conname, k.contype, k.condeferrable, k.condeferred, k.convalidated, k.conkey::text,
    k.confrelid, k.confkey::text, k.confupdtype, k.confdeltype, k.conbin::text)
  FROM wanted w JOIN pg_catalog.pg_constraint k ON k.conrelid = w.rel
  UNION ALL
  SELECT concat_ws(chr(31), 'i', w.name, i.relname, i.relam, i.reloptions::text, x.indisunique, x.indisvalid, x.indnkeyatts, x.indkey::text,
    x.indclass::text, x.indcollation::text, x.indoption::text, x.indexprs::text, x.indpred::text, to_json(x) ->> 'indnullsnotdistinct')
  FROM wanted w
  JOIN pg_catalog.pg_index x ON x.indrelid = w.rel
  JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid
  UNION ALL
  SELECT concat_ws(chr(31), 'o', c.relnamespace, c.relname) FROM ask, pg_catalog.pg_class c
  WHERE (ask.j ->> 'all')::boolean AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace IN (SELECT nsp FROM wanted)),
note AS (SELECT c.oid FROM ask, home h JOIN pg_catalog.pg_class c ON c.relnamespace = h.oid WHERE c.relname = ask.j ->> 'note' AND c.relkind = 'r')
SELECT json_build_object(
  'schema', current_schema(),
  'home', (SELECT nspname FROM home),
  'kept', EXISTS (SELECT FROM note),
  'note', (SELECT pg_catalog.obj_description(oid, 'pg_class') FROM note),
  'files', EXISTS (
    SELECT FROM ask, pg_catalog.pg_class c
    WHERE c.relname = ask.j ->> 'history' AND c.relkind = 'r' AND c.relnamespace IN (SELECT oid FROM home UNION SELECT nsp FROM wanted)
      AND 3 = (SELECT count(*) FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attname IN ('id', 'sum', 'state') AND NOT a.attisdropped)),
  'sum', (SELECT md5(string_agg(x, chr(30) ORDER BY x COLLATE "C")) FROM parts)
)::text`

// ReadStart returns the start of a program, in one statement that locks no
// relation but the system's catalogs.
func ReadStart(db *gorm.DB, q Question) (*Start, error) {
	question, err := json.Marshal(map[string]any{
		"tables": asked(q.Tables), "home": q.Home, "note": q.Note, "history": q.History, "all": q.All,
	})
	if err != nil {
		return nil, fmt.Errorf("write the question: %w", err)
	}
	var text string
	if err := db.Raw(startQuery, string(question)).Scan(&text).Error; err != nil {
		return nil, fmt.Errorf("read the catalog: %w", err)
	}
	var s Start
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		return nil, fmt.Errorf("read the server's answer: %w", err)
	}
	return &s, nil
}

// Others returns the tables of schemas that are not among the known names, as
// models write them. Partitions and the tables of extensions are left out.
func Others(db *gorm.DB, known []string) ([]string, error) {
	question, err := json.Marshal(asked(known))
	if err != nil {
		return nil, fmt.Errorf("write the question: %w", err)
	}
	var text string
	if err := db.Raw(othersQuery, string(question)).Scan(&text).Error; err != nil {
		return nil, fmt.Errorf("read the catalog: %w", err)
	}
	var names []string
	if err := json.Unmarshal([]byte(text), &names); err != nil {
		return nil, fmt.Errorf("read the server's answer: %w", err)
	}
	return names, nil
}

const othersQuery = `
WITH wanted AS MATERIALIZED (
  SELECT w.nsp AS asked, n.oid AS nsp, w.rel
  FROM json_to_recordset(?::text::json) AS w(nsp text, rel text)
  JOIN pg_catalog.pg_namespace n ON n.nspname = coalesce(nullif(w.nsp, ''), current_schema()::text))
SELECT coalesce(json_agg(x.name ORDER BY x.name), '[]')::text FROM (
  SELECT DISTINCT CASE WHEN s.asked = '' THEN '' ELSE s.asked || '.' END || c.relname AS name
  FROM (SELECT DISTINCT ON (nsp) asked, nsp FROM wanted ORDER BY nsp, asked) s
  JOIN pg_catalog.pg_class c ON c.relnamespace = s.nsp
  WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND NOT EXISTS (SELECT FROM wanted w WHERE w.nsp = c.relnamespace AND w.rel = c.relname)
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'e')) x`

// wanted is the name of a table in a question.
type wanted struct {
	Key string `json:"name"`
	Name
}

func asked(tables []string) []wanted {
	out := make([]wanted, 0, len(tables))
	for _, t := range tables {
		out = append(out, wanted{t, Split(t)})
	}
	return out
}
