package repo

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strconv"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/internal/sqltype"
)

// Operand is what an expression may be made of: an Expr, a field, a condition,
// or a QuerySet as a subquery.
type Operand interface{ operand() Expr }

// Expr is a value that the database computes:
// F("price").Mul(F("stock")).Add(1). Its names are resolved when the expression
// joins a QuerySet.
type Expr struct{ n *query.Expr }

func (e Expr) operand() Expr { return e }

// ExprOf returns the expression of a node, and Node the node of an expression.
// They are for the packages of this module, such as fn: programs have no nodes.
func ExprOf(n *query.Expr) Expr { return Expr{n} }

// Node returns the node of the expression, see ExprOf.
func (e Expr) Node() *query.Expr { return e.n }

// F returns the column or annotation of that name in the current row, as
// Django's F(). The name may lie behind relations and have transforms:
// F("album__released__year").
func F(name Ref) Expr { return Expr{query.F(string(name))} }

// OuterRef returns, in a subquery, a name of the query around the subquery.
func OuterRef(name Ref) Expr {
	return Expr{&query.Expr{Kind: query.Outer, Name: string(name), Depth: 1}}
}

// Outer moves e one query further out: Outer(OuterRef("pk")) refers to the
// query two levels out.
func Outer(e Expr) Expr {
	if e.n == nil || e.n.Kind != query.Outer {
		return e
	}
	n := *e.n
	n.Depth++
	return Expr{&n}
}

// Value returns a constant, which is always sent as an argument.
func Value(v any) Expr {
	if o, ok := v.(Operand); ok {
		return exprOf(o)
	}
	return Expr{&query.Expr{Kind: query.Const, Value: v}}
}

// Add returns e plus v, a value or another Expr.
func (e Expr) Add(v any) Expr { return e.arith("+", v) }

// Sub returns e minus v.
func (e Expr) Sub(v any) Expr { return e.arith("-", v) }

// Mul returns e times v.
func (e Expr) Mul(v any) Expr { return e.arith("*", v) }

// Div returns e divided by v. Between integers PostgreSQL cuts off the
// fraction.
func (e Expr) Div(v any) Expr { return e.arith("/", v) }

// arith returns an expression of an arithmetic operator.
func (e Expr) arith(op string, v any) Expr {
	return Expr{&query.Expr{Kind: query.Arith, Name: op, Args: []*query.Expr{e.n, Value(v).n}}}
}

// As names the expression, for calls that take several.
func (e Expr) As(name string) Aliased { return Aliased{name, e} }

// Aliased is an expression with a name.
type Aliased struct {
	name string
	e    Expr
}

// Asc orders by the expression, the least first.
func (e Expr) Asc() Term { return Term{query.Order{Expr: e.n}} }

// Desc orders by the expression, the greatest first.
func (e Expr) Desc() Term { return Term{query.Order{Expr: e.n, Desc: true}} }

// Asc orders by an operand, such as a QuerySet of one value or a condition, the
// least first.
func Asc(e Operand) Term { return exprOf(e).Asc() }

// Desc orders by an operand, the greatest first.
func Desc(e Operand) Term { return exprOf(e).Desc() }

// Term is a term of an order, for OrderByExpr.
type Term struct{ o query.Order }

// NullsFirst places NULLs first.
func (t Term) NullsFirst() Term { t.o.Nulls = query.NullsFirst; return t }

// NullsLast places NULLs last.
func (t Term) NullsLast() Term { t.o.Nulls = query.NullsLast; return t }

// Random orders the rows randomly, as Django's order_by("?").
func Random() Term { return Term{query.Order{Random: true}} }

// plainValue returns a value of a lookup in the form that package query takes.
func plainValue(v any) any {
	switch x := v.(type) {
	case Operand:
		return exprOf(x).n
	case []any:
		for _, m := range x {
			if _, ok := m.(Operand); ok {
				out := make([]any, len(x))
				for i, m := range x {
					out[i] = plainValue(m)
				}
				return out
			}
		}
	}
	return v
}

