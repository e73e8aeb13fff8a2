package store

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"unsafe"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/exec"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/param"
	"github.com/gormango/gormango/internal/query"
)

// Tree returns the rows of s above or below an object, by a foreign key of the
// model to itself, nearest first, and how many steps each is away.
func (s *State) Tree(ctx context.Context, obj any, name string, up bool, depth int) (objs []unsafe.Pointer, depths []int, err error) {
	method := "Descendants"
	if up {
		method = "Ancestors"
	}
	if err := s.CheckBound(method); err != nil {
		return nil, nil, err
	}
	if err := s.CheckUnsliced("walked by " + method); err != nil {
		return nil, nil, err
	}
	path, err := s.Path(name)
	if err != nil {
		return nil, nil, err
	}
	rel := path[len(path)-1]
	switch {
	case len(path) > 1 || rel.Kind != modelinfo.BelongsTo || rel.From != rel.To:
		return nil, nil, s.CallError(name, fmt.Errorf("%s.%s is no foreign key to %s itself, which %s follows", rel.From.Name, rel.Name, s.Model.Name, method))
	case IsNil(obj):
		return nil, nil, NilObject(s.Model.Name)
	}
	rv := reflect.ValueOf(obj).Elem()
	if !s.HasKey(ctx, rv) {
		return nil, nil, NoKey(s.Model.Name, "nothing is above or below it")
	}
	st := compile.Tree(s.Model, rel, param.Values(ctx, rv, s.Model.Key), up, s.Query.Deleted == query.Live, depth)
	found, err := exec.Objects(ctx, s.Conn, st, nil, true)
	if err != nil || len(found) == 0 {
		return nil, nil, err
	}
	keys, at := make([][]any, len(found)), map[any]int{}
	for i, f := range found {
		keys[i] = param.Values(ctx, f.Object.Elem(), s.Model.Key)
		n, ok := f.Values["depth"].(int64)
		if !ok {
			return nil, nil, errors.New("repo: " + method + ": the depth is no integer")
		}
		at[param.RowKey(s.Model.Key, keys[i])] = int(n)
	}
	rows := s.Restricted(method, []*query.Cond{query.In(s.Model.Key, keys)}, false)
	if objs, err = rows.All(ctx); err != nil {
		return nil, nil, err
	}
	of := func(o unsafe.Pointer) int {
		return at[param.RowKey(s.Model.Key, param.Values(ctx, reflect.NewAt(s.Model.Type, o).Elem(), s.Model.Key))]
	}
	slices.SortStableFunc(objs, func(a, b unsafe.Pointer) int { return of(a) - of(b) })
	for _, o := range objs {
		depths = append(depths, of(o))
	}
	return objs, depths, nil
}
