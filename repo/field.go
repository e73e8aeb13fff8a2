package repo

import "github.com/gormango/gormango/internal/lookup"

// Selectable is a typed field of M, whatever its type: what Names takes.
type Selectable[M any] interface {
	Operand
	// Name is the field's name: "title", "author__name".
	Name() Name[M]
}

// Column is a typed field of M whose values are read as R: the field's own type, or a
// pointer to it where the column is nullable in Go. R is inferred from a field.
type Column[M, R any] interface {
	Selectable[M]
	column() (M, R)
}

// Names gives the names of typed fields, for methods that take names:
//
//	books.Save(ctx, b, repo.Names[Book](F.Book.Title, F.Book.Pages)...)
func Names[M any](fields ...Selectable[M]) []Name[M] {
	names := make([]Name[M], len(fields))
	for i, f := range fields {
		names[i] = f.Name()
	}
	return names
}

// Field is a column of M, or of a model that relations lead to from M, with
// values of type V. Its methods make the same conditions as the lookups of
// their names, but the compiler knows field and type: F.Book.Title.Eq("Go") is
// Filter("title", "Go"). gormango gen writes the fields of a package's models.
//
// A field is an operand too: it stands in expressions for its column.
type Field[M, V any] struct{ at, name string }

// NewField is a field behind a path. Generated code calls it.
func NewField[M, V, C any](at Path[M, C], name string) Field[M, V] { return Field[M, V]{at.at, name} }

func (f Field[M, V]) path() string { return join(f.at, f.name) }

// lookup is the field's path with an operator or transform behind it.
func (f Field[M, V]) lookup(op string) string { return join(f.path(), op) }

func (f Field[M, V]) operand() Expr                  { return F(Ref(f.path())) }
func (f Field[M, V]) column() (m M, v V)             { return m, v }
func (f Field[M, V]) op(op lookup.Op) string         { return f.lookup(op.String()) }
func (f Field[M, V]) is(v any) Cond[M]               { return lookupCond[M](f.path(), v) }
func (f Field[M, V]) cmp(o lookup.Op, v any) Cond[M] { return lookupCond[M](f.op(o), v) }

// Name is the field's name: "title", "author__name".
func (f Field[M, V]) Name() Name[M] { return Name[M](f.path()) }

// Eq holds where the field equals v.
func (f Field[M, V]) Eq(v V) Cond[M] { return f.is(v) }

// Ne holds where the field does not equal v, rows with NULL among them.
func (f Field[M, V]) Ne(v V) Cond[M] { return f.is(v).Not() }

// In holds where the field equals one of vs; nowhere without vs.
func (f Field[M, V]) In(vs ...V) Cond[M] { return f.cmp(lookup.In, vs) }

// NotIn holds where the field equals none of vs, rows with NULL among them; everywhere without vs.
func (f Field[M, V]) NotIn(vs ...V) Cond[M] { return f.In(vs...).Not() }

// EqExpr holds where the field equals an expression or another field of the row.
func (f Field[M, V]) EqExpr(e Operand) Cond[M] { return f.is(exprOf(e)) }

// InQuery holds where the field is among the values of a query.
func (f Field[M, V]) InQuery(e Operand) Cond[M] { return f.cmp(lookup.In, exprOf(e)) }

// IsNull holds where the field is NULL.
func (f Field[M, V]) IsNull() Cond[M] { return f.cmp(lookup.IsNull, true) }

// NotNull holds where the field is not NULL.
func (f Field[M, V]) NotNull() Cond[M] { return f.cmp(lookup.IsNull, false) }

// Asc sorts by the field, NULLs last as PostgreSQL does.
func (f Field[M, V]) Asc() Ordering[M] { return Ordering[M](f.path()) }

// Desc sorts by the field downwards, NULLs first as PostgreSQL does.
func (f Field[M, V]) Desc() Ordering[M] { return Ordering[M]("-" + f.path()) }

// Set puts v into the field, for Update. The field has to be a column of M itself.
func (f Field[M, V]) Set(v V) Assign[M] { return assign[M](f.path(), v) }

// SetExpr puts the value of an expression or of another field into the field, for Update:
// F.Book.Stock.SetExpr(F.Book.Stock.Sub(1)).
func (f Field[M, V]) SetExpr(e Operand) Assign[M] { return assign[M](f.path(), exprOf(e)) }
