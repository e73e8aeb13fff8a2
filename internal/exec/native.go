package exec

import (
	"context"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
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
	tag, err := pgpool.Run(ctx, conn, r.sql, r.args)
	r.n = tag.RowsAffected()
	return err
}

// AppendPieces implements [pgpool.Follower].
func (r *send) AppendPieces(list []pgpool.Piece) []pgpool.Piece { return append(list, r) }

// Failed implements [pgpool.Follower].
func (*send) Failed(int) {}

// Text implements [pgpool.Piece].
func (r *send) Text() (sql string, args []any) { return r.sql, r.args }

// Take implements [pgpool.Piece].
func (r *send) Take(_ context.Context, rows pgx.Rows) error {
	rows.Close()
	r.n = rows.CommandTag().RowsAffected()
	return rows.Err()
}

func (c *native) Undoes(ctx context.Context) bool { return c.src.Tx(ctx) != nil }

func (c *native) Exec(ctx context.Context, st *compile.Stmt) (int64, error) {
	args, err := sent(ctx, c, st)
	if err != nil {
		return 0, err
	}
	c.src.Sent(ctx, st.SQL)
	begin := time.Now()
	r := sends.Get().(*send)
	*r = send{sql: st.SQL, args: args}
	err = c.src.Once(ctx, r)
	n := r.n
	*r = send{}
	sends.Put(r)
	trace(ctx, c.db, begin, st, n, err)
	return n, err
}

// sends and runs are for reuse. One that a panic leaves is not used again.
var (
	sends = sync.Pool{New: func() any { return &send{} }}
	runs  = sync.Pool{New: func() any { return &run{} }}
)

// run runs a statement with rows.
type run struct {
	sql  string
	args []any
	once bool // it is not prepared
	into reading
	n    int64 // rows that were read

	result pgpool.Result
}

// On implements [pgpool.Work].
func (r *run) On(ctx context.Context, conn *pgx.Conn) error {
	var (
		rows pgx.Rows
		err  error
	)
	if r.once {
		rows, err = pgpool.Query(ctx, conn, r.sql, append([]any{pgx.QueryExecModeDescribeExec, rowcodec.ResultFormats()}, r.args...)...)
	} else {
		rows, err = r.result.Query(ctx, conn, r.sql, r.args)
	}
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

// AppendPieces implements [pgpool.Follower].
func (r *run) AppendPieces(list []pgpool.Piece) []pgpool.Piece {
	if r.once {
		return list
	}
	return append(list, r)
}

// Failed implements [pgpool.Follower].
func (*run) Failed(int) {}

// Text implements [pgpool.Piece].
func (r *run) Text() (sql string, args []any) { return r.sql, r.args }

// Take implements [pgpool.Piece].
func (r *run) Take(ctx context.Context, rows pgx.Rows) (err error) {
	r.n, err = r.into.read(ctx, rows)
	return err
}

func (c *native) query(ctx context.Context, st *compile.Stmt, into reading) error {
	args, err := sent(ctx, c, st)
	if err != nil {
		return err
	}
	r := runs.Get().(*run)
	*r = run{sql: st.SQL, args: args, once: st.Once, into: into}
	if !st.Once && st.Reads == "" {
		c.src.Sent(ctx, st.SQL)
	}
	begin := time.Now()
	err = c.src.Read(ctx, st.Reads, r)
	n := r.n
	*r = run{}
	runs.Put(r)
	trace(ctx, c.db, begin, st, n, err)
	return err
}

// pieces are reads of one round trip.
type pieces struct {
	list []pgpool.Piece
	at   int // the index of the one that has failed
}

// On implements [pgpool.Work].
func (r *pieces) On(ctx context.Context, conn *pgx.Conn) (err error) {
	r.at, err = pgpool.Together(ctx, conn, r.list)
	return err
}

// AppendPieces implements [pgpool.Follower].
func (r *pieces) AppendPieces(list []pgpool.Piece) []pgpool.Piece { return append(list, r.list...) }

// Failed implements [pgpool.Follower].
func (r *pieces) Failed(at int) { r.at = at }

// piece is a read among pieces.
type piece struct {
	*Call
	args []any
}

// Text implements [pgpool.Piece].
func (p piece) Text() (sql string, args []any) { return p.st.SQL, p.args }

// Take implements [pgpool.Piece].
func (p piece) Take(ctx context.Context, rows pgx.Rows) (err error) {
	p.n, err = p.into.read(ctx, rows)
	return err
}

// together runs calls in one round trip. It returns false if they may need
// different servers, or are of one use.
func (c *native) together(ctx context.Context, calls []*Call) bool {
	first := calls[0].st
	for _, call := range calls {
		if call.st.Once || (call.st.Reads == "") != (first.Reads == "") {
			return false
		}
	}
	r := &pieces{list: make([]pgpool.Piece, len(calls))}
	for i, call := range calls {
		args, err := sent(ctx, c, call.st)
		if err != nil {
			call.Err = err
			return true
		}
		r.list[i] = piece{call, args}
		if call.st.Reads == "" {
			c.src.Sent(ctx, call.st.SQL)
		}
	}
	begin := time.Now()
	err := c.src.Read(ctx, first.Reads, r)
	if err != nil {
		calls[r.at].Err = err
	}
	for _, call := range calls {
		trace(ctx, c.db, begin, call.st, call.n, call.Err)
		if call.Err != nil {
			break
		}
	}
	return true
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
