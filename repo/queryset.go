package repo

import (
	"errors"
	"regexp"
	"slices"
	"unsafe"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/exec"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
)

// QuerySet is rows of T, refined by its methods. It is a small immutable
// value: keep it, share it between goroutines, refine it in two ways. Nothing
// is asked of the database before a terminal method. The zero value belongs to no database:
// its terminals return ErrUnbound.
type QuerySet[T any] = QuerySetOf[*T]

// QuerySetOf is what QuerySet is an alias of; P is a pointer to the model. Written so, its methods are compiled
// once and not anew for every model: see docs/decisions.md.
type QuerySetOf[P any] struct{ state state }

// rowsOf returns a state as a QuerySet. A QuerySet is nothing but its state, so
// that a call of the chain makes one value, and no method needs the run-time type
// of a QuerySet, which would bring all its methods into a program for each model.
func rowsOf[P any](s *state) *QuerySetOf[P] { return (*QuerySetOf[P])(unsafe.Pointer(s)) }

// st returns the state of qs, nil for a nil QuerySet.
func (qs *QuerySetOf[P]) st() *state { return (*state)(unsafe.Pointer(qs)) }

// state is what a QuerySet points at. It does not change once it is handed out.
type state struct {
	db    *gorm.DB
	conn  exec.Conn // of db
	reg   *modelinfo.Registry
	model *modelinfo.Model
	q     *query.Query
	err   error
	// skipHooks is what the *gorm.DB was told.
	skipHooks bool
	// writing is what the repository was told.
	writing writing
	// every is what Scoped narrowed, nil where nothing was.
	every *query.Query
	// known is the owner that the objects belong to, nil without one.
	known *known
	// open reports whether the last call was Filter or Exclude, which And extends.
	open bool
	// manager reports whether the rows are those of New, Scoped or Related, which
	// no call of a chain has narrowed.
	manager bool
	// related reports whether the rows belong to the owner of a RelatedManager.
	related bool
}

// Scope is a reusable refinement, which Scopes and Scoped take.
type Scope[T any] = func(*QuerySet[T]) *QuerySet[T]

// Source is anything that holds rows of T: a QuerySet, a Repository, a struct
// that embeds one.
type Source[T any] = SourceOf[*T]

// SourceOf is what Source is an alias of; P is a pointer to the model.
type SourceOf[P any] interface{ querySet() *QuerySetOf[P] }

func (qs *QuerySetOf[P]) querySet() *QuerySetOf[P] { return qs }

// From gives the rows of a source, for functions of yours that take a QuerySet, a Repository or a custom manager alike. Of nothing it
// gives the zero QuerySet.
//
//	func Newest[T any](src repo.Source[T]) *repo.QuerySet[T] { return repo.From(src).OrderBy("-created_at").Limit(10) }
func From[T any](src Source[T]) *QuerySet[T] {
	if !given(src) {
		return nil
	}
	return src.querySet()
}

// Err gives the first mistake of the chain, nil when there is none. Terminals return it too.
func (qs *QuerySetOf[P]) Err() error {
	return qs.st().mistake()
}

// refine gives qs with what fn makes of its query, or with fn's error. After
// an error nothing changes any more.
func (qs *QuerySetOf[P]) refine(fn func(s *state) error) *QuerySetOf[P] {
	return rowsOf[P](qs.st().refined(fn))
}

