package repo

import (
	"context"
	"errors"
	"reflect"

	"github.com/gormango/gormango/internal/collect"
	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/param"
	"github.com/gormango/gormango/internal/query"
)

// Deleted says how many rows went, in all and by model; those of a table that
// GORM makes between two models stand under the table's name. Rows that the
// database removed by itself, by ON DELETE CASCADE, are not counted.
type Deleted struct {
	Total int64
	By    map[string]int64
}

// Delete removes the rows of objects, or without objects every row of the
// QuerySet, with everything that goes along, as
// models.RelationOptions.OnDelete says for each foreign key that leads to them.
// Where the model has a gorm.DeletedAt it marks the rows instead, unless the
// QuerySet shows deleted rows.
//
//	n, err := books.Delete(ctx, book)                      // an object, several: books.Delete(ctx, list...)
//	n, err := books.Filter("pages__lt", 10).Delete(ctx)    // rows
//
// Objects are deleted through a repository, or a Scoped one: after a call of
// the chain, which objects would not obey, they are an error. Of a repository,
// Delete without objects is gorm.ErrMissingWhereClause, so that an empty list
// never means all rows; AllRows().Delete does. So is a QuerySet without a
// condition. After Limit or Offset it is ErrSliced. Objects whose row is not
// there are ErrDoesNotExist, one of another version is ErrStaleObject, and then
// nothing is removed.
//
// Rows that refer to the deleted ones are looked for whatever a soft delete
// hides. Cascade removes them too, SetNull and SetDefault change their foreign
// key; Protect returns a *ProtectedError and Restrict a *RestrictedError, which
// name them. Links of many-to-many relations go. What the database refuses is a
// *gormango.IntegrityError. For objects GORM's delete hooks run, for the rows
// that go along too; the receivers of PreDelete and PostDelete are called for
// each row in either case. Such rows are read whole, others by their key.
//
// A key that the database or a mixin makes becomes zero in the objects whose
// rows were removed, so that Save would insert them anew; a rollback of the
// transaction restores it.
//
// A soft delete marks the rows that go along by Cascade and have a
// gorm.DeletedAt, with the same time; others stay as they are, as do links.
// Live rows that Protect or Restrict still refuse. Restore undoes it.
//
// Delete is one statement where no receiver or hook runs and nothing goes
// along. Otherwise it runs in a transaction, a savepoint within another: a
// statement to read and one to delete for each foreign key at most, whatever
// the number of rows.
//
//go:noinline
func (qs *QuerySetOf[P]) Delete(ctx context.Context, objs ...P) (Deleted, error) {
	n, err := qs.st().delete(ctx, "Delete", false, objs != nil, anys(objs))
	return Deleted(n), err
}

// HardDelete is Delete that removes rows also where the model has a
// gorm.DeletedAt, marked or not: OnlyDeleted().HardDelete empties the bin.
//
//go:noinline
func (qs *QuerySetOf[P]) HardDelete(ctx context.Context, objs ...P) (Deleted, error) {
	n, err := qs.st().delete(ctx, "HardDelete", true, objs != nil, anys(objs))
	return Deleted(n), err
}

// delete removes or marks the rows of objects, or those of the state.
func (s *state) delete(ctx context.Context, method string, hard, objects bool, objs []any) (rowCount, error) {
	if err := s.removing(method, objects); err != nil {
		return rowCount{}, err
	}
	switch {
	case objects && len(objs) == 0:
		return rowCount{}, nil
	case objects:
		return deleteAll(ctx, s, hard, objs)
	}
	return s.remove(ctx, hard)
}

// removing refuses Delete and its kin where they are about neither objects of a
// repository nor rows that a condition chose.
func (s *state) removing(method string, objects bool) error {
	if err := s.mistake(); err != nil {
		return err
	}
	switch {
	case s.related && s.manager:
		return s.mistaken("", errors.New(method+" is not a verb of a RelatedManager (Remove and Clear end the tie, AllRows()."+method+" and Filter(…)."+method+" are about the rows)"))
	case objects && !s.manager:
		return s.mistaken("", errors.New(method+" of objects does not obey the calls before it (call it on the repository)"))
	case !objects && s.manager:
		return s.unconditional()
	}
	return nil
}

