package repo

import (
	"fmt"
	"regexp"

	"github.com/gormango/gormango/internal/query"
)

var funcName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$`)

// Func calls a function of the database by its name, which may be qualified by
// a schema and a dot. Its type is the common type of the arguments unless
// WithType sets another. Package fn has the functions that Django has.
func Func(name string, args ...Operand) Expr {
	if !funcName.MatchString(name) {
		return wrong(fmt.Errorf("%q is no name of a function (letters, digits and underscores, a schema before a dot)", name))
	}
	n := &query.Expr{Kind: query.Func, Name: name}
	for _, a := range args {
		n.Args = append(n.Args, exprOf(a).n)
	}
	return Expr{n}
}

// Raw is a piece of SQL, for what the other expressions cannot express:
// Raw("age(?)", t). Each question mark is the place of an argument, which is
// sent beside the statement; two question marks are a literal one. The fragment
// becomes part of the statement unchanged, so it must never hold a user's
// input. Its type is unknown unless WithType sets it.
func Raw(fragment string, args ...any) Expr {
	if n := len(query.RawParts(fragment)) - 1; n != len(args) {
		return wrong(fmt.Errorf("Raw has %d places for arguments and %d arguments (a question mark of SQL is written twice)", n, len(args)))
	}
	for _, a := range args {
		if _, ok := a.(Operand); ok {
			return wrong(fmt.Errorf("an argument of Raw is a value, not an expression (build the expression around it)"))
		}
	}
	return Expr{&query.Expr{Kind: query.Raw, Name: fragment, Value: args}}
}

// Coalesce returns the first of its arguments, expressions or values, that is
// not NULL, as Django's Coalesce. It takes two or more.
func Coalesce(args ...any) Expr {
	if len(args) < 2 {
		return wrong(fmt.Errorf("Coalesce takes two arguments or more"))
	}
	return Expr{&query.Expr{Kind: query.Func, Name: "COALESCE", Args: nodesOf(args)}}
}

var collationName = regexp.MustCompile(`^[\w-]+$`)

// Collate sorts and compares e by a collation of the database, as Django's
// Collate.
func (e Expr) Collate(collation string) Expr {
	if !collationName.MatchString(collation) {
		return wrong(fmt.Errorf("%q is no name of a collation", collation))
	}
	return Expr{&query.Expr{Kind: query.Func, Name: `(? COLLATE "` + collation + `")`, Args: []*query.Expr{e.n}}}
}
