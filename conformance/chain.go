package main

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"gorm.io/gorm"

	"github.com/gormango/gormango/repo"
)

// env is shared by the runners.
type env struct {
	db      *gorm.DB
	maxRows int
}

// chained is a query of any model.
type chained interface {
	apply(op *object) error
	operand() repo.AnySource
	run(end *object) (any, error)
	loaded() *load
	columnKind() string
	// everyColumn loads all columns of objects, as Django's Subquery does.
	everyColumn()
	unfoldDates() error
	sql() (string, []any, error)
}

// model makes the runner of a model.
type model struct {
	typ   reflect.Type
	start func(*env) chained
}

var models = map[string]model{
	"Publisher": modelOf[Publisher](), "Author": modelOf[Author](), "Profile": modelOf[Profile](), "Tag": modelOf[Tag](),
	"Book": modelOf[Book](), "Store": modelOf[Store](), "Review": modelOf[Review](), "Sample": modelOf[Sample](),
}

func modelOf[T any]() model {
	return model{reflect.TypeFor[T](), func(e *env) chained {
		r := &runner[T]{env: e, qs: repo.New[T](e.db), load: newLoad(), kinds: map[string]string{}}
		r.load.kind = r.kind
		return r
	}}
}

// runner applies a spec to a query of one model.
type runner[T any] struct {
	env  *env
	qs   *repo.QuerySet[T]
	load *load
	// columns are the names of the columns in rows, nil for objects.
	columns []string
	asList  bool // as a list and not an object
	flat    bool
	ordered bool
	many    bool              // a relation is prefetched
	late    error             // an error of a Prefetch, which Django reports only if there are rows
	kinds   map[string]string // of annotations
	dates   *object           // the op dates or datetimes
	cuts    [][2]int          // the slices after it
	made    int               // number of names made up for expressions
}

func (r *runner[T]) operand() repo.AnySource { return r.qs }

func (r *runner[T]) everyColumn() {
	if r.columns == nil {
		r.qs = r.qs.Columns()
	}
}

func (r *runner[T]) sql() (string, []any, error) { return r.qs.SQL() }

// chain builds the query of a spec within another.
func (e *env) chain(spec *object) (chained, error) {
	c, err := e.build(spec)
	if err == nil {
		err = c.unfoldDates()
	}
	return c, err
}

// build builds the query of a spec.
func (e *env) build(spec *object) (chained, error) {
	m, ok := models[spec.text("model")]
	if !ok {
		return nil, fmt.Errorf("unknown model %q", spec.text("model"))
	}
	c := m.start(e)
	for _, op := range spec.list("ops") {
		if err := c.apply(op.(*object)); err != nil {
			return c, err
		}
	}
	return c, nil
}

func names[T any](list []any) []repo.Name[T] {
	out := make([]repo.Name[T], len(list))
	for i, e := range list {
		s, _ := e.(string)
		out[i] = repo.Name[T](s)
	}
	return out
}

// bound returns an end of a slice.
func bound(v any, none int) (int, error) {
	n, ok := v.(json.Number)
	if !ok {
		return none, nil
	}
	i, err := n.Int64()
	return int(i), err
}

// apply applies one step. The chain's own errors are those of qs.Err.
func (r *runner[T]) apply(op *object) error {
	if err := r.step(op); err != nil {
		return err
	}
	return r.qs.Err()
}

func (r *runner[T]) step(op *object) error {
	fields := op.list("fields")
	if op.text("op") != "slice" {
		if err := r.unfoldDates(); err != nil {
			return err
		}
	}
	switch kind := op.text("op"); kind {
	case "filter", "exclude":
		c, err := r.cond(op.object("q"))
		if err != nil {
			return err
		}
		if kind == "filter" {
			r.qs = r.qs.Where(c)
		} else {
			r.qs = r.qs.ExcludeWhere(c)
		}
	case "annotate", "alias":
		return r.annotate(kind, op.text("as"), op.get("expr"))
	case "values", "values_list":
		return r.values(op)
	case "order_by":
		return r.order(fields)
	case "reverse":
		r.qs = r.qs.Reverse()
	case "none":
		r.qs = r.qs.None()
	case "distinct":
		r.qs = r.qs.Distinct(names[T](fields)...)
	case "select_related":
		return r.selectRelated(fields)
	case "prefetch_related":
		return r.prefetchRelated(fields)
	case "only":
		r.qs = r.qs.Only(names[T](fields)...)
	case "defer":
		if len(fields) == 1 && fields[0] == nil {
			fields = nil
		}
		r.qs = r.qs.Defer(names[T](fields)...)
	case "slice":
		start, err := bound(op.get("start"), 0)
		if err != nil {
			return err
		}
		stop, err := bound(op.get("stop"), repo.End)
		if err != nil {
			return err
		}
		if op.get("stop") != nil && stop < 0 {
			stop-- // End is -1 here and has another meaning there
		}
		if r.dates != nil {
			r.cuts = append(r.cuts, [2]int{start, stop})
			return nil
		}
		r.qs = r.qs.Slice(start, stop)
	case "union", "intersection", "difference":
		return r.set(kind, op)
	case "combine":
		other, err := r.others([]any{op.get("with")})
		if err != nil {
			return err
		}
		switch op.text("how") {
		case "and":
			r.qs = r.qs.CombineAnd(other[0])
		case "or":
			r.qs = r.qs.CombineOr(other[0])
		default:
			r.qs = r.qs.CombineXor(other[0])
		}
	case "filtered_relation":
		c, err := r.cond(op.object("condition"))
		if err != nil {
			return err
		}
		r.qs = r.qs.FilteredRelation(op.text("as"), repo.Rel[T](op.text("relation")), c)
	case "dates", "datetimes":
		if o := op.text("order"); op.has("order") && o != "ASC" && o != "DESC" {
			return valueError("'order' must be either 'ASC' or 'DESC'")
		}
		r.dates = op
	default:
		return unsupported("op " + kind)
	}
	return nil
}

