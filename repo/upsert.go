package repo

import (
	"context"
	"errors"
	"unsafe"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/modelinfo"
)

// Upsert inserts objects, and updates or skips those whose row already exists;
// Repository.OnConflict makes one.
type Upsert[T any] = UpsertOf[*T]

// UpsertOf is the type that Upsert is an alias of; P is a pointer to the model.
type UpsertOf[P any] struct{ u upsert }

// upsert inserts objects, and updates or skips those whose row already exists.
type upsert struct {
	s      *state
	on     compile.Conflict
	action bool
	err    error
}

// OnConflict names the columns whose unique constraint or index may be
// violated, "pk" for the key. It must be one without a condition; where there
// is none, the error is the server's *gormango.SyntaxError. Without names any
// unique or exclusion constraint is meant, which only Ignore takes. It runs no
// statement.
//
//	err := books.OnConflict("isbn").Update("price", "stock").BulkCreate(ctx, list)
//	err := tags.OnConflict().Ignore().BulkCreate(ctx, list)
//
//go:noinline
func (qs *QuerySetOf[P]) OnConflict(unique ...NameOf[P]) *UpsertOf[P] {
	return upsertOf[P](qs.st().onConflict(texts(unique)))
}

// upsertOf returns an upsert with its type.
func upsertOf[P any](u *upsert) *UpsertOf[P] { return (*UpsertOf[P])(unsafe.Pointer(u)) }

// onConflict names the columns of the constraint that may be violated.
func (s *state) onConflict(unique []string) *upsert {
	u := &upsert{s: s, err: s.creating("OnConflict")}
	if u.err != nil {
		return u
	}
	for _, name := range unique {
		if name == "pk" && len(s.model.Key) > 0 {
			u.on.Columns = append(u.on.Columns, s.model.Key...)
			continue
		}
		f, err := s.column(name)
		if err != nil {
			u.err = s.mistaken(name, err)
			return u
		}
		u.on.Columns = append(u.on.Columns, f)
	}
	return u
}

// Update sets the named columns of a row that already exists to the object's
// values, and raises the row's version where the model has one. The other
// columns stay, UpdatedAt too, as in Django. The key of the row, and the
// columns that Create reads back, are read into the object. Two objects of one
// call that violate the constraint together are the server's error 21000.
//
//go:noinline
func (u *UpsertOf[P]) Update(field NameOf[P], more ...NameOf[P]) *UpsertOf[P] {
	return upsertOf[P](u.u.update(append([]string{string(field)}, texts(more)...)))
}

func (old *upsert) update(names []string) *upsert {
	s := old.s
	if old.err != nil || s == nil {
		return old
	}
	u := *old
	if len(u.on.Columns) == 0 {
		u.err = s.mistaken("", errors.New("OnConflict without names takes only Ignore (name the columns of the unique constraint)"))
		return &u
	}
	u.on.Update, u.err = s.named(names, func(f *modelinfo.Field) bool { return updatable(f) && f != s.model.Version })
	u.action = true
	return &u
}

// Ignore skips objects whose row already exists (ON CONFLICT DO NOTHING).
// Nothing is read back, since the server does not return which objects became
// rows: a key that the database counts up stays zero in all of them. Other
// violations, of foreign keys or NOT NULL, are still errors.
//
//go:noinline
func (u *UpsertOf[P]) Ignore() *UpsertOf[P] {
	ignoring := u.u
	ignoring.on.Update, ignoring.action = nil, true
	return upsertOf[P](&ignoring)
}

// Create checks (Clean) and inserts an object, or follows Update or Ignore
// where its row exists. Hooks do not run and no signals are sent. It runs one
// statement.
//
//go:noinline
func (u *UpsertOf[P]) Create(ctx context.Context, obj P) error {
	var one *ObjectError
	err := u.u.create(ctx, []any{obj}, bulkOptions{})
	if errors.As(err, &one) {
		return one.Err // there is no other
	}
	return err
}

// BulkCreate is Repository.BulkCreate for rows some of which already exist.
// UseCopy is an error: COPY knows no conflicts.
//
//go:noinline
func (u *UpsertOf[P]) BulkCreate(ctx context.Context, objs []P, opts ...BulkOption) error {
	return u.u.create(ctx, anys(objs), bulkOptionsOf(opts))
}

func (u *upsert) create(ctx context.Context, objs []any, o bulkOptions) error {
	b, err := u.bulk(o)
	if err != nil {
		return err
	}
	return b.create(ctx, objs)
}

func (u *upsert) bulk(o bulkOptions) (*bulk, error) {
	if u.err != nil {
		return nil, u.err
	}
	s := u.s
	if s == nil {
		return nil, errUnbound
	}
	o, err := o.checked(listBatch)
	switch {
	case err != nil:
		return nil, err
	case !u.action:
		return nil, s.mistaken("", errors.New("OnConflict does not say what becomes of a row that is there (follow it by Update or Ignore)"))
	case o.copy:
		return nil, s.mistaken("", errors.New("COPY knows no conflicts (leave UseCopy out)"))
	}
	return &bulk{s: s, bulkOptions: o, on: &u.on, remembers: true}, nil
}
