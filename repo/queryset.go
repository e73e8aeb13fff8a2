package repo

import (
	"errors"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
)

// QuerySet is rows of T, refined by its methods. It is a small immutable
// value: keep it, share it between goroutines, refine it in two ways. Nothing
// is asked of the database before a terminal method. The zero value belongs to no database:
// its terminals return ErrUnbound.
type QuerySet[T any] struct{ s *state }

// state is what a QuerySet points at. It does not change once it is handed out.
type state struct {
	db    *gorm.DB
	reg   *modelinfo.Registry
	model *modelinfo.Model
	q     *query.Query
	err   error
	// skipHooks is what the *gorm.DB was told.
	skipHooks bool
	// open says that the last call was Filter or Exclude, which And extends.
	open bool
}

// Scope is a reusable refinement, given to Scopes.
type Scope[T any] func(QuerySet[T]) QuerySet[T]

// Source is anything that holds rows of T: a QuerySet, a Repository, a struct
// that embeds one.
type Source[T any] interface{ querySet() QuerySet[T] }

func (qs QuerySet[T]) querySet() QuerySet[T] { return qs }

// Err gives the first mistake of the chain, nil when there is none. Terminals return it too.
func (qs QuerySet[T]) Err() error {
	if qs.s == nil {
		return ErrUnbound
	}
	return qs.s.err
}

// refine gives qs with what fn makes of its query, or with fn's error. After
// an error nothing changes any more.
func (qs QuerySet[T]) refine(fn func(s *state) error) QuerySet[T] {
	if qs.s == nil || qs.s.err != nil {
		return qs
	}
	next := *qs.s
	next.open = false
	if err := fn(&next); err != nil {
		next = *qs.s
		next.err = err
	}
	return QuerySet[T]{&next}
}

// Filter keeps the rows for which the lookup holds. Value is what the field's
// type takes, or an Expr; nil means IS NULL. Chained calls narrow further.
//
//	books.Filter("author__name__icontains", "ann").Filter("pages__gte", 100)
//
// An error of the chain is a *FieldError or a *LookupValueError.
func (qs QuerySet[T]) Filter(lookup Lookup[T], value any) QuerySet[T] {
	return qs.refine(func(s *state) error {
		c, err := s.cond(string(lookup), value)
		if err != nil {
			return err
		}
		return s.add(c, true)
	})
}

// Exclude drops the rows for which the lookup holds. Rows for which it is
// unknown, because of a NULL, stay.
func (qs QuerySet[T]) Exclude(lookup Lookup[T], value any) QuerySet[T] {
	return qs.refine(func(s *state) error {
		c, err := s.cond(string(lookup), value)
		if err != nil {
			return err
		}
		return s.add(query.Not(c), true)
	})
}

// And adds a lookup to the Filter or Exclude just before it, which makes them
// one: Exclude("a", 1).And("b", 2) drops the rows where both hold.
func (qs QuerySet[T]) And(lookup Lookup[T], value any) QuerySet[T] {
	return qs.refine(func(s *state) error {
		if !qs.s.open {
			return chainError(s.model.Name, string(lookup), errors.New("And follows Filter or Exclude at once (use Filter, or combine conditions with Where)"))
		}
		c, err := s.cond(string(lookup), value)
		if err != nil {
			return err
		}
		s.q = s.q.Extend(query.Extended(s.q.Calls[len(s.q.Calls)-1], c))
		s.open = true
		return nil
	})
}

// Where keeps the rows for which all the conditions hold. None, or neutral
// ones, change nothing.
func (qs QuerySet[T]) Where(conds ...Cond[T]) QuerySet[T] {
	return qs.refine(func(s *state) error {
		all := Cond[T]{}.And(conds...)
		if all.err != nil {
			return all.err
		}
		if all.c == nil {
			return nil
		}
		return s.add(all.c, false)
	})
}

// Q makes a condition from a lookup, to combine with others and give to Where:
//
//	books.Where(books.Q("title__startswith", "Go").Or(books.Q("pages__gt", 300)))
func (qs QuerySet[T]) Q(lookup Lookup[T], value any) Cond[T] {
	if err := qs.Err(); err != nil {
		return Cond[T]{err: err}
	}
	c, err := qs.s.cond(string(lookup), value)
	return Cond[T]{c, err}
}

// cond resolves a lookup and checks its value.
func (s *state) cond(text string, value any) (*query.Cond, error) {
	p, err := lookup.Resolve(s.model, text)
	if err == nil {
		if e, ok := value.(Expr); ok {
			value, err = e.n.resolve(s.model)
		}
	}
	if err == nil {
		var c *query.Cond
		if c, err = query.NewLeaf(p, value); err == nil {
			return c, nil
		}
	}
	return nil, chainError(s.model.Name, text, err)
}

