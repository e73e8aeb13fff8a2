package fn

import (
	"fmt"

	"github.com/gormango/gormango/internal/bridge"
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

func wrap(n *query.Expr) repo.Expr { return bridge.Wrap(n).(repo.Expr) }

func node(v any) *query.Expr { return bridge.Node(v) }

func nodes(vs []any) []*query.Expr {
	out := make([]*query.Expr, len(vs))
	for i, v := range vs {
		out[i] = node(v)
	}
	return out
}

// wrong is an expression that says what is wrong with it when it joins a
// QuerySet.
func wrong(format string, args ...any) repo.Expr {
	return wrap(&query.Expr{Err: fmt.Errorf(format, args...)})
}

// call is a function whose type is t, or what the arguments have in common
// where t is the zero Type.
func call(name string, t lookup.Type, args ...any) repo.Expr {
	return wrap(&query.Expr{Kind: query.Func, Name: name, Type: t, Args: nodes(args)})
}

// first gives a function the type of its first argument.
func first(e *query.Expr) error {
	if e.Type.IsZero() {
		e.Type, e.TypeErr = e.Args[0].Type, e.Args[0].TypeErr
	}
	return nil
}

// settled is a function that settle completes once its arguments are resolved.
func settled(name string, settle func(*query.Expr) error, args ...any) repo.Expr {
	return wrap(&query.Expr{Kind: query.Func, Name: name, Settle: settle, Args: nodes(args)})
}

// cast is a resolved argument as another type.
func cast(e *query.Expr, t lookup.Type) *query.Expr {
	return &query.Expr{Kind: query.Cast, Args: []*query.Expr{e}, Type: t}
}

// textual casts the arguments from the one at from on that are not text.
func textual(e *query.Expr, from int) {
	for i := from; i < len(e.Args); i++ {
		if e.Args[i].Type.Kind != lookup.Text {
			e.Args[i] = cast(e.Args[i], text)
		}
	}
}

// least refuses a plain whole number below min; expressions are the database's
// business.
func least(fn, what string, v any, min int) error {
	if n, ok := whole(v); ok && n < int64(min) {
		return fmt.Errorf("%s: %s is %d or more, not %d", fn, what, min, n)
	}
	return nil
}
