package repo

import (
	"context"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/related"
	"github.com/gormango/gormango/internal/signal"
)

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
	if err := s.Bound("M2MChanged"); err != nil {
		return func() {}, err
	}
	path, err := s.Path(string(rel))
	if err != nil {
		return func() {}, err
	}
	named := path[len(path)-1]
	if len(path) > 1 || named.Kind != modelinfo.ManyToMany {
		return func() {}, s.Mistaken(string(rel), related.ErrNoLinks{Model: s.Model.Name, Rel: string(rel)})
	}
	return s.Registry.Signals.On(signal.LinksChanged, named.Through.Table, func(ctx context.Context, event any) error {
		l := event.(related.Linking)
		return fn(ctx, LinkEvent{Action: LinkAction(l.Action), Obj: l.Obj, Reverse: !named.SameWay(l.Rel), Keys: l.Keys})
	}), nil
}
