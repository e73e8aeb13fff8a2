package repo

import (
	"fmt"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/internal/store"
)

// Selectable is a typed field of M of any type, as Names takes it.
type Selectable[M any] = SelectableOf[*M]

// SelectableOf is the type that Selectable is an alias of; P is a pointer to
// the model.
type SelectableOf[P any] interface {
	Operand
	// Name returns the field's name: "title", "author__name".
	Name() NameOf[P]
}

// Column is a typed field of M whose values are read as R: the field's own
// type, or a pointer to it where the column is nullable in Go. R is inferred
// from a field.
type Column[M, R any] = ColumnOf[*M, R]

// ColumnOf is the type that Column is an alias of; P is a pointer to the model.
type ColumnOf[P, R any] interface {
	SelectableOf[P]
	column() (P, R)
}

// Names returns the names of typed fields, for methods that take names:
//
//	books.Save(ctx, b, repo.Names(F.Book.Title, F.Book.Pages)...)
func Names[M any](fields ...Selectable[M]) []Name[M] {
	names := make([]Name[M], len(fields))
	for i, f := range fields {
		names[i] = f.Name()
	}
	return names
}

// Field is a column, with values of type V, of the model that P points to or of
// a model that relations lead to from there. Its functions make the same
// conditions as the lookups of their names, but the compiler checks field and
// type: F.Book.Title.Eq("Go") is Filter("title", "Go"). gormango gen writes the
// fields of a package's models. Only NewField and its kin make fields; the zero
// value has no functions.
//
// A field is an operand too: in expressions it stands for its column.
//
// The operators are values and not methods, because the compiler makes every
// method anew for every model: see docs/typed-fields.md.
type Field[P, V any] struct {
	place fieldPlace
	Matches[P, V]
}

// NewField returns a field behind a path. Generated code calls it.
func NewField[P, V any](at At, name string) *Field[P, V] {
	c := placeOf(at, name)
	return &Field[P, V]{c, newMatches[P, V](c)}
}

func (f *Field[P, V]) operand() Expr      { return f.place.operand() }
func (f *Field[P, V]) column() (p P, v V) { return p, v }

// Name returns the field's name: "title", "author__name".
func (f *Field[P, V]) Name() NameOf[P] { return NameOf[P](f.place.path()) }

// NullField is a Field that takes NULL: its values are read as pointers.
type NullField[P, V any] struct {
	place fieldPlace
	Matches[P, V]
	// SetNull sets the field to NULL, for Update.
	SetNull func() AssignOf[P]
}

// NewNullField returns a field behind a path. Generated code calls it.
func NewNullField[P, V any](at At, name string) *NullField[P, V] {
	c := placeOf(at, name)
	return &NullField[P, V]{c, newMatches[P, V](c), func() AssignOf[P] { return assignOf[P](c.path(), nil) }}
}

func (f *NullField[P, V]) operand() Expr       { return f.place.operand() }
func (f *NullField[P, V]) column() (p P, v *V) { return p, v }

// Name returns the field's name: "title", "author__name".
func (f *NullField[P, V]) Name() NameOf[P] { return NameOf[P](f.place.path()) }

// FuncDef declares a function of the database, or an expression of some.
type FuncDef struct {
	// Name is the function's name in error texts.
	Name string
	// SQL is "LEVENSHTEIN($1, $2)": $1, $2 and so on are its arguments, $* all
	// that follow them, separated by commas. It becomes part of statements
	// unchanged; arguments that are values are always sent as parameters.
	SQL string
	// Type is the type of the result; without it, the common type of the
	// arguments.
	Type Type
	// Window reports whether it is a function for Window, which is allowed
	// nowhere else.
	Window bool
}

// DefineFunc returns the function that def declares, for a variable of a
// package:
//
//	var Age = repo.DefineFunc(repo.FuncDef{Name: "Age", SQL: "DATE_PART('year', AGE($1))", Type: repo.TypeFloat})
//
//	people.Annotate("age", Age(repo.F("birthday")))
//
// Arguments are expressions or values; their number is checked when the
// expression joins a QuerySet. DefineFunc panics if the declaration is invalid,
// as regexp.MustCompile does.
func DefineFunc(def FuncDef) func(args ...any) Expr {
	what := fmt.Sprintf("repo: DefineFunc(%q)", def.Name)
	n := newDefinition(what, def.Name, def.SQL, def.Type, false)
	n.Template.Window = def.Window
	return n.call
}

