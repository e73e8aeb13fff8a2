package repo

import "github.com/gormango/gormango/internal/lookup"

// OrderedField is a field whose values have an order: numbers, texts, times,
// decimals. The database compares, so V may be any type.
type OrderedField[M, V any] struct{ Field[M, V] }

// Gt holds where the field is greater than v.
func (f OrderedField[M, V]) Gt(v V) Cond[M] { return f.cmp(lookup.Gt, v) }

// Gte holds where the field is greater than v or equals it.
func (f OrderedField[M, V]) Gte(v V) Cond[M] { return f.cmp(lookup.Gte, v) }

// Lt holds where the field is less than v.
func (f OrderedField[M, V]) Lt(v V) Cond[M] { return f.cmp(lookup.Lt, v) }

// Lte holds where the field is less than v or equals it.
func (f OrderedField[M, V]) Lte(v V) Cond[M] { return f.cmp(lookup.Lte, v) }

// Between holds where the field lies between low and high, both included.
func (f OrderedField[M, V]) Between(low, high V) Cond[M] {
	return f.cmp(lookup.Between, []V{low, high})
}

// Add is the field plus v: a value, another field or an Expr.
func (f OrderedField[M, V]) Add(v any) Expr { return f.operand().Add(v) }

// Sub is the field minus v: a value, another field or an Expr.
func (f OrderedField[M, V]) Sub(v any) Expr { return f.operand().Sub(v) }

// Mul is the field times v: a value, another field or an Expr.
func (f OrderedField[M, V]) Mul(v any) Expr { return f.operand().Mul(v) }

// Div is the field divided by v: a value, another field or an Expr. Between
// integers PostgreSQL cuts off what is behind the point.
func (f OrderedField[M, V]) Div(v any) Expr { return f.operand().Div(v) }
