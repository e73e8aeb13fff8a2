package repo

import (
	"fmt"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/query"
)

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
	n := defined(what, def.Name, def.SQL, def.Type, false)
	n.Template.Window = def.Window
	return n.called
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
	n := defined(what, def.Name, def.SQL, def.Type, true)
	n.Agg, n.Template.Window = true, !def.NoWindow
	if def.Empty != nil {
		c, err := query.NewConst(def.Empty)
		must(what, err)
		n.Empty = c.Value
	}
	return n.called
}

// definition is a function without its arguments.
type definition struct{ *query.Expr }

func defined(what, name, sql string, t Type, aggregate bool) definition {
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
		panic(what + ": say the type of its result (Type), which no argument tells")
	}
	return definition{n}
}

// called returns the function with arguments.
func (d definition) called(args ...any) Expr {
	t := d.Template
	if len(args) < t.Args || len(args) > t.Args && !t.Rest {
		more := ""
		if t.Rest {
			more = " or more"
		}
		return wrong(fmt.Errorf("%s takes %d%s arguments, not %d", d.Name, t.Args, more, len(args)))
	}
	n := *d.Expr
	n.Args = nodesOf(args)
	return Expr{&n}
}
