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
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/param"
	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/txutil"
)

// Match identifies rows by columns.
type Match struct {
	rows    *State
	err     error
	names   []string
	matches []*query.Match // one for each name

	oneName  [1]string // room for names and matches
	oneMatch [1]*query.Match
	// RunRelated calls find, which finds or creates obj, and makes obj one of the
	// rows of a RelatedManager. It is nil for a repository.
	RunRelated func(ctx context.Context, obj any, find func(ctx context.Context, obj any) (bool, error)) (created bool, err error)
}

// By returns a Match of the rows by the named columns, which may have lookups
// behind them.
func (s *State) By(name string, more []string) *Match {
	m := &Match{rows: s, err: s.CheckBound("By")}
	m.names = append(append(m.oneName[:0], name), more...)
	m.matches = m.oneMatch[:0]
	for _, name := range m.names {
		if m.err != nil {
			break
		}
		match, err := query.NewMatch(s.Model, name)
		if err == nil && !match.Field.Creatable {
			err = fmt.Errorf("%s.%s cannot be looked for: the permissions of its tag forbid an insert to write it, so that a row which was created is not found again", s.Model.Name, match.Field.Column)
		}
		if err != nil {
			m.err = s.CallError(name, err)
		}
		m.matches = append(m.matches, match)
	}
	return m
}

// GetOrCreate reads the row that matches obj into obj, or creates it, and
// reports whether it created the row.
func (m *Match) GetOrCreate(ctx context.Context, obj any) (created bool, err error) {
	if m.RunRelated != nil && m.err == nil {
		return m.RunRelated(ctx, obj, m.getOrCreate)
	}
	return m.getOrCreate(ctx, obj)
}

func (m *Match) getOrCreate(ctx context.Context, obj any) (created bool, err error) {
	f, err := m.finder(ctx, "GetOrCreate", obj)
	if err != nil {
		return false, err
	}
	return f.findOrCreate(ctx, false, func(ctx context.Context, found any) error {
		f.copyFound(ctx, found, nil)
		return ownAfterFind(ctx, f.s, []reflect.Value{reflect.ValueOf(obj).Elem()})
	})
}

// UpdateOrCreate saves the named fields of obj to the row that matches, or
// creates the row, and reports whether it created the row.
func (m *Match) UpdateOrCreate(ctx context.Context, obj any, names []string) (created bool, err error) {
	if m.RunRelated != nil && m.err == nil {
		return m.RunRelated(ctx, obj, func(ctx context.Context, obj any) (bool, error) { return m.updateOrCreate(ctx, obj, names) })
	}
	return m.updateOrCreate(ctx, obj, names)
}

func (m *Match) updateOrCreate(ctx context.Context, obj any, names []string) (created bool, err error) {
	f, err := m.finder(ctx, "UpdateOrCreate", obj)
	if err != nil {
		return false, err
	}
	columns, err := f.s.NamedColumns(names, updatable)
	if err != nil {
		return false, err
	}
	err = txutil.Atomic(ctx, f.s.DB, func(ctx context.Context) (err error) {
		created, err = f.findOrCreate(ctx, true, func(ctx context.Context, found any) error {
			if err := ownAfterFind(ctx, f.s, []reflect.Value{reflect.ValueOf(found).Elem()}); err != nil {
				return err
			}
			f.copyFound(ctx, found, columns)
			if err := f.s.check(ctx, obj); err != nil {
				return err
			}
			return save(ctx, f.s, obj, columns, saveNamed)
		})
		return err
	})
	return created && err == nil, err
}

// finder finds the row of an object by the columns of a Match.
type finder struct {
	m    *Match
	s    *State
	verb string
	obj  any
}

