package vet

import (
	"go/types"
	"slices"
	"strings"

	"github.com/gormango/gormango/cmd/gormango/internal/gen"
	"github.com/gormango/gormango/internal/lookup"
)

// model is a struct as lookups see it.
type model struct {
	named  *types.Named
	fields map[string]*column
	// relations of a model whose target could not be read lead to nil.
	relations map[string]*relation
	key       *column // nil unless the primary key is one column
	names     []string
	odd       []string
	// any are relations that may be this model's.
	any map[string]bool
}

// relation leads from a model to another.
type relation struct {
	to     *types.Named
	toMany bool
	meta   bool // only Meta names it
	c      *checker
}

// column is a column of a model.
type column struct {
	gen.Column
	typ lookup.Type // zero if it is not known
}

func (f *column) LookupType() lookup.Type { return f.typ }

// Target returns the model at the other end, one without names if it cannot be
// read.
func (r *relation) Target() lookup.Model {
	if r.to != nil {
		if m := r.c.model(r.to); m != nil {
			return m
		}
	}
	return &model{named: r.to}
}

func (r *relation) ToMany() bool { return r.toMany }

func (m *model) ModelName() string {
	if m.named == nil {
		return "the model"
	}
	return m.named.Obj().Name()
}

func (m *model) LookupField(name string) (lookup.Field, bool) {
	f, ok := m.fields[name]
	return f, ok
}

func (m *model) LookupRelation(name string) (lookup.Relation, bool) {
	r, ok := m.relations[name]
	return r, ok
}

func (m *model) LookupKey() (lookup.Field, bool) { return m.key, m.key != nil }

func (m *model) LookupNames() []string    { return slices.Clone(m.names) }
func (m *model) LookupOddNames() []string { return m.odd }

// isKnown reports whether the model could be read.
func (m *model) isKnown() bool { return m.fields != nil }

// model returns the model of a struct, nil if it cannot be read.
func (c *checker) model(named *types.Named) *model {
	if named == nil {
		return nil
	}
	if m, ok := c.models[named.Obj()]; ok && named.TypeArgs().Len() == 0 {
		return m
	}
	s, err := gen.Read(named)
	if err != nil || len(s.Columns) == 0 {
		c.models[named.Obj()] = nil
		return nil
	}
	m := &model{named: named, fields: map[string]*column{}, relations: map[string]*relation{}, any: map[string]bool{}}
	c.models[named.Obj()] = m
	for _, f := range s.Columns {
		m.fields[f.Name] = &column{f, columnType(f)}
	}
	if len(s.Keys) == 1 {
		m.key = m.fields[s.Keys[0]]
	}
	for _, r := range s.Relations {
		m.relations[r.Name] = &relation{r.Target, r.ToMany, false, c}
	}
	name := typeName(named)
	for _, r := range c.known.Reverse {
		switch {
		case r.Target == "":
			m.any[r.Name] = true
		case r.Target == name && m.relations[r.Name] == nil:
			m.relations[r.Name] = &relation{c.find(r.From), r.ToMany, true, c}
		}
	}
	for n := range m.fields {
		m.names = append(m.names, n)
	}
	for n := range m.relations {
		m.names = append(m.names, n)
	}
	slices.Sort(m.names)
	m.names = slices.Compact(m.names)
	for _, n := range m.names {
		if lookup.Odd(n) {
			m.odd = append(m.odd, n)
		}
	}
	slices.SortStableFunc(m.odd, func(a, b string) int { return len(b) - len(a) })
	return m
}

// find returns the type "path.Name" of this package or of one that it reaches
// by imports, nil if there is none.
func (c *checker) find(name string) *types.Named {
	i := strings.LastIndex(name, ".")
	if i < 0 {
		return nil
	}
	seen := map[*types.Package]bool{}
	var search func(p *types.Package) *types.Named
	search = func(p *types.Package) *types.Named {
		if seen[p] {
			return nil
		}
		seen[p] = true
		if p.Path() == name[:i] {
			if obj, ok := p.Scope().Lookup(name[i+1:]).(*types.TypeName); ok {
				return namedOf(obj.Type())
			}
			return nil
		}
		for _, dep := range p.Imports() {
			if found := search(dep); found != nil {
				return found
			}
		}
		return nil
	}
	return search(c.Pkg)
}
