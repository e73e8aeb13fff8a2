package store

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/param"
	"github.com/gormango/gormango/internal/query"
)

// filter narrows the rows by a lookup, or excludes those for which it holds if
// not is set.
func (s *State) filter(method, text string, value any, not bool) error {
	return s.filterIn(new(query.Narrowing), method, text, value, not)
}

// filterIn is filter with the memory for the narrowed query.
func (s *State) filterIn(x *query.Narrowing, method, text string, value any, not bool) error {
	if err := s.checkFilter(method); err != nil {
		return err
	}
	q, err := x.Of(s.Query, text, value, not)
	if err != nil {
		return s.CallError(text, err)
	}
	s.Query, s.Extensible = q, true
	return nil
}

// checkFilter returns an error if the rows cannot be narrowed any more.
func (s *State) checkFilter(method string) error {
	if err := s.CheckUncombined(method); err != nil {
		return err
	}
	return s.CheckUnsliced("filtered")
}

// restrict narrows the rows by conditions, or excludes those for which all hold
// if not is set.
func (s *State) restrict(method string, conds []*query.Cond, not bool) error {
	call := query.Call(conds...)
	if call == nil {
		return nil
	}
	if err := s.checkFilter(method); err != nil {
		return err
	}
	resolved, err := s.Query.Resolve(call)
	if err != nil {
		return s.CallError(textOf(call), err)
	}
	resolved.Not = not
	s.Query = s.Query.With(resolved)
	return nil
}

// textOf returns the text of the first lookup in a condition, for errors
// without a lookup of their own.
func textOf(c *query.Cond) string {
	if c.Text != "" {
		return c.Text
	}
	for _, k := range c.Kids {
		if t := textOf(k); t != "" {
			return t
		}
	}
	return ""
}

// badName matches the names that an annotation must not have.
var badName = regexp.MustCompile(`['"\x60\[\];\s\p{Z}\x00-\x1f\x7f-\x{9f}#$]|--|/\*|\*/|^$`)

// annotate adds a value to the rows.
func (s *State) annotate(method, name string, e *query.Expr, hidden bool) error {
	if err := s.CheckUncombined(method); err != nil {
		return err
	}
	switch {
	case badName.MatchString(name):
		return s.nameError(name, "cannot be the name of an annotation (no quotes, spaces, semicolons or comments)")
	case s.Query.Columns == nil && (s.Model.Field(name) != nil || s.Model.Relation(name) != nil):
		return s.nameError(name, "cannot be the name of an annotation, since a field has it")
	}
	if err := s.Query.CheckTerms(len(s.Query.Anns)+1, "annotations"); err != nil {
		return s.CallError("", err)
	}
	x, err := s.Query.Expr(e)
	if err != nil {
		return err
	}
	if err := checkNesting(x, false, func(a *query.Annotation) bool { return a.Expr.Aggregates() }); err != nil {
		return err
	}
	s.Query = s.Query.Annotate(&query.Annotation{Name: name, Expr: x, Hidden: hidden})
	return nil
}

// selectColumns replaces the objects of the rows by columns.
func (s *State) selectColumns(names []string, grouped bool) error {
	var c *query.Columns
	if len(names) == 0 && !grouped {
		c = s.Query.EveryColumn()
	} else {
		var err error
		if c, err = s.Query.NewColumns(names); err != nil {
			return err
		}
	}
	c.Grouped = grouped
	s.Query = s.Query.Select(c)
	return nil
}

// Filtered returns the rows for which a lookup holds, or the other rows if not
// is set.
func (s *State) Filtered(lookup string, value any, not bool) *State {
	return s.Refined(func(s *State) error {
		method := "Filter"
		if not {
			method = "Exclude"
		}
		return s.filter(method, lookup, value, not)
	})
}

