package store

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/exec"
	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/txutil"
)

// Match identifies rows by columns.
type Match struct {
	Rows  *State
	Err   error
	Names []string
	// Within runs find, which finds or creates obj, as one of the rows of a
	// RelatedManager; nil for a repository.
	Within func(ctx context.Context, obj any, find func(ctx context.Context, obj any) (bool, error)) (created bool, err error)
}

// By names the columns that identify a row.
func (s *State) By(names []string) *Match {
	err := s.Bound("By")
	return &Match{Rows: s, Err: err, Names: names}
}

func (m *Match) GetOrCreate(ctx context.Context, obj any) (created bool, err error) {
	f, err := m.finder(ctx, "GetOrCreate", obj)
	if err != nil {
		return false, err
	}
	return f.orCreate(ctx, false, func(ctx context.Context, found any) error {
		f.adopt(ctx, found, nil)
		return AfterFind(ctx, f.s, f.q, []reflect.Value{reflect.ValueOf(obj).Elem()})
	})
}

func (m *Match) UpdateOrCreate(ctx context.Context, obj any, names []string) (created bool, err error) {
	f, err := m.finder(ctx, "UpdateOrCreate", obj)
	if err != nil {
		return false, err
	}
	columns, err := f.s.Named(names, updatable)
	if err != nil {
		return false, err
	}
	err = txutil.Atomic(ctx, f.s.DB, func(ctx context.Context) (err error) {
		created, err = f.orCreate(ctx, true, func(ctx context.Context, found any) error {
			if err := AfterFind(ctx, f.s, f.q, []reflect.Value{reflect.ValueOf(found).Elem()}); err != nil {
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

// Run runs find, which finds or creates obj.
func (m *Match) Run(ctx context.Context, obj any, find func(ctx context.Context, obj any) (bool, error)) (created bool, err error) {
	if m.Within == nil || m.Err != nil {
		return find(ctx, obj)
	}
	return m.Within(ctx, obj, find)
}

// finder looks for the row of an object by some of its columns.
type finder struct {
	m       *Match
	s       *State
	verb    string
	columns []*modelinfo.Field
	q       *query.Query // the rows that are looked through, whole and without related objects
	obj     any
}

func (m *Match) finder(ctx context.Context, verb string, obj any) (*finder, error) {
	s := m.Rows
	if m.Err != nil {
		return nil, m.Err
	}
	if s == nil {
		return nil, ErrUnbound
	}
	if Absent(obj) {
		return nil, ErrNil(s.Model.Name)
	}
	if s.Query.None || s.Query.Sliced() {
		return nil, Misuse(ErrSliced, "%s cannot be looked for and created within a slice or None", s.Model.Name)
	}
	columns, err := s.Named(m.Names, func(*modelinfo.Field) bool { return true })
	if err != nil {
		return nil, err
	}
	rv := reflect.ValueOf(obj).Elem()
	err = takeKeys(ctx, s.Model, rv)
	if errors.Is(err, ErrNoKey) && !slices.ContainsFunc(columns, func(f *modelinfo.Field) bool {
		_, zero := f.ValueOf(ctx, rv)
		return zero && foreignKey(s.Model, f)
	}) {
		err = nil // an unsaved object matters to Create, if it comes to that
	}
	if err != nil {
		return nil, err
	}
	q, err := s.Query.OrderBy(nil).Unrelated().Omit(nil)
	if err != nil {
		return nil, s.Mistaken("", err)
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
	err = txutil.Atomic(ctx, f.s.DB, func(ctx context.Context) error { return CreateAll(ctx, f.s, []any{f.obj}) })
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
		leaf, err := query.FieldLeaf(f.m.Names[i], c, lookup.Exact, v)
		if err != nil {
			return nil, s.Mistaken(f.m.Names[i], err)
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
	objs, err := exec.All(ctx, s.Conn, st, 2)
	for _, at := range objs {
		found = append(found, reflect.NewAt(s.Model.Type, at).Interface())
	}
	switch {
	case err != nil:
		return nil, err
	case len(objs) > 1:
		return nil, fmt.Errorf("%w: %s found several of %s", ErrMultipleObjectsReturned, f.verb, s.Model.Name)
	}
	return found, nil
}

// adopt sets the object's columns, except those in keep, to the values of the
// row that was found.
func (f *finder) adopt(ctx context.Context, found any, keep []*modelinfo.Field) {
	rv, from := reflect.ValueOf(f.obj).Elem(), reflect.ValueOf(found).Elem()
	for _, c := range f.s.Model.Reads {
		if slices.Contains(keep, c) {
			continue
		}
		// GORM's Set takes no nil pointer to a type with a Scan method.
		c.ReflectValueOf(ctx, rv).Set(c.ReflectValueOf(ctx, from))
	}
	DropStale(ctx, f.s.Model, rv)
}
