package gormside_test

import (
	"reflect"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango"
)

// GORM runs the callbacks in this order, ours among its own.
func TestOrderOfCallbacks(t *testing.T) {
	t.Parallel()
	_, db := open(t, gormango.Config{})
	c := db.Callback()
	for name, want := range map[string][]string{
		"create": {"gormango:keep_transaction", "gorm:begin_transaction", "gormango:fill", "gorm:before_create", "gorm:save_before_associations",
			"gorm:create", "gorm:save_after_associations", "gorm:after_create", "gorm:commit_or_rollback_transaction"},
		"query": {"gormango:session", "gormango:keep_transaction", "gorm:query", "gorm:preload", "gorm:after_query"},
		"update": {"gormango:keep_transaction", "gorm:begin_transaction", "gorm:setup_reflect_value", "gorm:before_update", "gorm:save_before_associations",
			"gorm:update", "gorm:save_after_associations", "gorm:after_update", "gorm:commit_or_rollback_transaction"},
		"delete": {"gormango:keep_transaction", "gorm:begin_transaction", "gorm:before_delete", "gorm:delete_before_associations",
			"gorm:delete", "gorm:after_delete", "gorm:commit_or_rollback_transaction"},
		"row": {"gormango:session", "gormango:keep_transaction", "gorm:row", "gormango:scanned"},
		"raw": {"gormango:session", "gormango:keep_transaction", "gorm:raw"},
	} {
		p := map[string]any{
			"create": c.Create(), "query": c.Query(), "update": c.Update(), "delete": c.Delete(), "row": c.Row(), "raw": c.Raw(),
		}[name]
		require.Equal(t, want, order(p), name)
	}
}

// order returns the names of a processor's callbacks in the order in which GORM
// runs them.
func order(processor any) (names []string) {
	callbacks := reflect.ValueOf(processor).Elem().FieldByName("callbacks")
	named := map[uintptr]string{}
	for i := range callbacks.Len() {
		c := callbacks.Index(i).Elem()
		named[closure(c.FieldByName("handler"))] = c.FieldByName("name").String()
	}
	fns := reflect.ValueOf(processor).Elem().FieldByName("fns")
	for i := range fns.Len() {
		names = append(names, named[closure(fns.Index(i))])
	}
	return names
}

// closure identifies a function with what it has captured.
func closure(fn reflect.Value) uintptr { return *(*uintptr)(unsafe.Pointer(fn.UnsafeAddr())) }