// AggregateDef declares an aggregate function. Its expressions have Filter and
// Default as other aggregates have, and group rows as they do; they have
// Distinct and OrderBy where SQL has a place for them.
type AggregateDef struct {
	// Name is the aggregate's name in error texts.
	Name string
	// SQL is one call: "PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY $1)",
	// "STRING_AGG([DISTINCT] $1, $2 [ORDER BY])". $1, $2 and $* are the
	// arguments; [DISTINCT] and [ORDER BY] are the places of these clauses,
	// written where the function takes them. It becomes part of statements
	// unchanged.
	SQL string
	// Type is the type of the result; without it, the common type of the
	// arguments.
	Type Type
	// Empty is the result without rows where that is not NULL, as 0 is for
	// Count. Such an aggregate takes no Default.
	Empty any
	// NoWindow reports whether the aggregate cannot be used with a window, as
	// those WITHIN GROUP cannot.
	NoWindow bool
}

// DefineAggregate returns the aggregate that def declares, for a variable of a
// package:
//
//	var Median = repo.DefineAggregate(repo.AggregateDef{
//		Name: "Median", SQL: "PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY $1)", Type: repo.TypeFloat, NoWindow: true,
//	})
//
//	authors.Annotate("typical", Median(repo.F("books__pages")).Filter(authors.Q("books__draft", false)))
//
// DefineAggregate panics if the declaration is invalid, as regexp.MustCompile
// does.
func DefineAggregate(def AggregateDef) func(args ...any) Expr {
	what := fmt.Sprintf("repo: DefineAggregate(%q)", def.Name)
	n := newDefinition(what, def.Name, def.SQL, def.Type, true)
	n.Agg, n.Template.Window = true, !def.NoWindow
	if def.Empty != nil {
		c, err := query.NewConst(def.Empty)
		must(what, err)
		n.Empty = c.Value
	}
	return n.call
}

// definition is a function without its arguments.
type definition struct{ *query.Expr }

// newDefinition returns the definition of a function or aggregate. It panics if
// the declaration is invalid.
func newDefinition(what, name, sql string, t Type, aggregate bool) definition {
	if name == "" {
		panic(what + ": it needs a name for error texts")
	}
	tpl, err := query.ParseTemplate(sql, aggregate)
	must(what, err)
	n := &query.Expr{Kind: query.Func, Name: name, Template: tpl}
	if t != "" {
		must(what, t.check())
		n.Type = lookup.TypeOf(string(t))
	} else if tpl.Args == 0 && !tpl.Rest {
		panic(what + ": it needs the type of its result (Type), since it has no arguments")
	}
	return definition{n}
}

// call returns the function with arguments.
func (d definition) call(args ...any) Expr {
	t := d.Template
	if len(args) < t.Args || len(args) > t.Args && !t.Rest {
		more := ""
		if t.Rest {
			more = " or more"
		}
		return errExpr(fmt.Errorf("%s takes %d%s arguments, not %d", d.Name, t.Args, more, len(args)))
	}
	n := *d.Expr
	n.Args = nodesOf(args)
	return Expr{&n}
}

// quantified returns the condition on the rows that the relation at path leads
// to.
func quantified[P, C any](path string, quantifier query.Quantifier, conds []CondOf[C]) CondOf[P] {
	trees := make([]*query.Cond, len(conds))
	for i, c := range conds {
		trees[i] = c.c
	}
	return CondOf[P]{query.Holds(&query.Expr{Kind: query.Each, Name: path, Quantifier: quantifier, Cond: query.Call(trees...)})}
}

// Through returns a typed field with a transform applied, a registered or a
// built-in one, as a field whose values are read as V:
//
//	books.Where(repo.Through[int](F.Book.Title, "length").Gt(10))
//
// A name that the field does not have is an error of the chain.
func Through[V, P any](f SelectableOf[P], transform string) *OrderedField[P, V] {
	return NewOrderedField[P, V]("", join(string(f.Name()), transform))
}

// Compare returns the condition that a typed field fulfils a lookup, a
// registered or a built-in one:
//
//	books.Where(repo.Compare(F.Book.Title, "not_equal", "Go"))
func Compare[P any](f SelectableOf[P], lookup string, v any) CondOf[P] {
	return CondOf[P]{query.Lookup(join(string(f.Name()), lookup), plainValue(v))}
}

