package repo

import (
	"context"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/param"
	"github.com/gormango/gormango/internal/signal"
)

// The kinds of change of links.
const (
	preAdd     = "pre_add"
	postAdd    = "post_add"
	preRemove  = "pre_remove"
	postRemove = "post_remove"
	preClear   = "pre_clear"
	postClear  = "post_clear"
)

// linking is a change of links of a relation: the kind of change, the owner as
// a pointer, the keys of the far rows.
type linking struct {
	rel    *modelinfo.Relation
	action string
	obj    any
	keys   []any
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
	if err := s.bound("M2MChanged"); err != nil {
		return func() {}, err
	}
	path, err := s.path(string(rel))
	if err != nil {
		return func() {}, err
	}
	named := path[len(path)-1]
	if len(path) > 1 || named.Kind != modelinfo.ManyToMany {
		return func() {}, s.mistaken(string(rel), errNoLinks{s.model.Name, string(rel)})
	}
	return s.reg.Signals.On(signal.LinksChanged, named.Through.Table, func(ctx context.Context, event any) error {
		l := event.(linking)
		return fn(ctx, LinkEvent{Action: LinkAction(l.action), Obj: l.obj, Reverse: !named.SameWay(l.rel), Keys: l.keys})
	}), nil
}

type errNoLinks struct{ model, rel string }

func (e errNoLinks) Error() string {
	return e.model + "." + e.rel + " is no many-to-many relation, so it has no links"
}

// listens reports whether there are receivers for the relation's links.
func (t *tie) listens() bool {
	return t.s.reg.Signals.Any(signal.LinksChanged, t.rel.Through.Table)
}

// notify calls the receivers of a change of links to far rows.
func (t *tie) notify(ctx context.Context, action string, keys [][]any) error {
	if !t.listens() {
		return nil
	}
	e := linking{rel: t.rel, action: action, obj: t.owner.Addr().Interface()}
	if keys != nil {
		e.keys = make([]any, len(keys))
	}
	for i, k := range keys {
		e.keys[i] = any(k)
		if len(k) == 1 {
			e.keys[i], _ = param.Plain(k[0])
		}
	}
	return t.s.reg.Signals.Send(ctx, signal.LinksChanged, t.rel.Through.Table, e)
}
