package repo

import (
	"errors"
	"regexp"
	"slices"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/exec"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
)

// state is the query of a QuerySet. It does not change once it is shared.
type state struct {
	db    *gorm.DB
	conn  exec.Conn // of db
	reg   *modelinfo.Registry
	model *modelinfo.Model
	q     *query.Query
	err   error
	// skipHooks is the SkipHooks setting of db.
	skipHooks bool
	// writing is the repository's configuration of writes.
	writing writing
	// every is the query that Scoped narrowed, nil without Scoped.
	every *query.Query
	// known is the owner that the objects belong to, nil without one.
	known *known
	// open reports whether the last call was Filter or Exclude, which And extends.
	open bool
	// manager reports whether the rows are those of New, Scoped or Related, which
	// no call of a chain has narrowed.
	manager bool
	// public turns an error of the engine into the type that programs test for.
	public func(error) error
	// related reports whether the rows belong to the owner of a RelatedManager.
	related bool
}

// mistake returns the first error of the chain, ErrUnbound for a nil or zero
// state.
func (s *state) mistake() error {
	if s == nil || s.err == nil && s.model == nil {
		return errUnbound
	}
	return s.err
}

// refined returns s changed by fn, or with the error of fn. After an error
// nothing changes any more.
func (s *state) refined(fn func(s *state) error) *state {
	if s.mistake() != nil {
		return s
	}
	next := *s
	next.open, next.manager = false, false
	if err := fn(&next); err != nil {
		next = *s
		next.err = err
	}
	return &next
}

// unsliced returns an error for a call that must precede a slice.
func (s *state) unsliced(verb string) error {
	if s.q.Sliced() {
		return misuse(errSliced, "%s cannot be %s any more (do that first)", s.model.Name, verb)
	}
	return nil
}

// single returns an error for a call that must not follow a set operation.
func (s *state) single(method string) error {
	if s.q.Set != nil {
		return misuse(errCombined, "%s of %s is not possible after %s (use it on the parts)", method, s.model.Name, s.q.Set.Op)
	}
	return nil
}

// objects returns an error for a call that needs objects, not columns.
func (s *state) objects(method string) error {
	if s.q.Columns != nil {
		return misuse(errGrouped, "%s of %s is for objects, and its rows hold columns", method, s.model.Name)
	}
	return nil
}

func (s *state) filter(method, text string, value any, not bool) error {
	if err := s.filterable(method); err != nil {
		return err
	}
	leaf, err := s.q.Resolve(query.Comparison(text, value))
	if err != nil {
		return s.mistaken(text, err)
	}
	s.q, s.open = s.q.With(&query.Cond{Not: not, Kids: []*query.Cond{leaf}}), true
	return nil
}

func (s *state) filterable(method string) error {
	if err := s.single(method); err != nil {
		return err
	}
	return s.unsliced("filtered")
}

func (s *state) where(method string, conds []*query.Cond, not bool) error {
	call := query.Call(conds...)
	if call == nil {
		return nil
	}
	if err := s.filterable(method); err != nil {
		return err
	}
	resolved, err := s.q.Resolve(call)
	if err != nil {
		return s.mistaken(textOf(call), err)
	}
	resolved.Not = not
	s.q = s.q.With(resolved)
	return nil
}

// textOf returns the first lookup of a condition, for errors that name none.
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

func (s *state) annotate(method, name string, e *query.Expr, hidden bool) error {
	if err := s.single(method); err != nil {
		return err
	}
	switch {
	case badName.MatchString(name):
		return s.badlyNamed(name, "cannot be the name of an annotation (no quotes, spaces, semicolons or comments)")
	case s.q.Columns == nil && (s.model.Field(name) != nil || s.model.Relation(name) != nil):
		return s.badlyNamed(name, "cannot be the name of an annotation, since a field has it")
	}
	x, err := s.q.Expr(e)
	if err != nil {
		return s.mistaken("", err)
	}
	if err := nested(x, false, func(a *query.Annotation) bool { return a.Expr.Aggregates() }); err != nil {
		return s.mistaken("", err)
	}
	s.q = s.q.Annotate(&query.Annotation{Name: name, Expr: x, Hidden: hidden})
	return nil
}

func (s *state) columns(names []string, grouped bool) error {
	c := s.q.EveryColumn()
	if len(names) > 0 || grouped {
		var err error
		if c, err = s.q.NewColumns(names); err != nil {
			return s.mistaken("", err)
		}
	}
	c.Grouped = grouped
	s.q = s.q.Select(c)
	return nil
}

// filtered keeps the rows for which a lookup holds, or drops them if not is
// set.
func (s *state) filtered(lookup string, value any, not bool) *state {
	return s.refined(func(s *state) error {
		method := "Filter"
		if not {
			method = "Exclude"
		}
		return s.filter(method, lookup, value, not)
	})
}

