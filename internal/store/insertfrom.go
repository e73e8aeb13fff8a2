package store

import (
	"context"
	"fmt"
	"reflect"
	"slices"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/modelinfo"
)

// Constants returns the values that every new row holds beside its columns:
// those that Create would fill without looking at the object.
func (s *State) Constants(ctx context.Context, named []*modelinfo.Field) ([]compile.Set, error) {
	scratch := reflect.New(s.Model.Type).Elem()
	if err := s.prepare(ctx, scratch); err != nil {
		return nil, err
	}
	var out []compile.Set
	for _, f := range s.Model.Fields {
		if slices.Contains(named, f) || s.byDefault(f) {
			continue
		}
		switch {
		case f == s.Model.UUIDKey:
			return nil, fmt.Errorf("the key %s is made for each object by the client (name it, or leave it to the database by Defaults)", f.Column)
		case f == s.Model.Version, f.AutoCreateTime > 0, f.AutoUpdateTime > 0:
			v, _ := f.ValueOf(ctx, scratch)
			out = append(out, compile.Set{Field: f, Value: v})
		}
	}
	return out, nil
}
