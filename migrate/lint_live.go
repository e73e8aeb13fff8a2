package migrate

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/catalog"
	"github.com/gormango/gormango/internal/trace"
)

// measure reads how many rows the tables have, as the planner estimates it: the
// rows per page at the last ANALYZE times the pages of today, and for a table
// that was never analyzed 100 rows a page. A partitioned table has the rows of
// its partitions.
func (l *linter) measure(ctx context.Context) error {
	l.rows = map[string]int64{}
	states := []*State{l.released}
	for _, u := range l.units {
		if u.before != nil {
			states = append(states, u.before)
		}
	}
	names := map[string]catalog.Name{}
	for _, name := range namesIn(l.units) { // tables without operations
		names[name] = catalog.Name{Table: name}
	}
	for _, s := range states {
		for name := range s.Tables {
			names[name] = catalog.Split(name)
		}
	}
	type wanted struct {
		Key   string `json:"key"`
		Space string `json:"space"`
		Name  string `json:"name"`
	}
	ask := make([]wanted, 0, len(names))
	for _, key := range slices.Sorted(maps.Keys(names)) {
		ask = append(ask, wanted{key, names[key].Schema, names[key].Table})
	}
	question, err := json.Marshal(ask)
	if err != nil {
		return fmt.Errorf("migrate: lint: %w", err)
	}
	var answer string
	err = l.db.WithContext(ctx).Raw(`SELECT coalesce(json_object_agg(w.key, (
		SELECT coalesce(sum(CASE WHEN p.reltuples > 0 AND p.relpages > 0 THEN p.reltuples / p.relpages ELSE 100 END
			* (pg_relation_size(p.oid) / current_setting('block_size')::int)), 0)::bigint
		FROM (SELECT relid FROM pg_partition_tree(c.oid) UNION SELECT c.oid) AS t JOIN pg_class p ON p.oid = t.relid WHERE p.relkind = 'r')), '{}')::text
		FROM json_to_recordset(?::text::json) AS w(key text, space text, name text)
		JOIN pg_namespace n ON n.nspname = coalesce(nullif(w.space, ''), current_schema()::text)
		JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = w.name AND c.relkind IN ('r', 'p')`, string(question)).Scan(&answer).Error
	if err != nil {
		return fmt.Errorf("migrate: lint: read the sizes of tables: %w", err)
	}
	return json.Unmarshal([]byte(answer), &l.rows)
}

// isSmall reports whether the table is known to have few rows.
func (l *linter) isSmall(table string) bool {
	rows, known := l.rows[table]
	return known && rows < int64(l.small)
}

// probeTime is how long the search for a value that a conversion would change
// may take.
const probeTime = "20s"

// probe searches a row whose value the change of a column's type would change
// without an error, and returns its key: "id = 7". known is false if the search
// failed or took too long.
func (l *linter) probe(u *lintUnit, c trace.Change) (row string, known bool) {
	key := quoteText("?")
	if u.before != nil && u.before.Tables[c.Table] != nil {
		var parts []string
		for _, k := range u.before.Tables[c.Table].Key {
			parts = append(parts, quoteText(k+" = ")+" || "+quote(k)+"::text")
		}
		if len(parts) > 0 {
			key = strings.Join(parts, " || ', ' || ")
		}
	}
	column := quote(c.Name)
	err := l.db.Transaction(func(tx *gorm.DB) error {
		if err := tx.Exec("SET LOCAL statement_timeout = '" + probeTime + "'").Error; err != nil {
			return err
		}
		var rows []string
		err := tx.Raw(fmt.Sprintf("SELECT %s FROM %s WHERE %s::%s::%s IS DISTINCT FROM %[3]s LIMIT 1", key, quoteTable(c.Table), column, c.To, c.From)).Scan(&rows).Error
		if len(rows) > 0 {
			row = rows[0]
		}
		return err
	})
	return row, err == nil
}
