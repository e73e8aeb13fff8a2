package main

import (
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	"github.com/shopspring/decimal"

	"github.com/gormango/gormango/repo"
)

// unsupported is a part of a spec that the library, or this program, does not
// have.
type unsupported string

func (u unsupported) Error() string { return string(u) }

// value decodes a value of a lookup: JSON, or an object with one key that
// begins with $.
func (r *runner[T]) value(v any) (any, error) {
	switch x := v.(type) {
	case json.Number:
		return number(x), nil
	case []any:
		return r.list(x)
	case *object:
		if len(x.keys) == 1 && x.keys[0][0] == '$' {
			return r.tagged(x.keys[0], x.values[x.keys[0]])
		}
		return x.plain(), nil
	}
	return v, nil
}

// list decodes a list of values.
func (r *runner[T]) list(in []any) (any, error) {
	out := make([]any, len(in))
	for i, e := range in {
		v, err := r.value(e)
		if err != nil {
			return nil, err
		}
		out[i] = v
	}
	return listOf(out), nil
}

// listOf returns a slice of the members' common type.
func listOf(out []any) any {
	types := map[reflect.Type]bool{}
	for _, v := range out {
		types[reflect.TypeOf(v)] = true
	}
	if len(out) == 0 {
		return []string{}
	}
	t := reflect.TypeOf(out[0])
	if len(types) > 1 || t == nil || t.Kind() == reflect.Pointer || t == reflect.TypeFor[repo.Expr]() {
		return out
	}
	typed := reflect.MakeSlice(reflect.SliceOf(t), len(out), len(out))
	for i, v := range out {
		typed.Index(i).Set(reflect.ValueOf(v))
	}
	return typed.Interface()
}

func (r *runner[T]) tagged(tag string, x any) (any, error) {
	if v, ok, err := r.typed(tag, x); ok {
		return v, err
	}
	s, _ := x.(string)
	switch tag {
	case "$date":
		return time.Parse("2006-01-02", s)
	case "$datetime":
		return time.Parse(time.RFC3339Nano, s)
	case "$time":
		return s, nil
	case "$decimal":
		return decimal.NewFromString(s)
	case "$duration":
		f, err := x.(json.Number).Float64()
		return time.Duration(f * float64(time.Second)), err
	case "$f":
		return repo.F(repo.Ref(s)), nil
	case "$expr":
		return r.expr(x)
	case "$outer":
		return outer(x), nil
	case "$sub", "$qs":
		sub, err := r.env.chain(x.(*object))
		if err != nil {
			return nil, err
		}
		if tag == "$sub" {
			sub.everyColumn()
		}
		return sub.operand(), nil
	case "$obj":
		o := x.(*object)
		m, ok := models[o.text("model")]
		if !ok {
			return nil, fmt.Errorf("unknown model %q", o.text("model"))
		}
		obj := reflect.New(m.typ)
		if id, ok := o.get("id").(json.Number); ok {
			n, err := id.Int64()
			if err != nil {
				return nil, err
			}
			obj.Elem().FieldByName("ID").SetInt(n)
		}
		return obj.Interface(), nil
	case "$jsonnull":
		return json.RawMessage("null"), nil
	case "$json":
		return plain(x), nil
	}
	return nil, fmt.Errorf("unknown tag %q", tag)
}

// outer returns an OuterRef. Each level of nesting refers to one query further
// out.
func outer(x any) repo.Expr {
	if o, ok := x.(*object); ok {
		return repo.Outer(outer(o.get("outer")))
	}
	return repo.OuterRef(repo.Ref(x.(string)))
}
