package models

import "reflect"

// newValue returns a pointer to a zero value of model's struct type, which has
// the methods of value and pointer receivers.
func newValue(model any) any {
	t := reflect.TypeOf(model)
	for t != nil && (t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice) {
		t = t.Elem()
	}
	if t == nil || t.Kind() != reflect.Struct {
		return nil
	}
	return reflect.New(t).Interface()
}
