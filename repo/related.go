package repo

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/param"
	"github.com/gormango/gormango/internal/query"
)

// RelatedManager is the rows of C that belong to one object, Django's related
// manager: a QuerySet of them, and the verbs that change which rows belong to
// the object. It is an immutable value as a QuerySet is; its refinements are
// With, Through, SaveEach and ClearFirst, and every other method of the chain
// returns a QuerySet.
//
//	tags := repo.Related(books, book, F.Book.Tags().Path)
//	err := tags.Add(ctx, golang, sql)
//	n, err := tags.Filter("name__startswith", "g").Count(ctx)
//
// A RelatedManager asks the database each time: the rows that PrefetchRelated
// loaded stand in the object's field, and the verbs leave that field alone.
// Over a many-to-many relation the Filter that comes first is about the link
// that ties a row to the object, as in Django. Objects of a foreign key carry
// the owner in the field of their relation to it, where that is a pointer.
//
// From(m) is the QuerySet of the rows, where one is wanted. Delete, HardDelete
// and Restore of the manager itself are errors: Clear and Remove end the tie,
// and Filter(…).Delete deletes rows. So are the verbs of a repository that
// would make rows without the tie: BulkCreate, BulkCreateSeq and OnConflict.
//
// Every verb may return ErrNoKey when the owner, or an object, was not created;
// *gormango.IntegrityError; and the mistake of the chain. Verbs obey the
// context's transaction and open one where they run several statements.
type RelatedManager[P, C any] = RelatedManagerOf[*P, *C]

// RelatedManagerOf is the type that RelatedManager is an alias of; P and C are
// pointers to the models.
type RelatedManagerOf[P, C any] struct {
	QuerySetOf[C]
	t *tie
}

// Related returns the rows behind a relation of one object: a foreign key seen
// from the other end, a one-to-one, a many-to-many relation, GORM's polymorphic
// relations. The manager of the object's own foreign key holds the one row, and
// has no verbs. src is the QuerySet or repository of the object, and sets the
// database. Related runs no statement; a path of several relations, a nil
// object and one without a key are errors of the chain.
func Related[P, C any](src Source[P], obj *P, rel Path[*P, *C]) *RelatedManager[P, C] {
	if rel.Rel == nil {
		return RelatedByName[C](src, obj, "")
	}
	return RelatedByName[C](src, obj, Rel[P](rel.Rel()))
}

// RelatedByName is Related by the relation's name, for a relation that has only
// the name from Meta.Relations (RelatedName): repo.RelatedByName[Book](authors,
// ann, "books").
func RelatedByName[C, P any](src Source[P], obj *P, rel Rel[P]) *RelatedManager[P, C] {
	return relatedTo[*P, *C](src, obj, string(rel))
}

func relatedTo[P, C any](src SourceOf[P], obj P, rel string) *RelatedManagerOf[P, C] {
	qs, err := sourceOf(src)
	if err == errUnbound {
		return &RelatedManagerOf[P, C]{t: &tie{}}
	}
	s := qs.state
	s.err, s.open, s.known, s.related = err, false, nil, false
	t := &tie{}
	if s.err == nil {
		t, s.err = tieOf(&s, obj, rel, reflect.TypeFor[C]().Elem())
	}
	m := &RelatedManagerOf[P, C]{t: t}
	if s.err != nil {
		m.QuerySetOf = QuerySetOf[C]{s}
		return m
	}
	t.s = &state{db: s.db, conn: s.conn, reg: s.reg, model: t.rel.To, skipHooks: s.skipHooks, public: s.public, q: query.New(t.rel.To)}
	return m.over(t.s.q)
}

// read reads objects as they are: no prefetches, no hooks.
func (t *tie) read(ctx context.Context, q *query.Query) ([]any, error) {
	st, err := compile.SelectPrimary(q)
	if err != nil || st.None {
		return nil, err
	}
	rows, err := t.s.structs(ctx, st)
	out := make([]any, len(rows))
	for i, rv := range rows {
		out[i] = rv.Interface()
	}
	return out, err
}