// mistake returns the first error of the chain, ErrUnbound for a nil or zero
// state.
func (s *state) mistake() error {
	if s == nil || s.err == nil && s.model == nil {
		return ErrUnbound
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

// unsliced refuses what has to come before a slice.
func (s *state) unsliced(verb string) error {
	if s.q.Sliced() {
		return misuse(ErrSliced, "%s cannot be %s any more (do that first)", s.model.Name, verb)
	}
	return nil
}

// single refuses what a set operation cannot take any more.
func (s *state) single(method string) error {
	if s.q.Set != nil {
		return misuse(ErrCombined, "%s of %s is not possible after %s (use it on the parts)", method, s.model.Name, s.q.Set.Op)
	}
	return nil
}

// objects refuses what only objects have.
func (s *state) objects(method string) error {
	if s.q.Columns != nil {
		return misuse(ErrGrouped, "%s of %s is for objects, and its rows hold columns", method, s.model.Name)
	}
	return nil
}

// Filter keeps the rows for which the lookup holds. Value is what the field's
// type takes, an Expr, a field, or a QuerySet for in; nil means IS NULL. Chained calls narrow further.
// Over a relation to many, each call asks for a related row of its own; And ties conditions to one.
//
//	books.Filter("author__name__icontains", "ann").Filter("pages__gte", 100)
//
// An error of the chain is a *FieldError, a *LookupValueError, or one of the package's sentinels.
func (qs *QuerySetOf[P]) Filter(lookup LookupOf[P], value any) *QuerySetOf[P] {
	return qs.refine(func(s *state) error {
		return s.filter("Filter", string(lookup), value, false)
	})
}

// Exclude drops the rows for which the lookup holds. Rows for which it is
// unknown, because of a NULL, stay. Over a relation to many it drops the rows of which any related row matches.
func (qs *QuerySetOf[P]) Exclude(lookup LookupOf[P], value any) *QuerySetOf[P] {
	return qs.refine(func(s *state) error {
		return s.filter("Exclude", string(lookup), value, true)
	})
}

func (s *state) filter(method, text string, value any, not bool) error {
	if err := s.filterable(method); err != nil {
		return err
	}
	leaf, err := s.q.Resolve(query.Comparison(text, plainValue(value)))
	if err != nil {
		return chainError(s.model.Name, text, err)
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

// And adds a lookup to the Filter or Exclude just before it, which makes them
// one: Exclude("a", 1).And("b", 2) drops the rows where both hold.
func (qs *QuerySetOf[P]) And(lookup LookupOf[P], value any) *QuerySetOf[P] {
	return qs.refine(func(s *state) error {
		if !qs.state.open {
			return chainError(s.model.Name, string(lookup), errors.New("And follows Filter or Exclude at once (use Filter, or combine conditions with Where)"))
		}
		leaf, err := s.q.Resolve(query.Comparison(string(lookup), plainValue(value)))
		if err != nil {
			return chainError(s.model.Name, string(lookup), err)
		}
		call := s.q.Steps[len(s.q.Steps)-1].Cond
		s.q, s.open = s.q.Extend(query.Extended(call, &query.Cond{Kids: []*query.Cond{leaf}})), true
		return nil
	})
}

// Where keeps the rows for which all the conditions hold. None, or neutral
// ones, change nothing. It is one call: conditions over a relation to many are about one related row.
func (qs *QuerySetOf[P]) Where(conds ...CondOf[P]) *QuerySetOf[P] {
	return qs.refine(func(s *state) error { return s.where("Where", treesOf(conds), false) })
}

// ExcludeWhere drops the rows for which all the conditions hold, Django's exclude(Q(…), Q(…)).
func (qs *QuerySetOf[P]) ExcludeWhere(conds ...CondOf[P]) *QuerySetOf[P] {
	return qs.refine(func(s *state) error { return s.where("ExcludeWhere", treesOf(conds), true) })
}

func treesOf[P any](conds []CondOf[P]) []*query.Cond {
	out := make([]*query.Cond, len(conds))
	for i, c := range conds {
		out[i] = c.c
	}
	return out
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
		return chainError(s.model.Name, textOf(call), err)
	}
	resolved.Not = not
	s.q = s.q.With(resolved)
	return nil
}

// textOf is the first lookup of a condition, for errors that name none.
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

// Q makes a condition from a lookup, to combine with others and give to Where:
//
//	books.Where(books.Q("title__startswith", "Go").Or(books.Q("pages__gt", 300)))
func (qs *QuerySetOf[P]) Q(lookup LookupOf[P], value any) CondOf[P] {
	return lookupCond[P](string(lookup), value)
}

// OrderBy sorts by the terms, the first first. It replaces an earlier order
// and the model's own; without terms there is none. The name of a relation stands for the
// ordering of the model it leads to; "?" orders by chance.
func (qs *QuerySetOf[P]) OrderBy(terms ...OrderingOf[P]) *QuerySetOf[P] {
	return qs.refine(func(s *state) error {
		if err := s.unsliced("ordered"); err != nil {
			return err
		}
		var all []query.Order
		for _, t := range terms {
			orders, err := s.q.NewOrder(string(t))
			if err != nil {
				return chainError(s.model.Name, string(t), err)
			}
			all = append(all, orders...)
		}
		s.q = s.q.OrderBy(all)
		return nil
	})
}

// OrderByExpr sorts by expressions: books.OrderByExpr(repo.F("price").Desc().NullsLast()). It
// replaces an earlier order.
func (qs *QuerySetOf[P]) OrderByExpr(terms ...Term) *QuerySetOf[P] {
	return qs.refine(func(s *state) error {
		if err := s.unsliced("ordered"); err != nil {
			return err
		}
		var all []query.Order
		for _, t := range terms {
			o := t.o
			if !o.Random {
				e, err := s.q.Untyped(o.Expr)
				if err != nil {
					return chainError(s.model.Name, "", err)
				}
				if e.Kind != query.Annotated && e.Aggregates() {
					return chainError(s.model.Name, "", errors.New("an aggregate orders only as an annotation (Annotate it, and order by its name)"))
				}
				o.Expr = e
			}
			all = append(all, o)
		}
		s.q = s.q.OrderBy(all)
		return nil
	})
}

// Reverse turns the order round, as in Django one that comes later too: OrderBy, the key that First takes, the fields of Earliest. Twice is
// not at all. Without an order it changes nothing.
func (qs *QuerySetOf[P]) Reverse() *QuerySetOf[P] {
	return qs.refine(func(s *state) error {
		if err := s.unsliced("reversed"); err != nil {
			return err
		}
		s.q = s.q.Reverse()
		return nil
	})
}

// Distinct drops rows that are equal in what is read. With names it keeps the first row
// of each different combination of them (DISTINCT ON), by an order that begins with the same names.
func (qs *QuerySetOf[P]) Distinct(on ...NameOf[P]) *QuerySetOf[P] {
	return qs.refine(func(s *state) error {
		if err := s.single("Distinct"); err != nil {
			return err
		}
		if err := s.unsliced("made distinct"); err != nil {
			return err
		}
		var exprs []*query.Expr
		for _, name := range on {
			e, err := s.q.Name(string(name))
			if err != nil {
				return chainError(s.model.Name, string(name), err)
			}
			exprs = append(exprs, e)
		}
		s.q = s.q.Unique(exprs)
		return nil
	})
}

// Limit sets the most rows; a later Limit replaces an earlier one. A negative one is a *LookupValueError.
func (qs *QuerySetOf[P]) Limit(n int) *QuerySetOf[P] {
	return qs.refine(func(s *state) error {
		if n < 0 {
			return invalid(s.model.Name, "Limit", n, "0 or more")
		}
		s.q = s.q.WithLimit(n)
		return nil
	})
}

// Offset leaves n rows out at the front; a later Offset replaces an earlier one. A negative one is a *LookupValueError.
func (qs *QuerySetOf[P]) Offset(n int) *QuerySetOf[P] {
	return qs.refine(func(s *state) error {
		if n < 0 {
			return invalid(s.model.Name, "Offset", n, "0 or more")
		}
		s.q = s.q.WithOffset(n)
		return nil
	})
}

// End is an open end for Slice.
const End = -1

// Slice keeps the rows from start on, before stop (End: all), counted within an earlier
// slice, Django's qs[start:stop]. Limit and Offset, unlike it, set. Counting from the end is a *LookupValueError.
func (qs *QuerySetOf[P]) Slice(start, stop int) *QuerySetOf[P] {
	return qs.refine(func(s *state) error {
		if start < 0 || stop < End {
			return invalid(s.model.Name, "Slice", [2]int{start, stop}, "a start of 0 or more and a stop of 0 or more, or repo.End")
		}
		if stop >= 0 && stop < start {
			stop = start
		}
		s.q = s.q.Slice(start, stop)
		return nil
	})
}

// None matches nothing, and its terminals ask nothing of the database.
func (qs *QuerySetOf[P]) None() *QuerySetOf[P] {
	return qs.refine(func(s *state) error { s.q = s.q.Nothing(); return nil })
}

// AllRows says that an Update or Delete without a condition is meant: without
// it they return gorm.ErrMissingWhereClause.
func (qs *QuerySetOf[P]) AllRows() *QuerySetOf[P] {
	return qs.refine(func(s *state) error { s.q = s.q.Every(); return nil })
}

// WithDeleted shows the rows that a soft delete has hidden, too.
func (qs *QuerySetOf[P]) WithDeleted() *QuerySetOf[P] { return qs.seeing(query.WithDeleted) }

// OnlyDeleted shows only the rows that a soft delete has hidden.
func (qs *QuerySetOf[P]) OnlyDeleted() *QuerySetOf[P] { return qs.seeing(query.OnlyDeleted) }

func (qs *QuerySetOf[P]) seeing(d query.Deleted) *QuerySetOf[P] {
	return qs.refine(func(s *state) error {
		if s.model.SoftDelete == nil {
			return chainError(s.model.Name, "", errors.New("the model has no gorm.DeletedAt column, so no deleted rows"))
		}
		s.q = s.q.Seeing(d)
		return nil
	})
}

// Scopes applies refinements in order; nil is none.
func (qs *QuerySetOf[P]) Scopes(fns ...func(*QuerySetOf[P]) *QuerySetOf[P]) *QuerySetOf[P] {
	for _, fn := range fns {
		if fn != nil {
			qs = fn(qs)
		}
	}
	return qs
}

// badName is what an annotation cannot be called.
var badName = regexp.MustCompile(`['"\x60\[\];\s\p{Z}\x00-\x1f\x7f-\x{9f}#$]|--|/\*|\*/|^$`)

// Annotate computes a value for each row, which later calls know by its name: conditions,
// orders, other annotations; Values and Into read it. An aggregate groups the rows by object, or by what
// GroupBy named. The name of a field, or one with quotes, spaces, semicolons or comments, is a *FieldError.
func (qs *QuerySetOf[P]) Annotate(name string, e Operand) *QuerySetOf[P] {
	return qs.refine(func(s *state) error { return s.annotate("Annotate", name, e, false) })
}

// Alias is Annotate for a value that only other calls need: rows do not hold it.
func (qs *QuerySetOf[P]) Alias(name string, e Operand) *QuerySetOf[P] {
	return qs.refine(func(s *state) error { return s.annotate("Alias", name, e, true) })
}

func (s *state) annotate(method, name string, e Operand, hidden bool) error {
	if err := s.single(method); err != nil {
		return err
	}
	switch {
	case badName.MatchString(name):
		return badlyNamed(s.model.Name, name, "cannot be the name of an annotation (no quotes, spaces, semicolons or comments)")
	case s.q.Columns == nil && (s.model.Field(name) != nil || s.model.Relation(name) != nil):
		return badlyNamed(s.model.Name, name, "cannot be the name of an annotation, since a field has it")
	}
	x, err := s.q.Expr(exprOf(e).n)
	if err != nil {
		return chainError(s.model.Name, "", err)
	}
	if err := nested(x, false, func(a *query.Annotation) bool { return a.Expr.Aggregates() }); err != nil {
		return chainError(s.model.Name, "", err)
	}
	s.q = s.q.Annotate(&query.Annotation{Name: name, Expr: x, Hidden: hidden})
	return nil
}

// GroupBy groups the rows by columns and annotations: one row for each different combination.
// Aggregates that are annotated after it are about a group; without names all rows are one. All, Get, First and their kin then give ErrGrouped: read with Values or Into.
func (qs *QuerySetOf[P]) GroupBy(names ...NameOf[P]) *QuerySetOf[P] {
	return qs.refine(func(s *state) error { return s.columns(nameStrings(names), true) })
}

// Columns has rows hold the named columns and annotations in place of objects, Django's values(): what a
// set operation compares, what a subquery gives. Without names all of them. An aggregate that is annotated after it groups by them.
func (qs *QuerySetOf[P]) Columns(names ...NameOf[P]) *QuerySetOf[P] {
	return qs.refine(func(s *state) error { return s.columns(nameStrings(names), false) })
}

func (s *state) columns(names []string, grouped bool) error {
	c := s.q.EveryColumn()
	if len(names) > 0 || grouped {
		var err error
		if c, err = s.q.NewColumns(names); err != nil {
			return chainError(s.model.Name, "", err)
		}
	}
	c.Grouped = grouped
	s.q = s.q.Select(c)
	return nil
}

// SQL gives the statement that All would send and its arguments, without
// sending it. An empty statement with no error means that nothing would be sent.
func (qs *QuerySetOf[P]) SQL() (string, []any, error) {
	if err := qs.Err(); err != nil {
		return "", nil, err
	}
	st, err := compile.Select(qs.state.q, qs.state.reg.TimeZone())
	if err != nil || st.None {
		return "", nil, err
	}
	return st.SQL, slices.Clone(st.Args), nil
}