func (r *runner[T]) annotate(kind, name string, e any) error {
	x, err := r.expr(e)
	if err != nil {
		return err
	}
	if name == "" {
		if name = defaultName(e); name == "" {
			return errNoName
		}
	}
	if fields, rels := fieldsOf(reflect.TypeFor[T]()); r.columns == nil && named(fields, rels, name) || badAlias.MatchString(name) {
		r.qs = r.qs.Annotate(name, x)
		return pythonError(r.qs.Err(), valueError("the name of an annotation"))
	}
	r.kinds[name] = r.exprKind(e)
	if kind == "alias" {
		r.qs = r.qs.Alias(name, x)
		return nil
	}
	r.qs = r.qs.Annotate(name, x)
	if r.columns != nil {
		r.columns = append(r.columns, name)
	} else {
		r.load.names = append(r.load.names, name)
	}
	return nil
}

// values selects columns and expressions in place of objects.
func (r *runner[T]) values(op *object) error {
	var chosen []string
	for _, f := range op.list("fields") {
		name, ok := f.(string)
		if !ok {
			r.made++
			name = fmt.Sprintf("made%d", r.made)
			if err := r.annotate("annotate", name, f); err != nil {
				return err
			}
		}
		chosen = append(chosen, name)
	}
	if exprs := op.object("exprs"); exprs != nil {
		for _, name := range exprs.keys {
			if err := r.annotate("annotate", name, exprs.values[name]); err != nil {
				return err
			}
			chosen = append(chosen, name)
		}
	}
	r.asList, r.flat = op.text("op") == "values_list", op.bool("flat")
	if r.flat && len(chosen) > 1 {
		return typeError("'flat' is not valid when values_list is called with more than one field")
	}
	if len(chosen) == 0 {
		r.qs = r.qs.Columns()
		fields, _ := fieldsOf(reflect.TypeFor[T]())
		for _, f := range fields {
			chosen = append(chosen, f.name)
		}
		r.columns = append(chosen, r.load.names...)
		return nil
	}
	list := make([]repo.Name[T], len(chosen))
	for i, n := range chosen {
		list[i] = repo.Name[T](n)
	}
	r.qs, r.columns = r.qs.Columns(list...), slices.Clone(chosen)
	return nil
}

func (r *runner[T]) order(fields []any) error {
	var terms []repo.Ordering[T]
	r.ordered = len(fields) > 0
	for _, f := range fields {
		o, ok := f.(*object)
		if !ok {
			terms = append(terms, repo.Ordering[T](f.(string)))
			continue
		}
		if o.has("expr") {
			return r.orderExprs(fields)
		}
		s := o.text("f")
		if o.bool("desc") {
			s = "-" + s
		}
		if n := o.text("nulls"); n != "" {
			s += " nulls " + n
		}
		terms = append(terms, repo.Ordering[T](s))
	}
	r.qs = r.qs.OrderBy(terms...)
	return nil
}

func (r *runner[T]) orderExprs(fields []any) error {
	terms := make([]repo.Term, len(fields))
	for i, f := range fields {
		var err error
		if terms[i], err = r.term(f); err != nil {
			return err
		}
	}
	r.qs = r.qs.OrderByExpr(terms...)
	return nil
}

// term returns a term of an order as an expression.
func (r *runner[T]) term(f any) (repo.Term, error) {
	s, ok := f.(string)
	if ok {
		if s == "?" {
			return repo.Random(), nil
		}
		e := repo.F(repo.Ref(strings.TrimPrefix(s, "-")))
		if strings.HasPrefix(s, "-") {
			return e.Desc(), nil
		}
		return e.Asc(), nil
	}
	o := f.(*object)
	e := repo.F(repo.Ref(o.text("f")))
	if o.has("expr") {
		x, err := r.expr(o.get("expr"))
		if err != nil {
			return repo.Term{}, err
		}
		if e, ok = x.(repo.Expr); !ok {
			return repo.Term{}, unsupported(fmt.Sprintf("order by %T", x))
		}
	}
	t := e.Asc()
	if o.bool("desc") {
		t = e.Desc()
	}
	switch o.text("nulls") {
	case "first":
		t = t.NullsFirst()
	case "last":
		t = t.NullsLast()
	}
	return t, nil
}

// others returns the queries to combine with r, as rows of T if their models
// differ and columns were chosen.
func (r *runner[T]) others(specs []any) ([]repo.Source[T], error) {
	out := make([]repo.Source[T], len(specs))
	for i, s := range specs {
		c, err := r.env.chain(s.(*object))
		if err != nil {
			return nil, err
		}
		if same, ok := c.(*runner[T]); ok {
			out[i] = same.qs
		} else {
			out[i] = repo.RowsOf[T](c.operand())
		}
	}
	return out, nil
}

func (r *runner[T]) set(kind string, op *object) error {
	others, err := r.others(op.list("with"))
	if err != nil {
		return err
	}
	switch {
	case kind == "union" && op.bool("all"):
		r.qs = r.qs.UnionAll(others...)
	case kind == "union":
		r.qs = r.qs.Union(others...)
	case kind == "intersection":
		r.qs = r.qs.Intersection(others...)
	default:
		r.qs = r.qs.Difference(others...)
	}
	return nil
}