// Extended returns the rows after a lookup is added to the last call, which
// must be Filter or Exclude.
func (s *State) Extended(lookup string, value any) *State {
	extensible := s != nil && s.Extensible
	return s.Refined(func(s *State) error {
		if !extensible {
			return s.CallError(lookup, errors.New("only Filter and Exclude can be followed by And (use Filter, or combine conditions with Where)"))
		}
		leaf, err := s.Query.Resolve(query.Comparison(lookup, value))
		if err != nil {
			return s.CallError(lookup, err)
		}
		call := s.Query.Steps[len(s.Query.Steps)-1].Cond
		s.Query, s.Extensible = s.Query.Extend(query.Extended(call, &query.Cond{Kids: []*query.Cond{leaf}})), true
		return nil
	})
}

// Restricted returns the rows for which all conditions hold, or the other rows
// if not is set.
func (s *State) Restricted(method string, conds []*query.Cond, not bool) *State {
	return s.Refined(func(s *State) error { return s.restrict(method, conds, not) })
}

// OrderedBy returns the rows sorted by names.
func (s *State) OrderedBy(terms []string) *State {
	return s.Refined(func(s *State) error {
		if err := s.CheckUnsliced("ordered"); err != nil {
			return err
		}
		if err := s.Query.CheckTerms(len(terms), "terms of an order"); err != nil {
			return s.CallError("", err)
		}
		var some [2]query.Order // OrderBy copies it: it needs no place in the heap
		all := some[:0]
		for _, t := range terms {
			var err error
			if all, err = s.Query.AppendOrder(all, t); err != nil {
				return s.CallError(t, err)
			}
		}
		s.Query = s.Query.OrderBy(all)
		return nil
	})
}

// OrderedByExpr returns the rows sorted by expressions.
func (s *State) OrderedByExpr(terms []query.Order) *State {
	return s.Refined(func(s *State) error {
		if err := s.CheckUnsliced("ordered"); err != nil {
			return err
		}
		if err := s.Query.CheckTerms(len(terms), "terms of an order"); err != nil {
			return s.CallError("", err)
		}
		var all []query.Order
		for _, t := range terms {
			o := t
			if !o.Random {
				e, err := s.Query.Untyped(o.Expr)
				if err != nil {
					return err
				}
				if e.AggregatesItself() {
					return errors.New("an aggregate orders only as an annotation (Annotate it, and order by its name)")
				}
				o.Expr = e
			}
			all = append(all, o)
		}
		s.Query = s.Query.OrderBy(all)
		return nil
	})
}

// Reversed returns the rows in reverse order.
func (s *State) Reversed() *State {
	return s.Refined(func(s *State) error {
		if err := s.CheckUnsliced("reversed"); err != nil {
			return err
		}
		s.Query = s.Query.Reverse()
		return nil
	})
}

// Distinct returns the rows without repetitions; with names, the first row of
// each combination of them.
func (s *State) Distinct(on []string) *State {
	return s.Refined(func(s *State) error {
		if err := s.CheckUncombined("Distinct"); err != nil {
			return err
		}
		if err := s.CheckUnsliced("made distinct"); err != nil {
			return err
		}
		if err := s.Query.CheckTerms(len(on), "names of Distinct"); err != nil {
			return s.CallError("", err)
		}
		var exprs []*query.Expr
		for _, name := range on {
			e, err := s.Query.Name(name)
			if err != nil {
				return s.CallError(name, err)
			}
			exprs = append(exprs, e)
		}
		s.Query = s.Query.Unique(exprs)
		return nil
	})
}

// Limited returns at most n rows.
func (s *State) Limited(n int) *State {
	return s.Refined(func(s *State) error {
		if n < 0 {
			return s.ValueError("Limit", n, "0 or more")
		}
		s.Query = s.Query.WithLimit(n)
		return nil
	})
}

// Offset returns the rows after the first n.
func (s *State) Offset(n int) *State {
	return s.Refined(func(s *State) error {
		if n < 0 {
			return s.ValueError("Offset", n, "0 or more")
		}
		s.Query = s.Query.WithOffset(n)
		return nil
	})
}

