// Package trace asks the server what statements do to tables: which locks they
// take, which tables they rewrite or read as a whole, and what they change in
// the catalog. The statements run on an empty copy of the tables, in a
// transaction that is rolled back, so the server answers for its own version
// and no SQL needs to be understood.
package trace

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"
)

// ErrNoRight is returned if the role may not create a schema for the copy.
var ErrNoRight = errors.New("the role may not create schemas in this database")

// Options describes the copy.
type Options struct {
	// Create creates the tables in an empty database. Names without a schema are
	// those of the connection's current schema.
	Create []string
	// Schemas are the other schemas that Create and the statements name.
	Schemas []string
	// Like are names of tables that the copy gets as they are in the current
	// schema, without foreign keys, if they exist and Create does not make them.
	Like []string
}

// Copy is an empty copy of tables, in schemas of its own. Its tables are
// committed, since a transaction that has created a table holds its strongest
// lock, which would hide all others.
type Copy struct {
	db    *gorm.DB
	names map[string]string // schema: its copy
	back  map[string]string // the reverse, "" for the current schema
	path  []string
	live  map[string]bool // the schemas of the database
	// functions are those in the path beside the copies, without those of
	// extensions.
	functions map[string]bool
	failed    []string
	now       int64 // the server's time at the start
}

const prefix = "gormango_trace_"

// With calls fn with a copy and drops it afterwards, also when ctx has ended.
// It drops copies that killed processes have left behind for an hour. db must
// not be in a transaction.
func With(ctx context.Context, db *gorm.DB, o Options, fn func(*Copy) error) (err error) {
	c := &Copy{db: db.Session(&gorm.Session{NewDB: true, Context: ctx}), names: map[string]string{}, back: map[string]string{}, live: map[string]bool{}, functions: map[string]bool{}}
	if p, prepares := c.db.Statement.ConnPool.(*gorm.PreparedStmtDB); prepares {
		c.db.Statement.ConnPool = p.ConnPool // DDL is not worth keeping
	}
	current, err := c.look(ctx)
	if err != nil {
		return err
	}
	id := make([]byte, 6)
	_, _ = rand.Read(id) // it never fails
	own := prefix + hex.EncodeToString(id)
	c.add(current, own, "")
	for i, s := range o.Schemas {
		if _, there := c.names[s]; !there {
			c.add(s, fmt.Sprintf("%s_%d", own, i+1), s)
		}
	}
	c.path = append([]string{own}, c.path...)
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
		defer cancel()
		if drop := c.drop(ctx); err == nil {
			err = drop
		}
	}()
	if err := c.create(ctx, current, o); err != nil {
		return err
	}
	return fn(c)
}

func (c *Copy) add(schema, own, model string) {
	c.names[schema], c.back[own] = own, model
}

// look reads what the copy needs to know of the database, and drops what other
// processes have left.
func (c *Copy) look(ctx context.Context) (string, error) {
	var seen struct {
		Current string   `json:"current"`
		May     bool     `json:"may"`
		Names   []string `json:"names"`
		Path    []string `json:"path"`
		Old     []string `json:"old"`
		Now     int64    `json:"now"`
		Own     []string `json:"own"`
	}
	err := ask(ctx, c.db, &seen, `SELECT json_build_object(
	'current', coalesce(current_schema()::text, 'public'),
	'now', extract(epoch FROM now())::bigint,
	'may', has_database_privilege(current_database(), 'CREATE'),
	'names', (SELECT json_agg(nspname) FROM pg_namespace),
	'path', (SELECT json_agg(DISTINCT n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE n.nspname <> 'pg_catalog'),
	'own', (SELECT json_agg(DISTINCT p.proname) FROM pg_proc p WHERE p.pronamespace IN (SELECT extnamespace FROM pg_extension)
		AND p.pronamespace <> 'pg_catalog'::regnamespace
		AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')),
	'old', (SELECT json_agg(nspname) FROM pg_namespace
		WHERE starts_with(nspname, '`+prefix+`') AND pg_has_role(nspowner, 'USAGE')
		AND to_timestamp(obj_description(oid, 'pg_namespace')::float8) < now() - interval '1 hour'))::text`)
	if err != nil {
		return "", fmt.Errorf("read the catalog: %w", err)
	}
	if !seen.May {
		return "", ErrNoRight
	}
	for _, name := range seen.Names {
		c.live[name] = true
	}
	for _, name := range seen.Own {
		c.functions[name] = true
	}
	c.path, c.now = seen.Path, seen.Now
	for _, name := range seen.Old {
		if err := run(ctx, c.db, "DROP SCHEMA IF EXISTS "+quote(name)+" CASCADE"); err != nil {
			return "", fmt.Errorf("drop the copy of a process that has ended: %w", err)
		}
	}
	return seen.Current, nil
}

// create makes the copy. Statements that fail, for want of an extension say,
// are in [Copy.Failed]: what needs them is not traced later.
func (c *Copy) create(ctx context.Context, current string, o Options) error {
	return c.transaction(ctx, func(tx *gorm.DB) error {
		for schema, own := range c.names {
			if err := run(ctx, tx, "CREATE SCHEMA "+quote(own)); err != nil {
				return fmt.Errorf("create a schema for the copy of %q: %w", schema, err)
			}
			if err := run(ctx, tx, fmt.Sprintf("COMMENT ON SCHEMA %s IS '%d'", quote(own), c.now)); err != nil {
				return fmt.Errorf("note the time of the copy: %w", err)
			}
		}
		if err := c.setPath(ctx, tx); err != nil {
			return err
		}
		// A function's body may name tables that come later.
		if err := run(ctx, tx, "SET LOCAL check_function_bodies = off"); err != nil {
			return err
		}
		for _, sql := range o.Create {
			if slices.Contains([]string{"CREATE SCHEMA", "CREATE EXTENSION"}, strings.Join(head(sql, 2), " ")) {
				continue
			}
			c.apply(ctx, tx, understand(sql))
		}
		if len(o.Like) > 0 {
			if err := c.like(ctx, tx, "n.nspname = "+literals([]string{current})+" AND c.relkind IN ('r', 'p') AND c.relname = ANY (ARRAY["+literals(o.Like)+"]::text[])"); err != nil {
				return err
			}
		}
		return c.mask(ctx, tx)
	})
}

