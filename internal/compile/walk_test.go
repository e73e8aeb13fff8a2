package compile

import (
	"reflect"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// entered are the types whose fields parts goes into; the query that an
// expression belongs to is no part of it.
var (
	entered = map[reflect.Type]bool{reflect.TypeFor[expr](): true, reflect.TypeFor[node](): true, reflect.TypeFor[predicate](): true,
		reflect.TypeFor[when](): true, reflect.TypeFor[ordered](): true}
	notParts = map[string]bool{"expr.b": true, "predicate.body": true}
)

// plant puts an expression or a query into every field of v that can hold one.
func plant(v reflect.Value, name string, depth int, marks map[any]string) {
	v = reflect.NewAt(v.Type(), unsafe.Pointer(v.UnsafeAddr())).Elem() // private fields too
	switch t := v.Type(); {
	case t == reflect.TypeFor[*expr](), t == reflect.TypeFor[*builder]():
		v.Set(reflect.New(t.Elem()))
		marks[v.Interface()] = name
	case t.Kind() == reflect.Pointer && entered[t.Elem()]:
		if depth < 6 {
			v.Set(reflect.New(t.Elem()))
			plant(v.Elem(), name, depth+1, marks)
		}
	case t.Kind() == reflect.Slice && (entered[t.Elem()] || t.Elem().Kind() == reflect.Pointer && entered[t.Elem().Elem()]):
		v.Set(reflect.MakeSlice(t, 1, 1))
		plant(v.Index(0), name, depth+1, marks)
	case entered[t]:
		for i := range t.NumField() {
			if name := t.Name() + "." + t.Field(i).Name; !notParts[name] {
				plant(v.Field(i), name, depth+1, marks)
			}
		}
	}
}

// Every field of an expression that holds expressions or a query is visited and
// mapped: a new one that is forgotten fails here.
func TestPartsAndMappedKnowEveryField(t *testing.T) {
	t.Parallel()
	marks := map[any]string{}
	x := &expr{}
	plant(reflect.ValueOf(x).Elem(), "expr", 0, marks)
	require.Greater(t, len(marks), 12)
	y := x.mapped(func(p *expr) *expr {
		if p == x {
			return nil
		}
		return &expr{}
	})
	n := 0
	y.parts(func(p *expr) {
		require.Empty(t, marks[p], "was not mapped")
		n++
	}, func(*builder) { n++ })
	require.Equal(t, len(marks), n)
	x.parts(func(p *expr) { delete(marks, p) }, func(b *builder) { delete(marks, b) })
	require.Empty(t, marks, "not visited")
}
