package repo

import (
	"context"
	"unsafe"

	"github.com/gormango/gormango/internal/related"
	"github.com/gormango/gormango/internal/store"
)

// Add makes rows belong to the owner. Over a foreign key it is one UPDATE,
// whatever the rows' owner was, and the objects' relation field holds the owner
// in memory; hooks do not run, UpdatedAt stays, and a row that does not exist
// is skipped, as in Django (SaveEach saves the objects). Over a many-to-many
// relation it writes the links that are missing: one INSERT that skips links
// written meanwhile, where the table between is GORM's or its model has a
// unique constraint on the two keys; else a SELECT and an INSERT. For a
// symmetrical relation it writes both rows.
//
//go:noinline
func (m *RelatedManagerOf[P, C]) Add(ctx context.Context, obj C, more ...C) error {
	t, err := m.ready()
	if err != nil {
		return err
	}
	return t.Add(ctx, with(obj, more))
}

// AddKeys is Add by the keys of the rows: their primary key, or the column that
// the links of a many-to-many relation hold. A key of several columns is a
// slice of their values. A value of another type is a *LookupValueError.
//
//go:noinline
func (m *RelatedManagerOf[P, C]) AddKeys(ctx context.Context, key any, more ...any) error {
	t, err := m.ready()
	if err != nil {
		return err
	}
	keys, err := t.KeysGiven(append([]any{key}, more...))
	if err != nil {
		return err
	}
	if t.Many() {
		return t.Link(ctx, keys)
	}
	return t.Adopt(ctx, keys)
}

// Create creates objects as Repository.Create does, and makes them belong to
// the owner: a foreign key is set in them before, a link is written after.
//
//go:noinline
func (m *RelatedManagerOf[P, C]) Create(ctx context.Context, obj C, more ...C) error {
	t, err := m.ready()
	if err != nil {
		return err
	}
	return t.Make(ctx, with(obj, more))
}

// Remove ends the owner's tie to rows; the objects in memory stay as they are.
// Over a foreign key it is one UPDATE that sets it to NULL: ErrRequired where
// it cannot be, ErrDoesNotExist for an object that holds another owner's key.
// Over a polymorphic relation the rows are deleted, since nothing else could
// hold them. Over a many-to-many relation it is one DELETE of links, and an
// object without a link is skipped.
//
//go:noinline
func (m *RelatedManagerOf[P, C]) Remove(ctx context.Context, obj C, more ...C) error {
	t, err := m.ready()
	if err != nil {
		return err
	}
	return t.Remove(ctx, m.state.Query, with(obj, more))
}

// RemoveKeys is Remove by keys, as AddKeys takes them. A row of another owner
// is skipped.
//
//go:noinline
func (m *RelatedManagerOf[P, C]) RemoveKeys(ctx context.Context, key any, more ...any) error {
	t, err := m.ready()
	if err != nil {
		return err
	}
	keys, err := t.KeysGiven(append([]any{key}, more...))
	if err != nil {
		return err
	}
	if t.Many() {
		return t.Unlink(ctx, keys)
	}
	return t.Release(ctx, m.state.Query, keys)
}

// Clear ends the tie to every row that the manager holds, as Remove does. Links
// to rows that a soft delete hides are removed too.
//
//go:noinline
func (m *RelatedManagerOf[P, C]) Clear(ctx context.Context) error {
	t, err := m.ready()
	if err != nil {
		return err
	}
	return t.Clear(ctx, m.state.Query)
}

// Replace makes the objects the owner's only rows: it reads the present rows,
// and removes and adds the difference. Over a foreign key that cannot be NULL
// it adds and removes nothing, as in Django. It runs at most three statements
// (a fourth where Add takes two), in one transaction. Without objects it leaves
// the owner no rows.
//
//go:noinline
func (m *RelatedManagerOf[P, C]) Replace(ctx context.Context, objs ...C) error {
	t, err := m.ready()
	if err != nil {
		return err
	}
	return t.Replace(ctx, m.state.Query, anys(objs))
}

// ReplaceKeys is Replace by keys, as AddKeys takes them.
//
//go:noinline
func (m *RelatedManagerOf[P, C]) ReplaceKeys(ctx context.Context, keys ...any) error {
	t, err := m.ready()
	if err != nil {
		return err
	}
	given, err := t.KeysGiven(keys)
	if err != nil {
		return err
	}
	return t.ReplaceKeys(ctx, m.state.Query, given)
}

// ready returns the tie for a verb.
//
//go:noinline
func (m *RelatedManagerOf[P, C]) ready() (*related.Tie, error) {
	if m == nil || m.t == nil {
		return nil, store.ErrUnbound
	}
	if err := m.Err(); err != nil {
		return nil, err
	}
	return m.t, m.t.Usable()
}

// By names the columns that identify a row among the owner's.
//
//go:noinline
func (m *RelatedManagerOf[P, C]) By(name NameOf[C], more ...NameOf[C]) *MatchOf[C] {
	t, err := m.ready()
	found := &store.Match{Err: err, Names: append([]string{string(name)}, texts(more)...), Within: t.Matched}
	if err == nil {
		found.Rows = m.st()
	}
	return (*MatchOf[C])(unsafe.Pointer(found))
}
