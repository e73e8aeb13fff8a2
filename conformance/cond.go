package main

import (
	"errors"
	"reflect"
	"strings"

	"github.com/gormango/gormango/repo"
)

// cond builds a condition in the order in which Django joins Q objects, so that
// the trees are the same.
func (r *runner[T]) cond(node *object) (repo.Cond[T], error) {
	var out repo.Cond[T]
	if node == nil {
		return out, nil
	}
	for _, how := range []string{"and", "or", "xor"} {
		if !node.has(how) {
			continue
		}
		for _, kid := range node.list(how) {
			c, err := r.cond(kid.(*object))
			if err != nil {
				return out, err
			}
			switch how {
			case "and":
				out = out.And(c)
			case "or":
				out = out.Or(c)
			case "xor":
				out = out.Xor(c)
			}
		}
		return out, nil
	}
	switch {
	case node.has("not"):
		c, err := r.cond(node.object("not"))
		return c.Not(), err
	case node.has("cond"):
		e, err := r.expr(node.get("cond"))
		if err != nil {
			return out, err
		}
		return repo.Holds[T](e), nil
	case node.has("exists"):
		sub, err := r.env.chain(node.object("exists"))
		if err != nil {
			return out, err
		}
		return repo.Holds[T](repo.Exists(sub.operand())), nil
	case node.has("lookup"):
		v, err := r.right(node.text("lookup"), node.get("value"))
		if err != nil {
			return out, err
		}
		return repo.Q[T](repo.Lookup[T](node.text("lookup")), v), nil
	}
	return out, errors.New("a condition is not in the format")
}

// right returns the right side of a lookup, as Django's field on the left side
// converts it. A queryset is reduced to its key only for in and exact.
func (r *runner[T]) right(lookup string, value any) (any, error) {
	_, op := cutLast(lookup)
	switch o, _ := value.(*object); {
	case o == nil:
	case o.has("$qs") && (op == "gt" || op == "gte" || op == "lt" || op == "lte"):
		return r.tagged("$sub", o.get("$qs"))
	}
	v, err := r.value(value)
	if err != nil {
		return nil, err
	}
	if r.kinds[strings.SplitN(lookup, "__", 2)[0]] != "" {
		return v, nil
	}
	return pythonic(reflect.TypeFor[T](), lookup, v)
}
