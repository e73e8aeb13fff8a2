package exec

import (
	"context"
	"fmt"
	"strconv"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/pgpool"
	"github.com/gormango/gormango/internal/rowcodec"
)

// cursors numbers the cursors of this process: two in one transaction must differ.
var cursors atomic.Uint64

// Chunks reads a Select by a cursor, objects that P points to, size rows at a time, and hands each chunk
// to fn with a context in which the cursor's transaction is reached; fn returns
// false to stop. Inside a transaction the cursor belongs to it and its connection is
// free while fn runs. Outside, it holds a connection and a transaction of its own, on a replica where
// that may be; one that fails before the first chunk is replaced by another server.
func Chunks[P any](ctx context.Context, db *gorm.DB, st *compile.Stmt, size int, fn func(ctx context.Context, chunk []P) bool) error {
	shape := Shape(st)
	return byCursor(ctx, db, st, size, cursorOf[P]{
		native: func(ctx context.Context, rows pgx.Rows) ([]P, error) {
			return rowcodec.Collect[P](ctx, rows, shape, size)
		},
		foreign: foreignAll[P],
	}, fn)
}

// cursorOf reads what one FETCH brings, on the connection beneath and through GORM.
type cursorOf[E any] struct {
	native  func(ctx context.Context, rows pgx.Rows) ([]E, error)
	foreign func(ctx context.Context, db *gorm.DB, fetch *compile.Stmt) ([]E, error)
}

func byCursor[E any](ctx context.Context, db *gorm.DB, st *compile.Stmt, size int, read cursorOf[E], fn func(ctx context.Context, chunk []E) bool) error {
	name := `"gormango_` + strconv.FormatUint(cursors.Add(1), 10) + `"`
	src, native := pgpool.Of(db)
	if !native {
		return foreignChunks(ctx, db, st, name, size, read.foreign, fn)
	}
	if src.Tx(ctx) == nil {
		return src.Cursor(ctx, st.Reads, func(ctx context.Context, src pgpool.Source) (handed bool, err error) {
			err = chunks(ctx, db, src, st, name, size, read.native, func(ctx context.Context, chunk []E) bool {
				handed = true
				return fn(ctx, chunk)
			})
			return handed, err
		})
	}
	return chunks(ctx, db, src, st, name, size, read.native, fn)
}

func chunks[E any](ctx context.Context, db *gorm.DB, src pgpool.Source, st *compile.Stmt, name string, size int,
	collect func(ctx context.Context, rows pgx.Rows) ([]E, error), fn func(ctx context.Context, chunk []E) bool) error {
	// The names differ each time, so these statements must not fill the cache of prepared ones.
	run := func(sql string, args []any, read func(rows pgx.Rows) (int64, error)) error {
		return send(ctx, db, src, "", sql, args, append([]any{pgx.QueryExecModeDescribeExec}, formatted(args)...), read)
	}
	nothing := func(pgx.Rows) (int64, error) { return 0, nil }
	if err := run("DECLARE "+name+" NO SCROLL CURSOR FOR "+st.SQL, st.Args, nothing); err != nil {
		return err
	}
	// Also the way of a panic in the loop, which somebody may recover within the transaction.
	defer closeCursor(ctx, src, name)
	fetch := fetchFrom(name, size)
	for {
		var chunk []E
		err := run(fetch, nil, func(rows pgx.Rows) (n int64, err error) {
			chunk, err = collect(ctx, rows)
			return int64(len(chunk)), err
		})
		if err != nil {
			return err
		}
		if len(chunk) == 0 || !fn(ctx, chunk) || len(chunk) < size {
			break
		}
	}
	return nil
}

// closeCursor ends a cursor whose transaction goes on. One that the loop's own
// statements have aborted has lost its cursors.
func closeCursor(ctx context.Context, src pgpool.Source, name string) {
	if ctx.Err() != nil {
		return
	}
	_ = src.Do(ctx, func(ctx context.Context, conn *pgx.Conn) error {
		if conn.PgConn().TxStatus() != 'T' {
			return nil
		}
		_, err := conn.Exec(ctx, "CLOSE "+name, pgx.QueryExecModeExec)
		return err
	})
}

func fetchFrom(name string, size int) string {
	return fmt.Sprintf("FETCH FORWARD %d FROM %s", size, name)
}
