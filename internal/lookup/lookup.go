// Package lookup is the grammar of lookups: it takes
// "album__artist__name__icontains" apart into a path of relations, a field,
// transforms and an operator, against the names that a model has. It knows no
// SQL and no connection, and imports neither GORM nor pgx: a model is whatever
// implements [Model].
//
// The grammar is Django's (QuerySet field lookups): names joined by two
// underscores, first as many relations and one field as resolve, then
// transforms, then the operator, which defaults to exact. "pk" stands for the
// primary key.
package lookup

import "strings"

// Sep joins the parts of a lookup.
const Sep = "__"

// Model is what the grammar needs to know of a model.
type Model interface {
	// ModelName is the model's name in error texts.
	ModelName() string
	// LookupField finds a column by its name in lookups.
	LookupField(name string) (Field, bool)
	// LookupRelation finds a relation by its name in lookups.
	LookupRelation(name string) (Relation, bool)
	// LookupKey is the single primary key, false when there is none or several.
	LookupKey() (Field, bool)
	// LookupNames are all names of fields and relations, sorted.
	LookupNames() []string
}

// Field is a column of a model.
type Field interface {
	LookupType() Type
}

// Relation leads from one model to another.
type Relation interface {
	// Target is the model at the other end.
	Target() Model
	// ToMany says that one row may have several at the other end.
	ToMany() bool
}

// Path is what the names of a lookup lead to.
type Path struct {
	// Text is what was resolved.
	Text string
	// At is the model where the names end.
	At Model
	// Relations lead from the model to At.
	Relations []Relation
	// Field is the column at the end; nil when the path ends at a relation.
	Field Field
	// Rest are the parts after the names: transforms and an operator.
	Rest []string
}

// Resolve follows the names of a lookup as far as they are relations and a
// field. more are further names that stand for something at the start, for the
// choices of an error, which is an *Error.
func Resolve(m Model, text string, more ...string) (Path, error) {
	return Walk(m, text, strings.Split(text, Sep), more...)
}

// Walk is Resolve for parts, which belong to text.
func Walk(m Model, text string, parts []string, more ...string) (Path, error) {
	p := Path{Text: text, At: m, Rest: parts}
	for len(p.Rest) > 0 {
		part := p.Rest[0]
		if part == "pk" {
			f, ok := p.At.LookupKey()
			if !ok {
				return p, &Error{Model: p.At.ModelName(), Text: text, Part: part, Reason: NoSingleKey}
			}
			p.Field, p.Rest = f, p.Rest[1:]
			return p, nil
		}
		if f, ok := p.At.LookupField(part); ok {
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

// ResolveName takes the name of a field or relation apart ("title",
// "album__artist__name"), behind which nothing may stand.
func ResolveName(m Model, text string) (Path, error) {
	p, err := Resolve(m, text)
	if err == nil && len(p.Rest) > 0 {
		e := unknownName(p.At, text, p.Rest[0], nil)
		e.Reason = NotAName
		err = e
	}
	return p, err
}

// ResolveRelation takes the name of a relation or a path of relations apart.
func ResolveRelation(m Model, text string) (Path, error) {
	p, err := ResolveName(m, text)
	if err != nil || p.Field == nil {
		return p, err
	}
	var names []string
	for _, n := range p.At.LookupNames() {
		if _, ok := p.At.LookupRelation(n); ok {
			names = append(names, n)
		}
	}
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
		choices = sorted(append(append([]string{}, choices...), more...))
	}
	return &Error{Model: at.ModelName(), Text: text, Part: part, Reason: UnknownName, Choices: choices, Nearest: Nearest(part, choices)}
}

// Unknown is the error of a part that is neither an operator nor a transform of
// what stands before it: a value at a place, or a relation.
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
