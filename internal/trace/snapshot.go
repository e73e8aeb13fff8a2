package trace

import (
	"context"
	"encoding/json"
	"fmt"

	"gorm.io/gorm"
)

// snapshot is the catalog of the copy at one moment, by object identifiers, so
// that a renamed object is the same.
type snapshot struct {
	Relations   map[string]relation   `json:"relations"`
	Indexes     map[string]Index      `json:"indexes"`
	Constraints map[string]Constraint `json:"constraints"`
	Triggers    map[string]part       `json:"triggers"`
	Policies    map[string]part       `json:"policies"`
	Types       map[string]enum       `json:"types"`
}

type relation struct {
	Schema      string            `json:"schema"`
	Name        string            `json:"name"`
	Kind        string            `json:"kind"`
	File        int64             `json:"file"`
	Scans       int64             `json:"scans"`
	RowSecurity bool              `json:"rls"`
	Parent      string            `json:"parent"` // of a partition
	Columns     map[string]Column `json:"columns"`
}

// Column is a column of a table, with texts as the server prints them.
type Column struct {
	Name      string `json:"name"`
	Type      string `json:"type"`
	NotNull   bool   `json:"notnull"`
	Default   string `json:"default"` // the expression of a generated column
	Identity  string `json:"identity"`
	Generated string `json:"generated"`
}

// Index is an index of a table.
type Index struct {
	Table   string   `json:"table"` // in a snapshot its object identifier, in a change its name
	Name    string   `json:"name"`
	Unique  bool     `json:"unique"`
	Valid   bool     `json:"valid"`
	Method  string   `json:"method"`
	Columns []string `json:"columns"` // "" for an expression, as in KeyDefs
	KeyDefs []string `json:"keydefs"` // each part with its operator class and order
	Where   string   `json:"where"`
	Def     string   `json:"def"`
	// Within are the other indexes of the table that serve what this one does,
	// since its parts are the first of theirs. Around are those that this one
	// serves.
	Within []string `json:"-"`
	Around []string `json:"-"`
}

// Constraint is a constraint of a table.
type Constraint struct {
	Table   string   `json:"table"` // in a snapshot its object identifier, in a change its name
	Name    string   `json:"name"`
	Kind    string   `json:"kind"` // as in pg_constraint.contype
	Valid   bool     `json:"valid"`
	Columns []string `json:"columns"`
	Ref     string   `json:"ref"`   // the table that a foreign key refers to, as Table
	Index   string   `json:"index"` // the object identifier of its index
	Def     string   `json:"def"`
	// BuildsIndex reports whether the statement made the index too.
	BuildsIndex bool `json:"-"`
}

type part struct {
	Table string `json:"table"`
	Name  string `json:"name"`
}

type enum struct {
	Schema string   `json:"schema"`
	Name   string   `json:"name"`
	Labels []string `json:"labels"`
}