// Mod returns the remainder of the division of e by v, with the sign of e.
func (e Expr) Mod(v any) Expr { return e.arith("%", v) }

// Pow returns e to the power of v, PostgreSQL's ^.
func (e Expr) Pow(v any) Expr { return e.arith("^", v) }

// Neg returns e with the opposite sign.
func (e Expr) Neg() Expr { return Expr{&query.Expr{Kind: query.Neg, Args: []*query.Expr{e.n}}} }

// BitAnd returns the bits that are set in both e and v. The bit methods take
// integers.
func (e Expr) BitAnd(v any) Expr { return e.arith("&", v) }

// BitOr returns the bits that are set in e, in v or in both.
func (e Expr) BitOr(v any) Expr { return e.arith("|", v) }

// BitXor returns the bits that are set in only one of e and v.
func (e Expr) BitXor(v any) Expr { return e.arith("#", v) }

// ShiftLeft shifts the bits of e left by n places.
func (e Expr) ShiftLeft(n any) Expr { return e.arith("<<", n) }

// ShiftRight shifts the bits of e right by n places.
func (e Expr) ShiftRight(n any) Expr { return e.arith(">>", n) }

// Slice returns the part of a text or an array from start up to but not
// including stop (End: all), counted from 0: Django's F("name")[start:stop].
func (e Expr) Slice(start, stop int) Expr {
	if start < 0 || stop < End || stop != End && stop < start {
		return errExpr(fmt.Errorf("a slice from %d to %d: it does not count from the end, and ends behind its start", start, stop))
	}
	n := &query.Expr{Kind: query.Func, Args: []*query.Expr{e.n}}
	n.Settle = func(s *query.Expr) error {
		from := strconv.Itoa(start + 1)
		switch t := s.Args[0].Type; t.Kind {
		case lookup.Text:
			s.Name = "SUBSTRING(?, " + from + ")"
			if stop != End {
				s.Name = "SUBSTRING(?, " + from + ", " + strconv.Itoa(stop-start) + ")"
			}
			s.Type = t
		case lookup.Array:
			s.Name = "(?)[" + from + ":]"
			if stop != End {
				s.Name = "(?)[" + from + ":" + strconv.Itoa(stop) + "]"
			}
			s.Type = t
		default:
			return errors.New("only texts and arrays have slices")
		}
		return nil
	}
	return Expr{n}
}

