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

// AppendCells is AppendValues for a connection that gormango has opened: values
// of plain fields are encoded straight from the struct, which is addressable.
func AppendCells(ctx context.Context, args []any, rv reflect.Value, fields []*modelinfo.Field) []any {
	if len(fields) == 0 || rv.Type() != fields[0].Model.Type {
		return AppendValues(ctx, args, rv, fields)
	}
	cells := make([]rowcodec.Cell, 0, len(fields)) // of one capacity: they must not move
	for _, f := range fields {
		s := coding(f)
		if s == nil {
			args = append(args, written(ctx, rv, f))
			continue
		}
		cells = append(cells, rowcodec.NewCell(s, rv.Addr().UnsafePointer()))
		args = append(args, &cells[len(cells)-1])
	}
	return args
}

// coding returns the Source of a field, nil if there is none.
func coding(f *modelinfo.Field) *rowcodec.Source {
	if s, known := f.Coding.Load().(*rowcodec.Source); known {
		return s
	}
	var found *rowcodec.Source
	if s, ok := Source(f); ok && !f.OwnType {
		found = &s
	}
	f.Coding.Store(found)
	return found
}
