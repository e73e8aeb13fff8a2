package store

import (
	"context"
	"fmt"
	"reflect"

	"github.com/gormango/gormango/internal/exec"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
)

// fieldOf returns the field of an owner that holds the objects of a link. It
// returns false if the field lies in a struct that is embedded by a nil
// pointer.
func fieldOf(link query.Link, owner reflect.Value) (reflect.Value, bool) {
	if link.Field == "" {
		return link.Rel.In(owner)
	}
	at, ok := owner.Type().FieldByName(link.Field)
	if !ok {
		return reflect.Value{}, false
	}
	field, err := owner.FieldByIndexErr(at.Index)
	return field, err == nil
}

// madeField returns the field of an owner that holds the objects of a link. It
// makes the structs that are embedded by nil pointers on the way.
func madeField(ctx context.Context, link query.Link, owner reflect.Value) reflect.Value {
	if link.Field == "" {
		return link.Rel.Rel.Field.ReflectValueOf(ctx, owner)
	}
	at, _ := owner.Type().FieldByName(link.Field)
	for _, i := range at.Index {
		if owner.Kind() == reflect.Pointer {
			if owner.IsNil() {
				owner.Set(reflect.New(owner.Type().Elem()))
			}
			owner = owner.Elem()
		}
		owner = owner.Field(i)
	}
	return owner
}

// heldObjects returns the objects in the fields of a link, shared objects once.
func heldObjects(ctx context.Context, link query.Link, owners []reflect.Value) []reflect.Value {
	var objs []reflect.Value
	shared := map[any]bool{}
	for _, o := range owners {
		field, ok := fieldOf(link, o)
		if link.Field == "" && !link.Rel.ToMany() {
			field, ok = link.Rel.Loaded(ctx, o)
		}
		if ok {
			objs = appendObjects(objs, field, shared)
		}
	}
	return objs
}

// appendObjects appends the objects in a field to objs, except those in shared,
// and adds them to shared.
func appendObjects(objs []reflect.Value, field reflect.Value, shared map[any]bool) []reflect.Value {
	one := func(v reflect.Value) {
		if v.Kind() != reflect.Pointer {
			v = v.Addr()
		}
		if !v.IsNil() && rowModel(v.Type().Elem()) != nil {
			v = v.Elem().Field(0)
		}
		if v.IsNil() || shared[v.Interface()] {
			return
		}
		shared[v.Interface()] = true
		objs = append(objs, v.Elem())
	}
	if field.Kind() == reflect.Slice {
		for i := range field.Len() {
			one(field.Index(i))
		}
		return objs
	}
	one(field)
	return objs
}

// setRelated sets an owner's field to related objects. The field is a pointer,
// a struct, a repo.Row, or a slice of one of them; a slice is set even without
// rows.
func setRelated(field reflect.Value, rel *modelinfo.Relation, rows []exec.Found) error {
	switch {
	case field.Kind() == reflect.Slice:
		out := reflect.MakeSlice(field.Type(), len(rows), len(rows))
		for i, row := range rows {
			if err := setObject(out.Index(i), rel, row); err != nil {
				return err
			}
		}
		field.Set(out)
	case len(rows) == 0:
		field.SetZero()
	default:
		return setObject(field, rel, rows[0])
	}
	return nil
}

// setObject sets a variable to a related object.
func setObject(v reflect.Value, rel *modelinfo.Relation, row exec.Found) error {
	t := v.Type()
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	obj := row.Object
	if rowModel(t) != nil {
		obj = reflect.New(t)
		obj.Elem().Field(0).Set(row.Object)
		obj.Elem().Field(1).Set(reflect.ValueOf(row.Values))
	}
	switch {
	case obj.Type() == v.Type():
		v.Set(obj)
	case obj.Type().Elem() == v.Type():
		v.Set(obj.Elem())
	default:
		return fmt.Errorf("field %s of type %s cannot hold %s", rel.Name, v.Type(), rel.To.Name)
	}
	return nil
}
