package query

// Expr is an expression in an assignment or on the right of a comparison.
type Expr struct {
	Kind        ExprKind
	Column      Column // Ref
	Value       any    // Const
	Op          byte   // Arith: + - * /
	Left, Right *Expr  // Arith
}

// ExprKind is the kind of an expression.
type ExprKind uint8

// The kinds of expressions.
const (
	Ref   ExprKind = iota // a column
	Const                 // a value, sent as a parameter
	Arith                 // two expressions and an operator
)

// Refs calls fn for every column in e.
func (e *Expr) Refs(fn func(Column) error) error {
	switch e.Kind {
	case Ref:
		return fn(e.Column)
	case Arith:
		if err := e.Left.Refs(fn); err != nil {
			return err
		}
		return e.Right.Refs(fn)
	}
	return nil
}