func deleteAll(ctx context.Context, s *state, hard bool, objs []any) (rowCount, error) {
	at, err := keyed(ctx, s, objs, "there is no row to delete")
	if err != nil {
		return rowCount{}, err
	}
	c, err := s.collector(s.deleting(hard), true)
	if err != nil {
		return rowCount{}, err
	}
	several := !c.g.Alone || len(objs) > 1 || c.hooked(s.model)
	err = s.together(ctx, several, func(ctx context.Context) error {
		undo, err := c.hand(ctx, at)
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
		if c.g.Mode == collect.Hard {
			s.forgetKeys(ctx, at)
		}
		return nil
	})
	if err != nil {
		return rowCount{}, err
	}
	return c.count, nil
}

func (s *state) remove(ctx context.Context, hard bool) (rowCount, error) {
	if err := s.writable("deleted"); err != nil {
		return rowCount{}, err
	}
	c, err := s.collector(s.deleting(hard), false)
	if err != nil {
		return rowCount{}, err
	}
	if err := s.collectRows(ctx, c); err != nil {
		return rowCount{}, err
	}
	return c.count, nil
}

// deleting is what Delete does to the rows of the state.
func (s *state) deleting(hard bool) collect.Mode {
	if s.model.SoftDelete != nil && s.q.Deleted == query.Live && !hard {
		return collect.Soft
	}
	return collect.Hard
}

// keyed gives the structs of objects, all of which have a key.
func keyed(ctx context.Context, s *state, objs []any, fact string) ([]reflect.Value, error) {
	at := make([]reflect.Value, len(objs))
	for i, o := range objs {
		if absent(o) {
			return nil, errNil(s.model.Name)
		}
		at[i] = reflect.ValueOf(o).Elem()
		if !s.hasKey(ctx, at[i]) {
			return nil, noKey(s.model.Name, fact)
		}
	}
	return at, nil
}

// hand gives the collector the objects that it is about. undo puts back what
// they will show.
func (c *collector) hand(ctx context.Context, objs []reflect.Value) (undo func(), err error) {
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
		if c.g.Mode == collect.Soft {
			undos = append(undos, c.s.remember(ctx, o, c.s.filledAtUpdate(true)))
		}
	}
	if len(n.Refs) == 0 {
		return undo, nil
	}
	// Foreign keys refer to more than the primary key, and the objects may hold
	// anything there.
	in, _ := valuesOf(ctx, n.Model.Key, objects(c.rows(n)))
	read, err := c.s.structs(ctx, compile.SelectAmong(n.Model, append(n.Model.Key[:len(n.Model.Key):len(n.Model.Key)], n.Refs...), in, false))
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
			return undo, doesNotExist{n.Model.Name}
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

// forgetKeys makes the keys zero that somebody will make once more.
func (s *state) forgetKeys(ctx context.Context, objs []reflect.Value) {
	var made []*modelinfo.Field
	for _, f := range s.model.Key {
		if f.Auto || f.FuncDefault || f == s.model.UUIDKey {
			made = append(made, f)
		}
	}
	for _, o := range objs {
		s.remember(ctx, o, made)
		for _, f := range made {
			f.ReflectValueOf(ctx, o).SetZero()
		}
	}
}

// collectRows deletes, marks or restores the rows of a QuerySet.
func (s *state) collectRows(ctx context.Context, c *collector) error {
	st, err := s.oneStatement(c)
	if err != nil {
		return s.mistaken("", err)
	}
	if nothing, err := s.nothing(st); nothing || err != nil {
		return err
	}
	if c.g.Alone {
		return c.exec(ctx, st, s.model.Name)
	}
	return s.together(ctx, true, func(ctx context.Context) error {
		q := *s.q.OrderBy(nil).Unrelated()
		q.Prefetched, q.Mask = nil, nil
		if !c.g.Root.Whole {
			q.Mask = &query.Mask{Names: fieldNames(c.g.Root.Reads())}
		}
		st, err := s.compiled(ctx, &q)
		if err != nil {
			return err
		}
		objs, err := s.structs(ctx, st)
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
func (s *state) oneStatement(c *collector) (*compile.Stmt, error) {
	if c.g.Mode == collect.Hard {
		return compile.Delete(s.q)
	}
	sets := []compile.Set{{Field: s.model.SoftDelete}}
	if c.g.Mode == collect.Soft {
		sets[0].Value = c.now
	}
	if f := s.model.Version; f != nil {
		sets = append(sets, compile.Set{Field: f, Next: true})
	}
	return compile.Update(s.q, sets)
}

func fieldNames(fields []*modelinfo.Field) []string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Column
	}
	return names
}
