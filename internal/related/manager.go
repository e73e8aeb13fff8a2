package related

import (
	"context"
	"fmt"
	"reflect"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/deletion"
	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/param"
	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/internal/store"
)

// read returns the objects of q, without prefetches and hooks.
func (m *Manager) read(ctx context.Context, q *query.Query) ([]any, error) {
	st, err := compile.SelectPrimary(q)
	if err != nil || st.None {
		return nil, err
	}
	rows, err := m.Rows.Structs(ctx, st)
	out := make([]any, len(rows))
	for i, rv := range rows {
		out[i] = rv.Interface()
	}
	return out, err
}

// save saves an object, every column or the named ones.
func (m *Manager) save(ctx context.Context, obj any, columns []string) error {
	s := *m.Rows
	s.Settings.KeepTimes = s.Settings.KeepTimes || len(columns) > 0 // as in Django, only the named columns are written
	return store.SaveNamed(ctx, &s, obj, columns)
}

// Manager is the rows of one relation that belong to one object, the owner. It
// is the engine of repo.RelatedManager.
type Manager struct {
	// Rows is the state of all rows of the far model.
	Rows  *store.State
	Rel   *modelinfo.Relation
	owner reflect.Value // the struct
	// ownerFields are the columns of the owner that the relation starts from,
	// ownerValues their values. ownerHasNull reports whether one is NULL.
	ownerFields  []*modelinfo.Field
	ownerValues  []any
	ownerHasNull bool
	// Scope is the query of With, else nil.
	Scope *query.Query
	// linkValues are the values of Through.
	linkValues []compile.Set
	// SaveEach and ClearFirst are set by the methods of the same names.
	SaveEach, ClearFirst bool
}

// New returns the manager of a relation of an object.
func New(s *store.State, obj any, name string, far reflect.Type) (*Manager, error) {
	path, err := s.Path(name)
	if err != nil {
		return &Manager{}, err
	}
	rel := path[0]
	switch {
	case len(path) > 1:
		return &Manager{}, s.CallError(name, fmt.Errorf("%s is a path of %d relations, and a RelatedManager takes one (begin at %s)", name, len(path), path[len(path)-1].From.Name))
	case rel.To.Type != far:
		return &Manager{}, s.CallError(name, fmt.Errorf("%s.%s leads to %s, not to %s", s.Model.Name, name, rel.To.Name, far.Name()))
	}
	rv := reflect.ValueOf(obj)
	if rv.IsNil() {
		return &Manager{}, store.NilObject(s.Model.Name)
	}
	if reason := unsupported(rel); reason != nil {
		return &Manager{}, s.CallError(name, reason)
	}
	t := &Manager{Rel: rel, owner: rv.Elem()}
	if rel.Kind != modelinfo.BelongsTo && !s.HasKey(context.Background(), t.owner) {
		return t, store.NoKey(s.Model.Name, "its "+rel.Name+" can be read and changed after it is created")
	}
	t.ownerFields = store.OwnerFields(rel)
	t.ownerValues = param.Values(context.Background(), t.owner, t.ownerFields)
	t.ownerHasNull = param.RowKey(t.ownerFields, t.ownerValues) == nil
	return t, nil
}

// unsupported returns why a model of the far side is refused, or nil.
func unsupported(rel *modelinfo.Relation) error {
	switch {
	case rel.To.Unsupported != nil:
		return rel.To.Unsupported
	case rel.Kind == modelinfo.ManyToMany && rel.Through.Model.Unsupported != nil:
		return rel.Through.Model.Unsupported
	}
	return nil
}

// Restrict returns the rows of q that belong to the owner.
func (m *Manager) Restrict(q *query.Query) *query.Query {
	if m.ownerHasNull {
		return q.Nothing()
	}
	if f := m.Rows.Query.Fence; f != nil {
		q = q.Within(f).With(m.ownerInside(f))
	}
	if m.Rel.Kind == modelinfo.ManyToMany {
		return q.Tied(query.Equals(m.Rel.Back(), m.ownerFields, m.ownerValues))
	}
	columns, values := m.farFields(), m.ownerValues
	for _, f := range m.Rel.Fixed {
		columns, values = append(columns, f.Field), append(values[:len(values):len(values)], fixedValue(f))
	}
	return q.With(query.Equals(nil, columns, values))
}

// ownerInside returns the condition that the owner's row is within a fence.
func (m *Manager) ownerInside(f *query.Fence) *query.Cond {
	owner := query.New(m.Rel.From).Seeing(query.WithDeleted).Within(f).With(query.Equals(nil, m.ownerFields, m.ownerValues))
	return query.Holds(&query.Expr{Kind: query.Exists, Sub: owner, Type: lookup.BoolType})
}

// farFields returns the columns of the far model that hold the owner's values,
// for a relation that is not many-to-many.
func (m *Manager) farFields() []*modelinfo.Field {
	var columns []*modelinfo.Field
	for _, p := range m.Rel.Pairs {
		columns = append(columns, p.To)
	}
	return columns
}

// fixedValue returns the constant of a polymorphic relation as a value of the
// column's type.
func fixedValue(f modelinfo.Fixed) any {
	rv := reflect.New(f.Field.Model.Type).Elem()
	if err := f.Field.Set(context.Background(), rv, f.Value); err != nil {
		return f.Value
	}
	v, _ := f.Field.ValueOf(context.Background(), rv)
	return v
}

// relationError returns err as the public error of a call on the owner's
// relation.
func (m *Manager) relationError(err error) error {
	return m.Rows.Public(store.CallError(m.Rel.From.Name, m.Rel.Name, err))
}

// CheckVerbs returns an error if the relation or the owner does not allow
// verbs.
func (m *Manager) CheckVerbs() error {
	switch {
	case m.Rel.Kind == modelinfo.BelongsTo:
		return m.relationError(fmt.Errorf("%s.%s is a foreign key of %s itself (set it in the object, and save that)", m.Rel.From.Name, m.Rel.Name, m.Rel.From.Name))
	case m.ownerHasNull:
		return store.NoKey(m.Rel.From.Name, "the column that its "+m.Rel.Name+" refer to is NULL")
	}
	return nil
}

// deleteChildren deletes the rows of q, one by one if SaveEach is set.
func (m *Manager) deleteChildren(ctx context.Context, q *query.Query) error {
	if !m.SaveEach {
		return m.deleteRows(ctx, q)
	}
	return m.Rows.InTransaction(ctx, true, func(ctx context.Context) error {
		objs, err := m.read(ctx, q)
		if err != nil || len(objs) == 0 {
			return err
		}
		_, err = deletion.DeleteObjects(ctx, m.Rows, false, objs)
		return err
	})
}

// deleteRows deletes the rows of q, of any model.
func (m *Manager) deleteRows(ctx context.Context, q *query.Query) error {
	rows := *m.Rows
	rows.Model, rows.Query = q.Model, q
	_, err := deletion.DeleteRows(ctx, &rows, false)
	return err
}
