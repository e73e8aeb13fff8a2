package gen

import (
	"fmt"
	"go/types"
	"maps"
	"slices"

	"gorm.io/gorm/schema"
)

// reserved are the names that a relation's type has besides the fields.
var reserved = []string{"Path", "Rel", "Is", "IsNull", "Some", "None", "Every"}

// nameFields sets a unique name in F for every column and relation of a model.
func nameFields(m *model, notes *notes, p *source) {
	taken := map[string]bool{m.name + "Fields": true}
	for _, name := range reserved {
		taken[name] = true
	}
	for _, f := range slices.Concat(m.columns, m.relations) {
		name := f.goName
		for taken[name] {
			name += "_"
		}
		if name != f.goName {
			notes.add("%s: %s of %s is named %s in F.%s, where %s is taken", p.where(f.pos), f.name, m.name, name, m.name, f.goName)
		}
		taken[name] = true
		f.goName = name
	}
}

// relationName returns the relation's name in lookups.
func relationName(f *field) string {
	if f.lookup != "" {
		return f.lookup
	}
	return schema.NamingStrategy{}.ColumnName("", f.name)
}

// locals are the local names in generated functions.
type locals struct{ root, at string }

// fresh returns locals that the package does not declare.
func fresh(taken map[string]bool) locals {
	free := func(name string) string {
		for taken[name] {
			name += "_"
		}
		taken[name] = true
		return name
	}
	return locals{root: free("P"), at: free("at")}
}

// names returns the names that the package declares and those that gen adds. A
// name in both is an error.
func (p *source) names() (map[string]bool, error) {
	taken := map[string]bool{"init": true, "_": true}
	for _, name := range types.Universe.Names() {
		taken[name] = true
	}
	by := map[string]string{"F": "the fields of all models"}
	for _, m := range p.models {
		for _, suffix := range []string{"Fields", "FieldsAt", "Rel", "RelAt"} {
			name := m.name + suffix
			if other, ok := by[name]; ok {
				return nil, fmt.Errorf("gormango: %s: gen would write %s for both %s and %s (rename one, or //gormango:ignore one)", p.path, name, m.name, other)
			}
			by[name] = m.name
		}
	}
	for _, name := range p.types.Scope().Names() {
		taken[name] = true
		if of, ok := by[name]; ok {
			return nil, fmt.Errorf("gormango: %s: %s is declared already, and gen writes that name for %s (rename it)",
				p.where(p.types.Scope().Lookup(name).Pos()), name, of)
		}
	}
	for name := range maps.Keys(by) {
		taken[name] = true
	}
	return taken, nil
}
