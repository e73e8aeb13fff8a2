package deletion

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/param"
	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/internal/store"
	"github.com/gormango/gormango/models"
)

// Delete removes or marks the rows of objects, or those of the state.
func Delete(ctx context.Context, s *store.State, method string, hard, objects bool, objs []any) (Count, error) {
	if err := removing(s, method, objects); err != nil {
		return Count{}, err
	}
	switch {
	case objects && len(objs) == 0:
		return Count{}, nil
	case objects:
		return DeleteAll(ctx, s, hard, objs)
	}
	return Remove(ctx, s, hard)
}

// removing refuses Delete and its kin where they are about neither objects of a
// repository nor rows that a condition chose.
func removing(s *store.State, method string, objects bool) error {
	if err := s.Mistake(); err != nil {
		return err
	}
	switch {
	case s.Related && s.Manager:
		return s.Mistaken("", errors.New(method+" is not a verb of a RelatedManager (Remove and Clear end the tie, AllRows()."+method+" and Filter(…)."+method+" are about the rows)"))
	case objects && !s.Manager:
		return s.Mistaken("", errors.New(method+" of objects does not obey the calls before it (call it on the repository)"))
	case !objects && s.Manager:
		return s.Unconditional()
	}
	return nil
}

func DeleteAll(ctx context.Context, s *store.State, hard bool, objs []any) (Count, error) {
	at, err := keyed(ctx, s, objs, "there is no row to delete")
	if err != nil {
		return Count{}, err
	}
	c, err := newCollector(s, deleting(s, hard), true)
	if err != nil {
		return Count{}, err
	}
	several := !c.g.Alone || len(objs) > 1 || c.hooked(s.Model)
	err = s.Together(ctx, several, func(ctx context.Context) error {
		undo, err := c.addObjects(ctx, at)
		if err == nil {
			err = c.walk(ctx)
		}
		if err == nil {
			err = c.apply(ctx)
		}
		if err != nil {
			undo()
			return err
		}
		if c.g.Mode == Hard {
			forgetKeys(ctx, s, at)
		}
		return nil
	})
	if err != nil {
		return Count{}, err
	}
	return c.count, nil
}

func Remove(ctx context.Context, s *store.State, hard bool) (Count, error) {
	if err := s.Writable("deleted"); err != nil {
		return Count{}, err
	}
	c, err := newCollector(s, deleting(s, hard), false)
	if err != nil {
		return Count{}, err
	}
	if err := collectRows(ctx, s, c); err != nil {
		return Count{}, err
	}
	return c.count, nil
}

// deleting is what Delete does to the rows of the state.
func deleting(s *store.State, hard bool) Mode {
	if s.Model.SoftDelete != nil && s.Query.Deleted == query.Live && !hard {
		return Soft
	}
	return Hard
}

// keyed returns the structs of objects, all of which have a key.
func keyed(ctx context.Context, s *store.State, objs []any, fact string) ([]reflect.Value, error) {
	at := make([]reflect.Value, len(objs))
	for i, o := range objs {
		if store.Absent(o) {
			return nil, store.ErrNil(s.Model.Name)
		}
		at[i] = reflect.ValueOf(o).Elem()
		if !s.HasKey(ctx, at[i]) {
			return nil, store.NoKey(s.Model.Name, fact)
		}
	}
	return at, nil
}

// addObjects adds the objects of a delete. undo restores the fields that the
// delete changes.
func (c *collector) addObjects(ctx context.Context, objs []reflect.Value) (undo func(), err error) {
	var undos []func()
	undo = func() {
		for _, fn := range undos {
			fn()
		}
	}
	n := c.g.Root
	for _, o := range objs {
		r := &row{at: o, obj: o, handed: true}
		if !c.add(ctx, n, r) {
			continue
		}
		if err := c.before(ctx, c.s, r); err != nil {
			return undo, err
		}
		if c.g.Mode == Soft {
			undos = append(undos, c.s.Remember(ctx, o, c.s.FilledAtUpdate(true)))
		}
	}
	if len(n.Refs) == 0 {
		return undo, nil
	}
	// Foreign keys refer to more than the primary key, and the objects may hold
	// anything there.
	in, _ := valuesOf(ctx, n.Model.Key, objects(c.rows(n)))
	read, err := c.s.Structs(ctx, compile.SelectAmong(n.Model, append(n.Model.Key[:len(n.Model.Key):len(n.Model.Key)], n.Refs...), in, false))
	if err != nil {
		return undo, err
	}
	byKey := map[any]reflect.Value{}
	for _, o := range read {
		byKey[param.ObjectKey(ctx, o.Elem(), n.Model.Key)] = o.Elem()
	}
	for _, r := range c.rows(n) {
		at, ok := byKey[param.ObjectKey(ctx, r.obj, n.Model.Key)]
		if !ok {
			return undo, store.DoesNotExist{Model: n.Model.Name}
		}
		r.at = at
	}
	return undo, nil
}

