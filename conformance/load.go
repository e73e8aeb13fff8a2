package main

import (
	"reflect"
	"regexp"
	"slices"
	"sort"
	"strings"

	"gorm.io/gorm/schema"

	"github.com/gormango/gormango/repo"
)

// load describes what is loaded besides a row's own columns: annotations, and
// relations by name.
type load struct {
	names    []string
	kind     func(annotation string) string
	deferred []string // columns that are not loaded
	rel      map[string]*load
	by       string // the op that loads the relation
	joined   bool
	ordered  bool
	field    string // field of Go, if it is not the relation's own
}

func newLoad() *load { return &load{rel: map[string]*load{}} }

// at returns the load of a path, making it if needed.
func (l *load) at(path string) *load {
	for _, part := range strings.Split(path, "__") {
		next := l.rel[part]
		if next == nil {
			next = newLoad()
			l.rel[part] = next
		}
		l = next
	}
	return l
}

// mark records the op that loads the first relation of a path.
func (l *load) mark(path, op string) {
	head, _, _ := strings.Cut(path, "__")
	l.rel[head].by = op
}

func (l *load) drop(op string) {
	for k, sub := range l.rel {
		if sub.by == op {
			delete(l.rel, k)
		}
	}
}

// follow is select_related() without names: every foreign key that is not null.
func (l *load) follow(t reflect.Type, depth int) {
	_, rels := fieldsOf(t)
	for name, i := range rels {
		f := t.Field(i)
		key, ok := t.FieldByName(f.Name + "ID")
		if depth == 0 || f.Type.Kind() != reflect.Pointer || !ok || key.Type.Kind() == reflect.Pointer {
			continue
		}
		sub := l.at(name)
		sub.by, sub.joined = "select_related", true
		sub.follow(f.Type.Elem(), depth-1)
	}
}

// loaded returns what the query loads, with its deferred columns.
func (r *runner[T]) loaded() *load {
	if r.columns == nil {
		r.load.deferred = nil
		for _, n := range r.qs.Deferred() {
			r.load.deferred = append(r.load.deferred, string(n))
		}
		r.leave(r.load, "")
	}
	return r.load
}

// leave records the deferred columns of joined objects.
func (r *runner[T]) leave(l *load, prefix string) {
	for name, sub := range l.rel {
		if !sub.joined {
			continue
		}
		sub.deferred = nil
		for _, n := range r.qs.Deferred(repo.Rel[T](prefix + name)) {
			sub.deferred = append(sub.deferred, strings.TrimPrefix(string(n), prefix+name+"__"))
		}
		r.leave(sub, prefix+name+"__")
	}
}

// instance encodes a row of a model: its columns, its annotations, and its
// loaded relations.
func instance(rv reflect.Value, values map[string]any, l *load) any {
	if rv.Kind() == reflect.Pointer {
		if rv.IsNil() {
			return nil
		}
		rv = rv.Elem()
	}
	fields, rels := fieldsOf(rv.Type())
	out := row{}
	for _, f := range fields {
		if !slices.Contains(l.deferred, f.name) {
			out[f.name] = encode(rv.Field(f.index).Interface(), f.kind)
		}
	}
	if len(l.deferred) > 0 {
		off := slices.Clone(l.deferred)
		sort.Strings(off)
		out["$deferred"] = off
	}
	for _, name := range l.names {
		v, ok := values[name]
		if !ok {
			v = row{"$missing": name}
		}
		out[name] = encode(v, l.kind(name))
	}
	for name, sub := range l.rel {
		v, ok := rv.FieldByName(sub.field), true
		if sub.field == "" {
			var i int
			if i, ok = rels[name]; ok {
				v = rv.Field(i)
			}
		}
		if !ok || !v.IsValid() {
			out["$"+name] = row{"$missing": name}
			continue
		}
		if v.Kind() != reflect.Slice {
			out["$"+name] = related(v, sub)
			continue
		}
		if v.IsNil() {
			out["$"+name] = row{"$notloaded": name}
			continue
		}
		list := make([]any, v.Len())
		for k := range list {
			list[k] = related(v.Index(k), sub)
		}
		if !sub.ordered {
			sort.SliceStable(list, func(a, b int) bool { return list[a].(row)["id"].(int64) < list[b].(row)["id"].(int64) })
		}
		out["$"+name] = list
	}
	return out
}

// related returns the object in a relation's field, or a repo.Row of it.
func related(v reflect.Value, l *load) any {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return nil
		}
		v = v.Elem()
	}
	if v.Type().PkgPath() == reflect.TypeFor[repo.Row[Book]]().PkgPath() {
		values, _ := v.FieldByName("Values").Interface().(map[string]any)
		return instance(v.FieldByName("Object"), values, l)
	}
	return instance(v, nil, l)
}

// named reports whether a model has a column or a relation of the name.
func named(fields []field, rels map[string]int, name string) bool {
	_, ok := rels[name]
	return ok || slices.ContainsFunc(fields, func(f field) bool { return f.name == name })
}

// target returns the model at the end of a path of relations, nil if it leads
// to none. The path may contain attributes of Prefetch.
func (l *load) target(t reflect.Type, path string) reflect.Type {
	for _, part := range strings.Split(path, "__") {
		_, rels := fieldsOf(t)
		f := reflect.StructField{}
		if sub := l.rel[part]; sub != nil && sub.field != "" {
			f, _ = t.FieldByName(sub.field)
			f.Type = objectOf(f.Type)
		} else if i, ok := rels[part]; ok {
			f = t.Field(i)
			f.Type = objectOf(f.Type)
		} else {
			return nil
		}
		if t = f.Type; l.rel[part] != nil {
			l = l.rel[part]
		} else {
			l = newLoad()
		}
	}
	return t
}

// objectOf returns the model in a field's type.
func objectOf(t reflect.Type) reflect.Type {
	for t.Kind() != reflect.Struct {
		t = t.Elem()
	}
	if f, ok := t.FieldByName("Object"); ok && t.PkgPath() == reflect.TypeFor[repo.Row[Book]]().PkgPath() {
		return objectOf(f.Type)
	}
	return t
}

// goPath returns a path of relations with Go fields in place of attributes.
func (l *load) goPath(path string) string {
	parts := strings.Split(path, "__")
	for i, part := range parts {
		next := l.rel[part]
		if next == nil {
			break
		}
		if next.field != "" {
			parts[i] = next.field
		}
		l = next
	}
	return strings.Join(parts, "__")
}

// goName returns the Go name of a field or relation.
func goName(name string) string {
	out := ""
	for _, part := range strings.Split(name, "_") {
		if part != "" {
			out += strings.ToUpper(part[:1]) + part[1:]
		}
	}
	return out
}

var foreignKey = regexp.MustCompile(`(?:^|;)foreignKey:(\w+)`)

// keyOf returns the column that identifies the owner in rows of a to-many
// relation, "" if there is none.
func keyOf(t reflect.Type, relation string) string {
	f, ok := t.FieldByName(goName(relation))
	if !ok {
		return ""
	}
	m := foreignKey.FindStringSubmatch(f.Tag.Get("gorm"))
	if m == nil {
		return ""
	}
	return schema.NamingStrategy{}.ColumnName("", m[1])
}
