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

// Assignment is a column's name and its value: nil, a value or an expression.
type Assignment struct {
	Name  string
	Value any
}

// Set returns an assignment to a column of the model.
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
		set.Expr = set.Expr.As(f.Type)
		if set.Expr.Type.Kind == lookup.JSON && f.Kind != lookup.JSON && f.Kind != lookup.Text && f.Kind != lookup.Other {
			return set, fmt.Errorf("%s.%s of type %s cannot be set from JSON (use repo.Cast of fn.KeyText)", s.Model.Name, f.Column, f.SQLType)
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
	set.Value, err = query.Assignable(name, f, s.Model.Relation(name), value)
	return set, err
}

// column returns a column of the model itself. The name of a foreign key's
// relation stands for its column.
func (s *State) column(name string) (*modelinfo.Field, error) {
	if f := s.Model.Field(name); f != nil && f.Column == name && s.Model.Relation(name) == nil {
		return f, nil
	}
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

// Update changes every row in one statement and returns the number of rows.
func (s *State) Update(ctx context.Context, sets []Assignment) (int64, error) {
	if err := s.Mistake(); err != nil {
		return 0, err
	}
	st, err := s.UpdateStatement(ctx, sets)
	if err != nil {
		return 0, err
	}
	return s.Write(ctx, st)
}

// UpdateStatement returns the statement of an update.
func (s *State) UpdateStatement(ctx context.Context, assigns []Assignment) (*compile.Stmt, error) {
	var sets []compile.Set
	for _, a := range assigns {
		if a.Name == "" {
			return nil, errors.New("repo: an empty assignment (make it with Set)")
		}
		set, err := s.Set(a.Name, a.Value)
		if err != nil {
			return nil, s.CallError(a.Name, err)
		}
		if !set.Field.Updatable {
			return nil, s.CallError(a.Name, fmt.Errorf("%s.%s cannot be updated: the permissions of its tag forbid it", s.Model.Name, set.Field.Column))
		}
		sets = append(sets, set)
	}
	if err := s.CheckWritable("updated"); err != nil {
		return nil, err
	}
	if err := s.FenceSets(ctx, s.Model, sets); err != nil {
		return nil, err
	}
	st, err := compile.Update(s.Query, sets)
	if err != nil {
		return nil, s.CallError("", err)
	}
	return st, nil
}

// CheckWritable returns an error if the rows cannot be written. verb describes
// the write.
func (s *State) CheckWritable(verb string) error {
	if err := s.CheckUncombined("Update and Delete"); err != nil {
		return err
	}
	if err := s.CheckObjects("Update and Delete"); err != nil {
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

// Write runs a statement that writes the rows and returns their number.
func (s *State) Write(ctx context.Context, st *compile.Stmt) (int64, error) {
	if none, err := s.MatchesNothing(st); none || err != nil {
		return 0, err
	}
	return s.Conn.Exec(ctx, st)
}

// MatchesNothing reports whether a write matches no row. It returns an error
// for a write without a condition, unless AllRows allows it.
func (s *State) MatchesNothing(st *compile.Stmt) (bool, error) {
	if st.Unconditional && !st.None && !s.Query.AllRows {
		return false, s.UnconditionalError()
	}
	return st.None, nil
}

// UnconditionalError returns the error for a write without a condition.
func (s *State) UnconditionalError() error {
	return fmt.Errorf("repo: %s: %w (call AllRows() to write every row)", s.Model.Name, gorm.ErrMissingWhereClause)
}

// Constants returns the values of columns that are the same in every new row:
// those that Create would fill without looking at the object. named are the
// columns that have values already.
func (s *State) Constants(ctx context.Context, named []*modelinfo.Field) ([]compile.Set, error) {
	obj := reflect.New(s.Model.Type).Elem()
	if err := s.prepare(ctx, obj); err != nil {
		return nil, err
	}
	var out []compile.Set
	for _, f := range s.Model.Fields {
		if slices.Contains(named, f) || s.leftToDatabase(f) {
			continue
		}
		switch {
		case f == s.Model.UUIDKey:
			return nil, fmt.Errorf("the key %s is made for each object by the client (name it, or leave it to the database by Defaults)", f.Column)
		case f == s.Model.Version, f.AutoCreateTime > 0, f.AutoUpdateTime > 0:
			v, _ := f.ValueOf(ctx, obj)
			out = append(out, compile.Set{Field: f, Value: v})
		}
	}
	return out, nil
}
