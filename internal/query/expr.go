package query

import (
	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/sqltext"
)

// Expr is a value that the database computes. Before [Query.Expr] has resolved
// it, names are Named; after it they are Ref or Annotated.
type Expr struct {
	Kind ExprKind
	// Name is what the constants of Kind describe.
	Name string
	Args []*Expr
	// Type is the type of the result; the zero Type where it is not known.
	Type lookup.Type

	// Path and Field are the column of a Ref. Rel is the relation that the name
	// ended at, nil at a column.
	Path  []*modelinfo.Relation
	Field *modelinfo.Field
	Rel   *modelinfo.Relation
	// Filtered is the relation with a condition that Path begins with.
	Filtered *Filtered

	// Ann is the annotation of an Annotated.
	Ann *Annotation
	// Value is that of a Const, the arguments of Raw, what an aggregate is for no
	// rows.
	Value any
	// Transform is that of a Transformed; Def and Body are set for one that the
	// application registered, Body with Slots for Args.
	Transform lookup.Transform
	Def       *TransformDef
	Body      *Expr
	// Template is the SQL of a Func that the application declared, nil for Name.
	Template *Template
	// Cond is the condition of Truth and Each, the filter of an aggregate.
	Cond *Cond
	// Quantifier is that of an Each.
	Quantifier Quantifier
	// Whens are the branches of a Case, Args[0] its ELSE.
	Whens []When
	// Sub is the query of Exists, Sub and ArraySub. Rows reports whether a
	// Sub is a QuerySet itself, which stands for the keys of its rows.
	Sub  *Query
	Rows bool
	// Order is that of an aggregate or a window.
	Order []Order
	// Distinct is that of an aggregate.
	Distinct bool
	// Window is the rest of an Over.
	Window *Window
	// Depth is how many queries an Outer climbs, 1 for the one around; the number
	// of a Slot, from 1 on.
	Depth int
	// Agg reports whether it is an aggregate function; Empty is its value over no
	// rows.
	Agg   bool
	Empty any
	// Err is the mistake that was made when the expression was written.
	Err error
	// Settle completes a Func or a Transformed whose arguments are resolved: it
	// checks and casts them, and finds Type where the arguments' common type is not
	// it.
	Settle func(*Expr) error
	// TypeErr is the reason why Type is not known, for those who need it.
	TypeErr error
	// Untyped reports whether the Type of a Const follows from its Go value alone,
	// so that a text may become a value of the type beside it.
	Untyped bool

	whens *room[When] // of Whens
}

// When is a branch of a Case.
type When struct {
	Cond *Cond
	Then *Expr
}

// When returns a Case with another branch. The branches that e has stay as they
// are.
func (e *Expr) When(c *Cond, then *Expr) *Expr {
	if e.Err == errTooManyParts {
		return e
	}
	n := *e
	if len(e.Whens) >= MaxParts {
		n.Err = errTooManyParts
		return &n
	}
	n.Whens, n.whens = grown(e.Whens, e.whens, When{Cond: c, Then: then})
	return &n
}

// Window is PARTITION BY and the frame of an Over.
type Window struct {
	Partition []*Expr
	Frame     *Frame
}

// Frame is the rows that a window function sees; nil ends are unbounded.
type Frame struct {
	Range      bool
	Start, End *int
	Exclude    string
}

// ExprKind is what an expression is.
type ExprKind uint8

// The kinds of expressions.
const (
	Named       ExprKind = iota // a name that is not resolved yet
	Ref                         // a column
	Annotated                   // an annotation
	Outer                       // Name of the query around
	Const                       // Value, sent as a parameter
	Arith                       // Args[0] Name Args[1]
	Neg                         // - Args[0]
	Func                        // the function Name over Args, or a template whose question marks are their places
	Transformed                 // Transform of Args[0]
	Case                        // Whens, else Args[0]
	Truth                       // Cond as a value
	Exists                      // whether Sub has rows
	Sub                         // the one value of Sub
	ArraySub                    // the values of Sub as an array
	Cast                        // Args[0] as Type
	Star                        // * in COUNT(*)
	Over                        // Args[0] as a window function
	Raw                         // Name as SQL with Value's arguments
	Slot                        // an operand of what the application registered, see Body
	Excluded                    // the column Name of the row that an upsert would insert
	Each                        // whether Cond holds for rows at the end of Path, the relation that Name names
)

// Quantifier is for how many rows the condition of an Each has to hold.
type Quantifier uint8

// The quantifiers.
const (
	Some Quantifier = iota
	NoRow
	Every
)

// F returns a name as an expression.
func F(name string) *Expr { return &Expr{Kind: Named, Name: name} }

// Conditional reports whether e is true or false.
func (e *Expr) Conditional() bool {
	return e.Type.Kind == lookup.Bool || e.Kind == Truth || e.Kind == Exists || e.Kind == Each
}

// RawParts returns the text of a Raw around its arguments: a question mark
// outside of literals, quoted names and comments is an argument's place, two
// are one.
func RawParts(sql string) []string {
	parts := []string{""}
	for _, t := range sqltext.Tokens(sql) {
		last := &parts[len(parts)-1]
		switch t.Kind {
		case sqltext.Question:
			parts = append(parts, "")
		case sqltext.Escaped:
			*last += "?"
		default:
			*last += t.Text
		}
	}
	return parts
}
