// Package exec runs compiled statements on a [Conn] and decodes their rows. It
// never builds SQL.
package exec

import (
	"cmp"
	"context"
	"errors"
	"unsafe"

	"github.com/jackc/pgx/v5"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/rowcodec"
)

// All reads every row of a Select into new structs of its model, and returns
// pointers to them. limit sizes the allocations, 0 when unknown.
func All(ctx context.Context, c Conn, st *compile.Stmt, limit int) ([]unsafe.Pointer, error) {
	var out []unsafe.Pointer
	shape := Shape(st)
	err := c.query(ctx, st, func(rows pgx.Rows) (n int64, err error) {
		out, err = rowcodec.CollectPointers(ctx, rows, shape, limit)
		return int64(len(out)), err
	})
	return out, err
}

// Row reads the one row of a statement into dst, a pointer to its model, whose
// columns are zeroed first. Without a row the error is pgx.ErrNoRows and dst is
// as it was.
func Row(ctx context.Context, c Conn, st *compile.Stmt, dst any) error {
	return c.query(ctx, st, func(rows pgx.Rows) (int64, error) {
		if err := rowcodec.ScanInto(ctx, rows, Shape(st), dst); err != nil {
			return 0, err
		}
		return 1, nil
	})
}

// Rows reads at most as many rows as there are dsts, pointers to the
// statement's model, in their order. It returns the number of rows.
func Rows(ctx context.Context, c Conn, st *compile.Stmt, dsts []any) (n int64, err error) {
	err = c.query(ctx, st, func(rows pgx.Rows) (int64, error) {
		scanned, err := rowcodec.ScanEach(ctx, rows, Shape(st), dsts)
		n = int64(scanned)
		return n, err
	})
	return n, err
}

// Count reads the number that is the one column of a statement.
func Count(ctx context.Context, c Conn, st *compile.Stmt) (int64, error) {
	var count int64
	err := value(ctx, c, st, &count)
	return count, err
}

// Exists reports whether a statement has a row.
func Exists(ctx context.Context, c Conn, st *compile.Stmt) (bool, error) {
	var one int64
	err := value(ctx, c, st, &one)
	if errors.Is(err, pgx.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// value reads the one column of the first row; pgx.ErrNoRows when there is
// none.
func value(ctx context.Context, c Conn, st *compile.Stmt, dst any) error {
	return c.query(ctx, st, func(rows pgx.Rows) (int64, error) {
		if rows.Next() {
			return 1, rows.Scan(dst)
		}
		return 0, cmp.Or(rows.Err(), pgx.ErrNoRows)
	})
}
