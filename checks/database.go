package checks

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/modelinfo"
)

// oldest is the oldest version of PostgreSQL that gormango works with.
const oldest = 14

// probe is a check of a database.
type probe struct {
	Check
	find func(d *database, add finder) error
}

// finder adds a finding about a model, nil for none of them.
type finder func(m *modelinfo.Model, field, text, fix string)

// database is what the probes look at.
type database struct {
	*gorm.DB
	models []*modelinfo.Model // those that have a table
	absent []*modelinfo.Model
}

// probes are the checks of a database.
var probes = []probe{
	{Check{"database.E501", Error, "a model without its table"}, func(d *database, add finder) error {
		for _, m := range d.absent {
			add(m, "", fmt.Sprintf("the database has no table %q", m.Table), "run the migrations")
		}
		return nil
	}},
	{Check{"database.E502", Error, "a server that is too old"}, func(d *database, add finder) error {
		var version int
		err := d.Raw("SELECT current_setting('server_version_num')::int / 10000").Scan(&version).Error
		if err == nil && version < oldest {
			add(nil, "", fmt.Sprintf("the server is PostgreSQL %d", version), fmt.Sprintf("upgrade to %d or later", oldest))
		}
		return err
	}},
	{Check{"database.W503", Warning, "a foreign key of the database that no index serves"}, bareKeys},
	{Check{"database.W504", Warning, "rows whose value is none of the choices"}, strayRows},
	{Check{"database.W505", Warning, "rows of a polymorphic relation whose owner is gone"}, orphans},
	{Check{"database.W506", Warning, "an index that its creation left unusable"}, func(d *database, add finder) error {
		return d.parts(add, `SELECT i.indrelid::bigint AS tbl, c.relname AS name
			FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE NOT i.indisvalid`,
			"no query uses the index, and every write pays for it: its creation ended early", "REINDEX INDEX CONCURRENTLY, or drop it")
	}},
	{Check{"database.W507", Warning, "a constraint that was not tested on all rows"}, func(d *database, add finder) error {
		return d.parts(add, `SELECT conrelid::bigint AS tbl, conname AS name FROM pg_constraint WHERE NOT convalidated`,
			"rows from before it may violate the constraint", "ALTER TABLE … VALIDATE CONSTRAINT")
	}},
	{Check{"database.W508", Warning, "a generated key that has used more than 70 % of its type"}, keysNearTheEnd},
	{Check{"database.W509", Warning, "a unique index of the database in which soft-deleted rows keep their values"}, uniqueInDatabase},
}

// Database checks the models of a database against it: its tables, indexes and
// constraints, and the rows of columns with choices and of polymorphic
// relations, whose tables it reads. It only reads. An error is one of the
// connection or of a right that is missing.
func Database(ctx context.Context, db *gorm.DB) ([]Finding, error) {
	all := modelinfo.Of(db).Models()
	if len(all) == 0 {
		return nil, errors.New("checks: the database has no models (name them in Config.Models)")
	}
	known, _, err := reached(db, all)
	if err != nil {
		return nil, err
	}
	d := &database{DB: db.WithContext(ctx)}
	for _, m := range known {
		there := false
		if err := d.Raw("SELECT to_regclass(?) IS NOT NULL", tableSQL(m.Table)).Scan(&there).Error; err != nil {
			return nil, fmt.Errorf("checks: %w", err)
		}
		if there {
			d.models = append(d.models, m)
		} else {
			d.absent = append(d.absent, m)
		}
	}
	var found []Finding
	for _, p := range probes {
		if err := p.find(d, func(m *modelinfo.Model, field, text, fix string) {
			f := Finding{ID: p.ID, Level: p.Level, Field: field, Text: text, Fix: fix}
			if m != nil {
				f.Model = m.Name
			}
			found = append(found, f)
		}); err != nil {
			return nil, fmt.Errorf("checks: %s: %w", p.ID, err)
		}
	}
	return sorted(found), nil
}

// tableSQL returns the quoted name of a table, with its schema if it has one.
func tableSQL(name string) string {
	if schema, table, ok := strings.Cut(name, "."); ok {
		return quoted(schema) + "." + quoted(table)
	}
	return quoted(name)
}

// parts adds a finding for each row of a query of tables (tbl) and the names of
// their parts.
func (d *database) parts(add finder, query, text, fix string) error {
	for _, m := range d.models {
		var names []string
		if err := d.Raw("SELECT name FROM ("+query+") x WHERE tbl = to_regclass(?)::oid::bigint ORDER BY name", tableSQL(m.Table)).Scan(&names).Error; err != nil {
			return err
		}
		for _, name := range names {
			add(m, name, text, fix)
		}
	}
	return nil
}

// bareKeys finds foreign keys without an index.
func bareKeys(d *database, add finder) error {
	return d.parts(add, `SELECT c.conrelid::bigint AS tbl, c.conname AS name FROM pg_constraint c
		WHERE c.contype = 'f' AND c.conparentid = 0 AND NOT EXISTS (
			SELECT FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indpred IS NULL AND i.indisvalid
				AND (i.indkey::int2[])[0:cardinality(c.conkey) - 1] @> c.conkey)`,
		"no index serves the foreign key, so that each delete of a referenced row reads the whole table", "create one CONCURRENTLY, or let makemigrations do it")
}

