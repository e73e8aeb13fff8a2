package repo

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"unsafe"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/exec"
	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/txutil"
)

// Match identifies rows by columns. Repository.By and RelatedManager.By return
// one.
type Match[T any] = MatchOf[*T]

// MatchOf is the type that Match is an alias of; P is a pointer to the model.
type MatchOf[P any] struct{ m match }

// match identifies rows by columns.
type match struct {
	s     *state
	err   error
	names []string
	// within runs find, which finds or creates obj, as one of the rows of a
	// RelatedManager; nil for a repository.
	within func(ctx context.Context, obj any, find func(ctx context.Context, obj any) (bool, error)) (created bool, err error)
}

// By names the columns that identify a row. A unique constraint on them is what
// makes GetOrCreate and UpdateOrCreate safe between processes.
//
//go:noinline
func (qs *QuerySetOf[P]) By(name NameOf[P], more ...NameOf[P]) *MatchOf[P] {
	return (*MatchOf[P])(unsafe.Pointer(qs.st().by(append([]string{string(name)}, texts(more)...))))
}

// by names the columns that identify a row.
func (s *state) by(names []string) *match {
	err := s.bound("By")
	return &match{s: s, err: err, names: names}
}

// GetOrCreate reads the row whose columns equal those of obj into obj, or
// creates the row from obj, and reports whether it created the row. When
// another process creates the row in between, the unique constraint refuses
// this insert and the other row is read. Several rows are
// ErrMultipleObjectsReturned. GetOrCreate runs one to three statements; the
// insert runs in a savepoint inside a transaction.
//
// For a RelatedManager the row is one of the owner's, and obj is created as the
// owner's. Over a many-to-many relation only rows that are linked already are
// found. Where another row has the same values in the columns and they are
// unique, the create is refused with a *gormango.IntegrityError, as in Django.
//
//go:noinline
func (m *MatchOf[P]) GetOrCreate(ctx context.Context, obj P) (created bool, err error) {
	return m.m.run(ctx, obj, m.m.getOrCreate)
}

func (m *match) getOrCreate(ctx context.Context, obj any) (created bool, err error) {
	f, err := m.finder(ctx, "GetOrCreate", obj)
	if err != nil {
		return false, err
	}
	return f.orCreate(ctx, false, func(ctx context.Context, found any) error {
		f.adopt(ctx, found, nil)
		return afterFind(ctx, f.s, f.q, []reflect.Value{reflect.ValueOf(obj).Elem()})
	})
}

// UpdateOrCreate saves the named fields of obj to the row whose columns equal
// those of obj, or creates the row from the whole of obj, and reports whether
// it created the row. UpdatedAt is set to now; the rest of the row is read into
// obj. The row is locked while it is changed, so concurrent calls change it one
// after the other. When another process creates the row in between, this call
// updates it. Clean, hooks and signals are those of Save, or of Create. Several
// rows are ErrMultipleObjectsReturned. UpdateOrCreate runs two to four
// statements in a transaction, the insert in a savepoint. For a RelatedManager
// the row is found and created as GetOrCreate does.
//
//	created, err := stock.By("shop", "item").UpdateOrCreate(ctx, &Stock{ShopID: 1, ItemID: 2, Qty: 7}, "qty")
//
//go:noinline
func (m *MatchOf[P]) UpdateOrCreate(ctx context.Context, obj P, field NameOf[P], more ...NameOf[P]) (created bool, err error) {
	names := append([]string{string(field)}, texts(more)...)
	return m.m.run(ctx, obj, func(ctx context.Context, obj any) (bool, error) { return m.m.updateOrCreate(ctx, obj, names) })
}

func (m *match) updateOrCreate(ctx context.Context, obj any, names []string) (created bool, err error) {
	f, err := m.finder(ctx, "UpdateOrCreate", obj)
	if err != nil {
		return false, err
	}
	columns, err := f.s.named(names, updatable)
	if err != nil {
		return false, err
	}
	err = txutil.Atomic(ctx, f.s.db, func(ctx context.Context) (err error) {
		created, err = f.orCreate(ctx, true, func(ctx context.Context, found any) error {
			if err := afterFind(ctx, f.s, f.q, []reflect.Value{reflect.ValueOf(found).Elem()}); err != nil {
				return err
			}
			f.adopt(ctx, found, columns)
			if err := f.s.check(ctx, obj); err != nil {
				return err
			}
			return save(ctx, f.s, obj, columns, true)
		})
		return err
	})
	return created && err == nil, err
}

// run runs find, which finds or creates obj.
func (m *match) run(ctx context.Context, obj any, find func(ctx context.Context, obj any) (bool, error)) (created bool, err error) {
	if m.within == nil || m.err != nil {
		return find(ctx, obj)
	}
	return m.within(ctx, obj, find)
}