// extended adds a lookup to the call of Filter or Exclude just before it.
func (s *state) extended(lookup string, value any) *state {
	before := s
	return s.refined(func(s *state) error {
		if !before.open {
			return s.mistaken(lookup, errors.New("And follows Filter or Exclude at once (use Filter, or combine conditions with Where)"))
		}
		leaf, err := s.q.Resolve(query.Comparison(lookup, value))
		if err != nil {
			return s.mistaken(lookup, err)
		}
		call := s.q.Steps[len(s.q.Steps)-1].Cond
		s.q, s.open = s.q.Extend(query.Extended(call, &query.Cond{Kids: []*query.Cond{leaf}})), true
		return nil
	})
}

// restricted keeps the rows for which all conditions hold, or drops them if not
// is set.
func (s *state) restricted(method string, conds []*query.Cond, not bool) *state {
	return s.refined(func(s *state) error { return s.where(method, conds, not) })
}

// orderedBy sorts by the names.
func (s *state) orderedBy(terms []string) *state {
	return s.refined(func(s *state) error {
		if err := s.unsliced("ordered"); err != nil {
			return err
		}
		var all []query.Order
		for _, t := range terms {
			orders, err := s.q.NewOrder(t)
			if err != nil {
				return s.mistaken(t, err)
			}
			all = append(all, orders...)
		}
		s.q = s.q.OrderBy(all)
		return nil
	})
}

// orderedByExpr sorts by expressions.
func (s *state) orderedByExpr(terms []query.Order) *state {
	return s.refined(func(s *state) error {
		if err := s.unsliced("ordered"); err != nil {
			return err
		}
		var all []query.Order
		for _, t := range terms {
			o := t
			if !o.Random {
				e, err := s.q.Untyped(o.Expr)
				if err != nil {
					return s.mistaken("", err)
				}
				if e.Kind != query.Annotated && e.Aggregates() {
					return s.mistaken("", errors.New("an aggregate orders only as an annotation (Annotate it, and order by its name)"))
				}
				o.Expr = e
			}
			all = append(all, o)
		}
		s.q = s.q.OrderBy(all)
		return nil
	})
}

// reversed reverses the order.
func (s *state) reversed() *state {
	return s.refined(func(s *state) error {
		if err := s.unsliced("reversed"); err != nil {
			return err
		}
		s.q = s.q.Reverse()
		return nil
	})
}

// distinct drops equal rows, or keeps the first row for each combination of
// names.
func (s *state) distinct(on []string) *state {
	return s.refined(func(s *state) error {
		if err := s.single("Distinct"); err != nil {
			return err
		}
		if err := s.unsliced("made distinct"); err != nil {
			return err
		}
		var exprs []*query.Expr
		for _, name := range on {
			e, err := s.q.Name(name)
			if err != nil {
				return s.mistaken(name, err)
			}
			exprs = append(exprs, e)
		}
		s.q = s.q.Unique(exprs)
		return nil
	})
}

// limited sets the most rows.
func (s *state) limited(n int) *state {
	return s.refined(func(s *state) error {
		if n < 0 {
			return s.invalid("Limit", n, "0 or more")
		}
		s.q = s.q.WithLimit(n)
		return nil
	})
}

// offset skips the first n rows.
func (s *state) offset(n int) *state {
	return s.refined(func(s *state) error {
		if n < 0 {
			return s.invalid("Offset", n, "0 or more")
		}
		s.q = s.q.WithOffset(n)
		return nil
	})
}

// slice keeps the rows from start on, before stop.
func (s *state) slice(start, stop int) *state {
	return s.refined(func(s *state) error {
		if start < 0 || stop < -1 {
			return s.invalid("Slice", [2]int{start, stop}, "a start of 0 or more and a stop of 0 or more, or repo.End")
		}
		if stop >= 0 && stop < start {
			stop = start
		}
		s.q = s.q.Slice(start, stop)
		return nil
	})
}

// none keeps no rows.
func (s *state) none() *state {
	return s.refined(func(s *state) error { s.q = s.q.Nothing(); return nil })
}

// allRows allows a write without a condition.
func (s *state) allRows() *state {
	return s.refined(func(s *state) error { s.q = s.q.Every(); return nil })
}

// seeing chooses the rows by whether a soft delete has hidden them.
func (s *state) seeing(d query.Deleted) *state {
	return s.refined(func(s *state) error {
		if s.model.SoftDelete == nil {
			return s.mistaken("", errors.New("the model has no gorm.DeletedAt column, so no deleted rows"))
		}
		s.q = s.q.Seeing(d)
		return nil
	})
}

// annotated adds a value by a name to each row; the rows hold it unless it is
// hidden.
func (s *state) annotated(method, name string, e *query.Expr, hidden bool) *state {
	return s.refined(func(s *state) error { return s.annotate(method, name, e, hidden) })
}

// chosen makes the rows hold columns, grouped or not, in place of objects.
func (s *state) chosen(names []string, grouped bool) *state {
	return s.refined(func(s *state) error { return s.columns(names, grouped) })
}

// sql returns the statement of the rows and its arguments.
func (s *state) sql() (string, []any, error) {
	if err := s.mistake(); err != nil {
		return "", nil, err
	}
	st, err := compile.Select(s.q)
	if err != nil || st.None {
		return "", nil, err
	}
	return st.SQL, slices.Clone(st.Args), nil
}
