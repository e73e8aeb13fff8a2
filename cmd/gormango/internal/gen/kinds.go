package gen

import (
	"go/types"
	"strings"

	"github.com/gormango/gormango/internal/sqltype"
)

// kind is the type of a column's typed field in package repo.
type kind struct {
	name  string     // without the package: "StringField", "NullTimeField"
	value types.Type // the Go type of its values
	typed bool       // the value's type is a type argument of the kind
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
	if null {
		k.name = "Null" + k.name
	}
	if !reachable(k.value, from) {
		k.value = types.Universe.Lookup("any").Type()
		k.name = strings.NewReplacer("String", "Ordered", "Bool", "").Replace(k.name)
	}
	return k
}

func baseKind(f *field, value types.Type) string {
	column := sqltype.Canonical(f.tags["TYPE"])
	switch {
	case column == "json" || column == "jsonb" || strings.HasPrefix(typeName(value), "gorm.io/datatypes.JSON"):
		return "JSONField"
	case f.serializer || strings.HasSuffix(column, "]"):
		return "Field"
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
	"database/sql.NullString": true, "database/sql.NullTime": true, "gorm.io/gorm.DeletedAt": true,
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
