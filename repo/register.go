package repo

import (
	"fmt"
	"reflect"
	"regexp"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/internal/sqltype"
)

// On is the kinds of values that a registered lookup or transform is for;
// OnText | OnNumber are several.
type On uint32

// The kinds of values: of columns, and of the results of transforms and
// expressions.
const (
	OnText On = 2 << iota
	OnInt
	OnFloat
	OnDecimal
	OnBool
	OnTime // with or without a time zone
	OnDate
	OnUUID
	OnJSON
	OnBytes
	OnClock // a time of day
	OnDuration
	OnArray
	OnHStore
	OnRange

	OnNumber = OnInt | OnFloat | OnDecimal
	// OnAny is every kind.
	OnAny = ^On(0)
)

// TransformDef declares a transform: a step in a lookup that makes another
// value of the one before it, as in "title__length__gt". Conditions, orders, F,
// GroupBy and Columns take it. Relations themselves have none, as in Django.
type TransformDef struct {
	// Name is the transform's name in lookups: "length".
	Name string
	// On and OnTypes set which values have the transform: kinds of values, and
	// types of PostgreSQL by their names ("inet"). OnTransform sets that only the
	// result of the transform of that name has it.
	On          On
	OnTypes     []Type
	OnTransform string
	// Func computes the transform, of functions, conditions and constants over its
	// operand: fn.Length.
	Func func(e Operand) Expr
	// SQL is written in place of Func, "LENGTH($1)", where $1 is the operand. It
	// becomes part of statements as it is.
	SQL string
	// Type is the type of the result. It defaults to the type of Func's expression,
	// with SQL to the operand's own.
	Type Type
	// Bilateral transforms the right side of a comparison too, which then cannot be
	// a QuerySet.
	Bilateral bool
}

// LookupDef declares a lookup: the operator that a lookup ends with, as in
// "title__not_equal".
//
// It has the meaning of Django's custom lookups: nil is refused, and under
// Exclude and Not a row stays whose column is NULL, or that a relation leads to
// no row from. Over a relation to many Exclude asks for no such row.
type LookupDef struct {
	// Name is the lookup's name: "not_equal".
	Name string
	// On, OnTypes and OnTransform set which values have the lookup, as for a
	// TransformDef. A lookup over one transform may have the name of a built-in
	// one, which it replaces there.
	On          On
	OnTypes     []Type
	OnTransform string
	// SQL is the condition, "$1 <> $2": $1 is the left side, $2 the value, which is
	// always an argument. It becomes part of statements as it is.
	SQL string
	// Func makes the condition in place of SQL.
	Func func(left, right Operand) Expr
	// Right is the type that values are checked against and sent as. It defaults to
	// the left side's own type.
	Right Type
	// List takes a slice of values, which is one array in SQL ("$1 = ANY($2)"), or
	// a QuerySet.
	List bool
	// Nil takes nil, which is NULL in SQL.
	Nil bool
}

var customName = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)

// RegisterTransform registers transforms for every QuerySet of the program.
// They are kept in the one global of the library, so call it in init functions,
// or before gormango.Open. It panics with the reason when a database was opened
// or a query built already, when the declaration is wrong, and when the values
// it is for have a lookup or transform of that name.
//
//	func init() { repo.RegisterTransform(repo.TransformDef{Name: "length", On: repo.OnText, Func: fn.Length}) }
func RegisterTransform(defs ...TransformDef) {
	for _, d := range defs {
		d.register(lookup.Column{})
	}
}

// RegisterTransformFor is RegisterTransform for one column of the model M by
// its name; On, OnTypes and OnTransform stay empty. A column that M does not
// have is an error of gormango.Open, or of the repository's first use.
func RegisterTransformFor[M any](column string, defs ...TransformDef) {
	for _, d := range defs {
		d.register(lookup.Column{Model: reflect.TypeFor[M](), Name: column})
	}
}

// RegisterLookup is RegisterTransform for lookups.
//
//	func init() {
//		repo.RegisterLookup(repo.LookupDef{Name: "not_equal", On: repo.OnAny, SQL: "$1 <> $2"})
//	}
func RegisterLookup(defs ...LookupDef) {
	for _, d := range defs {
		d.register(lookup.Column{})
	}
}

