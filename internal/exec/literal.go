package exec

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"unsafe"
)

// Literal returns the R of values that are known without a statement, in the
// order of the columns.
func (rd *Reader[R]) Literal(ctx context.Context, vals []any) (R, error) {
	var out R
	into, err := rd.open(rd.columns)
	if err != nil {
		return out, err
	}
	vals = slices.Clone(vals)
	for i, v := range vals { // a default as the program wrote it: any int, any text
		if rv := reflect.ValueOf(v); rv.IsValid() {
			switch {
			case rv.CanInt():
				vals[i] = rv.Int()
			case rv.CanFloat():
				vals[i] = rv.Float()
			}
		}
	}
	switch into := into.(type) {
	case *values[R]:
		all := make([]any, len(vals))
		for i, c := range rd.columns {
			if all[i], err = Convert(c.Type, vals[i], nil); err != nil {
				return out, fmt.Errorf("gormango: column %q: %w", c.Name, err)
			}
		}
		into.put(&out, all)
	case *fields[R]:
		object := into.shape.Objects[0]
		root := reflect.NewAt(object.Type, unsafe.Pointer(&out))
		for i, f := range object.Fields {
			if vals[i] == nil {
				continue
			}
			if err := f.Set(ctx, root, vals[i]); err != nil {
				return out, fmt.Errorf("gormango: column %q: %w", f.DBName, err)
			}
		}
	}
	return out, nil
}
