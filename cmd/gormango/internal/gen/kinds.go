package gen

import (
	"go/token"
	"go/types"
	"strings"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/sqltype"
)

// kind is the type of a column's typed field in package repo.
type kind struct {
	name  string     // without the package: "StringField", "NullTimeField"
	value types.Type // the Go type of its values
	typed bool       // the value's type is a type argument of the kind
	// elem is the type of the elements of an array and of the ends of a range, a
	// type argument too; nil for other kinds.
	elem types.Type
}

// kindOf returns the kind of a column by its Go type. from is the package of
// the generated code.
func kindOf(f *field, from *types.Package) kind {
	value, null := f.base, isPointer(f.typ)
	if !f.serializer {
		if inner := nullable(value); inner != nil {
			value, null = inner, true
		}
	}
	k := kind{name: baseKind(f, value), value: value}
	k.typed = k.name != "TimeField" && k.name != "DateField"
	switch k.name {
	case "ArrayField":
		k.elem = element(value)
	case "RangeField":
		k.elem = end(f, value)
	}
	if null {
		k.name = "Null" + k.name
	}
	if !reachable(k.value, from) || k.elem != nil && !reachable(k.elem, from) {
		k.value, k.elem = types.Universe.Lookup("any").Type(), nil
		k.name = strings.NewReplacer("String", "Ordered", "Bool", "", "Array", "", "Range", "").Replace(k.name)
	}
	return k
}

func baseKind(f *field, value types.Type) string {
	column := columnType(f, value)
	switch {
	case column == "json" || column == "jsonb" || strings.HasPrefix(typeName(value), "gorm.io/datatypes.JSON"):
		return "JSONField"
	case f.serializer:
		return "Field"
	case strings.HasSuffix(column, "]"):
		if element(value) != nil {
			return "ArrayField"
		}
		return "Field"
	case column == "hstore":
		return "HStoreField"
	case column == "tsvector":
		return "VectorField"
	case end(f, value) != nil:
		return "RangeField"
	case typeName(value) == "time.Time":
		switch {
		case column == "date":
			return "DateField"
		case strings.HasPrefix(column, "time "):
			return "OrderedField" // a time of day
		}
		return "TimeField"
	case isDecimal(value):
		return "OrderedField"
	}
	switch u := value.Underlying().(type) {
	case *types.Basic:
		switch {
		case u.Info()&types.IsString != 0:
			return "StringField"
		case u.Info()&types.IsBoolean != 0:
			return "BoolField"
		case u.Info()&(types.IsInteger|types.IsFloat) != 0:
			return "OrderedField"
		}
	case *types.Struct:
		if isTimeStruct(u) {
			return "OrderedField"
		}
	}
	return "Field"
}

// ours is the package of column types that need no tag.
const ours = "github.com/gormango/gormango/models."

// columnTypes are the types of columns of package models, of arrays and ranges
// one of them.
var columnTypes = map[string]string{
	ours + "JSON": "jsonb", ours + "Array": "text[]", ours + "Range": "int8range", ours + "HStore": "hstore", ours + "SearchVector": "tsvector",
}

// columnType returns the type of a column by its tag or its Go type, "" if it
// is another one.
func columnType(f *field, value types.Type) string {
	if tag := f.tags["TYPE"]; tag != "" {
		return sqltype.Canonical(tag)
	}
	return columnTypes[typeName(value)]
}

// element returns the type of the elements of a slice or an array, nil for
// bytes and other types.
func element(t types.Type) types.Type {
	var elem types.Type
	switch u := t.Underlying().(type) {
	case *types.Slice:
		elem = u.Elem()
	case *types.Array:
		elem = u.Elem()
	}
	if elem == nil || types.Identical(elem, types.Typ[types.Uint8]) {
		return nil
	}
	return elem
}

// timeType is time.Time for generated code.
var timeType = types.NewNamed(types.NewTypeName(token.NoPos, types.NewPackage("time", "time"), "Time", nil), types.NewStruct(nil, nil), nil)

// ends are the Go types of the ends of ranges.
var ends = map[string]string{"integer": "int64", "bigint": "int64", "numeric": "float64"}

// end returns the type of the ends of a range or multirange, nil for a column
// of another type: the type argument of pgtype.Range and its kin, else a number
// or time.Time.
func end(f *field, value types.Type) types.Type {
	t := lookup.TypeOf(columnType(f, value))
	if t.Kind != lookup.Range {
		return nil
	}
	for {
		if elem := element(value); elem != nil {
			value = elem
		} else {
			break
		}
	}
	if named, ok := types.Unalias(value).(*types.Named); ok && named.TypeArgs().Len() == 1 {
		arg := named.TypeArgs().At(0)
		if inner, ok := types.Unalias(arg).(*types.Named); ok && inner.TypeArgs().Len() == 1 {
			arg = inner.TypeArgs().At(0) // a multirange of ranges
		}
		return arg
	}
	if name, ok := ends[sqltype.Canonical(t.Elem.SQL)]; ok {
		return types.Universe.Lookup(name).Type()
	}
	return timeType
}

// isDecimal reports whether t is decimal.Decimal or a struct that embeds it.
func isDecimal(t types.Type) bool {
	const name = "github.com/shopspring/decimal.Decimal"
	if typeName(t) == name {
		return true
	}
	if st, ok := t.Underlying().(*types.Struct); ok {
		for v := range st.Fields() {
			if v.Embedded() && typeName(v.Type()) == name {
				return true
			}
		}
	}
	return false
}

// nullables are structs of a value and a valid flag.
var nullables = map[string]bool{
	"database/sql.Null": true, "database/sql.NullBool": true, "database/sql.NullByte": true, "database/sql.NullFloat64": true,
	"database/sql.NullInt16": true, "database/sql.NullInt32": true, "database/sql.NullInt64": true,
	"database/sql.NullString": true, "database/sql.NullTime": true, "gorm.io/gorm.DeletedAt": true, ours + "Null": true,
	"github.com/google/uuid.NullUUID": true, "github.com/shopspring/decimal.NullDecimal": true,
}

// nullable returns the type of the value in a nullable struct, nil for other
// types.
func nullable(t types.Type) types.Type {
	if !nullables[typeName(t)] {
		return nil
	}
	st, ok := t.Underlying().(*types.Struct)
	if !ok || st.NumFields() == 0 {
		return nil
	}
	return st.Field(0).Type()
}