var funcName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$`)

// Func calls a function of the database by its name, which may be qualified by
// a schema and a dot. Its type is the common type of the arguments unless
// WithType sets another. Package fn has the functions that Django has.
func Func(name string, args ...Operand) Expr {
	if !funcName.MatchString(name) {
		return errExpr(fmt.Errorf("%q is no name of a function (letters, digits and underscores, a schema before a dot)", name))
	}
	n := &query.Expr{Kind: query.Func, Name: name}
	for _, a := range args {
		n.Args = append(n.Args, exprOf(a).n)
	}
	return Expr{n}
}

// Raw is a piece of SQL, for what the other expressions cannot express:
// Raw("age(?)", t). Each question mark outside of literals, quoted names and
// comments is the place of an argument, which is sent beside the statement; two
// question marks are one of SQL. The fragment
// becomes part of the statement unchanged, so it must never hold a user's
// input. Its type is unknown unless WithType sets it.
func Raw(fragment string, args ...any) Expr {
	if n := len(query.RawParts(fragment)) - 1; n != len(args) {
		return errExpr(fmt.Errorf("Raw has %d places for arguments and %d arguments (a question mark of SQL is written twice)", n, len(args)))
	}
	for _, a := range args {
		if _, ok := a.(Operand); ok {
			return errExpr(fmt.Errorf("an argument of Raw is a value, not an expression (build the expression around it)"))
		}
	}
	return Expr{&query.Expr{Kind: query.Raw, Name: fragment, Value: args}}
}

// Coalesce returns the first of its arguments, expressions or values, that is
// not NULL, as Django's Coalesce. It takes two or more.
func Coalesce(args ...any) Expr {
	if len(args) < 2 {
		return errExpr(fmt.Errorf("Coalesce takes two arguments or more"))
	}
	return Expr{&query.Expr{Kind: query.Func, Name: "COALESCE", Args: nodesOf(args)}}
}

var collationName = regexp.MustCompile(`^[\w-]+$`)

// Collate sorts and compares e by a collation of the database, as Django's
// Collate.
func (e Expr) Collate(collation string) Expr {
	if !collationName.MatchString(collation) {
		return errExpr(fmt.Errorf("%q is no name of a collation", collation))
	}
	return Expr{&query.Expr{Kind: query.Func, Name: `(? COLLATE "` + collation + `")`, Args: []*query.Expr{e.n}}}
}

// Type is the name of a PostgreSQL type in an expression: "numeric(10,2)",
// "text[]", `"OrderStatus"`. It becomes part of the statement's text, so only
// the name of a type is accepted.
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

func (t Type) check() error { return sqltype.Check(string(t)) }

// Cast converts e to another type, as Django's Cast: (e)::type.
func Cast(e Operand, t Type) Expr {
	if err := t.check(); err != nil {
		return errExpr(err)
	}
	return Expr{&query.Expr{Kind: query.Cast, Args: []*query.Expr{exprOf(e).n}, Type: lookup.TypeOf(string(t))}}
}

// WithType sets the type of an expression where it does not follow from the
// parts, as Django's ExpressionWrapper and output_field. It converts nothing in
// the database; a constant is sent as that type (Value(nil).WithType(TypeJSON)
// is JSON's null).
func (e Expr) WithType(t Type) Expr {
	if err := t.check(); err != nil {
		return errExpr(err)
	}
	typ := lookup.TypeOf(string(t))
	switch e.n.Kind {
	case query.Const:
		c, err := query.ConstOf(e.n.Value, typ)
		if err != nil {
			return errExpr(err)
		}
		return Expr{c}
	case query.Named, query.Outer, query.Slot:
		return Expr{&query.Expr{Kind: query.Func, Name: "(?)", Args: []*query.Expr{e.n}, Type: typ}}
	}
	n := *e.n
	n.Type = typ
	return Expr{&n}
}

// Compare returns whether a lookup holds for the expression, true or false, as
// a value for Annotate and as a condition for Holds, Case and the Filter of an
// aggregate: F("title").Compare("icontains", "go"). The lookup op is an
// operator, with or without transforms before it ("year__gt").
func (e Expr) Compare(op string, v any) Expr {
	return Expr{&query.Expr{Kind: query.Truth, Cond: query.Compare(e.n, op, plainValue(v))}}
}

// Eq returns whether e equals v, a value or another expression. With a nil v it
// returns whether e is NULL.
func (e Expr) Eq(v any) Expr { return e.Compare("exact", v) }

// Gt returns whether e is greater than v.
func (e Expr) Gt(v any) Expr { return e.Compare("gt", v) }

// Gte returns whether e is greater than or equal to v.
func (e Expr) Gte(v any) Expr { return e.Compare("gte", v) }

// Lt returns whether e is less than v.
func (e Expr) Lt(v any) Expr { return e.Compare("lt", v) }

// Lte returns whether e is less than or equal to v.
func (e Expr) Lte(v any) Expr { return e.Compare("lte", v) }

// In returns whether e is one of v, a slice or a QuerySet.
func (e Expr) In(v any) Expr { return e.Compare("in", v) }

// IsNull returns whether e is NULL.
func (e Expr) IsNull() Expr { return e.Compare("isnull", true) }

// And returns whether e and all the others hold. For search queries it returns
// the query that matches what all of them match.
func (e Expr) And(others ...Operand) Expr { return e.combine("(? && ?)", query.And, others) }

// Or returns whether e or one of the others holds. For search queries it
// returns the query that matches what one of them matches.
func (e Expr) Or(others ...Operand) Expr { return e.combine("(? || ?)", query.Or, others) }

// Not returns whether e does not hold; it is unknown where e is unknown. For a
// search query it returns the query that matches what e does not.
func (e Expr) Not() Expr {
	if e.isSearch() {
		return Expr{&query.Expr{Kind: query.Func, Name: "(!!(?))", Args: []*query.Expr{e.n}, Type: e.n.Type}}
	}
	return Expr{&query.Expr{Kind: query.Truth, Cond: query.Not(query.Holds(e.n))}}
}

// isSearch reports whether e is a search query.
func (e Expr) isSearch() bool { return e.n.Type.Kind == lookup.Search }

// combine joins e and others by a template of search queries or as conditions.
func (e Expr) combine(template string, join func(...*query.Cond) *query.Cond, others []Operand) Expr {
	for _, o := range others {
		other := exprOf(o)
		switch {
		case e.isSearch() != other.isSearch():
			return errExpr(errors.New("a search query joins search queries, a condition joins conditions"))
		case e.isSearch():
			e = Expr{&query.Expr{Kind: query.Func, Name: template, Args: []*query.Expr{e.n, other.n}, Type: e.n.Type}}
		default:
			e = Expr{&query.Expr{Kind: query.Truth, Cond: join(query.Holds(e.n), query.Holds(other.n))}}
		}
	}
	return e
}

// cond returns an expression that is true or false as a condition of any model.
func (e Expr) cond() *query.Cond { return query.Holds(e.n) }

// CaseExpr is an expression made by Case; it is complete with or without Else.
type CaseExpr struct{ Expr }

// Case returns the expression for the value of the first condition that holds,
// Django's Case and When:
//
//	repo.Case(books.Q("stock", 0), "sold out").When(books.Q("stock__lt", 5), "few").Else("many")
//
// then is a value or an expression. All values have one type, or WithType sets
// it.
func Case(c AnyCond, then any) CaseExpr {
	return CaseExpr{Expr{&query.Expr{Kind: query.Case}}}.When(c, then)
}

// When adds a condition, which is checked where none before it holds.
func (x CaseExpr) When(c AnyCond, then any) CaseExpr {
	tree := c.cond()
	if tree == nil || len(tree.Kids) == 0 {
		n := *x.n
		n.Err = errors.New("a Case needs conditions, and one of its own is empty")
		return CaseExpr{Expr{&n}}
	}
	return CaseExpr{Expr{x.n.When(tree, nodeOf(then))}}
}

// Else sets the value where no condition holds; without Else it is NULL.
func (x CaseExpr) Else(v any) Expr {
	n := *x.n
	n.Args = []*query.Expr{nodeOf(v)}
	return Expr{&n}
}

// notNil reports whether v is neither nil nor a nil pointer.
func notNil(v any) bool {
	rv := reflect.ValueOf(v)
	return rv.IsValid() && (rv.Kind() != reflect.Pointer || !rv.IsNil())
}

// exprOf returns the expression of an operand. A nil operand is a mistake,
// which the QuerySet that takes the expression returns.
func exprOf(e Operand) Expr {
	if !notNil(e) {
		return Expr{&query.Expr{Err: errors.New("an empty expression: an operand is nil (make one with repo.F, a field or a QuerySet)")}}
	}
	return e.operand()
}

// nodeOf returns the node of an operand or of a constant.
func nodeOf(v any) *query.Expr { return Value(v).n }

// nodesOf returns the nodes of operands and constants.
func nodesOf(vs []any) []*query.Expr {
	out := make([]*query.Expr, len(vs))
	for i, v := range vs {
		out[i] = nodeOf(v)
	}
	return out
}

// errExpr returns an expression that fails with err when it joins a QuerySet.
func errExpr(err error) Expr { return Expr{&query.Expr{Err: err}} }