const snapshotQuery = `WITH s AS MATERIALIZED (SELECT oid, nspname FROM pg_namespace WHERE nspname = ANY (ARRAY[%s]::text[])),
r AS MATERIALIZED (SELECT c.*, s.nspname FROM pg_class c JOIN s ON s.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')),
x AS MATERIALIZED (SELECT i.*, c.relname, c.relam FROM pg_index i JOIN r ON r.oid = i.indrelid JOIN pg_class c ON c.oid = i.indexrelid)
SELECT json_build_object(
'relations', (SELECT json_object_agg(r.oid, json_build_object('schema', nspname, 'name', relname, 'kind', relkind, 'file', pg_relation_filenode(r.oid)::bigint,
	'scans', pg_stat_get_xact_numscans(r.oid), 'rls', relrowsecurity,
	'parent', (SELECT inhparent FROM pg_inherits WHERE inhrelid = r.oid AND relispartition ORDER BY inhseqno LIMIT 1)::text,
	'columns', (SELECT json_object_agg(a.attnum, json_build_object('name', attname, 'type', format_type(atttypid, atttypmod), 'notnull', attnotnull,
		'default', pg_get_expr(d.adbin, d.adrelid), 'identity', attidentity, 'generated', attgenerated))
		FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
		WHERE a.attrelid = r.oid AND a.attnum > 0 AND NOT attisdropped))) FROM r),
'indexes', (SELECT json_object_agg(indexrelid, json_build_object('table', indrelid::text, 'name', x.relname, 'unique', indisunique, 'valid', indisvalid,
	'method', (SELECT amname FROM pg_am WHERE pg_am.oid = x.relam),
	'columns', (SELECT json_agg(coalesce(a.attname::text, '') ORDER BY k.n) FROM unnest(indkey::smallint[]) WITH ORDINALITY AS k(att, n)
		LEFT JOIN pg_attribute a ON a.attrelid = indrelid AND a.attnum = k.att AND k.att > 0 WHERE k.n <= indnkeyatts),
	'keydefs', (SELECT json_agg(pg_get_indexdef(indexrelid, k.n::int, false) || ' ' || indoption[k.n - 1] || ' ' || indclass[k.n - 1] ORDER BY k.n)
		FROM unnest(indkey::smallint[]) WITH ORDINALITY AS k(att, n) WHERE k.n <= indnkeyatts),
	'where', pg_get_expr(indpred, indrelid), 'def', pg_get_indexdef(indexrelid))) FROM x),
'constraints', (SELECT json_object_agg(c.oid, json_build_object('table', conrelid::text, 'name', conname, 'kind', contype, 'valid', convalidated,
	'columns', (SELECT json_agg(a.attname ORDER BY k.n) FROM unnest(conkey) WITH ORDINALITY AS k(att, n)
		JOIN pg_attribute a ON a.attrelid = conrelid AND a.attnum = k.att),
	'ref', nullif(confrelid, 0)::text, 'index', nullif(conindid, 0)::text, 'def', pg_get_constraintdef(c.oid)))
	FROM pg_constraint c JOIN r ON r.oid = conrelid WHERE contype IN ('p', 'u', 'c', 'f', 'x')),
'triggers', (SELECT json_object_agg(t.oid, json_build_object('table', tgrelid::text, 'name', tgname)) FROM pg_trigger t JOIN r ON r.oid = tgrelid WHERE NOT tgisinternal),
'policies', (SELECT json_object_agg(p.oid, json_build_object('table', polrelid::text, 'name', polname)) FROM pg_policy p JOIN r ON r.oid = polrelid),
'types', (SELECT json_object_agg(t.oid, json_build_object('schema', s.nspname, 'name', typname,
	'labels', (SELECT json_agg(enumlabel ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid)))
	FROM pg_type t JOIN s ON s.oid = t.typnamespace WHERE typtype IN ('e', 'd'))
)::text`

func (c *Copy) snapshot(ctx context.Context, tx *gorm.DB) (*snapshot, error) {
	var s snapshot
	if err := ask(ctx, tx, &s, fmt.Sprintf(snapshotQuery, literals(c.schemas()))); err != nil {
		return nil, fmt.Errorf("read the catalog of the copy: %w", err)
	}
	return &s, nil
}

// locks returns the modes that the transaction holds on tables of s, by object
// identifiers.
func locks(ctx context.Context, tx *gorm.DB) (map[string]map[Mode]bool, error) {
	var held []struct{ Relation, Mode string }
	if err := ask(ctx, tx, &held, `SELECT coalesce(json_agg(json_build_object('relation', relation::text, 'mode', mode)), '[]')::text
	FROM pg_locks WHERE locktype = 'relation' AND pid = pg_backend_pid() AND granted`); err != nil {
		return nil, fmt.Errorf("read the locks: %w", err)
	}
	out := map[string]map[Mode]bool{}
	for _, l := range held {
		if out[l.Relation] == nil {
			out[l.Relation] = map[Mode]bool{}
		}
		out[l.Relation][modeOf(l.Mode)] = true
	}
	return out, nil
}

// ask reads the JSON text that the query returns into dest.
func ask(ctx context.Context, db *gorm.DB, dest any, query string) error {
	var text string
	if err := db.Statement.ConnPool.QueryRowContext(ctx, query).Scan(&text); err != nil {
		return err
	}
	return json.Unmarshal([]byte(text), dest)
}
