package main

import (
	"encoding/json"
	"fmt"
	"io"
)

// object is a JSON object that keeps the order of its keys, which specs need.
type object struct {
	keys   []string
	values map[string]any
}

func (o *object) has(key string) bool { _, ok := o.values[key]; return ok }

func (o *object) get(key string) any { return o.values[key] }

func (o *object) text(key string) string { s, _ := o.values[key].(string); return s }

func (o *object) list(key string) []any { l, _ := o.values[key].([]any); return l }

func (o *object) object(key string) *object { x, _ := o.values[key].(*object); return x }

func (o *object) bool(key string) bool { b, _ := o.values[key].(bool); return b }

// plain returns the object as encoding/json would decode it, numbers by their
// form.
func (o *object) plain() map[string]any {
	out := make(map[string]any, len(o.keys))
	for _, k := range o.keys {
		out[k] = plain(o.values[k])
	}
	return out
}

// plain converts the result of readJSON to int64, float64, string, bool, nil,
// []any and map[string]any.
func plain(v any) any {
	switch x := v.(type) {
	case *object:
		return x.plain()
	case []any:
		out := make([]any, len(x))
		for i, e := range x {
			out[i] = plain(e)
		}
		return out
	case json.Number:
		return number(x)
	}
	return v
}

// number returns an int64 for a text with neither a point nor an exponent, else
// a float64.
func number(n json.Number) any {
	if i, err := n.Int64(); err == nil {
		return i
	}
	f, err := n.Float64()
	if err != nil {
		return string(n)
	}
	return f
}

// readJSON reads one JSON value: *object, []any, string, json.Number, bool,
// nil.
func readJSON(r io.Reader) (any, error) {
	d := json.NewDecoder(r)
	d.UseNumber()
	return readValue(d)
}

func readValue(d *json.Decoder) (any, error) {
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	delim, ok := t.(json.Delim)
	if !ok {
		return t, nil
	}
	switch delim {
	case '[':
		list := []any{}
		for d.More() {
			v, err := readValue(d)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err = d.Token()
		return list, err
	case '{':
		o := &object{values: map[string]any{}}
		for d.More() {
			k, err := d.Token()
			if err != nil {
				return nil, err
			}
			v, err := readValue(d)
			if err != nil {
				return nil, err
			}
			key := k.(string)
			o.keys = append(o.keys, key)
			o.values[key] = v
		}
		_, err = d.Token()
		return o, err
	}
	return nil, fmt.Errorf("unexpected %v", delim)
}

// readSpecs reads a list of specs.
func readSpecs(r io.Reader) ([]*object, error) {
	v, err := readJSON(r)
	if err != nil {
		return nil, err
	}
	list, ok := v.([]any)
	if !ok {
		return nil, fmt.Errorf("the specs are no JSON list")
	}
	out := make([]*object, len(list))
	for i, e := range list {
		if out[i], ok = e.(*object); !ok || out[i].text("id") == "" {
			return nil, fmt.Errorf("spec %d is no object with an id", i)
		}
	}
	return out, nil
}
