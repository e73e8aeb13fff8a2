// Package lookup is the grammar of lookups. It resolves
// "album__artist__name__icontains" to a path of relations, a field, transforms
// and an operator by the names of a model. It depends neither on SQL and a
// connection nor on GORM and pgx: a model is an implementation of [Model].
//
// The grammar is Django's (QuerySet field lookups): names joined by two
// underscores, first as many relations and one field as resolve, then
// transforms, then the operator, which defaults to exact. "pk" is the primary
// key. A name that itself contains two underscores is tried before they part
// it.
package lookup

import (
	"slices"
	"strings"
)

// Sep joins the parts of a lookup.
const Sep = "__"

// Model is a model with the names of its fields and relations.
type Model interface {
	// ModelName returns the model's name in error texts.
	ModelName() string
	// LookupField returns a column by its name in lookups.
	LookupField(name string) (Field, bool)
	// LookupRelation returns a relation by its name in lookups.
	LookupRelation(name string) (Relation, bool)
	// LookupKey returns the primary key, false unless it is a single column.
	LookupKey() (Field, bool)
	// LookupNames returns all names of fields and relations, sorted.
	LookupNames() []string
	// LookupOddNames returns those of LookupNames for which Odd holds, the longest
	// first.
	LookupOddNames() []string
}

// Odd reports whether a name cannot be found among the parts of a lookup: it
// contains Sep, or an underscore at one of its ends joins the Sep beside it.
func Odd(name string) bool {
	return strings.Contains(name, Sep) || strings.HasPrefix(name, "_") || strings.HasSuffix(name, "_")
}

// joined returns parts with an odd name of m at their beginning in one part.
func joined(m Model, parts []string) []string {
	odd := m.LookupOddNames()
	if len(odd) == 0 {
		return parts
	}
	text := strings.Join(parts, Sep)
	for _, name := range odd {
		rest, ok := strings.CutPrefix(text, name)
		switch {
		case !ok:
		case rest == "":
			return []string{name}
		case strings.HasPrefix(rest, Sep):
			return append([]string{name}, strings.Split(rest[len(Sep):], Sep)...)
		}
	}
	return parts
}

// Field is a column of a model.
type Field interface {
	LookupType() Type
}

// Relation leads from one model to another.
type Relation interface {
	// Target returns the model at the other end.
	Target() Model
	// ToMany reports whether a row may have several at the other end.
	ToMany() bool
}

// Path is the resolved form of the names in a lookup.
type Path struct {
	// Text is the resolved text.
	Text string
	// At is the model where the names end.
	At Model
	// Relations lead from the model to At.
	Relations []Relation
	// Field is the column at the end, nil if the path ends at a relation.
	Field Field
	// Rest are the parts after the names: transforms and an operator.
	Rest []string
}

// Resolve follows the names of a lookup as long as they are relations and a
// field. more lists further names that are valid at the start, for the choices
// of the error, which is an *Error.
func Resolve(m Model, text string, more ...string) (Path, error) {
	parts, err := Split(m, text)
	if err != nil {
		return Path{Text: text, At: m}, err
	}
	return Walk(m, text, parts, more...)
}

// Walk is like Resolve for the parts of text.
func Walk(m Model, text string, parts []string, more ...string) (Path, error) {
	p := Path{Text: text, At: m, Rest: parts}
	for len(p.Rest) > 0 {
		p.Rest = joined(p.At, p.Rest)
		part := p.Rest[0]
		if f, ok := p.At.LookupField(part); ok {
			p.Field, p.Rest = f, p.Rest[1:]
			return p, nil
		}
		if part == "pk" {
			f, ok := p.At.LookupKey()
			if !ok {
				return p, &Error{Model: p.At.ModelName(), Text: text, Part: part, Reason: NoSingleKey}
			}
			p.Field, p.Rest = f, p.Rest[1:]
			return p, nil
		}
		r, ok := p.At.LookupRelation(part)
		if !ok {
			if len(p.Relations) > 0 && (known(part) || part == "") {
				return p, nil // an operator on the relation itself
			}
			return p, unknownName(p.At, text, part, more)
		}
		p.Relations = append(p.Relations, r)
		p.At, p.Rest = r.Target(), p.Rest[1:]
	}
	return p, nil
}

// ResolveName resolves the name of a field or relation ("title",
// "album__artist__name") without transforms and operators.
func ResolveName(m Model, text string) (Path, error) {
	p, err := Resolve(m, text)
	if err == nil && len(p.Rest) > 0 {
		e := unknownName(p.At, text, p.Rest[0], nil)
		e.Reason = NotAName
		err = e
	}
	return p, err
}

// ResolveRelation resolves the name of a relation or a path of relations.
func ResolveRelation(m Model, text string) (Path, error) {
	p, err := ResolveName(m, text)
	if err != nil || p.Field == nil {
		return p, err
	}
	names := slices.DeleteFunc(slices.Clone(p.At.LookupNames()), func(name string) bool {
		_, ok := p.At.LookupRelation(name)
		return !ok
	})
	part := text
	if i := strings.LastIndex(text, Sep); i >= 0 {
		part = text[i+len(Sep):]
	}
	return p, &Error{Model: p.At.ModelName(), Text: text, Part: part, Reason: NotARelation, Choices: names, Nearest: Nearest(part, names)}
}

func known(part string) bool {
	if _, isOp := ops[part]; isOp || isCustom(part) {
		return true
	}
	_, _, isTransform := TransformOf(part, Type{Kind: Time})
	return isTransform
}

func unknownName(at Model, text, part string, more []string) *Error {
	choices := at.LookupNames()
	if len(more) > 0 {
		choices = sorted(slices.Concat(choices, more))
	}
	return &Error{Model: at.ModelName(), Text: text, Part: part, Reason: UnknownName, Choices: choices, Nearest: Nearest(part, choices)}
}

// Unknown returns the error of a part that is neither an operator nor a
// transform of the value or the relation before it.
func Unknown(p Path, model, part string, at At, relation bool) *Error {
	e := &Error{Model: model, Text: p.Text, Part: part, Reason: UnknownLookup}
	if relation {
		if _, isOp := ops[part]; !isOp && !isCustom(part) && p.At != nil {
			return unknownName(p.At, p.Text, part, nil)
		}
		e.Reason, e.Choices = RelationLookup, RelationChoices()
		return e
	}
	e.Choices = sorted(append(Choices(at.Type), customNames(at)...))
	e.Nearest = Nearest(part, e.Choices)
	return e
}
