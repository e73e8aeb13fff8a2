package store

import (
	"context"
	"reflect"

	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/param"
)

// Owner is the owner that objects of a RelatedManager belong to.
type Owner struct {
	Rel    *modelinfo.Relation // from the objects to the owner
	Object reflect.Value       // a pointer
}

// assign puts the owner into an object that holds its key and has no other
// object in the field.
func (k *Owner) assign(ctx context.Context, rv reflect.Value) {
	if k == nil {
		return
	}
	at, ok := k.Rel.In(rv)
	if !ok || !at.IsNil() {
		return
	}
	for _, p := range k.Rel.Pairs {
		fk, _ := p.From.ValueOf(ctx, rv)
		key, _ := p.To.ValueOf(ctx, k.Object.Elem())
		if id := param.Key(p.From.Type, fk); id == nil || id != param.Key(p.To.Type, key) {
			return
		}
	}
	at.Set(k.Object)
}
