package repo

import (
	"context"
	"errors"
	"maps"
	"reflect"
	"slices"
	"unsafe"

	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/internal/related"
	"github.com/gormango/gormango/internal/store"
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
// A RelatedManager queries the database each time: it does not use the rows
// that PrefetchRelated loaded into the object's field, and the verbs do not
// change that field. Over a many-to-many relation the first Filter is about the
// link between a row and the object, as in Django. Objects of a foreign key
// hold the owner in the field of their relation to it, where that is a pointer.
//
// From(m) is the QuerySet of the rows. Delete, HardDelete and Restore of the
// manager itself are errors: Clear and Remove remove rows from the owner, and
// Filter(…).Delete deletes rows. So are the verbs of a repository that would
// create rows without the owner: BulkCreate, BulkCreateSeq and OnConflict.
//
// Every verb may return ErrNoKey when the owner, or an object, was not created;
// *gormango.IntegrityError; and the mistake of the chain. Verbs run in the
// context's transaction, and open one where they run several statements.
type RelatedManager[P, C any] = RelatedManagerOf[*P, *C]

// RelatedManagerOf is the type that RelatedManager is an alias of; P and C are
// pointers to the models.
type RelatedManagerOf[P, C any] struct {
	QuerySetOf[C]
	manager *related.Manager
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

// relatedTo is RelatedByName by pointers to the models.
func relatedTo[P, C any](src SourceOf[P], obj P, rel string) *RelatedManagerOf[P, C] {
	qs, err := sourceOf(src)
	if err == store.ErrUnbound {
		return &RelatedManagerOf[P, C]{manager: &related.Manager{}}
	}
	s := qs.state
	s.Err, s.Extensible, s.Owner, s.Related = err, false, nil, false
	t := &related.Manager{}
	if s.Err == nil {
		t, s.Err = related.New(&s, obj, rel, reflect.TypeFor[C]().Elem())
	}
	m := &RelatedManagerOf[P, C]{manager: t}
	if s.Err != nil {
		m.QuerySetOf = QuerySetOf[C]{s}
		return m
	}
	t.Rows = s.WithQuery(query.New(t.Rel.To))
	return m.withRows(t.Rows.Query)
}

// withRows returns the manager of those rows of q that belong to the owner.
//
//go:noinline
func (m *RelatedManagerOf[P, C]) withRows(q *query.Query) *RelatedManagerOf[P, C] {
	s := *m.manager.Rows
	s.Query, s.Owner = m.manager.Restrict(q), m.manager.Owner()
	s.Manager, s.Related = true, true
	n := *m
	n.QuerySetOf = QuerySetOf[C]{s}
	return &n
}

// withManager returns m with its engine changed by fn, or with fn's error.
//
//go:noinline
func (m *RelatedManagerOf[P, C]) withManager(fn func(t *related.Manager) error) *RelatedManagerOf[P, C] {
	if m == nil || m.Err() != nil {
		return m
	}
	t, n := *m.manager, *m
	n.manager = &t
	if err := fn(&t); err != nil {
		s := m.state
		s.Err = err
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
	n := m.withManager(func(*related.Manager) error {
		qs, err := sourceOf(src)
		model := m.state.Model.Name
		switch {
		case err != nil:
			return chainError(model, "", err)
		case qs.state.Registry != m.state.Registry:
			return chainError(model, "", errors.New("the QuerySet of With belongs to another database"))
		}
		if err := errors.Join(qs.state.CheckUncombined("With"), qs.state.CheckObjects("With"), qs.state.CheckUnsliced("taken by With")); err != nil {
			return err
		}
		return nil
	})
	if n.Err() != nil {
		return n
	}
	qs, _ := sourceOf(src)
	t, rows := *n.manager, *n.manager.Rows
	rows.Settings, rows.Query = qs.state.Settings, rows.Query.Within(qs.state.Query.Fence)
	t.Scope, t.Rows, n.manager = qs.state.Query, &rows, &t
	return n.withRows(qs.state.Query)
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
	return m.withManager(func(t *related.Manager) error { return t.SetThrough(plain) })
}

// SaveEach makes Add, Remove, Clear and Replace of a foreign key save object
// after object, which runs Clean, hooks and signals, and creates objects
// without a key; without it they are one UPDATE. It is Django's bulk=False.
// Over a polymorphic relation Remove and Clear delete the objects one by one.
// It changes nothing for many-to-many relations.
//
//go:noinline
func (m *RelatedManagerOf[P, C]) SaveEach() *RelatedManagerOf[P, C] {
	return m.withManager(func(t *related.Manager) error { t.SaveEach = true; return nil })
}

// ClearFirst makes Replace remove every row before it adds, Django's
// clear=True.
//
//go:noinline
func (m *RelatedManagerOf[P, C]) ClearFirst() *RelatedManagerOf[P, C] {
	return m.withManager(func(t *related.Manager) error { t.ClearFirst = true; return nil })
}

// Add makes rows belong to the owner. Over a foreign key it is one UPDATE,
// whatever the rows' owner was, and the objects' relation field holds the owner
// in memory; hooks do not run, UpdatedAt stays, and a row that does not exist
// is skipped, as in Django (SaveEach saves the objects). Over a many-to-many
// relation it writes the links that are missing: one INSERT that skips links
// written meanwhile, where the table between is GORM's or its model has a
// unique constraint on the two keys; else a SELECT and an INSERT. For a
// symmetrical relation it writes both rows.
//
//go:noinline
func (m *RelatedManagerOf[P, C]) Add(ctx context.Context, obj C, more ...C) error {
	t, err := m.verbs()
	if err != nil {
		return err
	}
	return t.Add(ctx, objectsWith(obj, more))
}

// AddKeys is Add by the keys of the rows: their primary key, or the column that
// the links of a many-to-many relation hold. A key of several columns is a
// slice of their values. One slice of keys stands for all of them: AddKeys(ctx,
// ids). A value of another type is a *LookupValueError.
//
//go:noinline
func (m *RelatedManagerOf[P, C]) AddKeys(ctx context.Context, key any, more ...any) error {
	t, err := m.verbs()
	if err != nil {
		return err
	}
	keys, err := t.ParseKeys(append([]any{key}, more...))
	if err != nil {
		return err
	}
	if t.IsManyToMany() {
		return t.Link(ctx, keys)
	}
	return t.SetOwnerKey(ctx, keys)
}

// Create creates objects as Repository.Create does, and makes them belong to
// the owner: a foreign key is set in them before, a link is written after.
//
//go:noinline
func (m *RelatedManagerOf[P, C]) Create(ctx context.Context, obj C, more ...C) error {
	t, err := m.verbs()
	if err != nil {
		return err
	}
	return t.Create(ctx, objectsWith(obj, more))
}

// Remove removes rows from the owner; the objects in memory are not changed.
// Over a foreign key it is one UPDATE that sets it to NULL: ErrRequired where
// it cannot be, ErrDoesNotExist for an object that holds another owner's key.
// Over a polymorphic relation the rows are deleted, since nothing else could
// hold them. Over a many-to-many relation it is one DELETE of links, and an
// object without a link is skipped.
//
//go:noinline
func (m *RelatedManagerOf[P, C]) Remove(ctx context.Context, obj C, more ...C) error {
	t, err := m.verbs()
	if err != nil {
		return err
	}
	return t.Remove(ctx, m.state.Query, objectsWith(obj, more))
}

// RemoveKeys is Remove by keys, as AddKeys takes them. A row of another owner
// is skipped.
//
//go:noinline
func (m *RelatedManagerOf[P, C]) RemoveKeys(ctx context.Context, key any, more ...any) error {
	t, err := m.verbs()
	if err != nil {
		return err
	}
	keys, err := t.ParseKeys(append([]any{key}, more...))
	if err != nil {
		return err
	}
	if t.IsManyToMany() {
		return t.Unlink(ctx, keys)
	}
	return t.Detach(ctx, m.state.Query, keys)
}

// Clear removes every row of the manager from the owner, as Remove does. Links
// to rows that a soft delete hides are removed too.
//
//go:noinline
func (m *RelatedManagerOf[P, C]) Clear(ctx context.Context) error {
	t, err := m.verbs()
	if err != nil {
		return err
	}
	return t.Clear(ctx, m.state.Query)
}

// Replace makes the objects the owner's only rows: it reads the present rows,
// and removes and adds the difference. Over a foreign key that cannot be NULL
// it adds and removes nothing, as in Django. It runs at most three statements
// (a fourth where Add takes two), in one transaction. Without objects it leaves
// the owner no rows.
//
//go:noinline
func (m *RelatedManagerOf[P, C]) Replace(ctx context.Context, objs ...C) error {
	t, err := m.verbs()
	if err != nil {
		return err
	}
	return t.Replace(ctx, m.state.Query, anys(objs))
}

// ReplaceKeys is Replace by keys, as AddKeys takes them.
//
//go:noinline
func (m *RelatedManagerOf[P, C]) ReplaceKeys(ctx context.Context, keys ...any) error {
	t, err := m.verbs()
	if err != nil {
		return err
	}
	tuples, err := t.ParseKeys(keys)
	if err != nil {
		return err
	}
	return t.ReplaceKeys(ctx, m.state.Query, tuples)
}

// verbs returns the engine for a verb, or an error if m has no verbs.
//
//go:noinline
func (m *RelatedManagerOf[P, C]) verbs() (*related.Manager, error) {
	if m == nil || m.manager == nil {
		return nil, store.ErrUnbound
	}
	if err := m.Err(); err != nil {
		return nil, err
	}
	return m.manager, m.manager.CheckVerbs()
}

// By names the columns that identify a row among the owner's.
//
//go:noinline
func (m *RelatedManagerOf[P, C]) By(name NameOf[C], more ...NameOf[C]) *MatchOf[C] {
	t, err := m.verbs()
	s := &store.State{Err: err}
	if err == nil {
		s = m.st()
	}
	found := s.By(string(name), texts(more))
	found.RunRelated = t.FindOrCreate
	return (*MatchOf[C])(unsafe.Pointer(found))
}

// Choices returns the rows that may be chosen for a relation, those that its
// RelationOptions.Limit allows, for a form or for validation:
// repo.Choices[Person](books, "author"). Without a limit it returns all rows.
// The limit's lookups are one call, about one related row. No write enforces
// the limit, as in Django. Choices runs no statement; a name that is no
// relation, and a limit that does not fit, are errors of the chain.
func Choices[C, P any](src Source[P], rel Rel[P]) *QuerySet[C] {
	qs, err := sourceOf(src)
	switch {
	case err == store.ErrUnbound:
		return nil
	case err != nil:
		return rowsOf[*C](&store.State{Err: err})
	}
	s, path := qs.st().TargetRows(string(rel), reflect.TypeFor[C]())
	if s.Err == nil {
		var conds []*query.Cond
		for _, text := range slices.Sorted(maps.Keys(path.Options.Limit)) {
			conds = append(conds, query.Lookup(text, plainValue(path.Options.Limit[text])))
		}
		s = s.Restricted("Choices", conds, false)
	}
	return rowsOf[*C](s)
}
