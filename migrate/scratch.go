package migrate

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"gorm.io/gorm"
)

// CopyError reports a statement that the server refused in a copy of the
// schema. Nothing was changed.
type CopyError struct {
	SQL string
	Err error
}

// Error quotes the statement and the server's reason.
func (e *CopyError) Error() string {
	return fmt.Sprintf("migrate: copy of the schema: %v (nothing was changed; statement: %s)", e.Err, strings.Join(strings.Fields(e.SQL), " "))
}

// Unwrap returns the server's error.
func (e *CopyError) Unwrap() error { return e.Err }

// RightError reports a right that the database's role lacks.
type RightError struct {
	Role, Right, Database string
}

// Error quotes the statement that grants the right.
func (e *RightError) Error() string {
	return fmt.Sprintf("migrate: role %q has not the right %s on database %q, which a copy of the schema needs (GRANT %s ON DATABASE %s TO %s)",
		e.Role, e.Right, e.Database, e.Right, quote(e.Database), quote(e.Role))
}

// OutsideError reports statements that lock a table outside of the copy of the
// schema, as one does that names a schema or a table that is in no migration.
type OutsideError struct {
	Tables []string
}

// Error lists the tables.
func (e *OutsideError) Error() string {
	return fmt.Sprintf("migrate: copy of the schema: a statement locks %s, which is not in the copy (nothing was changed; leave the schema out of names, and give each table a migration)",
		strings.Join(e.Tables, ", "))
}

// errDiscard ends the transaction of a copy.
var errDiscard = errors.New("migrate: the copy is discarded")

// plainName matches names that need no quotes.
var plainName = regexp.MustCompile(`^[a-z_][a-z0-9_]*$`)

// copied is a copy of a schema in a transaction that will be rolled back.
type copied struct {
	tx        *gorm.DB
	schema    string
	names     map[string]string // of the copies, by the schemas' own names
	temporary bool              // in pg_temp, for a role that may not create schemas
	before    []string          // tables that the transaction had locked
	members   map[string]bool   // of extensions, in the schemas: "public.citext"

	// path is the search path of the copy, original that of the transaction.
	path, original          string
	current, role, database string
}

// scratch runs statements in an empty schema, calls fn and rolls back, so that
// nothing remains. Names without a schema lead there, and then along the search
// path. A role that may not create schemas gets pg_temp.
func scratch(ctx context.Context, db *gorm.DB, statements []string, fn func(tx *gorm.DB, schema string) error) error {
	return scratches(ctx, db, nil, func(c *copied) error {
		if err := c.run(ctx, statements); err != nil {
			return err
		}
		return fn(c.tx, c.schema)
	})
}

// scratches creates a schema for current_schema() and one for each of the named
// schemas, calls fn and rolls back.
func scratches(ctx context.Context, db *gorm.DB, schemas []string, fn func(*copied) error) error {
	err := session(ctx, db).Transaction(func(tx *gorm.DB) error {
		c := &copied{tx: tx, names: map[string]string{}}
		if err := c.create(schemas); err != nil {
			return err
		}
		if err := fn(c); err != nil {
			return err
		}
		return errDiscard
	}, options(session(ctx, db))...)
	if errors.Is(err, errDiscard) {
		return nil
	}
	return err
}

func (c *copied) create(schemas []string) error {
	var create, temporary bool
	if err := c.tx.Raw(`SELECT current_setting('search_path'), current_user, current_database(), coalesce(current_schema(), ''),
			has_database_privilege(current_database(), 'CREATE'), has_database_privilege(current_database(), 'TEMPORARY')`).
		Row().Scan(&c.original, &c.role, &c.database, &c.current, &create, &temporary); err != nil {
		return fmt.Errorf("migrate: read the rights of the role: %w", err)
	}
	var err error
	if c.before, err = c.locked(); err != nil {
		return err
	}
	switch {
	case create:
		base := "gormango_scratch_" + strings.ToLower(rand.Text()[:12])
		c.schema = base + "_" // no name is a prefix of another one
		names := []string{c.schema}
		for i, s := range schemas {
			if s == c.current {
				continue
			}
			// A name that the server quotes stands for one that it quotes.
			name := fmt.Sprintf("%s%d_", base, i)
			if !plainName.MatchString(s) {
				name = "G" + name[1:]
			}
			c.names[s], names = name, append(names, name)
		}
		for _, name := range names {
			if err := c.tx.Exec("CREATE SCHEMA " + quote(name)).Error; err != nil {
				return fmt.Errorf("migrate: create a schema for the copy: %w", err)
			}
		}
	case temporary:
		c.schema, c.temporary = "pg_temp", true
	default:
		return c.right("CREATE")
	}
	if c.current != "" {
		c.names[c.current] = c.schema
	}
	if err := c.readMembers(); err != nil {
		return err
	}
	if err := c.findPath(); err != nil {
		return err
	}
	return c.use()
}