func (s *state) add(c *query.Cond, open bool) error {
	if s.q.Sliced() {
		return misuse(ErrSliced, "%s cannot be filtered any more (filter first)", s.model.Name)
	}
	s.q, s.open = s.q.With(c), open
	return nil
}

// OrderBy sorts by the terms, the first first. It replaces an earlier order
// and the model's own; without terms there is none. The name of a relation stands for the
// ordering of the model it leads to.
func (qs QuerySet[T]) OrderBy(terms ...Ordering[T]) QuerySet[T] {
	return qs.refine(func(s *state) error {
		if s.q.Sliced() {
			return misuse(ErrSliced, "%s cannot be ordered any more (order first)", s.model.Name)
		}
		var all []query.Order
		for _, t := range terms {
			orders, err := query.NewOrder(s.model, string(t))
			if err != nil {
				return chainError(s.model.Name, string(t), err)
			}
			all = append(all, orders...)
		}
		s.q = s.q.OrderBy(all)
		return nil
	})
}

// Limit sets the most rows; a later Limit replaces an earlier one.
func (qs QuerySet[T]) Limit(n int) QuerySet[T] {
	return qs.refine(func(s *state) error {
		if n < 0 {
			return chainError(s.model.Name, "", errors.New("a limit is not negative"))
		}
		s.q = s.q.WithLimit(n)
		return nil
	})
}

// Offset leaves n rows out at the front; a later Offset replaces an earlier one.
func (qs QuerySet[T]) Offset(n int) QuerySet[T] {
	return qs.refine(func(s *state) error {
		if n < 0 {
			return chainError(s.model.Name, "", errors.New("an offset is not negative"))
		}
		s.q = s.q.WithOffset(n)
		return nil
	})
}

// None matches nothing, and its terminals ask nothing of the database.
func (qs QuerySet[T]) None() QuerySet[T] {
	return qs.refine(func(s *state) error { s.q = s.q.Nothing(); return nil })
}

// AllRows says that an Update or Delete without a condition is meant: without
// it they return gorm.ErrMissingWhereClause.
func (qs QuerySet[T]) AllRows() QuerySet[T] {
	return qs.refine(func(s *state) error { s.q = s.q.Every(); return nil })
}

// Scopes applies refinements in order.
func (qs QuerySet[T]) Scopes(fns ...Scope[T]) QuerySet[T] {
	for _, fn := range fns {
		qs = fn(qs)
	}
	return qs
}

// SelectRelated loads foreign keys' objects by joins in the same statement,
// one level deep: tracks.SelectRelated("album").
func (qs QuerySet[T]) SelectRelated(rels ...Rel[T]) QuerySet[T] {
	return qs.refine(func(s *state) error {
		found, err := s.relations(relNames(rels), false)
		if err == nil {
			s.q = s.q.SelectRelated(found)
		}
		return err
	})
}

// PrefetchRelated loads relations of every kind by a statement each, however
// many rows there are, one level deep: playlists.PrefetchRelated("tracks"). Related rows are
// shared between the objects that refer to them through a pointer; a slice that
// stays empty is made, so that nil means "not loaded".
func (qs QuerySet[T]) PrefetchRelated(rels ...Rel[T]) QuerySet[T] {
	return qs.refine(func(s *state) error {
		found, err := s.relations(relNames(rels), true)
		if err == nil {
			s.q = s.q.PrefetchRelated(found)
		}
		return err
	})
}

func relNames[T any](rels []Rel[T]) []string {
	out := make([]string, len(rels))
	for i, r := range rels {
		out[i] = string(r)
	}
	return out
}

// relations resolves the names of relations, one level.
func (s *state) relations(names []string, many bool) ([]*modelinfo.Relation, error) {
	var out []*modelinfo.Relation
	for _, name := range names {
		p, err := lookup.ResolveRelation(s.model, name)
		if err != nil {
			return nil, chainError(s.model.Name, name, err)
		}
		if len(p.Relations) > 1 {
			return nil, chainError(s.model.Name, name, errors.New("relations are loaded one level deep yet: "+name))
		}
		rel := p.Relations[0].(*modelinfo.Relation)
		if !many && rel.BehindPointer() {
			return nil, chainError(s.model.Name, name, errors.New(s.model.Name+"."+name+" lies in a struct that is embedded by a pointer (use PrefetchRelated)"))
		}
		if rel.ToMany() && !many {
			return nil, chainError(s.model.Name, name, errors.New(s.model.Name+"."+name+" leads to many rows (use PrefetchRelated)"))
		}
		out = append(out, rel)
	}
	return out, nil
}

// SQL gives the statement that All would send and its arguments, without
// sending it. An empty statement with no error means that nothing would be sent.
func (qs QuerySet[T]) SQL() (string, []any, error) {
	if err := qs.Err(); err != nil {
		return "", nil, err
	}
	st, err := compile.Select(qs.s.q, qs.s.reg.TimeZone())
	if err != nil || st.None {
		return "", nil, err
	}
	return st.SQL, st.Args, nil
}