// mask creates empty tables for those that a schema in the path has besides the
// copied ones, so that no statement reaches the tables themselves.
func (c *Copy) mask(ctx context.Context, tx *gorm.DB) error {
	if len(c.path) == 1 {
		return nil
	}
	return c.like(ctx, tx, "n.nspname = ANY (ARRAY["+literals(c.path[1:])+"]::text[]) AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')")
}

// like creates empty tables as those that fulfil the condition, unless the copy
// has one of the name or they belong to an extension.
func (c *Copy) like(ctx context.Context, tx *gorm.DB, condition string) error {
	var rels []struct{ Schema, Name, Kind string }
	err := ask(ctx, tx, &rels, `SELECT coalesce(json_agg(json_build_object('schema', n.nspname, 'name', c.relname, 'kind', c.relkind) ORDER BY c.oid), '[]')::text
	FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE `+condition+`
	AND NOT EXISTS (SELECT FROM pg_class o JOIN pg_namespace m ON m.oid = o.relnamespace WHERE m.nspname = `+literals(c.path[:1])+` AND o.relname = c.relname)
	AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')`)
	if err != nil {
		return fmt.Errorf("read the tables beside the copy: %w", err)
	}
	for _, r := range rels {
		name := quote(c.path[0]) + "." + quote(r.Name)
		sql := "CREATE TABLE IF NOT EXISTS " + name + " (LIKE " + quote(r.Schema) + "." + quote(r.Name) + " INCLUDING ALL)"
		if r.Kind == "S" {
			sql = "CREATE SEQUENCE IF NOT EXISTS " + name
		}
		if err := attempt(ctx, tx, sql); err != nil {
			return fmt.Errorf("copy %q: %w", r.Name, err)
		}
	}
	return nil
}

// Failed returns why statements that create the copy have failed.
func (c *Copy) Failed() []string { return c.failed }

// Advance runs the statements that define tables, types, views, functions and
// what belongs to them, and commits them, so that the next Run begins with
// their effects. Others it leaves out, and those that fail it adds to
// [Copy.Failed].
func (c *Copy) Advance(ctx context.Context, statements []string) error {
	return c.transaction(ctx, func(tx *gorm.DB) error {
		if err := c.setPath(ctx, tx); err != nil {
			return err
		}
		for _, sql := range statements {
			u := understand(sql)
			if u.untraced != "" || !defines(u.head) {
				continue
			}
			c.apply(ctx, tx, u)
		}
		return nil
	})
}

func (c *Copy) apply(ctx context.Context, tx *gorm.DB, u understood) {
	mapped, why := c.mapped(u.sql)
	if why == "" {
		why = reason(attempt(ctx, tx, mapped))
	}
	if why != "" {
		c.failed = append(c.failed, why)
	}
}

func (c *Copy) drop(ctx context.Context) error {
	for own := range c.back {
		if err := run(ctx, c.db, "DROP SCHEMA IF EXISTS "+quote(own)+" CASCADE"); err != nil {
			return fmt.Errorf("drop the copy %s (drop it by hand): %w", own, err)
		}
	}
	return nil
}

// transaction runs fn in a transaction. It does not wait for locks: no other
// session uses the copy.
func (c *Copy) transaction(ctx context.Context, fn func(*gorm.DB) error) error {
	return c.db.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		if err := run(ctx, tx, "SET LOCAL lock_timeout = '500ms'"); err != nil {
			return err
		}
		return fn(tx)
	})
}

func (c *Copy) setPath(ctx context.Context, tx *gorm.DB) error {
	quoted := make([]string, len(c.path))
	for i, p := range c.path {
		quoted[i] = quote(p)
	}
	return run(ctx, tx, "SET LOCAL search_path = "+strings.Join(quoted, ", "))
}

// run runs a statement, verbatim and without a prepared one of its name.
func run(ctx context.Context, db *gorm.DB, sql string) error {
	_, err := db.Statement.ConnPool.ExecContext(ctx, sql, pgx.QueryExecModeExec)
	return err
}

// attempt runs a statement in a savepoint.
func attempt(ctx context.Context, tx *gorm.DB, sql string) error {
	return tx.Transaction(func(tx *gorm.DB) error { return run(ctx, tx, sql) })
}

// reason returns why a statement failed, without values: "" for no error.
func reason(err error) string {
	var pg *pgconn.PgError
	switch {
	case err == nil:
		return ""
	case errors.As(err, &pg):
		return pg.Message + " (" + pg.Code + ")"
	}
	return err.Error()
}

func quote(name string) string { return pgx.Identifier{name}.Sanitize() }

func literals(texts []string) string {
	quoted := make([]string, len(texts))
	for i, s := range texts {
		quoted[i] = "'" + strings.ReplaceAll(s, "'", "''") + "'"
	}
	return strings.Join(quoted, ", ")
}
