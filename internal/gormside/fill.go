package gormside

import (
	"reflect"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/modelinfo"
)

// fillCreated sets what the models of a create fill in by themselves, as keys
// and versions. It is a callback, since hook methods of two mixins would hide
// each other.
func fillCreated(db *gorm.DB) {
	s := db.Statement.Schema
	if db.Error != nil || s == nil || s.ModelType == nil {
		return
	}
	m, err := modelinfo.Of(db).Model(s.ModelType)
	if err != nil || m.UUIDKey == nil && m.Version == nil {
		return // a model that only GORM can read
	}
	fill := func(rv reflect.Value) {
		for rv.Kind() == reflect.Pointer {
			rv = rv.Elem()
		}
		if rv.IsValid() && rv.Type() == m.Type && rv.CanAddr() {
			_ = db.AddError(m.Fill(db.Statement.Context, rv))
		}
	}
	switch rv := db.Statement.ReflectValue; rv.Kind() {
	case reflect.Slice, reflect.Array:
		for i := range rv.Len() {
			fill(rv.Index(i))
		}
	case reflect.Struct:
		fill(rv)
	}
}
