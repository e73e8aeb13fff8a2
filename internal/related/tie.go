package related

import (
	"context"
	"fmt"
	"reflect"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/deletion"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/param"
	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/internal/store"
)

// read reads objects as they are: no prefetches, no hooks.
func (t *Tie) read(ctx context.Context, q *query.Query) ([]any, error) {
	st, err := compile.SelectPrimary(q)
	if err != nil || st.None {
		return nil, err
	}
	rows, err := t.Rows.Structs(ctx, st)
	out := make([]any, len(rows))
	for i, rv := range rows {
		out[i] = rv.Interface()
	}
	return out, err
}

// save saves an object, every column or the named ones.
func (t *Tie) save(ctx context.Context, obj any, columns []string) error {
	s := *t.Rows
	s.Settings.KeepTimes = s.Settings.KeepTimes || len(columns) > 0 // as in Django, only the named columns are written
	return store.SaveNamed(ctx, &s, obj, columns)
}

// Tie is a relation seen from one object, for models that are known at run time
// only.
type Tie struct {
	// Rows is the state of all rows of the far model.
	Rows  *store.State
	Rel   *modelinfo.Relation
	owner reflect.Value // the struct
	// own are the values of near, the owner's columns that the relation starts
	// from; null reports whether one of them is NULL.
	near []*modelinfo.Field
	own  []any
	null bool
	// Scope is the query of With, nil without.
	Scope                *query.Query
	through              []compile.Set
	SaveEach, ClearFirst bool
}

// To resolves a relation of an object.
func To(s *store.State, obj any, name string, far reflect.Type) (*Tie, error) {
	path, err := s.Path(name)
	if err != nil {
		return &Tie{}, err
	}
	rel := path[0]
	switch {
	case len(path) > 1:
		return &Tie{}, s.Mistaken(name, fmt.Errorf("%s is a path of %d relations, and a RelatedManager takes one (begin at %s)", name, len(path), path[len(path)-1].From.Name))
	case rel.To.Type != far:
		return &Tie{}, s.Mistaken(name, fmt.Errorf("%s.%s leads to %s, not to %s", s.Model.Name, name, rel.To.Name, far.Name()))
	}
	rv := reflect.ValueOf(obj)
	if rv.IsNil() {
		return &Tie{}, store.ErrNil(s.Model.Name)
	}
	t := &Tie{Rel: rel, owner: rv.Elem()}
	if rel.Kind != modelinfo.BelongsTo && !s.HasKey(context.Background(), t.owner) {
		return t, store.NoKey(s.Model.Name, "its "+rel.Name+" can be asked for once it was created")
	}
	t.near = store.NearOf(rel)
	t.own = param.Values(context.Background(), t.owner, t.near)
	t.null = param.RowKey(t.near, t.own) == nil
	return t, nil
}

// Restrict returns q's rows that belong to the owner.
func (t *Tie) Restrict(q *query.Query) *query.Query {
	if t.null {
		return q.Nothing()
	}
	if t.Rel.Kind == modelinfo.ManyToMany {
		return q.Tied(query.Equals(t.Rel.Back(), t.near, t.own))
	}
	columns, values := t.far(), t.own
	for _, f := range t.Rel.Fixed {
		columns, values = append(columns, f.Field), append(values[:len(values):len(values)], fixed(f))
	}
	return q.With(query.Equals(nil, columns, values))
}

// far returns the columns of the far model that hold the owner's values, for a
// relation that is not many-to-many.
func (t *Tie) far() []*modelinfo.Field {
	var columns []*modelinfo.Field
	for _, p := range t.Rel.Pairs {
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
func (t *Tie) mistaken(err error) error {
	return t.Rows.Public(store.Mistaken(t.Rel.From.Name, t.Rel.Name, err))
}

// Usable refuses verbs that the relation or the owner does not allow.
func (t *Tie) Usable() error {
	switch {
	case t.Rel.Kind == modelinfo.BelongsTo:
		return t.mistaken(fmt.Errorf("%s.%s is a foreign key of %s itself (set it in the object, and save that)", t.Rel.From.Name, t.Rel.Name, t.Rel.From.Name))
	case t.null:
		return store.NoKey(t.Rel.From.Name, "the column that its "+t.Rel.Name+" refer to is NULL")
	}
	return nil
}

// forget deletes rows of the far model.
func (t *Tie) forget(ctx context.Context, q *query.Query) error {
	if !t.SaveEach {
		return t.deleteRows(ctx, q)
	}
	return t.Rows.Together(ctx, true, func(ctx context.Context) error {
		objs, err := t.read(ctx, q)
		if err != nil || len(objs) == 0 {
			return err
		}
		_, err = deletion.DeleteAll(ctx, t.Rows, false, objs)
		return err
	})
}

// deleteRows is QuerySet.Delete for a model that is known at run time only. The
// type of a QuerySet matters only to the objects it reads, and Delete reads
// none.
func (t *Tie) deleteRows(ctx context.Context, q *query.Query) error {
	rows := *t.Rows
	rows.Model, rows.Query = q.Model, q
	_, err := deletion.Remove(ctx, &rows, false)
	return err
}
