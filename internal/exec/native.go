package exec

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/pgpool"
	"github.com/gormango/gormango/internal/rowcodec"
)

// native is the Conn of a database that gormango opened: statements run on
// pgx's connections themselves.
type native struct {
	db  *gorm.DB
	src pgpool.Source
}

func (c *native) Opened() bool { return true }

func (c *native) SameServer(ctx context.Context) context.Context { return c.src.SameServer(ctx) }

func (c *native) OnRollback(ctx context.Context, fn func()) {
	if tx := c.src.Tx(ctx); tx != nil {
		_ = tx.OnRollback(fn) // refused by a transaction that is over, whose statement fails next
	}
}

// send runs a statement without rows.
type send struct {
	sql  string
	args []any
	n    int64 // rows that were affected
}

// On implements [pgpool.Work].
func (r *send) On(ctx context.Context, conn *pgx.Conn) error {
	tag, err := pgpool.Exec(ctx, conn, r.sql, r.args...)
	r.n = tag.RowsAffected()
	return err
}

func (c *native) Undoes(ctx context.Context) bool { return c.src.Tx(ctx) != nil }

func (c *native) Exec(ctx context.Context, st *compile.Stmt) (int64, error) {
	args, err := sent(ctx, c, st)
	if err != nil {
		return 0, err
	}
	c.src.Sent(ctx, st.SQL)
	begin := time.Now()
	r := &send{sql: st.SQL, args: args}
	if slices.ContainsFunc(args, isUUID) {
		r.args = slices.Clone(args)
		plainUUIDs(r.args)
	}
	err = c.src.Once(ctx, r)
	trace(ctx, c.db, begin, st, r.n, err)
	return r.n, err
}

// plainUUIDs replaces UUIDs by values that pgx encodes as they are. It would
// ask a uuid.UUID for its text, and read that again.
func plainUUIDs(args []any) {
	for i, a := range args {
		if id, ok := a.(uuid.UUID); ok {
			args[i] = pgtype.UUID{Bytes: id, Valid: true}
		}
	}
}

func isUUID(v any) bool {
	_, is := v.(uuid.UUID)
	return is
}

// run runs a statement with rows.
type run struct {
	sql  string
	args []any // behind pgx's options
	few  [6]any
	into reading
	n    int64 // rows that were read
}

// On implements [pgpool.Work].
func (r *run) On(ctx context.Context, conn *pgx.Conn) error {
	rows, err := pgpool.Query(ctx, conn, r.sql, r.args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	if r.n, err = r.into.read(ctx, rows); err != nil {
		return err
	}
	rows.Close()
	return rows.Err()
}

func (c *native) query(ctx context.Context, st *compile.Stmt, into reading) error {
	args, err := sent(ctx, c, st)
	if err != nil {
		return err
	}
	r := &run{sql: st.SQL, into: into}
	all := r.few[:0]
	switch {
	case st.Once: // must not fill the cache of prepared statements
		all = append(all, pgx.QueryExecModeDescribeExec)
	case st.Reads == "":
		c.src.Sent(ctx, st.SQL)
	}
	r.args = append(append(all, rowcodec.ResultFormats()), args...)
	plainUUIDs(r.args)
	begin := time.Now()
	err = c.src.Read(ctx, st.Reads, r)
	trace(ctx, c.db, begin, st, r.n, err)
	return err
}

// cursor takes a replica where that may be; one that fails before the first
// rows is replaced by another server.
func (c *native) cursor(ctx context.Context, table string, fn func(ctx context.Context, c Conn) (bool, error)) error {
	if c.src.Tx(ctx) != nil {
		_, err := fn(ctx, c)
		return err
	}
	return c.src.Cursor(ctx, table, func(ctx context.Context, src pgpool.Source) (bool, error) {
		return fn(ctx, &native{c.db, src})
	})
}

func (c *native) closeCursor(ctx context.Context, name string) {
	_ = c.src.Do(ctx, func(ctx context.Context, conn *pgx.Conn) error {
		if conn.PgConn().TxStatus() != 'T' {
			return nil // aborted by the loop's own statements: the cursor is gone
		}
		_, err := conn.Exec(ctx, "CLOSE "+name, pgx.QueryExecModeExec)
		return err
	})
}