// Slice returns the rows from start up to but not including stop.
func (s *State) Slice(start, stop int) *State {
	return s.Refined(func(s *State) error {
		if start < 0 || stop < -1 {
			return s.ValueError("Slice", [2]int{start, stop}, "a start of 0 or more and a stop of 0 or more, or repo.End")
		}
		if stop >= 0 && stop < start {
			stop = start
		}
		s.Query = s.Query.Slice(start, stop)
		return nil
	})
}

// None returns no rows.
func (s *State) None() *State {
	return s.Refined(func(s *State) error { s.Query = s.Query.Nothing(); return nil })
}

// AllRows returns the rows with the permission to write them without a
// condition.
func (s *State) AllRows() *State {
	return s.Refined(func(s *State) error { s.Query = s.Query.Every(); return nil })
}

// Seeing returns the rows with or without those that a soft delete hides.
func (s *State) Seeing(d query.Deleted) *State {
	return s.Refined(func(s *State) error {
		if s.Model.SoftDelete == nil {
			return errors.New("the model has no soft delete, so no deleted rows (it needs a gorm.DeletedAt)")
		}
		s.Query = s.Query.Seeing(d)
		return nil
	})
}

// Annotated returns the rows with a named value. The rows hold the value unless
// it is hidden.
func (s *State) Annotated(method, name string, e *query.Expr, hidden bool) *State {
	return s.Refined(func(s *State) error { return s.annotate(method, name, e, hidden) })
}

// Selected returns rows of columns in place of objects. If grouped is set, the
// rows are grouped by the columns.
func (s *State) Selected(names []string, grouped bool) *State {
	return s.Refined(func(s *State) error { return s.selectColumns(names, grouped) })
}

// SQL returns the statement of the rows and its arguments.
func (s *State) SQL() (string, []any, error) {
	if err := s.Mistake(); err != nil {
		return "", nil, err
	}
	st, err := compile.Select(s.Query)
	if err != nil || st.None {
		return "", nil, err
	}
	args, err := param.Sent(context.Background(), st.Args)
	return st.SQL, slices.Clone(args), err
}

// FilteredRelation returns the rows with a named relation, of which only the
// rows that fulfil cond are joined.
func (s *State) FilteredRelation(name, rel string, cond *query.Cond) *State {
	return s.Refined(func(s *State) error {
		if err := s.CheckUncombined("FilteredRelation"); err != nil {
			return err
		}
		if badName.MatchString(name) || s.Model.Field(name) != nil || s.Model.Relation(name) != nil {
			return s.nameError(name, "cannot be the name of a filtered relation (no field's name, no quotes, spaces or semicolons)")
		}
		if cond == nil {
			return errors.New("FilteredRelation needs a condition")
		}
		f, err := s.Query.NewFiltered(name, rel, cond)
		var outside *query.OutsideError
		switch {
		case errors.As(err, &outside):
			return err
		case err != nil:
			return s.CallError(rel, err)
		}
		s.Query = s.Query.FilterRelation(f)
		return nil
	})
}

// Locked returns the rows with a lock, which holds until the transaction ends.
func (s *State) Locked(l query.Lock) *State {
	return s.Refined(func(s *State) error {
		if err := s.CheckUncombined("SelectForUpdate"); err != nil {
			return err
		}
		if l.NoWait && l.SkipLocked {
			return errors.New("SelectForUpdate takes NoWait or SkipLocked, not both")
		}
		s.Query = s.Query.Locked(l)
		return nil
	})
}

// TargetRows returns every row that the relation at the end of a path leads to,
// and that relation. Its model must have the Go type to.
func (s *State) TargetRows(name string, to reflect.Type) (*State, *modelinfo.Relation) {
	path, err := s.Path(name)
	if err != nil {
		return &State{Err: err}, nil
	}
	rel := path[len(path)-1]
	if rel.To.Type != to {
		return &State{Err: s.CallError(name, fmt.Errorf("%s.%s leads to %s, not to %s", rel.From.Name, rel.Name, rel.To.Name, to.Name()))}, nil
	}
	return s.WithQuery(query.New(rel.To)), rel
}
