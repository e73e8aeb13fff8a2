package repo

import (
	"context"
	"reflect"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/related"
	"github.com/gormango/gormango/internal/signal"
	"github.com/gormango/gormango/internal/store"
)

// SaveEvent is the event of PreSave and PostSave: the object, whether its row
// is new, and the names that the save was limited to (columns, in the order of
// the call), none for all.
type SaveEvent[T any] struct {
	Obj     *T
	Created bool
	Fields  []Name[T]

	changes *store.Changes
}

// Change is a column's value before and after a save, nil for NULL and for a
// row that did not exist.
type Change[T any] struct {
	Name     Name[T]
	Old, New any
}

// Changes returns the columns whose values the save changes, for a log of who
// changed what; UpdatedAt and the version are left out. Of a row that exists
// the first call in a PreSave receiver reads the old values, by one statement,
// and PostSave returns them too. In a PostSave receiver alone it is too late,
// which is an error. A save whose receivers do not call it costs nothing more.
func (e SaveEvent[T]) Changes(ctx context.Context) ([]Change[T], error) {
	list, err := e.changes.List(ctx)
	out := make([]Change[T], len(list))
	for i, c := range list {
		out[i] = Change[T]{Name[T](c.Name), c.Old, c.New}
	}
	return out, err
}

// DeleteEvent is the event of PreDelete and PostDelete. Obj still has its key.
type DeleteEvent[T any] struct{ Obj *T }

// LinkAction is the kind of change that M2MChanged reports.
type LinkAction string

// The actions of M2MChanged, Django's. Replace is reported as the adds and
// removes that it consists of.
const (
	PreAdd     = LinkAction(related.PreAdd)
	PostAdd    = LinkAction(related.PostAdd)
	PreRemove  = LinkAction(related.PreRemove)
	PostRemove = LinkAction(related.PostRemove)
	PreClear   = LinkAction(related.PreClear)
	PostClear  = LinkAction(related.PostClear)
)

// LinkEvent is the event of M2MChanged: the action, the object whose links
// change, as a pointer, whether it is the far end of the relation that was
// named, and the keys of the other end's rows: those that had no link yet when
// adding, those that were named when removing, none when clearing.
type LinkEvent struct {
	Action  LinkAction
	Obj     any
	Reverse bool
	Keys    []any
}

// PreSave registers fn to be called before a repository inserts or updates an
// object of T, after Clean. It is registered for db, whichever repository
// writes, until stop is called; functions run in the order they were
// registered, in the transaction of the write, and an error of one is the error
// of the write. Writes without objects send no signals: Update, BulkCreate,
// BulkUpdate, Upsert, raw SQL, the database's own actions, and plain GORM
// calls.
func PreSave[T any](db *gorm.DB, fn func(ctx context.Context, e SaveEvent[T]) error) (stop func()) {
	return onSave(db, signal.PreSave, fn)
}

// PostSave is PreSave for after the statement. The transaction is still open:
// use txutil.OnCommit for effects that must not happen when it rolls back.
func PostSave[T any](db *gorm.DB, fn func(ctx context.Context, e SaveEvent[T]) error) (stop func()) {
	return onSave(db, signal.PostSave, fn)
}

func onSave[T any](db *gorm.DB, kind signal.Kind, fn func(ctx context.Context, e SaveEvent[T]) error) func() {
	return modelinfo.Of(db).Signals.On(kind, reflect.TypeFor[T](), func(ctx context.Context, event any) error {
		s := event.(store.Saving)
		e := SaveEvent[T]{Obj: s.Obj.(*T), Created: s.Created, changes: s.Changes}
		for _, name := range s.Fields {
			e.Fields = append(e.Fields, Name[T](name))
		}
		return fn(ctx, e)
	})
}

// PreDelete registers fn to be called before a repository deletes objects of T,
// for each of them, including those deleted along with another object; then
// they are read before they are deleted. Otherwise it is as PreSave. A soft
// delete sends it too.
func PreDelete[T any](db *gorm.DB, fn func(ctx context.Context, e DeleteEvent[T]) error) (stop func()) {
	return onDelete(db, signal.PreDelete, fn)
}

// PostDelete is PreDelete for after the statements.
func PostDelete[T any](db *gorm.DB, fn func(ctx context.Context, e DeleteEvent[T]) error) (stop func()) {
	return onDelete(db, signal.PostDelete, fn)
}

func onDelete[T any](db *gorm.DB, kind signal.Kind, fn func(ctx context.Context, e DeleteEvent[T]) error) func() {
	return modelinfo.Of(db).Signals.On(kind, reflect.TypeFor[T](), func(ctx context.Context, obj any) error {
		return fn(ctx, DeleteEvent[T]{obj.(*T)})
	})
}

// M2MChanged registers fn to be called before and after a RelatedManager
// changes links of a many-to-many relation, from either end (see
// LinkEvent.Reverse): with PreAdd and PostAdd, PreRemove and PostRemove,
// PreClear and PostClear. Replace is reported as the removes and adds that it
// results in. Links of an automatic table that are deleted with an object, and
// links that other code writes, are not reported.
//
// fn runs in the transaction of the change, and the changing method returns the
// error of fn. The registration lasts until stop is called. With a receiver,
// Add reads which links are missing before it writes them. rel names a
// many-to-many relation of P; another relation is a *FieldError.
//
//	stop, err := repo.M2MChanged[Book](db, "tags", func(ctx context.Context, e repo.LinkEvent) error { … })
func M2MChanged[P any](db *gorm.DB, rel Rel[P], fn func(ctx context.Context, e LinkEvent) error) (stop func(), err error) {
	s := New[P](db).st()
	if err := s.CheckBound("M2MChanged"); err != nil {
		return func() {}, err
	}
	path, err := s.Path(string(rel))
	if err != nil {
		return func() {}, err
	}
	named := path[len(path)-1]
	if len(path) > 1 || named.Kind != modelinfo.ManyToMany {
		return func() {}, s.CallError(string(rel), related.NoLinksError{Model: s.Model.Name, Rel: string(rel)})
	}
	return s.Registry.Signals.On(signal.LinksChanged, named.Through.Table, func(ctx context.Context, event any) error {
		l := event.(related.Linking)
		return fn(ctx, LinkEvent{Action: LinkAction(l.Action), Obj: l.Obj, Reverse: !named.SameWay(l.Rel), Keys: l.Keys})
	}), nil
}
