package fn

import (
	"fmt"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/repo"
)

// The types of functions' results.
var (
	integer   = lookup.IntType
	float     = lookup.FloatType
	numeric   = lookup.DecimalType
	text      = lookup.TextType
	boolean   = lookup.BoolType
	timestamp = lookup.TimeType
	date      = lookup.DateType
	clock     = lookup.ClockType
	jsonb     = lookup.JSONType
	uuid      = lookup.UUIDType
	vector    = lookup.VectorType
	tsquery   = lookup.SearchType
)

func wrap(n *query.Expr) repo.Expr { return repo.ExprOf(n) }

func node(v any) *query.Expr { return repo.Value(v).Node() }

func nodes(vs []any) []*query.Expr {
	out := make([]*query.Expr, len(vs))
	for i, v := range vs {
		out[i] = node(v)
	}
	return out
}

// invalid returns an expression with an error for the QuerySet that it joins.
func invalid(format string, args ...any) repo.Expr {
	return wrap(&query.Expr{Err: fmt.Errorf(format, args...)})
}

// call returns a function of type t, or of the arguments' common type if t is
// the zero Type.
func call(name string, t lookup.Type, args ...any) repo.Expr {
	return wrap(&query.Expr{Kind: query.Func, Name: name, Type: t, Args: nodes(args)})
}

// first sets the type of a function to that of its first argument.
func first(e *query.Expr) error {
	if e.Type.IsZero() {
		e.Type, e.TypeErr = e.Args[0].Type, e.Args[0].TypeErr
	}
	return nil
}

// callTyped returns a function that settle completes after its arguments are
// resolved.
func callTyped(name string, settle func(*query.Expr) error, args ...any) repo.Expr {
	return wrap(&query.Expr{Kind: query.Func, Name: name, Settle: settle, Args: nodes(args)})
}

// cast returns a resolved argument cast to another type.
func cast(e *query.Expr, t lookup.Type) *query.Expr {
	return &query.Expr{Kind: query.Cast, Args: []*query.Expr{e}, Type: t}
}

// castTexts casts the arguments to text.
func castTexts(args []*query.Expr) {
	for i, a := range args {
		if a.Type.Kind != lookup.Text {
			args[i] = cast(a, text)
		}
	}
}

// checkMin returns an error for a plain integer below min. Expressions are
// checked by the database.
func checkMin(fn, what string, v any, min int) error {
	if n, ok := integerOf(v); ok && n < int64(min) {
		return fmt.Errorf("%s: %s must be %d or more, not %d", fn, what, min, n)
	}
	return nil
}
