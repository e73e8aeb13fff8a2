package rowcodec

import (
	"context"
	"reflect"
	"unsafe"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
)

// Collect is CollectPointers for a root type that is known when the test is
// compiled.
func Collect[P any](ctx context.Context, rows pgx.Rows, shape *Shape, limit int) ([]P, error) {
	if err := root(shape, reflect.TypeFor[P]()); err != nil {
		rows.Close()
		return nil, err
	}
	ptrs, err := CollectPointers(ctx, rows, shape, limit)
	if err != nil {
		return nil, err
	}
	// Both are slices of pointers to the root type, which root has checked.
	return *(*[]P)(unsafe.Pointer(&ptrs)), nil
}

// AppendArray is the method of an Array that encodes straight from structs.
func AppendArray(a *Array, buf []byte, oid uint32, tm *pgtype.Map) ([]byte, bool) {
	return a.appendTo(buf, oid, tm)
}
