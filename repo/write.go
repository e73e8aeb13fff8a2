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
	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
)

// Assign is a column and the value that Update sets it to. QuerySet.Set makes
// one, and a typed field's Set. Its name is resolved by Update.
type Assign[M any] = AssignOf[*M]

// AssignOf is the type that Assign is an alias of; P is a pointer to the model.
type AssignOf[P any] struct {
	a assignment
}

// assignment is a column's name and its value, nil, a value or an expression.
type assignment struct {
	name  string
	value any
}

// assignments returns the assignments of a call that takes at least one.
func assignments[P any](first AssignOf[P], more []AssignOf[P]) []assignment {
	return append([]assignment{first.a}, *(*[]assignment)(unsafe.Pointer(&more))...)
}

// Set assigns a value, nil for NULL, or an Expr to a column:
//
//	books.Filter("stock__gt", 0).Update(ctx, books.Set("stock", repo.F("stock").Sub(1)))
//
// The name of a foreign key's relation takes an object or its key. A zero value
// is written as it is.
//
//go:noinline
func (qs *QuerySetOf[P]) Set(name NameOf[P], value any) AssignOf[P] {
	return assignOf[P](string(name), value)
}

func (s *state) set(name string, value any) (set compile.Set, err error) {
	f, err := s.column(name)
	if err != nil {
		return set, err
	}
	if f.Generated {
		return set, fmt.Errorf("%s.%s is computed by the database and cannot be set", s.model.Name, f.Column)
	}
	set.Field = f
	if e, ok := value.(*query.Expr); ok {
		if set.Expr, err = s.q.Untyped(e); err != nil {
			return set, err
		}
		set.Expr.Walk(func(x *query.Expr) {
			switch {
			case err != nil:
			case x.Kind == query.Ref && len(x.Path) > 0 && x.Field.Model != s.model:
				err = fmt.Errorf("%s.%s cannot be set from a column of %s: an update sees the row's own columns only", s.model.Name, f.Column, x.Field.Model.Name)
			case x.Kind == query.Ref && len(x.Path) == 1 && !slices.ContainsFunc(x.Path[0].Pairs, func(p modelinfo.Pair) bool { return p.From == x.Field || p.To == x.Field }),
				x.Kind == query.Ref && len(x.Path) > 1:
				err = fmt.Errorf("%s.%s cannot be set from a column behind %s: an update sees the row's own columns only", s.model.Name, f.Column, x.Path[0].Name)
			case x.Agg, x.Kind == query.Over:
				err = fmt.Errorf("%s.%s cannot be set from an aggregate or a window function", s.model.Name, f.Column)
			}
		})
		return set, err
	}
	if f.Serializer != nil {
		set.Value, err = f.Serializer.Value(context.Background(), f.Field, reflect.Value{}, value)
		return set, err
	}
	set.Value, err = query.Assignable(name, f, s.model.Relation(name), value)
	return set, err
}

// column finds a column of the model itself; the name of a foreign key's
// relation means its column.
func (s *state) column(name string) (*modelinfo.Field, error) {
	p, err := lookup.ResolveName(s.model, name)
	if err != nil {
		return nil, err
	}
	switch {
	case len(p.Relations) == 0:
		return p.Field.(*modelinfo.Field), nil
	case len(p.Relations) == 1 && p.Field == nil:
		if r := p.Relations[0].(*modelinfo.Relation); r.Kind == modelinfo.BelongsTo && len(r.Pairs) == 1 {
			return r.Pairs[0].From, nil
		}
	}
	return nil, fmt.Errorf("%s has no column %q: it belongs to %s", s.model.Name, name, p.At.ModelName())
}

// Update changes every row of the QuerySet in one statement and returns how
// many matched. It loads no objects, so neither Clean nor hooks run and
// UpdatedAt stays. Without a condition it is gorm.ErrMissingWhereClause unless
// AllRows was called; after Limit or Offset it is ErrSliced. A violated
// constraint is a *gormango.IntegrityError.
//
//go:noinline
func (qs *QuerySetOf[P]) Update(ctx context.Context, first AssignOf[P], more ...AssignOf[P]) (int64, error) {
	return qs.st().update(ctx, assignments(first, more))
}

// update changes every row in one statement.
func (s *state) update(ctx context.Context, sets []assignment) (int64, error) {
	if err := s.mistake(); err != nil {
		return 0, err
	}
	st, err := s.updateOf(sets)
	if err != nil {
		return 0, err
	}
	return s.write(ctx, st)
}

// updateOf returns the statement of an update.
func (s *state) updateOf(assigns []assignment) (*compile.Stmt, error) {
	var sets []compile.Set
	for _, a := range assigns {
		if a.name == "" {
			return nil, errors.New("repo: an empty assignment (make it with Set)")
		}
		set, err := s.set(a.name, a.value)
		if err != nil {
			return nil, s.mistaken(a.name, err)
		}
		sets = append(sets, set)
	}
	if err := s.writable("updated"); err != nil {
		return nil, err
	}
	st, err := compile.Update(s.q, sets)
	if err != nil {
		return nil, s.mistaken("", err)
	}
	return st, nil
}

func (s *state) writable(verb string) error {
	if err := s.single("Update and Delete"); err != nil {
		return err
	}
	if err := s.objects("Update and Delete"); err != nil {
		return err
	}
	if len(s.q.On) > 0 {
		return misuse(errMismatch, "rows of %s that are distinct by columns cannot be %s (choose them by a condition)", s.model.Name, verb)
	}
	if s.q.Sliced() {
		return misuse(errSliced, "%s cannot be %s by slices (choose the rows by a condition)", s.model.Name, verb)
	}
	return nil
}

func (s *state) write(ctx context.Context, st *compile.Stmt) (int64, error) {
	if nothing, err := s.nothing(st); nothing || err != nil {
		return 0, err
	}
	return s.conn.Exec(ctx, st)
}

// nothing reports whether a write meets no row, and refuses one that would meet
// all rows without AllRows.
func (s *state) nothing(st *compile.Stmt) (bool, error) {
	if st.Unconditional && !st.None && !s.q.AllRows {
		return false, s.unconditional()
	}
	return st.None, nil
}

// unconditional returns the error of a write of rows without a condition.
func (s *state) unconditional() error {
	return fmt.Errorf("repo: %s: %w (say AllRows() when every row is meant)", s.model.Name, gorm.ErrMissingWhereClause)
}
