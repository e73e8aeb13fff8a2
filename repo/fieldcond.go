package repo

import "fmt"

// Operand is what stands for a value of the database in an expression: an Expr or a typed field.
type Operand interface{ operand() Expr }

func (e Expr) operand() Expr { return e }

// operandOf gives the expression of an operand, and any other value as it is.
func operandOf(v any) any {
	if o, ok := v.(Operand); ok {
		return o.operand()
	}
	return v
}

// The quantifiers of a condition on related rows.
const (
	quantSome  = "some"
	quantNone  = "none"
	quantEvery = "every"
)

// unboundError is a typed condition or assignment whose names are not resolved.
type unboundError struct {
	text  string
	value any
}

func (e *unboundError) Error() string {
	return fmt.Sprintf("repo: %q of a typed field cannot be resolved yet (use Filter, Q or Set with the name)", e.text)
}

// lookupCond is the condition that text makes of value, an Expr among values.
func lookupCond[M any](text string, value any) Cond[M] {
	return Cond[M]{err: &unboundError{text, value}}
}

// quantified is the condition on the rows that the relation at path leads to.
func quantified[M, C any](path, quantifier string, conds []Cond[C]) Cond[M] {
	return Cond[M]{err: &unboundError{join(path, quantifier), conds}}
}

// assign puts value, an Expr among values, into the column of that name.
func assign[M any](name string, value any) Assign[M] {
	return Assign[M]{err: &unboundError{name, value}}
}
