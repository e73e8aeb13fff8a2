package rowcodec

import (
	"fmt"
	"reflect"

	"github.com/jackc/pgx/v5/pgtype"
)

// pgxDepth is the number of dimensions up to which pgx fills slices of slices.
// For more it takes elements of other rows (5.13).
const pgxDepth = 2

// depth returns the number of slices inside each other. Bytes are a value.
func depth(t reflect.Type) (n int) {
	for t.Kind() == reflect.Slice && t.Elem().Kind() != reflect.Uint8 {
		t, n = t.Elem(), n+1
	}
	return n
}

// deepPlan scans an array of many dimensions into slices of slices.
type deepPlan struct{ pgtype.ScanPlan }

// Scan implements pgtype.ScanPlan.
func (p deepPlan) Scan(src []byte, dst any) error {
	return p.ScanPlan.Scan(src, &deepArray{slice: reflect.ValueOf(dst).Elem()})
}

// deepArray is slices of slices as an array that pgx fills.
type deepArray struct {
	slice reflect.Value
	dims  []pgtype.ArrayDimension
}

// SetDimensions implements pgtype.ArraySetter.
func (a *deepArray) SetDimensions(dims []pgtype.ArrayDimension) error {
	a.dims = dims
	switch t := a.slice.Type(); {
	case dims == nil:
		a.slice.SetZero()
	case len(dims) == 0:
		a.slice.Set(reflect.MakeSlice(t, 0, 0))
	case len(dims) != depth(t):
		return fmt.Errorf("an array of %d dimensions does not fit %s", len(dims), t)
	default:
		makeRows(a.slice, dims)
	}
	return nil
}

// makeRows makes the slices of an array.
func makeRows(v reflect.Value, dims []pgtype.ArrayDimension) {
	n := int(dims[0].Length)
	v.Set(reflect.MakeSlice(v.Type(), n, n))
	for i := 0; len(dims) > 1 && i < n; i++ {
		makeRows(v.Index(i), dims[1:])
	}
}

// ScanIndex implements pgtype.ArraySetter.
func (a *deepArray) ScanIndex(i int) any {
	elements := 1
	for _, d := range a.dims {
		elements *= int(d.Length)
	}
	v := a.slice
	for _, d := range a.dims {
		elements /= int(d.Length)
		v, i = v.Index(i/elements), i%elements
	}
	return v.Addr().Interface()
}

// ScanIndexType implements pgtype.ArraySetter.
func (a *deepArray) ScanIndexType() any {
	t := a.slice.Type()
	for range depth(t) {
		t = t.Elem()
	}
	return reflect.New(t).Interface()
}
