package fn

import (
	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/repo"
)

// Greatest is the greatest of its arguments, expressions or values, NULLs left
// out. It takes two or more.
func Greatest(args ...any) repo.Expr { return several("Greatest", "GREATEST", args) }

// Least is the least of its arguments, expressions or values, NULLs left out.
// It takes two or more.
func Least(args ...any) repo.Expr { return several("Least", "LEAST", args) }

func several(name, sql string, args []any) repo.Expr {
	if len(args) < 2 {
		return wrong("%s takes two arguments or more", name)
	}
	return call(sql, lookup.Type{}, args...)
}

// NullIf is a, and NULL where it equals b.
func NullIf(a, b any) repo.Expr { return call("NULLIF", lookup.Type{}, a, b) }
