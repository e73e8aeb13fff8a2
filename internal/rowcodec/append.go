package rowcodec

import (
	"context"
	"fmt"
	"reflect"

	"github.com/jackc/pgx/v5"
)

// Append appends all rows to a settable slice of structs or of pointers to
// them, and closes rows. Structs are decoded in place. Pointers point into
// chunks. After an error the slice holds the rows before it. Otherwise Append
// is like [CollectPointers].
func Append(ctx context.Context, rows pgx.Rows, shape *Shape, slice reflect.Value) (n int, err error) {
	defer rows.Close()
	var (
		plan  *Plan
		chunk slab
		typ   = slice.Type().Elem()
	)
	pointers := typ.Kind() == reflect.Pointer
	if pointers {
		typ = typ.Elem()
	}
	if len(shape.Objects) == 0 || typ != shape.Objects[0].Type {
		return 0, fmt.Errorf("%w: a slice of %s", ErrShape, slice.Type().Elem())
	}
	for rows.Next() {
		if plan == nil {
			if plan, err = NewPlan(shape, rows.FieldDescriptions(), rows.TypeMap()); err != nil {
				return 0, err
			}
			plan.Expect(shape.expected(unlimited))
			chunk.typ = typ
			slice.Grow(min(plan.expect, maxReserve))
		}
		if plan.expect <= 0 {
			plan.Expect(chunkRows)
		}
		at := slice.Len()
		slice.Grow(1)
		slice.SetLen(at + 1)
		elem := slice.Index(at)
		if pointers {
			elem.Set(reflect.NewAt(typ, chunk.take(plan.expect)))
			elem = elem.Elem()
		} else {
			elem.SetZero() // the slice's spare capacity may hold old values
		}
		n++
		if err := plan.Scan(ctx, elem.Addr().UnsafePointer(), rows.RawValues()); err != nil {
			return n, err
		}
	}
	if plan != nil {
		shape.Had(n)
		plan.Release()
	}
	return n, rows.Err()
}

// Fill reads the first row into a settable struct, whose fields of the shape
// must be zero, and closes rows. Without a row the error is [pgx.ErrNoRows].
// Otherwise Fill is like [ScanInto].
func Fill(ctx context.Context, rows pgx.Rows, shape *Shape, dst reflect.Value) error {
	if len(shape.Objects) == 0 || dst.Type() != shape.Objects[0].Type {
		rows.Close()
		return fmt.Errorf("%w: a %s", ErrShape, dst.Type())
	}
	return fill(ctx, rows, shape, dst.Addr().UnsafePointer(), false)
}