// finder returns the finder of an object, or an error if the rows cannot be
// searched or the object does not fit.
func (m *Match) finder(ctx context.Context, verb string, obj any) (f finder, err error) {
	s := m.rows
	if m.err != nil {
		return f, m.err
	}
	if s == nil {
		return f, ErrUnbound
	}
	if IsNil(obj) {
		return f, NilObject(s.Model.Name)
	}
	if s.Query.None || s.Query.Sliced() {
		return f, Misuse(ErrSliced, "%s cannot be looked for and created within a slice or None", s.Model.Name)
	}
	rv := reflect.ValueOf(obj).Elem()
	if err := s.fillFence(ctx, rv); err != nil {
		return f, err
	}
	err = fillKeys(ctx, s.Model, rv)
	if errors.Is(err, ErrNoKey) && !slices.ContainsFunc(m.matches, func(c *query.Match) bool {
		_, zero := c.Field.ValueOf(ctx, rv)
		return zero && foreignKey(s.Model, c.Field)
	}) {
		err = nil // if the row does not exist, Create returns this error
	}
	if err != nil {
		return f, err
	}
	return finder{m, s, verb, obj}, nil
}

// foreignKey reports whether a column is a foreign key of the model, or part of
// one.
func foreignKey(m *modelinfo.Model, f *modelinfo.Field) bool {
	return slices.ContainsFunc(m.Relations, func(r *modelinfo.Relation) bool {
		return r.Kind == modelinfo.BelongsTo && slices.ContainsFunc(r.Pairs, func(p modelinfo.Pair) bool { return p.From == f })
	})
}

// findOrCreate calls use with the row that exists, or creates the row. If a
// constraint refuses the insert because another process has created the row,
// findOrCreate calls use with that row.
func (f finder) findOrCreate(ctx context.Context, lock bool, use func(ctx context.Context, found any) error) (created bool, err error) {
	found, err := f.find(ctx, lock)
	if err != nil {
		return false, err
	}
	if found != nil {
		return false, use(ctx, found)
	}
	// Inside a transaction a savepoint keeps it usable.
	err = f.s.InTransaction(ctx, txutil.InTransaction(ctx, f.s.DB), func(ctx context.Context) error { return CreateAll(ctx, f.s, []any{f.obj}) })
	if err == nil {
		return true, nil
	}
	if !errors.Is(err, gorm.ErrDuplicatedKey) {
		return false, err
	}
	found, findErr := f.find(ctx, lock)
	if findErr != nil {
		return false, findErr
	}
	if found != nil {
		return false, use(ctx, found)
	}
	return false, err // the constraint is not the one on these columns
}

// find returns the row with the object's values in the columns, nil without
// one.
func (f finder) find(ctx context.Context, lock bool) (found any, err error) {
	s := f.s
	rv := reflect.ValueOf(f.obj).Elem()
	var few [2]*query.Cond
	conds := few[:0]
	for i, c := range f.m.matches {
		v, null, err := param.OfColumn(ctx, rv, c.Field)
		if err != nil {
			return nil, err
		}
		cond, err := c.Cond(v, null)
		if err != nil {
			return nil, s.CallError(f.m.names[i], err)
		}
		conds = append(conds, cond)
	}
	read := compile.SelectPrimary // a replica may lack the row that the create would violate
	if lock {
		read = compile.SelectLocked
	}
	st, err := read(s.Query.Objects(2, conds))
	if err != nil || st.None {
		return nil, err
	}
	at, n, err := exec.First(ctx, s.Conn, st, 2)
	switch {
	case err != nil:
		return nil, err
	case n == 0:
		return nil, nil
	case n > 1:
		return nil, fmt.Errorf("%w: %s found several of %s", ErrMultipleObjectsReturned, f.verb, s.Model.Name)
	}
	return reflect.NewAt(s.Model.Type, at).Interface(), nil
}

// copyFound sets the object's columns, except those in keep, to the values of
// the found row.
func (f finder) copyFound(ctx context.Context, found any, keep []*modelinfo.Field) {
	rv, from := reflect.ValueOf(f.obj).Elem(), reflect.ValueOf(found).Elem()
	for _, c := range f.s.Model.Reads {
		if slices.Contains(keep, c) {
			continue
		}
		// GORM's Set takes no nil pointer to a type with a Scan method.
		c.ReflectValueOf(ctx, rv).Set(c.ReflectValueOf(ctx, from))
	}
	ClearStale(ctx, f.s.Model, rv)
}
