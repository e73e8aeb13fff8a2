package fn

import (
	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/repo"
)

// agg is an aggregate function.
func agg(name string, t lookup.Type, args ...any) repo.Expr {
	return wrap(&query.Expr{Kind: query.Func, Name: name, Agg: true, Type: t, Args: nodes(args)})
}

// ArrayAgg gathers e into an array, NULLs too; no rows are NULL (Default gives
// another value). It has Filter, Distinct and OrderBy, which with Distinct is
// by e itself.
func ArrayAgg(e repo.Operand) repo.Expr { return agg("ARRAY_AGG", lookup.Type{}, e) }

// StringAgg joins the texts e with delimiter between them, NULLs left out; no
// rows are NULL. It has Filter, Distinct and OrderBy.
func StringAgg(e repo.Operand, delimiter any) repo.Expr {
	return agg("STRING_AGG", text, e, delimiter)
}

// JSONBAgg gathers e into a JSON array, NULLs as null; no rows are NULL. It has
// Filter, Distinct and OrderBy.
func JSONBAgg(e repo.Operand) repo.Expr { return agg("JSONB_AGG", jsonb, e) }

// BoolAnd is whether e holds in all rows; NULLs are left out, no rows are NULL.
func BoolAnd(e repo.Operand) repo.Expr { return agg("BOOL_AND", boolean, e) }

// BoolOr is whether e holds in one row or more; NULLs are left out, no rows are
// NULL.
func BoolOr(e repo.Operand) repo.Expr { return agg("BOOL_OR", boolean, e) }

// BitAnd has the bits that all integers e have; no rows are NULL.
func BitAnd(e repo.Operand) repo.Expr { return agg("BIT_AND", lookup.Type{}, e) }

// BitOr has the bits that some integer e has; no rows are NULL.
func BitOr(e repo.Operand) repo.Expr { return agg("BIT_OR", lookup.Type{}, e) }

// BitXor has the bits that an odd number of the integers e has; no rows are
// NULL.
func BitXor(e repo.Operand) repo.Expr { return agg("BIT_XOR", lookup.Type{}, e) }
