package query

import (
	"fmt"
	"reflect"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/param"
)

// Value is the right side of a comparison, checked against the left one.
type Value struct {
	Kind ValueKind
	// Arg is the parameter of Scalar, the typed slice of List.
	Arg any
	// High is the upper end of a Pair, Arg the lower; HighExpr and Expr when they
	// are expressions.
	High any
	// Expr is the expression of Expression.
	Expr, HighExpr *Expr
	// Items are the members of a List some of which are expressions.
	Items []Item
	// Mapped is what the database makes of every member of a List, nil for the
	// member itself.
	Mapped *Mapped
	// Sub is the query of Rows.
	Sub *Query
	// NoValue reports whether it is nil all the same, JSON's null or what a
	// registered lookup takes: no value, as Django sees it.
	NoValue bool
	// Fields are the columns of Tuples, Arg an array of values for each.
	Fields []*modelinfo.Field
	// Hashed reports that each row which the other conditions leave is looked up
	// among the Tuples, in a hash table, whatever the planner expects of them.
	Hashed bool
	// Beyond is -1 for an integer of Scalar that is below all that the column can
	// hold, +1 for one above.
	Beyond int
}

// Item is a member of a list: a parameter or an expression.
type Item struct {
	Arg  any
	Expr *Expr
}

// LongList is how many members of a list are a parameter each, where they
// cannot simply be one array: with more of them something else is written,
// since a statement has no more than 65,535 parameters.
const LongList = 1_000

// Mapped is an expression over the members of a list, which travel as one
// array.
type Mapped struct {
	Expr   *Expr
	Member lookup.Type
}

// MapOf returns what fn makes of members of a type.
func MapOf(t lookup.Type, fn func(member *Expr) (*Expr, error)) (*Mapped, error) {
	x, err := fn(&Expr{Kind: Raw, Name: `"u"."v"`, Type: t})
	return &Mapped{x, t}, err
}

// ValueKind is what a Value is.
type ValueKind uint8

// The kinds of values.
const (
	Scalar     ValueKind = iota
	Null                 // exact with nil: IS NULL
	True                 // isnull with true
	False                // isnull with false
	List                 // in
	Items                // in, with expressions among the members
	EmptyList            // in of nothing: matches nothing
	Pair                 // range
	Expression           // another column or what the database computes
	Rows                 // the rows of a query
	Tuples               // in, for several columns of the left side's table at once
	Place                // a row's place in an order: the left side's value as the server wrote it as text, for [After]
)

// ValueError is a value that a lookup does not take.
type ValueError struct {
	Lookup string
	Model  string
	Field  string
	Value  any
	Want   string
}

// Error returns what the field takes and what it was given.
func (e *ValueError) Error() string {
	what := e.Model
	if e.Field != "" {
		what += "." + e.Field
	}
	if e.Lookup != e.Field && e.Lookup != "" {
		what += fmt.Sprintf(": lookup %q", e.Lookup)
	}
	return fmt.Sprintf("%s takes %s, not %s", what, e.Want, describe(e.Value))
}

// describe returns what an error text says of a value: its type, never the
// value itself, which may be of a row or a request.
func describe(v any) string {
	switch x := v.(type) {
	case nil:
		return "nil"
	case *Expr:
		return "an expression"
	case *Query:
		return "a QuerySet of " + x.Model.Name
	}
	return fmt.Sprintf("%T", v)
}

// pairOf takes a slice or an array of two apart.
func pairOf(v any) (lo, hi any, ok bool) {
	rv := reflect.ValueOf(v)
	if !rv.IsValid() || rv.Kind() != reflect.Slice && rv.Kind() != reflect.Array || rv.Len() != 2 {
		return nil, nil, false
	}
	return rv.Index(0).Interface(), rv.Index(1).Interface(), true
}

// side is the left side of a comparison as the check of its value sees it.
type side struct {
	param.Converter
	model string
	name  string // of the field or the annotation
}

// value converts one value; false when the left side does not take it.
func (s side) value(v any) (Value, bool) {
	val, ok := s.Value(v)
	return valueOf(val), ok
}

func valueOf(v param.Value) Value {
	if v.Null {
		return Value{Kind: Null}
	}
	return Value{Arg: v.Arg, Beyond: v.Beyond}
}

// sideOf describes an expression on the left.
func sideOf(model string, e *Expr) side {
	s := side{Converter: param.Converter{Type: e.Type}, model: model}
	switch e.Kind {
	case Ref:
		s.Field, s.Rel, s.name = e.Field, e.Rel, e.Field.Column
		if e.Field.Model != nil {
			s.model = e.Field.Model.Name
		}
		if e.Rel == nil {
			s.Rel = foreignKey(e.Field)
		}
		if r := e.Rel; r != nil {
			s.model, s.name = r.From.Name, r.Name
			if r.Kind == modelinfo.BelongsTo {
				s.name = r.Pairs[0].From.Column
			}
		}
	case Annotated:
		s.name = e.Ann.Name
	case Transformed:
		inner := sideOf(model, e.Args[0])
		s.model, s.name = inner.model, inner.name
	}
	return s
}

// foreignKey returns the relation that a column alone is the foreign key of,
// nil if there is none: an object stands for its key there too.
func foreignKey(f *modelinfo.Field) *modelinfo.Relation {
	if f.Model == nil || f.PrimaryKey {
		return nil
	}
	for _, r := range f.Model.Relations {
		if r.Kind == modelinfo.BelongsTo && len(r.Pairs) == 1 && r.Pairs[0].From == f && len(r.Fixed) == 0 {
			return r
		}
	}
	return nil
}

// Assignable checks a value that an update puts into a column, as a lookup's
// value is checked: a relation's column takes an object or its key. nil is
// NULL.
func Assignable(name string, f *modelinfo.Field, rel *modelinfo.Relation, v any) (any, error) {
	c := side{Converter: param.Converter{Type: f.Type, Field: f, Rel: rel}, model: f.Model.Name, name: f.Column}
	val, ok := c.Written(v)
	switch {
	case !ok:
		return nil, &ValueError{Lookup: name, Model: c.model, Field: c.name, Value: v, Want: c.Want()}
	case f.Type.Kind == lookup.Float && !param.Exact(v):
		return nil, &ValueError{Lookup: name, Model: c.model, Field: c.name, Value: v, Want: "a number that a float holds exactly, if it is an integer"}
	case val.Beyond != 0:
		lo, hi := f.Type.IntRange()
		return nil, &ValueError{Lookup: name, Model: c.model, Field: c.name, Value: v, Want: fmt.Sprintf("an integer from %d to %d", lo, hi)}
	}
	return val.Arg, nil
}
