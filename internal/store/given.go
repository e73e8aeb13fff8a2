package store

import (
	"reflect"
)

// Absent reports whether obj, a pointer to an object, is nil.
func Absent(obj any) bool {
	rv := reflect.ValueOf(obj)
	return !rv.IsValid() || rv.IsNil()
}
