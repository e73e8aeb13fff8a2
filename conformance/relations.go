package main

import (
	"errors"
	"reflect"
	"slices"
	"strings"

	"github.com/gormango/gormango/repo"
)

func rels[T any](fields []any) []repo.Rel[T] {
	out := make([]repo.Rel[T], len(fields))
	for i, f := range fields {
		out[i] = repo.Rel[T](f.(string))
	}
	return out
}

func (r *runner[T]) selectRelated(fields []any) error {
	if len(fields) == 1 && fields[0] == nil {
		r.qs = r.qs.NoSelectRelated()
		r.load.drop("select_related")
		return nil
	}
	r.qs = r.qs.SelectRelated(rels[T](fields)...)
	if len(fields) == 0 {
		r.load.follow(reflect.TypeFor[T](), 5)
	}
	for _, f := range fields {
		at := r.load
		for _, part := range strings.Split(f.(string), "__") {
			at = at.at(part)
			at.joined = true
		}
		r.load.mark(f.(string), "select_related")
	}
	return nil
}

func (r *runner[T]) prefetchRelated(fields []any) error {
	if len(fields) == 1 && fields[0] == nil {
		r.qs = r.qs.NoPrefetch()
		r.load.drop("prefetch_related")
		r.late = nil
		return nil
	}
	r.many = true
	for _, f := range fields {
		if o, ok := f.(*object); ok {
			if err := r.prefetchWith(o); err != nil {
				return err
			}
			continue
		}
		path := f.(string)
		if done, err := r.attempt(path, r.qs.PrefetchRelated(repo.Rel[T](r.load.goPath(path)))); !done {
			if err != nil {
				return err
			}
			continue
		}
		r.load.at(path)
		r.load.mark(path, "prefetch_related")
	}
	return nil
}

// attempt continues with qs. Django reports a wrong path of a Prefetch only if
// there are rows.
func (r *runner[T]) attempt(path string, qs *repo.QuerySet[T]) (done bool, err error) {
	var bad *repo.FieldError
	switch err := qs.Err(); {
	case err == nil:
		r.qs = qs
		return true, nil
	case !errors.As(err, &bad):
		return false, err
	case r.late != nil:
	default:
		r.late = err
		head, last := cutLast(path)
		t := reflect.TypeFor[T]()
		if head != "" {
			t = r.load.target(t, head)
		}
		if t == nil {
			break
		}
		if fields, rels := fieldsOf(t); named(fields, rels, last) || last == "pk" || r.load.target(reflect.TypeFor[T](), path) != nil {
			r.late = pythonError(err, valueError("no relation, or one that is prefetched already"))
		}
	}
	return false, nil
}

// cutLast cuts the last step off a path.
func cutLast(path string) (head, last string) {
	if i := strings.LastIndex(path, "__"); i >= 0 {
		return path[:i], path[i+2:]
	}
	return "", path
}

// prefetchWith applies a Prefetch object.
func (r *runner[T]) prefetchWith(o *object) error {
	path, attr := o.text("lookup"), o.text("to_attr")
	head, last := cutLast(path)
	at, prefix := path, ""
	owner := reflect.TypeFor[T]()
	if head != "" {
		owner, prefix = r.load.target(owner, head), head+"__"
	}
	if attr != "" {
		at = prefix + attr
	}
	sub := newLoad()
	var with repo.AnySource
	if spec := o.object("queryset"); spec != nil {
		c, err := r.env.chain(spec)
		if err != nil {
			return err
		}
		sub, with = c.loaded(), c.operand()
	} else if to := r.load.target(reflect.TypeFor[T](), path); to != nil {
		with = startOf(to, r.env).operand()
	}
	field := ""
	if owner != nil {
		if attr != "" || len(sub.names) > 0 {
			field = r.free(owner, head, last, at)
		}
	}
	goPath := r.load.goPath(path)
	if _, ok := relationsOf(owner)[last]; ok { // and not an attribute
		_, own := cutLast(goPath)
		goPath = strings.TrimSuffix(goPath, own) + last
	}
	var (
		qs   *repo.QuerySet[T]
		opts []repo.PrefetchOption
	)
	if field != "" {
		opts = append(opts, repo.ToField(field))
	}
	if with == nil || attr == "" && !o.has("queryset") {
		qs = r.qs.PrefetchRelated(repo.Rel[T](r.load.goPath(path)))
	} else {
		qs = r.qs.Prefetch(repo.Rel[T](goPath), with, opts...)
	}
	if errors.Is(qs.Err(), repo.ErrGrouped) {
		return pythonError(qs.Err(), valueError("a Prefetch of columns"))
	}
	if done, err := r.attempt(path, qs); !done {
		return err
	}
	node := r.load.at(at)
	node.ordered = o.bool("ordered")
	r.load.mark(at, "prefetch_related")
	if node.joined && attr == "" {
		return nil // it exists and stays
	}
	node.field = field
	if o.has("queryset") {
		node.rel, node.names, node.kind = sub.rel, sub.names, sub.kind
		key := keyOf(owner, last)
		node.deferred = slices.DeleteFunc(sub.deferred, func(name string) bool { return name == key })
	}
	return nil
}

// relationsOf returns the relations of a model, none for nil.
func relationsOf(t reflect.Type) map[string]int {
	if t == nil {
		return nil
	}
	_, rels := fieldsOf(t)
	return rels
}

// free returns a Go field of the owners that no other Prefetch uses.
func (r *runner[T]) free(owner reflect.Type, head, relation, at string) string {
	in := r.load
	if head != "" {
		in = in.at(head)
	}
	_, own := cutLast(at)
	for _, prefix := range []string{"To", "Also"} {
		name, taken := prefix+goName(relation), false
		if _, ok := owner.FieldByName(name); !ok {
			continue
		}
		for k, sub := range in.rel {
			taken = taken || k != own && sub.field == name
		}
		if !taken {
			return name
		}
	}
	return "To" + goName(relation)
}

// startOf returns the query of all rows of a model.
func startOf(t reflect.Type, e *env) chained {
	for _, m := range models {
		if m.typ == t {
			return m.start(e)
		}
	}
	return nil
}
