package vet

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/gormango/gormango/internal/lookup"
)

// form is how a text is read.
type form uint8

const (
	asLookup   form = iota // names, transforms and an operator
	asName                 // names and transforms
	asColumn               // a column or relation of the model itself
	asRelation             // a path of relations
	asOrdering             // a name with a direction
)

// side is what a lookup compares.
type side struct {
	rel  *relation // of a lookup that ends with a relation
	col  *column   // the column, before transforms
	typ  lookup.Type
	op   lookup.Op
	bare bool // there are no transforms
}

// resolve returns why a text does not resolve on a model, as the running
// program would say it. It returns nil for a text that it cannot judge. at is
// nil unless the text is a lookup whose left side is known.
func (c *checker) resolve(m *model, text string, f form) (at *side, err error) {
	whole := text
	if f == asOrdering {
		var rest string
		if text, rest = nameOfTerm(text); text == "?" {
			return nil, nil
		}
		if _, err := lookup.Resolve(m, text); rest != "" && err != nil {
			return nil, fmt.Errorf("ordering %q: %q is neither \"nulls first\" nor \"nulls last\"", whole, rest)
		}
		f = asName
	}
	parts := strings.Split(text, lookup.Sep)
	_, isField := m.LookupField(parts[0])
	_, isRelation := m.LookupRelation(parts[0])
	if f != asRelation && f != asColumn && !isField && !isRelation { // an annotation has no name of a field
		for n := 1; n <= len(parts); n++ {
			if contains(c.known.Names, strings.Join(parts[:n], lookup.Sep)) {
				return nil, nil
			}
		}
	}
	p, err := lookup.Resolve(m, text)
	switch {
	case !p.At.(*model).isKnown():
		return nil, nil
	case err != nil:
		return nil, c.unlessUnsure(p.At.(*model), whole, text, f, err)
	}
	switch f {
	case asRelation:
		_, err = lookup.ResolveRelation(m, text)
		return nil, c.unlessUnsure(p.At.(*model), whole, text, f, err)
	case asColumn:
		if _, err = lookup.ResolveName(m, text); err == nil && (len(p.Relations) > 1 || len(p.Relations) == 1 && p.Field != nil) {
			err = fmt.Errorf("%s has no column %q: it belongs to %s", m.ModelName(), text, p.At.ModelName())
		}
		return nil, c.unlessUnsure(p.At.(*model), whole, text, f, err)
	}
	return c.end(m, p, f)
}

// end reads the transforms and the operator behind the names of a path.
func (c *checker) end(m *model, p lookup.Path, f form) (*side, error) {
	at := &side{bare: true}
	if p.Field == nil {
		at.rel = p.Relations[len(p.Relations)-1].(*relation)
	} else {
		at.col = p.Field.(*column)
		at.typ = at.col.typ
	}
	for i, name := range p.Rest {
		last := i == len(p.Rest)-1 && f == asLookup
		switch {
		case contains(c.known.Customs, name):
			return nil, nil
		case at.rel != nil:
			op, ok := lookup.RelationOp(name)
			if !ok || !last {
				return nil, lookup.Unknown(p, m.ModelName(), name, lookup.At{}, true)
			}
			at.op = op
			return at, nil
		case at.typ.IsZero():
			return nil, nil
		}
		if op, ok := lookup.OpOf(name, at.typ.Kind); ok && last {
			at.op = op
			return at, nil
		}
		_, typ, ok := lookup.TransformOf(name, at.typ)
		if !ok {
			if i == 0 && f == asName {
				_, err := lookup.ResolveName(m, p.Text)
				return nil, err
			}
			return nil, lookup.Unknown(p, m.ModelName(), name, lookup.At{Type: at.typ}, false)
		}
		at.typ, at.bare = typ, false
	}
	return at, nil
}

// unlessUnsure returns err unless the running program may know more than the
// source.
func (c *checker) unlessUnsure(at *model, whole, text string, f form, err error) error {
	var e *lookup.Error
	if !errors.As(err, &e) {
		return err
	}
	start := e.Model == at.ModelName() && strings.HasPrefix(text, e.Part)
	switch {
	case at.any[e.Part], contains(c.known.Customs, e.Part):
		return nil
	case f == asRelation && contains(c.known.Fields, e.Part):
		return nil
	case f != asColumn && c.known.Open && start && e.Nearest == "":
		return nil
	}
	e.Text = whole
	return e
}

// nameOfTerm returns the name in a term of an ordering. rest is what follows the
// first word of a name with blanks, which few columns have.
func nameOfTerm(term string) (name, rest string) {
	name = strings.TrimSpace(term)
	if words := strings.Fields(name); len(words) > 2 && strings.EqualFold(words[len(words)-2], "nulls") &&
		slices.Contains([]string{"first", "last"}, strings.ToLower(words[len(words)-1])) {
		name = strings.TrimSpace(name[:strings.LastIndex(strings.ToLower(name), "nulls")])
	}
	_, rest, _ = strings.Cut(name, " ")
	return strings.TrimPrefix(name, "-"), strings.TrimSpace(rest)
}

func contains(sorted []string, name string) bool {
	_, found := slices.BinarySearch(sorted, name)
	return found
}