// objects are the structs that rows are told as.
func objects(rows []*row) []reflect.Value {
	out := make([]reflect.Value, len(rows))
	for i, r := range rows {
		out[i] = r.obj
	}
	return out
}

// forgetKeys sets the keys to zero that the next insert makes anew.
func forgetKeys(ctx context.Context, s *store.State, objs []reflect.Value) {
	var made []*modelinfo.Field
	for _, f := range s.Model.Key {
		if f.Auto || f.FuncDefault || f == s.Model.UUIDKey {
			made = append(made, f)
		}
	}
	for _, o := range objs {
		s.Remember(ctx, o, made)
		for _, f := range made {
			f.ReflectValueOf(ctx, o).SetZero()
		}
	}
}

// collectRows deletes, marks or restores the rows of a QuerySet.
func collectRows(ctx context.Context, s *store.State, c *collector) error {
	st, err := oneStatement(s, c)
	if err != nil {
		return s.Mistaken("", err)
	}
	if nothing, err := s.Nothing(st); nothing || err != nil {
		return err
	}
	if c.g.Alone {
		return c.exec(ctx, st, s.Model.Name)
	}
	return s.Together(ctx, true, func(ctx context.Context) error {
		q := *s.Query.OrderBy(nil).Unrelated()
		q.Prefetched, q.Mask = nil, nil
		if !c.g.Root.Whole {
			q.Mask = &query.Mask{Names: fieldNames(c.g.Root.Reads())}
		}
		st, err := s.Compiled(ctx, &q)
		if err != nil {
			return err
		}
		objs, err := s.Structs(ctx, st)
		if err != nil || len(objs) == 0 {
			return err
		}
		if err = c.take(ctx, c.g.Root, objs); err == nil {
			err = c.walk(ctx)
		}
		if err != nil {
			return err
		}
		return c.apply(ctx)
	})
}

// oneStatement is the delete, mark or restore of a QuerySet's rows alone.
func oneStatement(s *store.State, c *collector) (*compile.Stmt, error) {
	if c.g.Mode == Hard {
		return compile.Delete(s.Query)
	}
	sets := []compile.Set{{Field: s.Model.SoftDelete}}
	if c.g.Mode == Soft {
		sets[0].Value = c.now
	}
	if f := s.Model.Version; f != nil {
		sets = append(sets, compile.Set{Field: f, Next: true})
	}
	return compile.Update(s.Query, sets)
}

func fieldNames(fields []*modelinfo.Field) []string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Column
	}
	return names
}

// Statement returns the statement that removes the rows, or marks them.
func Statement(s *store.State) (*compile.Stmt, error) {
	if f := s.Model.SoftDelete; f != nil && s.Query.Deleted == query.Live {
		return compile.Update(s.Query, []compile.Set{{Field: f, Value: s.DB.NowFunc()}})
	}
	return compile.Delete(s.Query)
}

// Alone refuses a delete that other rows are involved in.
func Alone(s *store.State) error {
	keys, err := s.Registry.Referrers(s.Model)
	if err != nil {
		return err
	}
	for _, k := range keys {
		switch {
		case k.Link:
			return s.Mistaken("", fmt.Errorf("rows cannot be returned by the delete, since links of %s.%s go with them (read them first, or use Delete)", k.Many[0].From.Name, k.Many[0].Name))
		case k.OnDelete != models.DoNothing && k.OnDelete.Action() == "":
			return s.Mistaken("", fmt.Errorf("rows cannot be returned by the delete, since %s is %s (read them first, or use Delete)", k.Name(), k.OnDelete))
		}
	}
	return nil
}
