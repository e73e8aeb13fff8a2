package repo

import (
	"context"
	"reflect"

	"github.com/gormango/gormango/internal/collect"
	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
)

// Deleted says how many rows went, in all and by model; those of a table that GORM makes between two models
// stand under the table's name. Rows that the database removed by itself, by ON DELETE CASCADE, are not counted.
type Deleted struct {
	Total int64
	By    map[string]int64
}

// Delete removes the objects' rows with everything that goes along, as models.RelationOptions.OnDelete
// says of each foreign key that leads to them, or marks them when the model has a gorm.DeletedAt. At least one object is
// wanted. A row that is not there is ErrDoesNotExist, one of another version ErrStaleObject, and then nothing is removed.
//
// Rows that refer to them are looked for whatever a soft delete hides. Cascade removes them too, SetNull and SetDefault change
// their foreign key; Protect gives a *ProtectedError, and Restrict a *RestrictedError, which name them. Links of
// many-to-many relations go. What the database refuses is a *gormango.IntegrityError. GORM's delete hooks run, and the receivers
// of PreDelete and PostDelete, for the rows that go along too: these are then read whole, else by their key.
//
// A key that the database or a mixin makes becomes zero in the objects whose rows were removed, so that Save would insert
// them anew; when the transaction rolls back it is put back.
//
// A soft delete marks the rows that go along by Cascade and have a gorm.DeletedAt, with the same time; others stay as they are, as
// do links. Live rows that Protect or Restrict still refuse. Restore undoes it.
//
// One object that nothing refers to is one statement. Otherwise everything runs in a transaction, a savepoint within another:
// a statement to read and one to delete for each foreign key at most, whatever the number of rows.
func (r *Repository[T]) Delete(ctx context.Context, obj *T, more ...*T) (Deleted, error) {
	return r.remove(ctx, false, append([]*T{obj}, more...))
}

// HardDelete is Delete that removes rows also where a model has a gorm.DeletedAt, marked or not.
func (r *Repository[T]) HardDelete(ctx context.Context, obj *T, more ...*T) (Deleted, error) {
	return r.remove(ctx, true, append([]*T{obj}, more...))
}

func (r *Repository[T]) remove(ctx context.Context, hard bool, objs []*T) (Deleted, error) {
	s, err := r.bound()
	if err != nil {
		return Deleted{}, err
	}
	return deleteAll(ctx, s, hard, objs)
}

func deleteAll[P any](ctx context.Context, s *state, hard bool, objs []P) (Deleted, error) {
	at, err := keyed(ctx, s, objs, "there is no row to delete")
	if err != nil {
		return Deleted{}, err
	}
	c, err := s.collector(s.deleting(hard), true)
	if err != nil {
		return Deleted{}, err
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
		return Deleted{}, err
	}
	return c.count, nil
}

// Delete removes every row of the QuerySet with everything that goes along, or marks them when the model has a
// gorm.DeletedAt and the QuerySet shows live rows only, as Repository.Delete does. GORM's hooks do not run; the receivers of
// PreDelete and PostDelete are told of each row. Without a condition it is gorm.ErrMissingWhereClause
// unless AllRows was said; after Limit or Offset it is ErrSliced.
//
// It is one statement where nobody is told and nothing goes along; else the keys of the rows are read first, in a transaction.
func (qs QuerySetOf[P]) Delete(ctx context.Context) (Deleted, error) { return qs.remove(ctx, false) }

// HardDelete is Delete that removes the rows that the QuerySet shows also where the model has a gorm.DeletedAt:
// OnlyDeleted().HardDelete empties the bin.
func (qs QuerySetOf[P]) HardDelete(ctx context.Context) (Deleted, error) { return qs.remove(ctx, true) }

func (qs QuerySetOf[P]) remove(ctx context.Context, hard bool) (Deleted, error) {
	if err := qs.Err(); err != nil {
		return Deleted{}, err
	}
	return qs.s.remove(ctx, hard)
}

func (s *state) remove(ctx context.Context, hard bool) (Deleted, error) {
	if err := s.writable("deleted"); err != nil {
		return Deleted{}, err
	}
	c, err := s.collector(s.deleting(hard), false)
	if err != nil {
		return Deleted{}, err
	}
	return c.count, s.collectRows(ctx, c)
}

// deleting is what Delete does to the rows of the state.
func (s *state) deleting(hard bool) collect.Mode {
	if s.model.SoftDelete != nil && s.q.Deleted == query.Live && !hard {
		return collect.Soft
	}
	return collect.Hard
}

// keyed gives the structs of objects, all of which have a key.
func keyed[P any](ctx context.Context, s *state, objs []P, fact string) ([]reflect.Value, error) {
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

// hand gives the collector the objects that it is about. undo puts back what they will show.
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
	// Foreign keys refer to more than the primary key, and the objects may hold anything there.
	in, _ := valuesOf(ctx, n.Model.Key, objects(c.rows(n)))
	read, err := c.s.structs(ctx, compile.SelectAmong(n.Model, append(n.Model.Key[:len(n.Model.Key):len(n.Model.Key)], n.Refs...), in, false))
	if err != nil {
		return undo, err
	}
	byKey := map[any]reflect.Value{}
	for _, o := range read {
		byKey[collect.Identity(ctx, o.Elem(), n.Model.Key)] = o.Elem()
	}
	for _, r := range c.rows(n) {
		at, ok := byKey[collect.Identity(ctx, r.obj, n.Model.Key)]
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
		return chainError(s.model.Name, "", err)
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
		return compile.Delete(s.q, s.reg.TimeZone())
	}
	sets := []compile.Set{{Field: s.model.SoftDelete}}
	if c.g.Mode == collect.Soft {
		sets[0].Value = c.now
	}
	if f := s.model.Version; f != nil {
		next, err := s.set(f.Column, plainValue(F(Ref(f.Column)).Add(1)))
		if err != nil {
			return nil, err
		}
		sets = append(sets, next)
	}
	return compile.Update(s.q, sets, s.reg.TimeZone())
}

func fieldNames(fields []*modelinfo.Field) []string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Column
	}
	return names
}
