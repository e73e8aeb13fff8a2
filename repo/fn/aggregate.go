package fn

import (
	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/repo"
)

// agg returns an aggregate function.
func agg(name string, t lookup.Type, args ...any) repo.Expr {
	return wrap(&query.Expr{Kind: query.Func, Name: name, Agg: true, Type: t, Args: nodes(args)})
}

// ArrayAgg collects e into an array, including NULLs. Without rows it is NULL
// unless Default sets another value. It supports Filter, Distinct and OrderBy,
// which must be by e itself with Distinct.
func ArrayAgg(e repo.Operand) repo.Expr { return agg("ARRAY_AGG", lookup.Type{}, e) }

// StringAgg joins the texts e with delimiter between them. It ignores NULLs and
// is NULL without rows. It supports Filter, Distinct and OrderBy.
func StringAgg(e repo.Operand, delimiter any) repo.Expr {
	return agg("STRING_AGG", text, e, delimiter)
}

// JSONBAgg collects e into a JSON array, with null for NULL. It is NULL without
// rows. It supports Filter, Distinct and OrderBy.
func JSONBAgg(e repo.Operand) repo.Expr { return agg("JSONB_AGG", jsonb, e) }

// BoolAnd reports whether e holds in all rows. It ignores NULLs and is NULL
// without rows.
func BoolAnd(e repo.Operand) repo.Expr { return agg("BOOL_AND", boolean, e) }

// BoolOr reports whether e holds in at least one row. It ignores NULLs and is
// NULL without rows.
func BoolOr(e repo.Operand) repo.Expr { return agg("BOOL_OR", boolean, e) }

// BitAnd returns the bits that are set in all integers e. It is NULL without
// rows.
func BitAnd(e repo.Operand) repo.Expr { return agg("BIT_AND", lookup.Type{}, e) }

// BitOr returns the bits that are set in at least one integer e. It is NULL
// without rows.
func BitOr(e repo.Operand) repo.Expr { return agg("BIT_OR", lookup.Type{}, e) }

// BitXor returns the bits that are set in an odd number of the integers e. It
// is NULL without rows.
func BitXor(e repo.Operand) repo.Expr { return agg("BIT_XOR", lookup.Type{}, e) }
