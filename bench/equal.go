package main

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
)

// plain turns what a peer has read into values that are equal where the rows
// are: structs become maps by the names of their fields, pointers what they
// point to, and lists of related rows are sorted by key. Relations that were not
// loaded and NULLs are left out.
func plain(v any) any { return plainValue(reflect.ValueOf(v)) }

func plainValue(v reflect.Value) any {
	if !v.IsValid() {
		return nil
	}
	switch value := v.Interface().(type) {
	case time.Time:
		return value.UTC().Format(time.RFC3339Nano)
	case uuid.UUID:
		return value.String()
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return nil
		}
		return plainValue(v.Elem())
	case reflect.Slice:
		list := make([]any, v.Len())
		for i := range list {
			list[i] = plainValue(v.Index(i))
		}
		return list
	case reflect.Struct:
		fields := map[string]any{}
		plainFields(v, fields)
		return fields
	}
	return v.Interface()
}

// plainFields adds the fields of a struct. Ent keeps its relations in a struct
// of their own, Edges, and names no column ID otherwise than the others.
func plainFields(v reflect.Value, into map[string]any) {
	for i := range v.NumField() {
		f, value := v.Type().Field(i), v.Field(i)
		switch {
		case !f.IsExported() || f.Anonymous:
		case f.Name == "Edges":
			plainFields(value, into)
		case (value.Kind() == reflect.Slice || value.Kind() == reflect.Pointer) && value.IsNil():
		default:
			p := plainValue(value)
			if list, ok := p.([]any); ok {
				slices.SortFunc(list, func(a, b any) int { return strings.Compare(text(a), text(b)) })
			}
			into[f.Name] = p
		}
	}
}

// text returns plain values as JSON, with the names of fields in order.
func text(v any) string {
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		panic(err) // plain values are maps, lists, texts and numbers
	}
	return string(b)
}

// difference returns the first lines in which two texts differ.
func difference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(w), len(g)) {
		if w[i] != g[i] {
			from := max(0, i-12)
			return fmt.Sprintf("line %d, want:\n%s\ngot:\n%s", i, strings.Join(w[from:min(i+4, len(w))], "\n"), strings.Join(g[from:min(i+4, len(g))], "\n"))
		}
	}
	return fmt.Sprintf("%d lines, want %d", len(g), len(w))
}