func (c *copied) right(name string) error {
	return &RightError{Role: c.role, Right: name, Database: c.database}
}

// findPath makes the search path of the copy: the copies first, each before the
// schema that it is of, which may have types of extensions.
func (c *copied) findPath() error {
	var list []string
	if err := c.tx.Raw(`SELECT unnest(current_schemas(false))::text`).Scan(&list).Error; err != nil {
		return fmt.Errorf("migrate: read the search path: %w", err)
	}
	path := []string{quote(c.schema)}
	for _, s := range list {
		if name, ok := c.names[s]; ok && name != c.schema {
			path = append(path, quote(name))
		}
		path = append(path, quote(s))
	}
	c.path = strings.Join(path, ", ")
	return nil
}

// use makes names without a schema lead into the copy.
func (c *copied) use() error {
	// A table in use elsewhere must not keep the copy waiting for long, and a body
	// may name tables that come later.
	if err := c.tx.Exec(`SELECT set_config('search_path', ?, true), set_config('lock_timeout', '2s', true),
		set_config('check_function_bodies', 'off', true)`, c.path).Error; err != nil {
		return fmt.Errorf("migrate: set the search path: %w", err)
	}
	return nil
}

// twin creates a second, empty copy of the same schemas in the same
// transaction.
func (c *copied) twin(schemas []string) (*copied, error) {
	if err := c.tx.Exec(`SELECT set_config('search_path', ?, true)`, c.original).Error; err != nil {
		return nil, fmt.Errorf("migrate: set the search path: %w", err)
	}
	other := &copied{tx: c.tx, names: map[string]string{}}
	return other, other.create(schemas)
}

// together is how many statements are sent at once.
const together = 100

// run executes statements in the copy.
func (c *copied) run(ctx context.Context, statements []string) error {
	placed := make([]string, len(statements))
	for i, sql := range statements {
		placed[i] = c.placed(sql)
	}
	for chunk := range slices.Chunk(placed, together) {
		err := c.tx.Transaction(func(tx *gorm.DB) error {
			_, err := pool(tx).ExecContext(ctx, strings.Join(chunk, "\n;\n"))
			return err
		})
		if err == nil {
			continue
		}
		for _, sql := range chunk { // one by one, to name the statement
			if _, err := pool(c.tx).ExecContext(ctx, sql); err != nil {
				return &CopyError{SQL: sql, Err: err}
			}
		}
	}
	return c.outside()
}

// outside returns an *OutsideError if a table outside of the copy is locked.
func (c *copied) outside() error {
	tables, err := c.locked()
	if err != nil {
		return err
	}
	tables = slices.DeleteFunc(tables, func(t string) bool {
		return slices.Contains(c.before, t) || strings.HasPrefix(strings.ToLower(t), "gormango_scratch_") || strings.HasPrefix(t, "pg_temp")
	})
	if len(tables) > 0 {
		return &OutsideError{Tables: tables}
	}
	return nil
}

// locked returns the tables of users that the transaction has locked against
// writing or more.
func (c *copied) locked() ([]string, error) {
	var tables []string
	if err := c.tx.Raw(`SELECT DISTINCT n.nspname || '.' || c.relname FROM pg_catalog.pg_locks l
			JOIN pg_catalog.pg_class c ON c.oid = l.relation JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
			WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND l.mode NOT IN ('AccessShareLock', 'RowShareLock')
				AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
				AND c.relkind IN ('r', 'p', 'm', 'f') AND n.nspname !~ '^pg_(catalog|toast)' AND n.nspname <> 'information_schema'
			ORDER BY 1`).Scan(&tables).Error; err != nil {
		return nil, fmt.Errorf("migrate: read the locks of the copy: %w", err)
	}
	return tables, nil
}

// inspect returns the objects of the copy, with the schemas' own names.
func (c *copied) inspect(ctx context.Context, schemas []string) (*Catalog, error) {
	rename, asked := map[string]string{}, []string{""}
	for s, name := range c.names {
		if !c.temporary {
			rename[name] = s
		}
	}
	for _, s := range schemas {
		if name := c.names[s]; name != c.schema {
			asked = append(asked, name)
		}
	}
	return inspectSchemas(ctx, pool(c.tx), rename, asked...)
}
