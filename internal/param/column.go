package param

import (
	"context"
	"reflect"

	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/rowcodec"
)

// ColumnOf is Column for objects, pointers to structs of the field's model.
// The array of a plain field is encoded straight from the structs, on a
// connection that gormango has opened.
func ColumnOf(ctx context.Context, f *modelinfo.Field, objs []any) any {
	slice := func() any {
		return Column(ctx, f, len(objs), func(i int) reflect.Value { return reflect.ValueOf(objs[i]).Elem() })
	}
	if s, ok := Source(f); ok {
		if a, ok := rowcodec.NewArray(objs, f.Model.Type, s, slice); ok {
			return a
		}
	}
	return slice()
}

// Source returns how the values of a field are encoded straight from structs.
// It returns false for a field whose values are converted first.
func Source(f *modelinfo.Field) (rowcodec.Source, bool) {
	if f.AsText || f.Converted || narrowed(f) {
		return rowcodec.Source{}, false
	}
	return rowcodec.SourceOf(f.Field)
}
