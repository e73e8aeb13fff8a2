package related

import (
	"context"

	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/param"
	"github.com/gormango/gormango/internal/signal"
)

// The kinds of change of links.
const (
	PreAdd     = "pre_add"
	PostAdd    = "post_add"
	PreRemove  = "pre_remove"
	PostRemove = "post_remove"
	PreClear   = "pre_clear"
	PostClear  = "post_clear"
)

// Linking is a change of links of a relation: the kind of change, the owner as
// a pointer, the keys of the far rows.
type Linking struct {
	Rel    *modelinfo.Relation
	Action string
	Obj    any
	Keys   []any
}

type ErrNoLinks struct{ Model, Rel string }

func (e ErrNoLinks) Error() string {
	return e.Model + "." + e.Rel + " is no many-to-many relation, so it has no links"
}

// listens reports whether there are receivers for the relation's links.
func (t *Tie) listens() bool {
	return t.Rows.Registry.Signals.Any(signal.LinksChanged, t.Rel.Through.Table)
}

// notify calls the receivers of a change of links to far rows.
func (t *Tie) notify(ctx context.Context, action string, keys [][]any) error {
	if !t.listens() {
		return nil
	}
	e := Linking{Rel: t.Rel, Action: action, Obj: t.owner.Addr().Interface()}
	if keys != nil {
		e.Keys = make([]any, len(keys))
	}
	for i, k := range keys {
		e.Keys[i] = any(k)
		if len(k) == 1 {
			e.Keys[i], _ = param.Plain(k[0])
		}
	}
	return t.Rows.Registry.Signals.Send(ctx, signal.LinksChanged, t.Rel.Through.Table, e)
}
