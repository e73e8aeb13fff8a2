package factory

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/store"
	"github.com/gormango/gormango/models"
)

// numbers counts the objects of each model.
var numbers sync.Map // *atomic.Int64 by reflect.Type

// next returns the number of the model's next object.
func next(t reflect.Type) int {
	n, _ := numbers.LoadOrStore(t, new(atomic.Int64))
	return int(n.(*atomic.Int64).Add(1))
}

// maker fills objects of all models of a database.
type maker struct {
	db        *gorm.DB
	parentsOf map[reflect.Type]Parent // factories of parents, by their models
}

// model returns the model of a struct.
func (k *maker) model(rv reflect.Value) (*modelinfo.Model, error) {
	m, err := modelinfo.Of(k.db).Model(rv.Type())
	if err != nil {
		return nil, fmt.Errorf("factory: %w", err)
	}
	return m, nil
}

// fill sets required columns that are zero. Those of foreign keys stay.
func (k *maker) fill(ctx context.Context, rv reflect.Value, n int) error {
	m, err := k.model(rv)
	if err != nil {
		return err
	}
	for _, f := range m.Fields {
		if _, zero := f.ValueOf(ctx, rv); !zero || !fillable(m, f) {
			continue
		}
		v := value(m, f, n)
		if v == nil {
			continue
		}
		if err := f.Set(ctx, rv, v); err != nil {
			return fmt.Errorf("factory: %s.%s: %w", m.Name, f.Column, err)
		}
	}
	return nil
}

// fillable reports whether a column needs a value that neither the database nor
// a repository sets.
func fillable(m *modelinfo.Model, f *modelinfo.Field) bool {
	if f.Nullable || f.Generated || f.Auto || f.HasDefaultValue || f.AutoCreateTime > 0 || f.AutoUpdateTime > 0 ||
		f.Serializer != nil || f == m.UUIDKey || f == m.Version || slices.Contains(m.DeleteMarks, f) {
		return false
	}
	return !slices.ContainsFunc(m.Relations, func(r *modelinfo.Relation) bool { return r.Kind == modelinfo.BelongsTo && f.Keys(r) })
}

// start is the first of the times that columns get.
var start = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

// value returns the value of a column, nil if its zero value will do.
func value(m *modelinfo.Model, f *modelinfo.Field, n int) any {
	if choices := f.Options().Choices; len(choices) > 0 && !models.IsChoice(choices, reflect.Zero(f.IndirectFieldType).Interface()) {
		return choices[0].Value
	}
	switch f.Kind {
	case lookup.Text:
		return text(f, n)
	case lookup.Int:
		if f.PrimaryKey || m.Unique(f) {
			return int64(n)
		}
	case lookup.Time, lookup.Date:
		if f.IndirectFieldType.ConvertibleTo(reflect.TypeFor[time.Time]()) {
			return start.AddDate(0, 0, n)
		}
	case lookup.UUID:
		return uuid.New().String()
	case lookup.JSON:
		if f.IndirectFieldType.Kind() == reflect.Slice && f.IndirectFieldType.Elem().Kind() == reflect.Uint8 {
			return []byte("{}")
		}
	}
	return nil
}

// text returns a text for a column, with a number at its end.
func text(f *modelinfo.Field, n int) any {
	number := strconv.Itoa(n)
	s := f.Column + " " + number
	switch reflect.Zero(f.IndirectFieldType).Interface().(type) {
	case models.Email:
		s = "person" + number + "@example.org"
	case models.URL:
		s = "https://example.org/" + number
	case models.Slug:
		s = f.Column + "-" + number
	default:
		if f.Column == "email" {
			s = "person" + number + "@example.org"
		}
	}
	if f.Size > 0 && len(s) > f.Size {
		s = number[max(0, len(number)-f.Size):]
	}
	return s
}

// parents creates the rows that an object requires and does not name. path are
// the models that are being made.
func (k *maker) parents(ctx context.Context, rv reflect.Value, path []*modelinfo.Model) error {
	m, err := k.model(rv)
	if err != nil {
		return err
	}
	path = append(slices.Clip(path), m)
	for _, r := range m.Relations {
		if r.Kind != modelinfo.BelongsTo || !missing(ctx, r, rv) {
			continue
		}
		if slices.Contains(path, r.To) {
			return fmt.Errorf("factory: %s.%s: no row can be the first, since %s needs one of its own kind (set the key, or make it nullable)", m.Name, r.Name, r.To.Name)
		}
		parent, err := k.create(ctx, r.To, path)
		if err != nil {
			return err
		}
		if at, ok := r.In(rv); ok && at.Kind() == reflect.Pointer {
			at.Set(parent)
		} else if ok {
			at.Set(parent.Elem())
		}
		for _, p := range r.Pairs {
			v, _ := p.To.ValueOf(ctx, parent.Elem())
			if err := p.From.Set(ctx, rv, v); err != nil {
				return fmt.Errorf("factory: %s.%s: %w", m.Name, p.From.Column, err)
			}
		}
	}
	return nil
}

// missing reports whether an object has neither the key nor the object of a
// relation that is required.
func missing(ctx context.Context, r *modelinfo.Relation, rv reflect.Value) bool {
	if r.Nullable {
		return false
	}
	if _, loaded := r.Loaded(ctx, rv); loaded {
		return false
	}
	return !slices.ContainsFunc(r.Pairs, func(p modelinfo.Pair) bool {
		_, zero := p.From.ValueOf(ctx, rv)
		return !zero
	})
}

// create stores a new object of a model.
func (k *maker) create(ctx context.Context, m *modelinfo.Model, path []*modelinfo.Model) (reflect.Value, error) {
	obj, n := reflect.New(m.Type), next(m.Type)
	if p := k.parentsOf[m.Type]; p != nil {
		p.apply(n, obj.Interface())
	}
	if err := k.fill(ctx, obj.Elem(), n); err != nil {
		return obj, err
	}
	if err := k.parents(ctx, obj.Elem(), path); err != nil {
		return obj, err
	}
	s := store.New(k.db, m.Type, func(err error) error { return err })
	if s.Err != nil {
		return obj, s.Err
	}
	if err := s.Create(ctx, []any{obj.Interface()}); err != nil {
		return obj, fmt.Errorf("factory: a parent %s: %w", m.Name, err)
	}
	return obj, nil
}
