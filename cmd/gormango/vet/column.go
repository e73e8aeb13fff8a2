package vet

import (
	"go/types"
	"strings"

	"github.com/gormango/gormango/cmd/gormango/internal/gen"
	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/sqltype"
)

// tagTypes are GORM's own names of types in tags.
var tagTypes = map[string]lookup.Type{
	"bool": lookup.BoolType, "int": lookup.BigIntType, "uint": lookup.BigIntType, "float": lookup.DecimalType,
	"string": lookup.TextType, "time": lookup.ClockType, "bytes": lookup.BytesType,
}

// goTypes are the columns of types that are no basic ones.
var goTypes = map[string]lookup.Type{
	"time.Time": lookup.TimeType, "database/sql.NullTime": lookup.TimeType, "gorm.io/gorm.DeletedAt": lookup.TimeType,
	"database/sql.NullString": lookup.TextType, "database/sql.NullBool": lookup.BoolType, "database/sql.NullFloat64": lookup.DecimalType,
	"database/sql.NullInt16": lookup.BigIntType, "database/sql.NullInt32": lookup.BigIntType, "database/sql.NullInt64": lookup.BigIntType,
	"gorm.io/datatypes.JSON": lookup.JSONType, "gorm.io/datatypes.JSONMap": lookup.JSONType,
	"gorm.io/datatypes.JSONType": lookup.JSONType, "gorm.io/datatypes.JSONSlice": lookup.JSONType,
	modelsPath + ".JSON": lookup.JSONType, modelsPath + ".HStore": lookup.TypeOf("hstore"), modelsPath + ".SearchVector": lookup.VectorType,
	modelsPath + ".Email": lookup.TextType, modelsPath + ".URL": lookup.TextType, modelsPath + ".Slug": lookup.TextType, modelsPath + ".FilePath": lookup.TextType,
}

// typesOf are the columns of generic types, by that of their argument.
var typesOf = map[string]func(lookup.Type) lookup.Type{
	modelsPath + ".Array": lookup.ArrayOf, modelsPath + ".Range": lookup.RangeOf, modelsPath + ".Null": same, "database/sql.Null": same,
}

func same(t lookup.Type) lookup.Type { return t }

// columnType returns the type of a column in lookups, the zero Type if only the
// running program knows it.
func columnType(f gen.Column) lookup.Type {
	if tag := f.Tags["TYPE"]; tag != "" {
		if t, ok := tagTypes[strings.ToLower(strings.TrimSpace(tag))]; ok {
			return t
		}
		col, err := sqltype.ParseColumn(tag)
		if err != nil {
			return lookup.Type{}
		}
		t := lookup.TypeOf(col.Type)
		if t.Kind == lookup.Array {
			t.Dims = dimensions(f.Type)
		}
		return t
	}
	if f.Serialized {
		return lookup.Type{}
	}
	if named, ok := types.Unalias(f.Type).(*types.Named); ok {
		if t, ok := goTypes[typeName(named)]; ok {
			return t
		}
		if of := typesOf[typeName(named)]; of != nil && named.TypeArgs().Len() == 1 {
			arg := columnType(gen.Column{Type: named.TypeArgs().At(0)})
			if arg.IsZero() {
				return arg
			}
			return of(arg)
		}
		for _, method := range []string{"Value", "GormDataType", "GormDBDataType"} {
			if obj, _, _ := types.LookupFieldOrMethod(types.NewPointer(named), true, nil, method); obj != nil {
				return lookup.Type{}
			}
		}
	}
	switch u := f.Type.Underlying().(type) {
	case *types.Basic:
		switch {
		case u.Info()&types.IsString != 0:
			return lookup.TextType
		case u.Info()&types.IsBoolean != 0:
			return lookup.BoolType
		case u.Info()&types.IsInteger != 0:
			return lookup.BigIntType
		case u.Info()&types.IsFloat != 0:
			return lookup.DecimalType
		}
	case *types.Slice:
		if isBasic(u.Elem(), types.Uint8) {
			return lookup.BytesType
		}
	}
	return lookup.Type{}
}

// dimensions returns the number of slices or arrays inside each other in a
// type.
func dimensions(t types.Type) (n int) {
	for {
		elem := elemOf(t)
		if elem == nil || isBasic(elem, types.Uint8) {
			return n
		}
		t, n = elem, n+1
	}
}

// elemOf returns the type of the elements of a slice or an array, nil for other
// types.
func elemOf(t types.Type) types.Type {
	switch u := t.Underlying().(type) {
	case *types.Slice:
		return u.Elem()
	case *types.Array:
		return u.Elem()
	}
	return nil
}

func isBasic(t types.Type, kind types.BasicKind) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Kind() == kind
}
