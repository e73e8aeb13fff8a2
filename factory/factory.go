// Package factory makes objects for tests, with the parents that they need.
//
//	books := factory.New(db, func(n int, b *Book) { b.Title = fmt.Sprintf("Book %d", n) })
//	book, err := books.Create(ctx, func(b *Book) { b.Price = decimal.NewFromInt(5) })
//	// book.Author is a new author
//
// What no function sets and the database requires gets a value: a text with a
// number, the first choice, a time, a new parent. It belongs into tests.
package factory

import (
	"context"
	"fmt"
	"maps"
	"reflect"

	"gorm.io/gorm"

	"github.com/gormango/gormango/repo"
)

// Factory makes objects of a model.
type Factory[T any] struct {
	maker *maker
	set   []func(n int, obj *T)
}

// New returns a factory of T. The functions set what every object has. n is a
// number that no other object of the model has in this process, from 1. They
// run in their order.
func New[T any](db *gorm.DB, set ...func(n int, obj *T)) *Factory[T] {
	return &Factory[T]{maker: &maker{db: db}, set: set}
}

// Parent is a *Factory of any model.
type Parent interface {
	model() reflect.Type
	apply(n int, obj any)
}

func (f *Factory[T]) model() reflect.Type { return reflect.TypeFor[T]() }

// apply calls the functions of New.
func (f *Factory[T]) apply(n int, obj any) {
	for _, fn := range f.set {
		fn(n, obj.(*T))
	}
}

// Using returns a factory whose parents, and theirs, are set by the functions
// of other factories. Parents of other models have values that the database
// requires alone.
func (f *Factory[T]) Using(parents ...Parent) *Factory[T] {
	g := &Factory[T]{maker: &maker{db: f.maker.db, parentsOf: maps.Clone(f.maker.parentsOf)}, set: f.set}
	if g.maker.parentsOf == nil {
		g.maker.parentsOf = map[reflect.Type]Parent{}
	}
	for _, p := range parents {
		g.maker.parentsOf[p.model()] = p
	}
	return g
}

// Build returns an object that is not stored, without parents: functions set
// fields, then required ones that are still zero get a value.
func (f *Factory[T]) Build(ctx context.Context, set ...func(obj *T)) (*T, error) {
	obj := new(T)
	n := next(reflect.TypeFor[T]())
	f.apply(n, obj)
	for _, fn := range set {
		fn(obj)
	}
	return obj, f.maker.fill(ctx, reflect.ValueOf(obj).Elem(), n)
}

// Create returns an object that is stored, by Create of a repository. Parents
// that it requires and has not, by key or object, are created too, and are in
// the object's relations. An error is that of the write, such as a
// *models.ValidationError.
func (f *Factory[T]) Create(ctx context.Context, set ...func(obj *T)) (*T, error) {
	obj, err := f.Build(ctx, set...)
	if err != nil {
		return nil, err
	}
	if err := f.maker.parents(ctx, reflect.ValueOf(obj).Elem(), nil); err != nil {
		return nil, err
	}
	if err := repo.New[T](f.maker.db).Create(ctx, obj); err != nil {
		return nil, fmt.Errorf("factory: %w", err)
	}
	return obj, nil
}

// CreateMany returns objects that are stored one by one, each with parents of
// its own.
func (f *Factory[T]) CreateMany(ctx context.Context, count int, set ...func(obj *T)) ([]*T, error) {
	out := make([]*T, count)
	for i := range out {
		var err error
		if out[i], err = f.Create(ctx, set...); err != nil {
			return nil, err
		}
	}
	return out, nil
}
