package fn

import (
	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/repo"
)

// Greatest returns the greatest of two or more expressions or values. It
// ignores NULLs.
func Greatest(args ...any) repo.Expr { return twoOrMore("Greatest", "GREATEST", args) }

// Least returns the least of two or more expressions or values. It ignores
// NULLs.
func Least(args ...any) repo.Expr { return twoOrMore("Least", "LEAST", args) }

func twoOrMore(name, sql string, args []any) repo.Expr {
	if len(args) < 2 {
		return invalid("%s takes two arguments or more", name)
	}
	return call(sql, lookup.Type{}, args...)
}

// NullIf returns a, or NULL if it equals b.
func NullIf(a, b any) repo.Expr { return call("NULLIF", lookup.Type{}, a, b) }
