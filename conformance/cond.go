package main

import (
	"errors"

	"github.com/gormango/gormango/repo"
)

// cond builds a condition in the order in which Django's Q objects are joined, so
// that the trees are the same.
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
		v, err := r.value(node.get("value"))
		if err != nil {
			return out, err
		}
		return repo.Q[T](repo.Lookup[T](node.text("lookup")), v), nil
	}
	return out, errors.New("a condition is not in the format")
}