// strayRows finds rows whose value is none of the choices.
func strayRows(d *database, add finder) error {
	for _, m := range d.models {
		for _, f := range m.Fields {
			o := f.Options()
			if len(o.Choices) == 0 {
				continue
			}
			var allowed []string
			if o.Blank {
				allowed = append(allowed, "")
			}
			for _, c := range o.Choices {
				if text, ok := textOf(c.Value); ok {
					allowed = append(allowed, text)
				}
			}
			var n int64
			if err := d.Raw(fmt.Sprintf("SELECT count(*) FROM %s WHERE %s::text NOT IN ?", tableSQL(m.Table), quoted(f.Column)), allowed).Scan(&n).Error; err != nil {
				return err
			}
			if n > 0 {
				add(m, f.Column, fmt.Sprintf("%s a value that is none of the choices", rows(n)), "change them, or add the choice")
			}
		}
	}
	return nil
}

// textOf returns a value as PostgreSQL writes it, false for NULL.
func textOf(v any) (string, bool) {
	if x, ok := v.(driver.Valuer); ok {
		written, err := x.Value()
		if err != nil {
			return "", false
		}
		v = written
	}
	rv := reflect.ValueOf(v)
	for rv.Kind() == reflect.Pointer && !rv.IsNil() {
		rv = rv.Elem()
	}
	switch {
	case !rv.IsValid() || rv.Kind() == reflect.Pointer:
		return "", false
	case rv.Kind() == reflect.String:
		return rv.String(), true
	case rv.CanInt():
		return fmt.Sprint(rv.Int()), true
	}
	return fmt.Sprint(rv.Interface()), true
}

func rows(n int64) string {
	if n == 1 {
		return "1 row has"
	}
	return fmt.Sprintf("%d rows have", n)
}

// orphans finds rows of polymorphic relations without an owner.
func orphans(d *database, add finder) error {
	for _, m := range d.models {
		for _, r := range m.Relations {
			if len(r.Fixed) == 0 || r.Through != nil || !slices.Contains(d.models, r.To) {
				continue
			}
			var where []string
			var args []any
			for _, f := range r.Fixed {
				where, args = append(where, "c."+quoted(f.Field.Column)+" = ?"), append(args, f.Value)
			}
			var joins []string
			for _, p := range r.Pairs {
				child, owner := "c."+quoted(p.To.Column), "o."+quoted(p.From.Column)
				where = append(where, child+" IS NOT NULL")
				if p.To.Cast != p.From.Cast {
					child, owner = child+"::text", owner+"::text"
				}
				joins = append(joins, child+" = "+owner)
			}
			var n int64
			if err := d.Raw(fmt.Sprintf("SELECT count(*) FROM %s c WHERE %s AND NOT EXISTS (SELECT FROM %s o WHERE %s)",
				tableSQL(r.To.Table), strings.Join(where, " AND "), tableSQL(m.Table), strings.Join(joins, " AND ")), args...).Scan(&n).Error; err != nil {
				return err
			}
			if n > 0 {
				add(m, r.Name, fmt.Sprintf("%s no %s any more", strings.Replace(rows(n), " ha", " of "+r.To.Name+" ha", 1), m.Name), "delete them")
			}
		}
	}
	return nil
}

// keysNearTheEnd finds generated keys that are about to end.
func keysNearTheEnd(d *database, add finder) error {
	for _, m := range d.models {
		for _, f := range m.Key {
			if !f.Auto {
				continue
			}
			var percent *int64
			if err := d.Raw(`SELECT (100 * s.last_value / least(s.max_value, CASE a.atttypid
					WHEN 'int2'::regtype THEN 32767 WHEN 'int4'::regtype THEN 2147483647 ELSE s.max_value END)::numeric)::bigint
				FROM pg_sequences s, pg_attribute a
				WHERE format('%I.%I', s.schemaname, s.sequencename) = pg_get_serial_sequence(?, ?)
					AND a.attrelid = to_regclass(?) AND a.attname = ?`,
				tableSQL(m.Table), f.Column, tableSQL(m.Table), f.Column).Scan(&percent).Error; err != nil {
				return err
			}
			if percent != nil && *percent > 70 {
				add(m, f.Column, fmt.Sprintf("%d %% of the keys of its type are used", *percent), "make the column and those that refer to it bigint")
			}
		}
	}
	return nil
}

// uniqueInDatabase finds unique indexes over all rows of models with a soft
// delete.
func uniqueInDatabase(d *database, add finder) error {
	for _, m := range d.models {
		if m.SoftDelete == nil || m.Meta.UniqueDeleted {
			continue
		}
		var names []string
		if err := d.Raw(`SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
			WHERE i.indrelid = to_regclass(?) AND i.indisunique AND NOT i.indisprimary AND i.indpred IS NULL
				AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = i.indrelid AND a.attname = ? AND a.attnum = ANY (i.indkey))
			ORDER BY 1`, tableSQL(m.Table), m.SoftDelete.Column).Scan(&names).Error; err != nil {
			return err
		}
		for _, name := range names {
			add(m, name, "a deleted row keeps its value, so that no other row can have it", "let makemigrations limit it to the rows that are not deleted, or set Meta.UniqueDeleted")
		}
	}
	return nil
}
