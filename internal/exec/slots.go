package exec

import (
	"cmp"
	"context"
	"database/sql/driver"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm/schema"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/rowcodec"
)

// slot is a field of a struct that takes a column of a row.
type slot struct {
	name  string // of the column
	index []int  // as reflect has it
	field reflect.StructField
	// link reports whether the field looks like a relation, which no column need
	// fill.
	link bool
}

// slotsOf are the fields of a struct by GORM's rules for columns:
// `gorm:"column:x"`, else the name in snake case; embedded structs count as
// their fields; "-" and "->:false" leave a field out. skip is a type whose
// embedded struct is passed over, with its place; nil for none.
func slotsOf(t reflect.Type, namer schema.Namer, skip reflect.Type) (slots []slot, at []int, err error) {
	seen := map[string]int{} // how deep a column was found
	var walk func(t reflect.Type, index []int, prefix string)
	walk = func(t reflect.Type, index []int, prefix string) {
		var inner []func()
		for i := range t.NumField() {
			f := t.Field(i)
			tags := schema.ParseTagSetting(f.Tag.Get("gorm"), ";")
			_, out := tags["-"]
			if out && tags["-"] != "migration" || tags["->"] == "false" || !f.IsExported() && !f.Anonymous {
				continue
			}
			path := append(slices.Clip(index), i)
			inside := bare(f.Type)
			if skip != nil && inside == skip && f.Anonymous && f.IsExported() {
				at = path
				continue
			}
			_, embedded := tags["EMBEDDED"]
			if inside.Kind() == reflect.Struct && (embedded || f.Anonymous && !valueLike(inside)) {
				if !f.IsExported() && f.Type.Kind() == reflect.Pointer {
					continue // only its own package can make it
				}
				inner = append(inner, func() { walk(inside, path, prefix+tags["EMBEDDEDPREFIX"]) })
				continue
			}
			if !f.IsExported() {
				continue
			}
			name := cmp.Or(tags["COLUMN"], namer.ColumnName("", f.Name))
			s := slot{name: prefix + name, index: path, field: f, link: linkLike(f.Type)}
			if depth, ok := seen[s.name]; ok {
				if depth == len(path) && err == nil {
					err = fmt.Errorf("two fields of %s take the column %q", t, s.name)
				}
				continue // the field nearer to the top is the one that Go means, too
			}
			seen[s.name] = len(path)
			slots = append(slots, s)
		}
		for _, fn := range inner {
			fn()
		}
	}
	walk(t, nil, "")
	return slots, at, err
}

// valueLike reports whether a struct is one value and no row.
func valueLike(t reflect.Type) bool {
	return t.ConvertibleTo(reflect.TypeFor[time.Time]()) || t.Implements(reflect.TypeFor[driver.Valuer]()) ||
		rowcodec.ScansItself(t)
}

func linkLike(t reflect.Type) bool {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	return t.Kind() == reflect.Struct && !valueLike(t)
}

// schemaField describes a slot of a struct as GORM would, for rowcodec. from is
// the model's own column, whose serializer is taken over, nil for none.
func (s slot) schemaField(root *schema.Schema, t lookup.Type, from *schema.Field) *schema.Field {
	f := &schema.Field{Name: s.field.Name, DBName: s.name, FieldType: s.field.Type, IndirectFieldType: bare(s.field.Type), Schema: root, StructField: s.field,
		TagSettings: schema.ParseTagSetting(s.field.Tag.Get("gorm"), ";")}
	f.StructField.Index = marked(root.ModelType, s.index)
	f.ReflectValueOf = func(_ context.Context, rv reflect.Value) reflect.Value { return reach(rv, s.index) }
	switch name := f.TagSettings["SERIALIZER"]; {
	case name != "":
		f.Serializer, _ = schema.GetSerializer(strings.ToLower(name))
	case from != nil && from.Serializer != nil && from.FieldType == f.FieldType:
		f.Serializer = from.Serializer
	case converted(t, f.FieldType):
		f.Serializer = conversion{t}
	}
	if f.Serializer != nil {
		f.NewValuePool = raws{}
	}
	f.Set = func(ctx context.Context, rv reflect.Value, v any) error {
		if r, ok := v.(*raw); ok {
			if c, ok := f.Serializer.(conversion); ok {
				return assignFrom(c.typ, r.v, r.zone, f.ReflectValueOf(ctx, rv))
			}
			return f.Serializer.Scan(ctx, f, rv, r.v)
		}
		pv := reflect.ValueOf(v)
		if pv.Type() != reflect.PointerTo(reflect.PointerTo(f.IndirectFieldType)) {
			return Assign(v, reach(rv, s.index))
		}
		switch pv = pv.Elem(); {
		case pv.IsNil(): // NULL leaves the zero value
		case f.FieldType == f.IndirectFieldType:
			reach(rv, s.index).Set(pv.Elem())
		default:
			reach(rv, s.index).Set(pv)
		}
		return nil
	}
	return f
}

// marked is an index as GORM writes it: what an embedded pointer leads to is
// negative.
func marked(t reflect.Type, index []int) []int {
	out := slices.Clone(index)
	for n, i := range index {
		t = t.Field(i).Type
		if t.Kind() == reflect.Pointer && n < len(index)-1 {
			out[n] = -i - 1
			t = t.Elem()
		}
	}
	return out
}

// reach is the field at an index of a struct or a pointer to one. Embedded
// structs on the way are made.
func reach(rv reflect.Value, index []int) reflect.Value {
	for rv = reflect.Indirect(rv); len(index) > 0; index = index[1:] {
		rv = rv.Field(index[0])
		if len(index) > 1 && rv.Kind() == reflect.Pointer {
			if rv.IsNil() {
				rv.Set(reflect.New(rv.Type().Elem()))
			}
			rv = rv.Elem()
		}
	}
	return rv
}

// raw takes a value as database/sql has it, for a serializer.
type raw struct {
	v    any
	zone *time.Location
}

// Scan keeps the value.
func (r *raw) Scan(v any) error {
	if b, ok := v.([]byte); ok {
		v = slices.Clone(b)
	}
	r.v = v
	return nil
}

// SetZone sets the location of times in text.
func (r *raw) SetZone(zone *time.Location) { r.zone = zone }

type raws struct{}

func (raws) Get() any { return new(raw) }
func (raws) Put(any)  {}

// conversion is Convert in the shape of a serializer.
type conversion struct{ typ lookup.Type }

// Scan is part of schema.SerializerInterface.
func (c conversion) Scan(ctx context.Context, f *schema.Field, dst reflect.Value, v any) error {
	return assignFrom(c.typ, v, nil, f.ReflectValueOf(ctx, dst))
}

// Value is part of schema.SerializerInterface, which writes nothing here.
func (c conversion) Value(_ context.Context, _ *schema.Field, _ reflect.Value, v any) (any, error) {
	return v, nil
}
