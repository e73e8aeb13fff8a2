package rowcodec

import (
	"context"
	"fmt"
	"math"
	"reflect"
	"slices"
	"unsafe"

	"github.com/jackc/pgx/v5"
)

// firstRows is the first chunk of a query whose number of rows is unknown.
const firstRows = 8

// maxReserve limits the capacity that is reserved before the first row, so that
// one large result does not enlarge all later ones. A result that has as many
// rows gets room for all that the last one had.
const maxReserve = 4096

// unlimited is the LIMIT of a query without one.
const unlimited = math.MaxInt

// CollectPointers reads all rows into new structs and closes rows. Each pointer
// is a *T of the shape's root type. limit is the query's LIMIT, or 0 if it has
// none. It only sizes the allocations. The result is not nil, even without
// rows.
//
// Rows are allocated in chunks of up to 64, and a chunk lives as long as one of
// its rows is in use. Their text lies in blocks of at most 16 KB, and a block
// lives as long as one of its strings. The only row of a result is allocated
// alone, and so is its text.
//
// The error is that of rows.Err, a [*ColumnError], or [ErrShape]. The query has
// run before. The context is passed to GORM serializers.
func CollectPointers(ctx context.Context, rows pgx.Rows, shape *Shape, limit int) ([]unsafe.Pointer, error) {
	return CollectFew(ctx, rows, shape, limit, nil)
}

// CollectFew is [CollectPointers] with room for the first pointers, whose
// contents it overwrites. It allocates others where room does not suffice.
func CollectFew(ctx context.Context, rows pgx.Rows, shape *Shape, limit int, room []unsafe.Pointer) ([]unsafe.Pointer, error) {
	defer rows.Close()
	if limit <= 0 {
		limit = unlimited
	}
	var (
		plan   *Plan
		chunk  slab
		expect int
		ptrs   = room[:0]
	)
	for rows.Next() {
		if plan == nil {
			var err error
			if plan, err = NewPlan(shape, rows.FieldDescriptions(), rows.TypeMap()); err != nil {
				return nil, err
			}
			expect = shape.expected(limit)
			plan.Expect(expect)
			if first := min(expect, maxReserve); cap(ptrs) < first {
				ptrs = make([]unsafe.Pointer, 0, first)
			}
			chunk.typ = plan.objects[0].typ
		}
		if plan.expect <= 0 {
			// There are more rows than last time: use full chunks from here on.
			plan.Expect(min(chunkRows, limit-len(ptrs)))
		}
		at := chunk.take(plan.expect)
		if err := plan.Scan(ctx, at, rows.RawValues()); err != nil {
			return nil, err
		}
		if len(ptrs) == cap(ptrs) && len(ptrs) < expect {
			ptrs = slices.Grow(ptrs, expect-len(ptrs))
		}
		ptrs = append(ptrs, at)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	if plan != nil {
		shape.Had(len(ptrs))
		plan.Release()
	}
	if ptrs == nil {
		ptrs = []unsafe.Pointer{}
	}
	return ptrs, nil
}

// expected estimates the number of rows from the query's last result.
func (s *Shape) expected(limit int) int {
	n := int(s.lastRows.Load())
	if n == 0 {
		n = firstRows
	}
	return min(n, limit)
}

// Expected returns how many rows a result is expected to have: as many as the
// last one, or a few.
func (s *Shape) Expected() int { return s.expected(unlimited) }

// Had notes how many rows a result has had.
func (s *Shape) Had(rows int) { s.lastRows.Store(int32(min(rows, math.MaxInt32))) }

// ScanInto reads the first row into dst and closes rows. It zeroes the fields
// of the shape first, so NULL becomes the zero value. Other fields keep theirs.
// dst must be a pointer to the shape's root type. Without a row dst is
// unchanged and the error is [pgx.ErrNoRows]. After another error the shape's
// fields of dst may be partly filled. Otherwise ScanInto is like
// [CollectPointers].
func ScanInto(ctx context.Context, rows pgx.Rows, shape *Shape, dst any) error {
	v := reflect.ValueOf(dst)
	if err := root(shape, v.Type()); err != nil {
		rows.Close()
		return err
	}
	return fill(ctx, rows, shape, v.UnsafePointer(), true)
}

// fill reads the first row into the struct of the root type at dst.
func fill(ctx context.Context, rows pgx.Rows, shape *Shape, dst unsafe.Pointer, reset bool) error {
	defer rows.Close()
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return err
		}
		return pgx.ErrNoRows
	}
	plan, err := NewPlan(shape, rows.FieldDescriptions(), rows.TypeMap())
	if err != nil {
		return err
	}
	if reset {
		plan.Reset(dst)
	}
	if err := plan.Scan(ctx, dst, rows.RawValues()); err != nil {
		return err
	}
	plan.Release()
	// An error can follow the first row, as in INSERT ... RETURNING with a deferred
	// check. It appears only at the end of the result.
	rows.Close()
	return rows.Err()
}

// ScanEach reads row i into dsts[i] as [ScanInto] does, and closes rows. It
// serves RETURNING of a statement that keeps the order. It returns the number
// of rows read. More rows than dsts is an [ErrShape], fewer is not an error.
func ScanEach(ctx context.Context, rows pgx.Rows, shape *Shape, dsts []any) (int, error) {
	defer rows.Close()
	for _, d := range dsts {
		if err := root(shape, reflect.TypeOf(d)); err != nil {
			return 0, err
		}
	}
	var plan *Plan
	n := 0
	for rows.Next() {
		if plan == nil {
			var err error
			if plan, err = NewPlan(shape, rows.FieldDescriptions(), rows.TypeMap()); err != nil {
				return 0, err
			}
			plan.Expect(len(dsts))
		}
		if n == len(dsts) {
			return n, fmt.Errorf("%w: more rows than the %d structs to fill", ErrShape, len(dsts))
		}
		at := reflect.ValueOf(dsts[n]).UnsafePointer()
		plan.Reset(at)
		if err := plan.Scan(ctx, at, rows.RawValues()); err != nil {
			return n, err
		}
		n++
	}
	if plan != nil {
		plan.Release()
	}
	return n, rows.Err()
}

// root checks that t is a pointer to the shape's root type, on which all writes
// below rely.
func root(shape *Shape, t reflect.Type) error {
	if len(shape.Objects) == 0 {
		return fmt.Errorf("%w: it has no objects", ErrShape)
	}
	if t == nil || t.Kind() != reflect.Pointer || t.Elem() != shape.Objects[0].Type {
		return fmt.Errorf("%w: it fills %s, not what a %s points to", ErrShape, shape.Objects[0].Type, t)
	}
	return nil
}
