package main

import (
	"encoding/json"
	"fmt"
	"reflect"
	"sort"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"gorm.io/gorm/schema"
)

// state is what Django keeps for an object besides its columns and a Go struct
// does not.
type state struct {
	// adding reports whether the object was made here and has no row yet.
	adding bool
	// deferred are the columns that were not loaded.
	deferred map[string]bool
	// byDB are the columns that the database sets.
	byDB map[string]bool
	// keyless reports whether a key of the application is None.
	keyless bool
	// target is the object of a Note, once it is known.
	target any
}

// of returns the state of an object, empty for one that was read.
func (w *writes) of(obj any) *state {
	s := w.states[obj]
	if s == nil {
		s = &state{}
		w.states[obj] = s
	}
	return s
}

// made returns a new object with values that is not saved.
func (w *writes) made(t *table, names []string, values []any) (any, error) {
	obj := t.blank()
	s := w.of(obj)
	s.adding, s.byDB = true, map[string]bool{}
	for _, f := range t.fields {
		if byDatabase(f) {
			s.byDB[f.DBName] = true
		}
	}
	return obj, w.assign(t, obj, names, values)
}

// assign sets attributes in their order.
func (w *writes) assign(t *table, obj any, names []string, values []any) error {
	for i, name := range names {
		if err := w.set(t, obj, name, values[i]); err != nil {
			return err
		}
	}
	return nil
}

// set sets an attribute: a column, a foreign key by an object, or the object of
// a Note.
func (w *writes) set(t *table, obj any, name string, v any) error {
	s, rv := w.of(obj), reflect.ValueOf(obj).Elem()
	if note, ok := obj.(*Note); ok && name == "target" {
		return w.setTarget(note, s, v)
	}
	o := t.owners[name]
	f := t.column(name)
	if f == nil {
		return nil // Python allows any attribute, which is never saved
	}
	if o != nil {
		at := rv.FieldByIndex(o.at)
		if v == nil {
			at.SetZero()
		} else {
			other := reflect.ValueOf(v)
			if !other.Type().AssignableTo(at.Type()) {
				return errValue{fmt.Sprintf("cannot assign %T to %s.%s", v, t.name, name)}
			}
			at.Set(other)
			v = w.pk(v)
		}
	}
	delete(s.deferred, f.DBName)
	delete(s.byDB, f.DBName)
	if f == t.key {
		s.keyless = v == nil && !f.AutoIncrement
	}
	if err := put(fieldOf(rv, f), v); err != nil {
		return fmt.Errorf("%s.%s: %w", t.name, name, err)
	}
	if o == nil {
		w.forget(t, rv, f, v)
	}
	if note, ok := obj.(*Note); ok {
		w.of(note).target = nil
	}
	return nil
}

// forget clears a loaded object that the column no longer refers to.
func (w *writes) forget(t *table, rv reflect.Value, f *schema.Field, v any) {
	for _, o := range t.owners {
		if o.column != f {
			continue
		}
		if at := rv.FieldByIndex(o.at); !at.IsNil() && w.pk(at.Interface()) != v {
			at.SetZero()
		}
	}
}

func (w *writes) setTarget(note *Note, s *state, v any) error {
	if v == nil {
		note.ContentTypeID, note.ContentType, note.ObjectID, s.target = nil, nil, nil, nil
		return nil
	}
	t := tableOfObject(v)
	note.ContentTypeID, note.ContentType, note.ObjectID, s.target = new(int32(t.number())), nil, nil, v
	return put(reflect.ValueOf(&note.ObjectID).Elem(), w.pk(v))
}

// fieldOf returns the field of a column in a struct.
func fieldOf(rv reflect.Value, f *schema.Field) reflect.Value {
	return rv.FieldByIndex(f.StructField.Index)
}

// put stores a value of the format in a field.
func put(at reflect.Value, v any) error {
	if v == nil {
		at.SetZero()
		return nil
	}
	if at.Type() == reflect.TypeFor[json.RawMessage]() {
		raw, err := json.Marshal(v)
		at.SetBytes(raw)
		return err
	}
	if at.Kind() == reflect.Pointer {
		p := reflect.New(at.Type().Elem())
		if err := put(p.Elem(), v); err != nil {
			return err
		}
		at.Set(p)
		return nil
	}
	rv := reflect.ValueOf(v)
	if rv.Kind() == reflect.Pointer && !rv.IsNil() {
		rv = rv.Elem()
	}
	n, whole := rv.Interface().(int64)
	switch {
	case rv.Type() == at.Type():
		at.Set(rv)
	case at.Type() == reflect.TypeFor[decimal.Decimal]() && whole:
		at.Set(reflect.ValueOf(decimal.NewFromInt(n)))
	case at.CanInt() && rv.CanInt() && !at.OverflowInt(rv.Int()):
		at.SetInt(rv.Int())
	default:
		return unsupported(fmt.Sprintf("a value of type %T for a field of type %s", v, at.Type()))
	}
	return nil
}

// pk returns the key of an object, nil if it has none.
func (w *writes) pk(obj any) any {
	t := tableOfObject(obj)
	if w.of(obj).keyless {
		return nil
	}
	return plainValue(fieldOf(reflect.ValueOf(obj).Elem(), t.key), t.key)
}

// plainValue returns a column's value in the format: int64 for every integer,
// nil for NULL and for a key or a time that is not set.
func plainValue(at reflect.Value, f *schema.Field) any {
	if at.Kind() == reflect.Pointer {
		if at.IsNil() {
			return nil
		}
		at = at.Elem()
	}
	switch x := at.Interface().(type) {
	case uuid.UUID:
		if x == uuid.Nil {
			return nil
		}
	case time.Time:
		if x.IsZero() {
			return nil
		}
	}
	if at.CanInt() {
		if at.Int() == 0 && f.PrimaryKey {
			return nil
		}
		return at.Int()
	}
	return at.Interface()
}

// inst returns an object in the format: its columns in memory.
func (w *writes) inst(obj any) any {
	if obj == nil || reflect.ValueOf(obj).IsNil() {
		return nil
	}
	t, s, rv := tableOfObject(obj), w.of(obj), reflect.ValueOf(obj).Elem()
	out := row{}
	for _, f := range t.fields {
		switch {
		case s.deferred[f.DBName]:
		case s.byDB[f.DBName]:
			out[f.DBName] = row{"$expr": true}
		case f == t.key && s.keyless:
			out[f.DBName] = nil
		default:
			out[f.DBName] = encode(plainValue(fieldOf(rv, f), f), "")
		}
	}
	if len(s.deferred) > 0 {
		var names []string
		for n := range s.deferred {
			names = append(names, n)
		}
		sort.Strings(names)
		out["$deferred"] = names
	}
	return out
}

// times returns the columns that Django sets at every insert.
func (t *table) times() (list []*schema.Field) {
	for _, f := range t.fields {
		if f.AutoCreateTime > 0 || f.AutoUpdateTime > 0 {
			list = append(list, f)
		}
	}
	return list
}