// Matches are the operators of every field.
type Matches[P, V any] struct {
	// Eq holds where the field equals v.
	Eq func(v V) CondOf[P]
	// Ne holds where the field does not equal v, including rows with NULL.
	Ne func(v V) CondOf[P]
	// In holds where the field equals one of vs. Without vs it holds nowhere.
	In func(vs ...V) CondOf[P]
	// NotIn holds where the field equals none of vs, including rows with NULL.
	// Without vs it holds everywhere.
	NotIn func(vs ...V) CondOf[P]
	// EqExpr holds where the field equals an expression or another field of the
	// row.
	EqExpr func(e Operand) CondOf[P]
	// InQuery holds where the field is among the values of a query.
	InQuery func(e Operand) CondOf[P]
	// IsNull holds where the field is NULL.
	IsNull func() CondOf[P]
	// NotNull holds where the field is not NULL.
	NotNull func() CondOf[P]
	// Asc sorts by the field, NULLs last as PostgreSQL does.
	Asc func() OrderingOf[P]
	// Desc sorts by the field in descending order, NULLs first as PostgreSQL
	// does.
	Desc func() OrderingOf[P]
	// Set sets the field to v, for Update. The field must be a column of M
	// itself.
	Set func(v V) AssignOf[P]
	// SetExpr sets the field to the value of an expression or of another field,
	// for Update: F.Book.Stock.SetExpr(F.Book.Stock.Sub(1)).
	SetExpr func(e Operand) AssignOf[P]
}

func newMatches[P, V any](c fieldPlace) Matches[P, V] {
	return Matches[P, V]{
		Eq:      func(v V) CondOf[P] { return CondOf[P]{c.is(v)} },
		Ne:      func(v V) CondOf[P] { return CondOf[P]{c.is(v)}.Not() },
		In:      func(vs ...V) CondOf[P] { return CondOf[P]{c.cmp(lookup.In, vs)} },
		NotIn:   func(vs ...V) CondOf[P] { return CondOf[P]{c.cmp(lookup.In, vs)}.Not() },
		EqExpr:  func(e Operand) CondOf[P] { return CondOf[P]{c.is(exprOf(e))} },
		InQuery: func(e Operand) CondOf[P] { return CondOf[P]{c.cmp(lookup.In, exprOf(e))} },
		IsNull:  func() CondOf[P] { return CondOf[P]{c.cmp(lookup.IsNull, true)} },
		NotNull: func() CondOf[P] { return CondOf[P]{c.cmp(lookup.IsNull, false)} },
		Asc:     func() OrderingOf[P] { return OrderingOf[P](c.path()) },
		Desc:    func() OrderingOf[P] { return OrderingOf[P]("-" + c.path()) },
		Set:     func(v V) AssignOf[P] { return assignOf[P](c.path(), v) },
		SetExpr: func(e Operand) AssignOf[P] { return assignOf[P](c.path(), exprOf(e)) },
	}
}

// fieldPlace is the place of a field: a path and a name, or a value that no
// name leads to.
type fieldPlace struct {
	at    At
	name  string
	value *query.Expr
}

func placeOf(at At, name string) fieldPlace { return fieldPlace{at: at, name: name} }

func (c fieldPlace) path() string { return join(string(c.at), c.name) }

func (c fieldPlace) operand() Expr {
	if c.value != nil {
		return Expr{c.value}
	}
	return F(Ref(c.path()))
}

func (c fieldPlace) is(v any) *query.Cond {
	if c.value != nil {
		return c.cmp(lookup.Exact, v)
	}
	return query.Lookup(c.path(), plainValue(v))
}

func (c fieldPlace) cmp(op lookup.Op, v any) *query.Cond { return c.lookup(op.String(), v) }

// lookup returns the condition with an operator or transform behind the field.
func (c fieldPlace) lookup(op string, v any) *query.Cond {
	if c.value != nil {
		return query.Compare(c.value, op, plainValue(v))
	}
	return query.Lookup(join(c.path(), op), plainValue(v))
}

func assignOf[P any](name string, v any) AssignOf[P] {
	return AssignOf[P]{store.Assignment{Name: name, Value: plainValue(v)}}
}
