// Package exec runs compiled statements on a [Conn] and decodes their rows. It
// never builds SQL.
package exec

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"sync"
	"unsafe"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/rowcodec"
)

// All reads every row of a Select into new structs of its model, and returns
// pointers to them. limit sizes the allocations, 0 when unknown.
func All(ctx context.Context, c Conn, st *compile.Stmt, limit int) ([]unsafe.Pointer, error) {
	r := &pointers{shape: Shape(st), limit: limit}
	err := c.query(ctx, st, r)
	return r.objects, err
}

// pointers reads rows into new structs.
type pointers struct {
	shape   *rowcodec.Shape
	limit   int
	objects []unsafe.Pointer
}

func (r *pointers) read(ctx context.Context, rows pgx.Rows) (n int64, err error) {
	r.objects, err = rowcodec.CollectPointers(ctx, rows, r.shape, r.limit)
	return int64(len(r.objects)), err
}

// First is All for a statement that has one row as a rule: it returns a pointer
// to the first object, and the number of rows.
func First(ctx context.Context, c Conn, st *compile.Stmt, limit int) (object unsafe.Pointer, n int, err error) {
	r := firsts.Get().(*first)
	*r = first{shape: Shape(st), limit: limit}
	err = c.query(ctx, st, r)
	object, n = r.object[0], r.n
	*r = first{}
	firsts.Put(r)
	return object, n, err
}

// firsts are for reuse. One that a panic leaves is not used again.
var firsts = sync.Pool{New: func() any { return &first{} }}

// first reads rows and keeps the first of them.
type first struct {
	shape  *rowcodec.Shape
	limit  int
	object [1]unsafe.Pointer
	n      int
}

func (r *first) read(ctx context.Context, rows pgx.Rows) (int64, error) {
	r.object[0], r.n = nil, 0 // of an attempt before
	objects, err := rowcodec.CollectFew(ctx, rows, r.shape, r.limit, r.object[:])
	if r.n = len(objects); r.n > 0 {
		r.object[0] = objects[0]
	}
	return int64(r.n), err
}

// Row reads the one row of a statement into dst, a pointer to its model, whose
// columns are zeroed first. Without a row the error is pgx.ErrNoRows and dst is
// as it was.
func Row(ctx context.Context, c Conn, st *compile.Stmt, dst any) error {
	r := intos.Get().(*into)
	*r = into{Shape(st), dst}
	err := c.query(ctx, st, r)
	*r = into{}
	intos.Put(r)
	return err
}

// intos are for reuse.
var intos = sync.Pool{New: func() any { return &into{} }}

// into reads one row into a struct.
type into struct {
	shape *rowcodec.Shape
	dst   any
}

func (r *into) read(ctx context.Context, rows pgx.Rows) (int64, error) {
	if err := rowcodec.ScanInto(ctx, rows, r.shape, r.dst); err != nil {
		return 0, err
	}
	return 1, nil
}

// Rows reads at most as many rows as there are dsts, pointers to the
// statement's model, in their order. It returns the number of rows.
func Rows(ctx context.Context, c Conn, st *compile.Stmt, dsts []any) (n int64, err error) {
	err = c.query(ctx, st, readFunc(func(rows pgx.Rows) (int64, error) {
		scanned, err := rowcodec.ScanEach(ctx, rows, Shape(st), dsts)
		n = int64(scanned)
		return n, err
	}))
	return n, err
}

// Count reads the number that is the one column of a statement.
func Count(ctx context.Context, c Conn, st *compile.Stmt) (int64, error) {
	return readNumber(ctx, c, st)
}

// Exists reports whether a statement has a row.
func Exists(ctx context.Context, c Conn, st *compile.Stmt) (bool, error) {
	_, err := readNumber(ctx, c, st)
	if errors.Is(err, pgx.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// readNumber returns the one column of the first row of a statement.
func readNumber(ctx context.Context, c Conn, st *compile.Stmt) (int64, error) {
	r := numbers.Get().(*number)
	r.n = 0
	err := c.query(ctx, st, r)
	n := r.n
	numbers.Put(r)
	return n, err
}

// numbers are for reuse. One that a panic leaves is not used again.
var numbers = sync.Pool{New: func() any { return &number{} }}

// number reads the one column of the first row, an integer; without a row the
// error is pgx.ErrNoRows.
type number struct{ n int64 }

func (r *number) read(_ context.Context, rows pgx.Rows) (int64, error) {
	if rows.Next() {
		if raw := rows.RawValues(); len(raw) == 1 {
			if fd := rows.FieldDescriptions()[0]; fd.Format == pgtype.BinaryFormatCode && fd.DataTypeOID == pgtype.Int8OID && len(raw[0]) == 8 {
				r.n = int64(binary.BigEndian.Uint64(raw[0]))
				return 1, nil
			}
		}
		return 1, rows.Scan(&r.n)
	}
	return 0, cmp.Or(rows.Err(), pgx.ErrNoRows)
}