// save saves an object, every column or the named ones.
func (t *tie) save(ctx context.Context, obj any, columns []string) error {
	s := *t.s
	s.writing.keepTimes = s.writing.keepTimes || len(columns) > 0 // as in Django, only the named columns are written
	return saveNamed(ctx, &s, obj, columns)
}

// over returns the manager with q's rows, those that belong to the owner.
//
//go:noinline
func (m *RelatedManagerOf[P, C]) over(q *query.Query) *RelatedManagerOf[P, C] {
	s := *m.t.s
	s.q, s.known = m.t.restrict(q), m.t.knownOwner()
	s.manager, s.related = true, true
	n := *m
	n.QuerySetOf = QuerySetOf[C]{s}
	return &n
}

// tied returns the manager with its tie changed by fn, or with fn's error.
//
//go:noinline
func (m *RelatedManagerOf[P, C]) tied(fn func(t *tie) error) *RelatedManagerOf[P, C] {
	if m == nil || m.Err() != nil {
		return m
	}
	t, n := *m.t, *m
	n.t = &t
	if err := fn(&t); err != nil {
		s := m.state
		s.err = err
		n.QuerySetOf = QuerySetOf[C]{s}
	}
	return &n
}

// With limits the manager to the rows of src, in its order, and with the
// relations that it loads: repo.Related(people, ann,
// F.Person.Tasks().Path).With(visibleTasks). It is Django's
// person.tasks(manager="visible"). Remove, Clear and Replace leave rows alone
// that src does not hold; Add and Create take any, and objects are written by
// src's Defaults and KeepTimes. src is of the same database, and neither sliced
// nor a set operation nor Columns.
//
//go:noinline
func (m *RelatedManagerOf[P, C]) With(src SourceOf[C]) *RelatedManagerOf[P, C] {
	if m == nil || m.Err() != nil {
		return m
	}
	n := m.tied(func(*tie) error {
		qs, err := sourceOf(src)
		model := m.state.model.Name
		switch {
		case err != nil:
			return chainError(model, "", err)
		case qs.state.reg != m.state.reg:
			return chainError(model, "", errors.New("the QuerySet of With belongs to another database"))
		}
		if err := errors.Join(qs.state.single("With"), qs.state.objects("With"), qs.state.unsliced("taken by With")); err != nil {
			return err
		}
		return nil
	})
	if n.Err() != nil {
		return n
	}
	qs, _ := sourceOf(src)
	t, rows := *n.t, *n.t.s
	rows.writing = qs.state.writing
	t.scope, t.s, n.t = qs.state.q, &rows, &t
	return n.over(qs.state.q)
}

// Through sets columns of the model between, in the links that Add, Create,
// GetOrCreate and Replace make, by the names that lookups have for them:
// Through(map[string]any{"role": "guest"}). Without it, and for columns it does
// not name, a link has the column's default where the model declares one, else
// zero. A link that exists already stays as it is.
//
//go:noinline
func (m *RelatedManagerOf[P, C]) Through(values map[string]any) *RelatedManagerOf[P, C] {
	plain := make(map[string]any, len(values))
	for name, v := range values {
		plain[name] = plainValue(v)
	}
	return m.tied(func(t *tie) error { return t.setThrough(plain) })
}

// SaveEach makes Add, Remove, Clear and Replace of a foreign key save object
// after object, which runs Clean, hooks and signals, and creates objects
// without a key; without it they are one UPDATE. It is Django's bulk=False.
// Over a polymorphic relation Remove and Clear delete the objects one by one.
// It changes nothing for many-to-many relations.
//
//go:noinline
func (m *RelatedManagerOf[P, C]) SaveEach() *RelatedManagerOf[P, C] {
	return m.tied(func(t *tie) error { t.saveEach = true; return nil })
}

