package store

import (
	"errors"
	"fmt"
	"slices"

	"github.com/gormango/gormango/internal/query"
)

// Aggregates returns the resolved expressions of Aggregate. Each may use the
// names of those before it.
func (s *State) Aggregates(exprs []*query.Annotation) ([]*query.Annotation, error) {
	if len(exprs) == 0 {
		return nil, errors.New("no expression was passed to Aggregate")
	}
	q := *s.Query
	var aggs []*query.Annotation
	for _, a := range exprs {
		if badName.MatchString(a.Name) {
			return nil, fmt.Errorf("%q cannot be the name of an aggregate (no quotes, spaces, semicolons or comments)", a.Name)
		}
		for _, o := range aggs {
			if o.Name == a.Name {
				return nil, fmt.Errorf("two aggregates have the name %q", a.Name)
			}
		}
		e, err := q.Expr(a.Expr)
		if err != nil {
			return nil, err
		}
		if !e.Aggregates() {
			return nil, fmt.Errorf("%q is no aggregate expression", a.Name)
		}
		if err := checkNesting(e, false, func(o *query.Annotation) bool { return slices.Contains(aggs, o) }); err != nil {
			return nil, err
		}
		ann := &query.Annotation{Name: a.Name, Expr: e}
		aggs = append(aggs, ann)
		q.Anns = append(append([]*query.Annotation{}, q.Anns...), ann)
	}
	return aggs, nil
}

// checkNesting returns an error if e computes an aggregate of an aggregate.
// within reports whether e is an argument of an aggregate; aggregate reports
// whether an annotation is one.
func checkNesting(e *query.Expr, within bool, aggregate func(*query.Annotation) bool) error {
	if e == nil {
		return nil
	}
	switch {
	case e.Kind == query.Annotated && within && aggregate(e.Ann):
		return fmt.Errorf("%q is an aggregate, over which no other can be computed here", e.Ann.Name)
	case e.Agg && within:
		return fmt.Errorf("%s is computed within another aggregate", e.Name)
	}
	if e.Kind == query.Over { // a window function sees the results of aggregates
		for _, a := range e.Args[0].Args {
			if err := checkNesting(a, false, aggregate); err != nil {
				return err
			}
		}
		return nil
	}
	for _, a := range e.Args {
		if err := checkNesting(a, within || e.Agg, aggregate); err != nil {
			return err
		}
	}
	for _, w := range e.Whens {
		if err := checkNesting(w.Then, within, aggregate); err != nil {
			return err
		}
	}
	return nil
}