// RegisterLookupFor is RegisterLookup for one column of the model M, see
// RegisterTransformFor.
func RegisterLookupFor[M any](column string, defs ...LookupDef) {
	for _, d := range defs {
		d.register(lookup.Column{Model: reflect.TypeFor[M](), Name: column})
	}
}

func (d TransformDef) register(column lookup.Column) {
	what := fmt.Sprintf("repo: RegisterTransform(%q)", d.Name)
	var e Expr
	switch {
	case (d.SQL == "") == (d.Func == nil):
		panic(what + ": it needs either SQL or Func")
	case d.Func != nil:
		e = d.Func(slot(1))
	default:
		e = templateExpr(what, d.Name, d.SQL, d.Type, 1)
	}
	if d.Type != "" {
		e = e.WithType(d.Type)
	}
	must(what, query.CheckBody(e.n, 1))
	c := newCustom(what, d.Name, d.On, d.OnTypes, d.OnTransform, column)
	c.Transform, c.Def = true, &query.TransformDef{Name: d.Name, Body: e.n, Both: d.Bilateral}
	must(what, lookup.Register(c))
}

func (d LookupDef) register(column lookup.Column) {
	what := fmt.Sprintf("repo: RegisterLookup(%q)", d.Name)
	var e Expr
	switch {
	case (d.SQL == "") == (d.Func == nil):
		panic(what + ": it needs either SQL or Func")
	case d.Func != nil:
		e = d.Func(slot(1), slot(2))
	default:
		e = templateExpr(what, d.Name, d.SQL, TypeBool, 2)
	}
	must(what, query.CheckBody(e.n, 2))
	if !e.n.Conditional() {
		panic(what + ": it is neither true nor false (a lookup is a condition; make one with Eq, Gt, Compare or WithType(repo.TypeBool))")
	}
	def := &query.LookupDef{Name: d.Name, Body: e.n, List: d.List, Nil: d.Nil}
	if d.Right != "" {
		must(what, d.Right.check())
		def.Right = lookup.TypeOf(string(d.Right))
	}
	c := newCustom(what, d.Name, d.On, d.OnTypes, d.OnTransform, column)
	c.Def = def
	must(what, lookup.Register(c))
}

// newCustom returns the declaration of a lookup or transform. It panics if the
// name or the values that it is for are invalid.
func newCustom(what, name string, on On, types []Type, over string, column lookup.Column) *lookup.Custom {
	if !customName.MatchString(name) || name == "pk" {
		panic(fmt.Sprintf("%s: a name is lower case, of letters, digits and single underscores, and not \"pk\"", what))
	}
	uses := 0
	for _, isSet := range []bool{on != 0 || len(types) > 0, over != "", column.Name != "", column.Model != nil} {
		if isSet {
			uses++
		}
	}
	if column.Model != nil {
		uses-- // a column is a model and a name
	}
	if uses != 1 || column.Model != nil && column.Name == "" {
		panic(what + ": it needs one of these: kinds and types (On, OnTypes), one transform (OnTransform), or one column (the function that ends in For)")
	}
	c := &lookup.Custom{Name: name, On: lookup.Kinds(on), Over: over, Column: column}
	for _, t := range types {
		must(what, t.check())
		c.SQL = append(c.SQL, sqltype.Lower(string(t)))
	}
	return c
}

// slot returns the n-th operand of a registered lookup or transform.
func slot(n int) Expr { return Expr{&query.Expr{Kind: query.Slot, Depth: n}} }

// templateExpr returns the expression of a template over slots.
func templateExpr(what, name, sql string, t Type, slots int) Expr {
	tpl, err := query.ParseTemplate(sql, false)
	must(what, err)
	if tpl.Args != slots || tpl.Rest {
		panic(fmt.Sprintf("%s: its operands are %s in %q", what, [...]string{1: "$1", 2: "$1 and $2"}[slots], sql))
	}
	n := &query.Expr{Kind: query.Func, Name: name, Template: tpl}
	if t != "" {
		must(what, t.check())
		n.Type = lookup.TypeOf(string(t))
	}
	for i := range slots {
		n.Args = append(n.Args, slot(i+1).n)
	}
	return Expr{n}
}

// must panics if err is not nil.
func must(what string, err error) {
	if err != nil {
		panic(fmt.Errorf("%s: %w", what, err))
	}
}