// ClearFirst makes Replace remove every row before it adds, Django's
// clear=True.
//
//go:noinline
func (m *RelatedManagerOf[P, C]) ClearFirst() *RelatedManagerOf[P, C] {
	return m.tied(func(t *tie) error { t.clearFirst = true; return nil })
}

// tie is a relation seen from one object, for models that are known at run time
// only.
type tie struct {
	// s is the state of all rows of the far model.
	s     *state
	rel   *modelinfo.Relation
	owner reflect.Value // the struct
	// own are the values of near, the owner's columns that the relation starts
	// from; null reports whether one of them is NULL.
	near []*modelinfo.Field
	own  []any
	null bool
	// scope is the query of With, nil without.
	scope                *query.Query
	through              []compile.Set
	saveEach, clearFirst bool
}

// tieOf resolves a relation of an object.
func tieOf(s *state, obj any, name string, far reflect.Type) (*tie, error) {
	path, err := s.path(name)
	if err != nil {
		return &tie{}, err
	}
	rel := path[0]
	switch {
	case len(path) > 1:
		return &tie{}, s.mistaken(name, fmt.Errorf("%s is a path of %d relations, and a RelatedManager takes one (begin at %s)", name, len(path), path[len(path)-1].From.Name))
	case rel.To.Type != far:
		return &tie{}, s.mistaken(name, fmt.Errorf("%s.%s leads to %s, not to %s", s.model.Name, name, rel.To.Name, far.Name()))
	}
	rv := reflect.ValueOf(obj)
	if rv.IsNil() {
		return &tie{}, errNil(s.model.Name)
	}
	t := &tie{rel: rel, owner: rv.Elem()}
	if rel.Kind != modelinfo.BelongsTo && !s.hasKey(context.Background(), t.owner) {
		return t, noKey(s.model.Name, "its "+rel.Name+" can be asked for once it was created")
	}
	t.near = nearOf(rel)
	t.own = param.Values(context.Background(), t.owner, t.near)
	t.null = param.RowKey(t.near, t.own) == nil
	return t, nil
}

// restrict returns q's rows that belong to the owner.
func (t *tie) restrict(q *query.Query) *query.Query {
	if t.null {
		return q.Nothing()
	}
	if t.rel.Kind == modelinfo.ManyToMany {
		return q.Tied(query.Equals(t.rel.Back(), t.near, t.own))
	}
	columns, values := t.far(), t.own
	for _, f := range t.rel.Fixed {
		columns, values = append(columns, f.Field), append(values[:len(values):len(values)], fixed(f))
	}
	return q.With(query.Equals(nil, columns, values))
}

// far returns the columns of the far model that hold the owner's values, for a
// relation that is not many-to-many.
func (t *tie) far() []*modelinfo.Field {
	var columns []*modelinfo.Field
	for _, p := range t.rel.Pairs {
		columns = append(columns, p.To)
	}
	return columns
}

// fixed returns the constant of a polymorphic relation, in the column's own
// type.
func fixed(f modelinfo.Fixed) any {
	rv := reflect.New(f.Field.Model.Type).Elem()
	if err := f.Field.Set(context.Background(), rv, f.Value); err != nil {
		return f.Value
	}
	v, _ := f.Field.ValueOf(context.Background(), rv)
	return v
}

// mistaken returns err as the public error of a call on the owner's relation.
func (t *tie) mistaken(err error) error {
	return t.s.public(mistaken(t.rel.From.Name, t.rel.Name, err))
}

// usable refuses verbs that the relation or the owner does not allow.
func (t *tie) usable() error {
	switch {
	case t.rel.Kind == modelinfo.BelongsTo:
		return t.mistaken(fmt.Errorf("%s.%s is a foreign key of %s itself (set it in the object, and save that)", t.rel.From.Name, t.rel.Name, t.rel.From.Name))
	case t.null:
		return noKey(t.rel.From.Name, "the column that its "+t.rel.Name+" refer to is NULL")
	}
	return nil
}
