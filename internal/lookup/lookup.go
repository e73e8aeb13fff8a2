// Package lookup is the grammar of lookups: it takes "album__artist__name__icontains"
// apart into a path of relations, a field, transforms and an operator, against
// the names that a model has. It knows no SQL and no connection, and imports
// neither GORM nor pgx: a model is whatever implements [Model].
//
// The grammar is Django's (QuerySet field lookups): names joined by two
// underscores, first as many relations and one field as resolve, then
// transforms, then the operator, which defaults to exact. "pk" stands for the primary key.
package lookup

import "strings"

// Sep joins the parts of a lookup.
const Sep = "__"

// Kind is the family of types that a field belongs to, as far as lookups care.
type Kind uint8

// The kinds. Other stands for every type that only has the lookups of all types.
const (
	Other Kind = iota
	Text
	Int
	Float
	Decimal
	Bool
	Time // timestamp with or without time zone
	Date
	UUID
	JSON
	Bytes
)

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
	LookupKind() Kind
}

// Relation leads from one model to another.
type Relation interface {
	// Target is the model at the other end.
	Target() Model
	// ToMany says that one row may have several at the other end.
	ToMany() bool
}

// Path is a resolved lookup or name.
type Path struct {
	// Text is what was resolved.
	Text string
	// Relations lead from the model to the one that holds Field.
	Relations []Relation
	// Field is the column at the end; nil when the path ends at a relation.
	Field Field
	// Transforms are applied to the field in order.
	Transforms []Transform
	// Op compares; Exact when the text names none.
	Op Op
}

// Resolve takes a lookup apart. The error is an *Error.
func Resolve(m Model, text string) (Path, error) {
	p, rest, at, err := walk(m, text)
	if err != nil {
		return p, err
	}
	kind := Other
	if p.Field != nil {
		kind = p.Field.LookupKind()
	}
	for len(rest) > 0 {
		part := rest[0]
		if op, ok := ops[part]; ok && len(rest) == 1 {
			if p.Field == nil && !op.forRelation() {
				return p, &Error{Model: m.ModelName(), Text: text, Part: part, Reason: RelationLookup, Choices: relationChoices()}
			}
			p.Op = op
			break
		}
		tr, ok := transforms[part]
		if !ok || p.Field == nil || !tr.on(kind) {
			return p, unknownPart(m, at, text, p, part, kind)
		}
		p.Transforms = append(p.Transforms, tr)
		kind = Int
		rest = rest[1:]
	}
	return p, nil
}

// ResolveName takes the name of a field or relation apart ("title",
// "album__artist__name"), where neither transform nor operator may stand.
func ResolveName(m Model, text string) (Path, error) {
	p, rest, at, err := walk(m, text)
	if err != nil {
		return p, err
	}
	if len(rest) > 0 {
		return p, &Error{Model: at.ModelName(), Text: text, Part: rest[0], Reason: NotAName, Choices: at.LookupNames(), Nearest: Nearest(rest[0], at.LookupNames())}
	}
	return p, nil
}

// ResolveRelation takes the name of a relation or a path of relations apart.
func ResolveRelation(m Model, text string) (Path, error) {
	p, err := ResolveName(m, text)
	if err != nil {
		return p, err
	}
	if p.Field != nil {
		var names []string
		at := m
		for _, r := range p.Relations {
			at = r.Target()
		}
		for _, n := range at.LookupNames() {
			if _, ok := at.LookupRelation(n); ok {
				names = append(names, n)
			}
		}
		part := text
		if i := strings.LastIndex(text, Sep); i >= 0 {
			part = text[i+len(Sep):]
		}
		return p, &Error{Model: at.ModelName(), Text: text, Part: part, Reason: NotARelation, Choices: names, Nearest: Nearest(part, names)}
	}
	return p, nil
}

// walk follows names as far as they are relations and a field. at is the model
// where the walk ended.
func walk(m Model, text string) (p Path, rest []string, at Model, err error) {
	p = Path{Text: text, Op: Exact}
	rest = strings.Split(text, Sep)
	at = m
	for len(rest) > 0 {
		part := rest[0]
		if part == "pk" {
			f, ok := at.LookupKey()
			if !ok {
				return p, rest, at, &Error{Model: at.ModelName(), Text: text, Part: part, Reason: NoSingleKey}
			}
			p.Field = f
			return p, rest[1:], at, nil
		}
		if f, ok := at.LookupField(part); ok {
			p.Field = f
			return p, rest[1:], at, nil
		}
		r, ok := at.LookupRelation(part)
		if !ok {
			if len(p.Relations) > 0 && (known(part) || part == "") {
				return p, rest, at, nil // an operator on the relation itself
			}
			return p, rest, at, &Error{Model: at.ModelName(), Text: text, Part: part, Reason: UnknownName,
				Choices: at.LookupNames(), Nearest: Nearest(part, at.LookupNames())}
		}
		p.Relations = append(p.Relations, r)
		at = r.Target()
		rest = rest[1:]
	}
	return p, rest, at, nil
}

func known(part string) bool {
	_, isOp := ops[part]
	_, isTransform := transforms[part]
	return isOp || isTransform
}

func unknownPart(m, at Model, text string, p Path, part string, kind Kind) error {
	e := &Error{Model: m.ModelName(), Text: text, Part: part, Reason: UnknownLookup}
	if p.Field == nil {
		e.Reason = RelationLookup
		e.Choices = relationChoices()
		if _, ok := ops[part]; !ok {
			e.Model, e.Reason = at.ModelName(), UnknownName
			e.Choices, e.Nearest = at.LookupNames(), Nearest(part, at.LookupNames())
		}
		return e
	}
	e.Choices = choices(kind)
	e.Nearest = Nearest(part, e.Choices)
	return e
}
