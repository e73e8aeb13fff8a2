package exec

import (
	"context"
	"strconv"
	"sync/atomic"
	"unsafe"

	"github.com/jackc/pgx/v5"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/rowcodec"
)

// cursors numbers the cursors of this process: two in one transaction must
// differ.
var cursors atomic.Uint64

// Chunks reads a Select by a cursor into new structs of its model, size rows at
// a time, and hands each chunk to fn with a context in which the cursor's
// transaction is reached; fn returns false to stop. Inside a transaction the
// cursor belongs to it and its connection is free while fn runs. Outside, it
// holds a connection and a transaction of its own, on a replica where that may
// be; one that fails before the first chunk is replaced by another server.
func Chunks(ctx context.Context, c Conn, st *compile.Stmt, size int, fn func(ctx context.Context, chunk []unsafe.Pointer) bool) error {
	shape := Shape(st)
	return chunks(ctx, c, st, size, func(ctx context.Context, rows pgx.Rows) ([]unsafe.Pointer, error) {
		return rowcodec.CollectPointers(ctx, rows, shape, size)
	}, fn)
}

// ReadChunks is Chunks for rows that a Reader reads.
func ReadChunks[R any](ctx context.Context, c Conn, st *compile.Stmt, rd *Reader[R], size int, fn func(ctx context.Context, chunk []R) bool) error {
	return chunks(ctx, c, st, size, rd.collect, fn)
}

// chunks reads by a cursor; collect reads what one FETCH brings.
func chunks[E any](ctx context.Context, c Conn, st *compile.Stmt, size int,
	collect func(ctx context.Context, rows pgx.Rows) ([]E, error), fn func(ctx context.Context, chunk []E) bool) error {
	name := `"gormango_` + strconv.FormatUint(cursors.Add(1), 10) + `"`
	declare := &compile.Stmt{SQL: "DECLARE " + name + " NO SCROLL CURSOR FOR " + st.SQL, Args: st.Args, Once: true, Reads: st.Reads}
	fetch := &compile.Stmt{SQL: "FETCH FORWARD " + strconv.Itoa(size) + " FROM " + name, Once: true, Reads: st.Reads}
	return c.cursor(ctx, st.Reads, func(ctx context.Context, c Conn) (handed bool, err error) {
		if err := c.query(ctx, declare, readFunc(func(pgx.Rows) (int64, error) { return 0, nil })); err != nil {
			return false, err
		}
		// Also the way of a panic in the loop, which may be recovered within the
		// transaction.
		defer func() {
			if ctx.Err() == nil {
				c.closeCursor(ctx, name)
			}
		}()
		for {
			var chunk []E
			err := c.query(ctx, fetch, readFunc(func(rows pgx.Rows) (n int64, err error) {
				chunk, err = collect(ctx, rows)
				return int64(len(chunk)), err
			}))
			if err != nil || len(chunk) == 0 {
				return handed, err
			}
			handed = true
			if !fn(ctx, chunk) || len(chunk) < size {
				return handed, nil
			}
		}
	})
}
