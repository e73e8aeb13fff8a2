package store

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
)

// Assignment is a column's name and its value, nil, a value or an expression.
type Assignment struct {
	Name  string
	Value any
}

func (s *State) Set(name string, value any) (set compile.Set, err error) {
	f, err := s.column(name)
	if err != nil {
		return set, err
	}
	if f.Generated {
		return set, fmt.Errorf("%s.%s is computed by the database and cannot be set", s.Model.Name, f.Column)
	}
	set.Field = f
	if e, ok := value.(*query.Expr); ok {
		if set.Expr, err = s.Query.Untyped(e); err != nil {
			return set, err
		}
		set.Expr.Walk(func(x *query.Expr) {
			switch {
			case err != nil:
			case x.Kind == query.Ref && len(x.Path) > 0 && x.Field.Model != s.Model:
				err = fmt.Errorf("%s.%s cannot be set from a column of %s: an update sees the row's own columns only", s.Model.Name, f.Column, x.Field.Model.Name)
			case x.Kind == query.Ref && len(x.Path) == 1 && !slices.ContainsFunc(x.Path[0].Pairs, func(p modelinfo.Pair) bool { return p.From == x.Field || p.To == x.Field }),
				x.Kind == query.Ref && len(x.Path) > 1:
				err = fmt.Errorf("%s.%s cannot be set from a column behind %s: an update sees the row's own columns only", s.Model.Name, f.Column, x.Path[0].Name)
			case x.Agg, x.Kind == query.Over:
				err = fmt.Errorf("%s.%s cannot be set from an aggregate or a window function", s.Model.Name, f.Column)
			}
		})
		return set, err
	}
	if f.Serializer != nil {
		set.Value, err = f.Serializer.Value(context.Background(), f.Field, reflect.Value{}, value)
		return set, err
	}
	set.Value, err = query.Assignable(name, f, s.Model.Relation(name), value)
	return set, err
}

// column finds a column of the model itself; the name of a foreign key's
// relation means its column.
func (s *State) column(name string) (*modelinfo.Field, error) {
	p, err := lookup.ResolveName(s.Model, name)
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
	return nil, fmt.Errorf("%s has no column %q: it belongs to %s", s.Model.Name, name, p.At.ModelName())
}

// Update changes every row in one statement.
func (s *State) Update(ctx context.Context, sets []Assignment) (int64, error) {
	if err := s.Mistake(); err != nil {
		return 0, err
	}
	st, err := s.UpdateOf(sets)
	if err != nil {
		return 0, err
	}
	return s.Write(ctx, st)
}

// UpdateOf returns the statement of an update.
func (s *State) UpdateOf(assigns []Assignment) (*compile.Stmt, error) {
	var sets []compile.Set
	for _, a := range assigns {
		if a.Name == "" {
			return nil, errors.New("repo: an empty assignment (make it with Set)")
		}
		set, err := s.Set(a.Name, a.Value)
		if err != nil {
			return nil, s.Mistaken(a.Name, err)
		}
		sets = append(sets, set)
	}
	if err := s.Writable("updated"); err != nil {
		return nil, err
	}
	st, err := compile.Update(s.Query, sets)
	if err != nil {
		return nil, s.Mistaken("", err)
	}
	return st, nil
}

func (s *State) Writable(verb string) error {
	if err := s.Single("Update and Delete"); err != nil {
		return err
	}
	if err := s.Objects("Update and Delete"); err != nil {
		return err
	}
	if len(s.Query.On) > 0 {
		return Misuse(ErrMismatch, "rows of %s that are distinct by columns cannot be %s (choose them by a condition)", s.Model.Name, verb)
	}
	if s.Query.Sliced() {
		return Misuse(ErrSliced, "%s cannot be %s by slices (choose the rows by a condition)", s.Model.Name, verb)
	}
	return nil
}

func (s *State) Write(ctx context.Context, st *compile.Stmt) (int64, error) {
	if nothing, err := s.Nothing(st); nothing || err != nil {
		return 0, err
	}
	return s.Conn.Exec(ctx, st)
}

// Nothing reports whether a write meets no row, and refuses one that would meet
// all rows without AllRows.
func (s *State) Nothing(st *compile.Stmt) (bool, error) {
	if st.Unconditional && !st.None && !s.Query.AllRows {
		return false, s.Unconditional()
	}
	return st.None, nil
}

// Unconditional returns the error of a write of rows without a condition.
func (s *State) Unconditional() error {
	return fmt.Errorf("repo: %s: %w (say AllRows() when every row is meant)", s.Model.Name, gorm.ErrMissingWhereClause)
}

// Constants returns the values that every new row holds beside its columns:
// those that Create would fill without looking at the object.
func (s *State) Constants(ctx context.Context, named []*modelinfo.Field) ([]compile.Set, error) {
	scratch := reflect.New(s.Model.Type).Elem()
	if err := s.prepare(ctx, scratch); err != nil {
		return nil, err
	}
	var out []compile.Set
	for _, f := range s.Model.Fields {
		if slices.Contains(named, f) || s.byDefault(f) {
			continue
		}
		switch {
		case f == s.Model.UUIDKey:
			return nil, fmt.Errorf("the key %s is made for each object by the client (name it, or leave it to the database by Defaults)", f.Column)
		case f == s.Model.Version, f.AutoCreateTime > 0, f.AutoUpdateTime > 0:
			v, _ := f.ValueOf(ctx, scratch)
			out = append(out, compile.Set{Field: f, Value: v})
		}
	}
	return out, nil
}
