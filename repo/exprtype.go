package repo

import (
	"fmt"
	"regexp"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/query"
)

// Type is the name of a PostgreSQL type in an expression: "numeric(10,2)",
// "text[]". It becomes part of the statement's text, so only names of that form
// are accepted.
type Type string

// The types that expressions most often have. They determine the Go types of
// the values that are read, see Values.
const (
	TypeInt      Type = "integer"
	TypeBigInt   Type = "bigint"
	TypeFloat    Type = "double precision"
	TypeDecimal  Type = "numeric"
	TypeText     Type = "text"
	TypeBool     Type = "boolean"
	TypeTime     Type = "timestamptz"
	TypeDate     Type = "date"
	TypeClock    Type = "time"
	TypeDuration Type = "interval"
	TypeUUID     Type = "uuid"
	TypeJSON     Type = "jsonb"
	TypeBytes    Type = "bytea"
)

var typeName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?( [A-Za-z]+)*( ?\([0-9]+(, ?[0-9]+)?\))?( [A-Za-z]+)*(\[\])*$`)

func (t Type) check() error {
	if !typeName.MatchString(string(t)) {
		return fmt.Errorf("%q is no name of a type (such as numeric(10,2) or text[])", string(t))
	}
	return nil
}

// Cast converts e to another type, as Django's Cast: (e)::type.
func Cast(e Operand, t Type) Expr {
	if err := t.check(); err != nil {
		return wrong(err)
	}
	return Expr{&query.Expr{Kind: query.Cast, Args: []*query.Expr{exprOf(e).n}, Type: lookup.TypeOf(string(t))}}
}

// WithType sets the type of an expression where it does not follow from the
// parts, as Django's ExpressionWrapper and output_field. It converts nothing in
// the database; a constant is sent as that type (Value(nil).WithType(TypeJSON)
// is JSON's null).
func (e Expr) WithType(t Type) Expr {
	if err := t.check(); err != nil {
		return wrong(err)
	}
	typ := lookup.TypeOf(string(t))
	switch e.n.Kind {
	case query.Const:
		c, err := query.ConstOf(e.n.Value, typ)
		if err != nil {
			return wrong(err)
		}
		return Expr{c}
	case query.Named, query.Outer, query.Slot:
		return Expr{&query.Expr{Kind: query.Func, Name: "(?)", Args: []*query.Expr{e.n}, Type: typ}}
	}
	n := *e.n
	n.Type = typ
	return Expr{&n}
}
