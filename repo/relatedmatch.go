package repo

import (
	"context"
	"reflect"
)

// RelatedMatch identifies rows of a RelatedManager by columns; RelatedManager.By makes one.
type RelatedMatch[P, C any] = RelatedMatchOf[*P, *C]

// RelatedMatchOf is what RelatedMatch is an alias of; P and C are pointers to the models.
type RelatedMatchOf[P, C any] struct {
	m     *RelatedManagerOf[P, C]
	names []string
}

// By names the columns that identify a row among the owner's.
func (m *RelatedManagerOf[P, C]) By(name NameOf[C], more ...NameOf[C]) RelatedMatchOf[P, C] {
	return RelatedMatchOf[P, C]{m, nameStrings(append([]NameOf[C]{name}, more...))}
}

// GetOrCreate reads the owner's row whose columns equal obj's into obj, or creates it from obj as the owner's, as Match.GetOrCreate does.
// Over a many-to-many relation only rows that are linked already are found: where another has the columns' values
// and they are unique, the create is refused with a *gormango.IntegrityError, as in Django.
func (r RelatedMatchOf[P, C]) GetOrCreate(ctx context.Context, obj C) (created bool, err error) {
	return r.match(ctx, obj, func(ctx context.Context, m MatchOf[C]) (bool, error) { return m.GetOrCreate(ctx, obj) })
}

// UpdateOrCreate saves the named fields of obj to the owner's row whose columns equal obj's, or creates it from obj as the owner's, as
// Match.UpdateOrCreate does; the row is found as GetOrCreate finds it.
func (r RelatedMatchOf[P, C]) UpdateOrCreate(ctx context.Context, obj C, field NameOf[C], more ...NameOf[C]) (created bool, err error) {
	return r.match(ctx, obj, func(ctx context.Context, m MatchOf[C]) (bool, error) {
		return m.UpdateOrCreate(ctx, obj, field, more...)
	})
}

// match has run find or create obj as the owner's.
func (r RelatedMatchOf[P, C]) match(ctx context.Context, obj C, run func(ctx context.Context, m MatchOf[C]) (bool, error)) (created bool, err error) {
	t, err := r.m.ready()
	if err != nil {
		return false, err
	}
	if absent(obj) {
		return false, errNil(t.s.model.Name)
	}
	rv := reflect.ValueOf(obj).Elem()
	match := MatchOf[C]{s: r.m.s, names: r.names}
	if !t.many() {
		if err := t.setOwner(ctx, rv); err != nil {
			return false, err
		}
		return run(ctx, match)
	}
	err = t.s.together(ctx, true, func(ctx context.Context) error {
		if created, err = run(ctx, match); err != nil || !created {
			return err
		}
		keys, err := t.keysOf(ctx, []any{obj})
		if err != nil {
			return err
		}
		return t.link(ctx, keys)
	})
	return created && err == nil, err
}
