package repo

import (
	"errors"
	"reflect"

	"github.com/gormango/gormango/internal/query"
)

// given reports whether v is neither nil nor a nil pointer.
func given(v any) bool {
	rv := reflect.ValueOf(v)
	return rv.IsValid() && (rv.Kind() != reflect.Pointer || !rv.IsNil())
}

// exprOf returns the expression of an operand. A nil operand is a mistake,
// which the QuerySet that takes the expression returns.
func exprOf(e Operand) Expr {
	if !given(e) {
		return Expr{&query.Expr{Err: errors.New("an empty expression: an operand is nil (make one with repo.F, a field or a QuerySet)")}}
	}
	return e.operand()
}
