package migrate

import (
	"maps"
	"slices"
	"strings"

	"github.com/gormango/gormango/internal/sqltext"
)

// objectPlan is what changes in the objects that models do not describe.
type objectPlan struct {
	drop []string // keys, in order
}

// planObjects finds the objects that must go: those that are not wanted, those
// whose text changes, those that need a column that goes or gets another type,
// and those that need one of these.
func (d *differ) planObjects() {
	gone := map[string]bool{}
	for key, have := range d.work.Objects {
		want := d.to.Objects[key]
		if want == nil || !sameObject(have, want) && !have.replaceable(want) {
			gone[key] = true
		}
		if d.needsChange(have) {
			gone[key] = true
		}
	}
	for changed := true; changed; {
		changed = false
		for key, o := range d.work.Objects {
			if !gone[key] && slices.ContainsFunc(slices.Collect(maps.Keys(gone)), func(k string) bool { return o.needs(d.work.Objects[k].Name) }) {
				gone[key], changed = true, true
			}
		}
	}
	order := orderObjects(d.work.Objects)
	for _, o := range slices.Backward(order) {
		if gone[o.key()] {
			d.objects.drop = append(d.objects.drop, o.key())
		}
	}
}

func sameObject(a, b *SQLObject) bool { return sameSQL(a.Create, b.Create) && sameSQL(a.Drop, b.Drop) }

// needs reports whether the object needs a table or an object by its name.
func (o *SQLObject) needs(name string) bool {
	if slices.Contains(o.Uses, name) {
		return true
	}
	return o.mentionsName(unqualified(name))
}

// mentionsName reports whether Create contains a name, in a function's body
// too.
func (o *SQLObject) mentionsName(name string) bool {
	for _, p := range sqltext.Pieces(o.Create) {
		if identifier(p) == name || strings.HasPrefix(p, "$") && len(p) > 2 && mentions(strings.Trim(p, "$"), name) {
			return true
		}
	}
	return false
}

// needsChange reports whether a view, rule, trigger or policy stands in the way
// of a change to a table's columns. The body of a function does not.
func (d *differ) needsChange(o *SQLObject) bool {
	if o.Kind == "function" || o.Kind == "procedure" {
		return false
	}
	for _, p := range d.plans() {
		if !o.needs(p.name) {
			continue
		}
		have := d.work.Tables[p.name]
		for _, c := range have.Columns {
			w, stays := p.want.Column(c.Name)
			changes := !stays && slices.Contains(p.dropped, c.Name) || stays && !sameColumnType(c, w) || slices.Contains(p.generated, c.Name)
			if changes && (o.mentionsName(c.Name) || strings.Contains(o.Create, "*")) {
				return true
			}
		}
	}
	for _, t := range d.work.Tables {
		if d.to.Tables[t.Name] == nil && o.needs(t.Name) {
			return true
		}
	}
	for _, enum := range d.changedEnums() {
		for _, u := range d.work.columnsOf(enum) {
			if o.needs(u.table.Name) && (o.mentionsName(u.column.Name) || strings.Contains(o.Create, "*")) {
				return true
			}
		}
	}
	return false
}

// replaceable reports whether CREATE OR REPLACE leads from o to want: a
// function whose head is the same.
func (o *SQLObject) replaceable(want *SQLObject) bool {
	head := func(o *SQLObject) string {
		text := strings.Replace(normal(o.Create), "create or replace ", "create ", 1)
		if i := strings.Index(text, "$"); i >= 0 {
			return text[:i]
		}
		if i := strings.Index(text, "'"); i >= 0 {
			return text[:i]
		}
		return ""
	}
	return (o.Kind == "function" || o.Kind == "procedure") && head(o) != "" && head(o) == head(want) && sameSQL(o.Drop, want.Drop)
}

// orderObjects returns the objects so that each is behind those it needs, and
// else by kind and name.
func orderObjects(objects map[string]*SQLObject) []*SQLObject {
	keys := slices.Sorted(maps.Keys(objects))
	var out []*SQLObject
	done := map[string]bool{}
	var visit func(key string)
	visit = func(key string) {
		if done[key] {
			return
		}
		done[key] = true
		for _, other := range keys {
			if other != key && objects[key].needs(objects[other].Name) && !objects[other].needs(objects[key].Name) {
				visit(other)
			}
		}
		out = append(out, objects[key])
	}
	for _, key := range keys {
		visit(key)
	}
	return out
}

// early reports whether tables may need the object: it is a type, or a column,
// check or index calls it.
func early(s *State, o *SQLObject) bool {
	switch o.Kind {
	case "domain", "type", "sequence", "collation":
		return true
	case "function":
		name := unqualified(o.Name)
		if i := strings.Index(name, "("); i >= 0 {
			name = name[:i]
		}
		for _, t := range s.Tables {
			found := false
			t.clone().texts(func(text string) string {
				found = found || mentions(text, name)
				return text
			})
			for _, c := range t.Columns {
				found = found || mentions(c.Default, name)
			}
			if found {
				return true
			}
		}
	}
	return false
}

// createEarlyObjects creates and replaces the objects that tables need.
func (d *differ) createEarlyObjects() {
	d.create(func(o *SQLObject) bool { return early(d.to, o) })
}

// createObjects creates and replaces the other objects.
func (d *differ) createObjects() { d.create(func(*SQLObject) bool { return true }) }

func (d *differ) create(which func(*SQLObject) bool) {
	for _, o := range orderObjects(d.to.Objects) {
		if !which(o) {
			continue
		}
		switch have := d.work.Objects[o.key()]; {
		case have == nil:
			d.emit(CreateObject{Object: *o})
		case !sameObject(have, o):
			d.emit(ReplaceObject{Object: *o})
		}
	}
}