// finder looks for the row of an object by some of its columns.
type finder struct {
	m       *match
	s       *state
	verb    string
	columns []*modelinfo.Field
	q       *query.Query // the rows that are looked through, whole and without related objects
	obj     any
}

func (m *match) finder(ctx context.Context, verb string, obj any) (*finder, error) {
	s := m.s
	if m.err != nil {
		return nil, m.err
	}
	if s == nil {
		return nil, errUnbound
	}
	if absent(obj) {
		return nil, errNil(s.model.Name)
	}
	if s.q.None || s.q.Sliced() {
		return nil, misuse(errSliced, "%s cannot be looked for and created within a slice or None", s.model.Name)
	}
	columns, err := s.named(m.names, func(*modelinfo.Field) bool { return true })
	if err != nil {
		return nil, err
	}
	rv := reflect.ValueOf(obj).Elem()
	err = takeKeys(ctx, s.model, rv)
	if errors.Is(err, errNoKey) && !slices.ContainsFunc(columns, func(f *modelinfo.Field) bool {
		_, zero := f.ValueOf(ctx, rv)
		return zero && foreignKey(s.model, f)
	}) {
		err = nil // an unsaved object matters to Create, if it comes to that
	}
	if err != nil {
		return nil, err
	}
	q, err := s.q.OrderBy(nil).Unrelated().Omit(nil)
	if err != nil {
		return nil, s.mistaken("", err)
	}
	return &finder{m, s, verb, columns, q, obj}, nil
}

// foreignKey reports whether a column is a foreign key of the model, or part of
// one.
func foreignKey(m *modelinfo.Model, f *modelinfo.Field) bool {
	return slices.ContainsFunc(m.Relations, func(r *modelinfo.Relation) bool {
		return r.Kind == modelinfo.BelongsTo && slices.ContainsFunc(r.Pairs, func(p modelinfo.Pair) bool { return p.From == f })
	})
}

// orCreate passes the row that exists to got, or creates one. When the
// constraint refuses the insert, orCreate passes the row that another process
// has inserted to got.
func (f *finder) orCreate(ctx context.Context, lock bool, got func(ctx context.Context, found any) error) (created bool, err error) {
	found, err := f.find(ctx, lock)
	if err != nil {
		return false, err
	}
	if len(found) > 0 {
		return false, got(ctx, found[0])
	}
	err = txutil.Atomic(ctx, f.s.db, func(ctx context.Context) error { return createAll(ctx, f.s, []any{f.obj}) })
	if err == nil {
		return true, nil
	}
	if !errors.Is(err, gorm.ErrDuplicatedKey) {
		return false, err
	}
	found, again := f.find(ctx, lock)
	if again != nil {
		return false, again
	}
	if len(found) > 0 {
		return false, got(ctx, found[0])
	}
	return false, err // another constraint than the one on these columns
}

// find returns the row with the object's values in the columns, none or one.
func (f *finder) find(ctx context.Context, lock bool) (found []any, err error) {
	s, q := f.s, f.q.WithLimit(2)
	rv := reflect.ValueOf(f.obj).Elem()
	for i, c := range f.columns {
		v, _ := c.ValueOf(ctx, rv)
		leaf, err := query.FieldLeaf(f.m.names[i], c, lookup.Exact, v)
		if err != nil {
			return nil, s.mistaken(f.m.names[i], err)
		}
		q = q.With(leaf)
	}
	read := compile.SelectPrimary // a replica may not have the row yet that the create would meet
	if lock {
		read = compile.SelectLocked
	}
	st, err := read(q)
	if err != nil || st.None {
		return nil, err
	}
	objs, err := exec.All(ctx, s.conn, st, 2)
	for _, at := range objs {
		found = append(found, reflect.NewAt(s.model.Type, at).Interface())
	}
	switch {
	case err != nil:
		return nil, err
	case len(objs) > 1:
		return nil, fmt.Errorf("%w: %s found several of %s", errMultipleObjectsReturned, f.verb, s.model.Name)
	}
	return found, nil
}

// adopt sets the object's columns, except those in keep, to the values of the
// row that was found.
func (f *finder) adopt(ctx context.Context, found any, keep []*modelinfo.Field) {
	rv, from := reflect.ValueOf(f.obj).Elem(), reflect.ValueOf(found).Elem()
	for _, c := range f.s.model.Reads {
		if slices.Contains(keep, c) {
			continue
		}
		// GORM's Set takes no nil pointer to a type with a Scan method.
		c.ReflectValueOf(ctx, rv).Set(c.ReflectValueOf(ctx, from))
	}
	dropStale(ctx, f.s.model, rv)
}
