package deletion

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"github.com/jackc/pgx/v5"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/param"
	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/internal/signal"
	"github.com/gormango/gormango/internal/store"
	"github.com/gormango/gormango/models"
)

// Delete removes or marks the rows of objects, or those of the state.
func Delete(ctx context.Context, s *store.State, method string, hard, objects bool, objs []any) (Count, error) {
	if err := checkTarget(s, method, objects); err != nil {
		return Count{}, err
	}
	switch {
	case objects && len(objs) == 0:
		return Count{}, nil
	case objects:
		return DeleteObjects(ctx, s, hard, objs)
	}
	return DeleteRows(ctx, s, hard)
}

// checkTarget returns an error if a delete or restore is neither of objects of
// a repository nor of rows that a condition chose.
func checkTarget(s *store.State, method string, objects bool) error {
	if err := s.Mistake(); err != nil {
		return err
	}
	switch {
	case s.Related && s.Manager:
		return s.CallError("", errors.New(method+" is not a verb of a RelatedManager (Remove and Clear remove rows from the owner; to change the rows themselves call AllRows()."+method+" or Filter(…)."+method+")"))
	case objects && !s.Manager:
		return s.CallError("", errors.New(method+" of objects ignores the calls before it (call it on the repository)"))
	case !objects && s.Manager:
		return s.UnconditionalError()
	}
	return nil
}

// DeleteObjects removes or marks the rows of objects. hard removes rows that
// would be marked.
func DeleteObjects(ctx context.Context, s *store.State, hard bool, objs []any) (Count, error) {
	at, err := structsOf(ctx, s, objs, "there is no row to delete")
	if err != nil {
		return Count{}, err
	}
	if err := s.CheckObjectsInside(ctx, s.Model, at); err != nil {
		return Count{}, err
	}
	if len(at) == 1 && modeOf(s, hard) == Hard {
		if n, done, err := deleteAlone(ctx, s, at[0]); done || err != nil {
			return n, err
		}
	}
	c, err := newCollector(s, modeOf(s, hard), true)
	if err != nil {
		return Count{}, err
	}
	several := !c.g.RootOnly || len(objs) > 1 || c.hasDeleteHooks(s.Model)
	return c.run(ctx, several, at, c.addObjects)
}

// deleteAlone removes the row of an object where nothing depends on it: no
// foreign key, hook, receiver or version. done reports whether that is so and
// the row was there.
func deleteAlone(ctx context.Context, s *store.State, obj reflect.Value) (n Count, done bool, err error) {
	m := s.Model
	keys, err := m.DB.Referrers(m)
	signals := &s.Registry.Signals
	if err != nil || len(keys) > 0 || m.Version != nil || signals.Any(signal.PreDelete, m.Type) || signals.Any(signal.PostDelete, m.Type) ||
		!s.SkipHooks && (m.Schema.BeforeDelete || m.Schema.AfterDelete) {
		return Count{}, false, nil // the collector returns the error
	}
	deleted, err := s.Conn.Exec(ctx, compile.DeleteRow(m, param.Values(ctx, obj, m.Key)))
	if err == nil && deleted == 0 {
		return Count{}, false, s.MissingRow(ctx, obj, store.RowWrite{}, pgx.ErrNoRows)
	}
	if err != nil {
		return Count{}, false, err
	}
	clearKeys(ctx, s, []reflect.Value{obj})
	return Count{Total: deleted, By: map[string]int64{m.Name: deleted}}, true, nil
}

// run adds objects, finds the rows that go along, and changes all of them, in a
// transaction if several is set. After an error the objects are as before.
func (c *collector) run(ctx context.Context, several bool, objs []reflect.Value, add func(context.Context, []reflect.Value) (undo func(), err error)) (Count, error) {
	err := c.s.InTransaction(ctx, several, func(ctx context.Context) error {
		undo, err := add(ctx, objs)
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
			clearKeys(ctx, c.s, objs)
		}
		return nil
	})
	if err != nil {
		return Count{}, err
	}
	return c.count, nil
}

// DeleteRows removes or marks the rows of the state.
func DeleteRows(ctx context.Context, s *store.State, hard bool) (Count, error) {
	if err := s.CheckWritable("deleted"); err != nil {
		return Count{}, err
	}
	c, err := newCollector(s, modeOf(s, hard), false)
	if err != nil {
		return Count{}, err
	}
	if err := processRows(ctx, s, c); err != nil {
		return Count{}, err
	}
	return c.count, nil
}

// modeOf returns the mode of a delete of the state's rows.
func modeOf(s *store.State, hard bool) Mode {
	if s.Model.SoftDelete != nil && s.Query.Deleted == query.Live && !hard {
		return Soft
	}
	return Hard
}

// structsOf returns the structs of objects. An object without a key is an error
// with the given fact.
func structsOf(ctx context.Context, s *store.State, objs []any, fact string) ([]reflect.Value, error) {
	at := make([]reflect.Value, len(objs))
	for i, o := range objs {
		if store.IsNil(o) {
			return nil, store.NilObject(s.Model.Name)
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
		r := &row{values: o, obj: o, fromCaller: true}
		if !c.add(ctx, n, r) {
			continue
		}
		if err := c.runBeforeDelete(ctx, c.s, r); err != nil {
			return undo, err
		}
		if c.g.Mode == Soft {
			undos = append(undos, c.s.Remember(ctx, o, c.s.FilledAtUpdate(true)))
		}
	}
	if len(n.Refs) == 0 {
		return undo, nil
	}
	// Foreign keys refer to more columns than the primary key. Their values are
	// read, since those of the objects may differ from the rows.
	in, _ := valuesOf(ctx, n.Model.Key, objectsOf(c.rows(n)))
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
		r.values = at
	}
	return undo, nil
}

// objectsOf returns the structs that hooks and receivers see.
func objectsOf(rows []*row) []reflect.Value {
	out := make([]reflect.Value, len(rows))
	for i, r := range rows {
		out[i] = r.obj
	}
	return out
}

// clearKeys sets to zero the keys that the next insert would fill.
func clearKeys(ctx context.Context, s *store.State, objs []reflect.Value) {
	var fields []*modelinfo.Field
	for _, f := range s.Model.Key {
		if f.Auto || f.FuncDefault || f == s.Model.UUIDKey {
			fields = append(fields, f)
		}
	}
	undone := s.Conn.Undoes(ctx)
	for _, o := range objs {
		if undone {
			s.Remember(ctx, o, fields)
		}
		for _, f := range fields {
			f.ReflectValueOf(ctx, o).SetZero()
		}
	}
}

// processRows deletes, marks or restores the rows of the state.
func processRows(ctx context.Context, s *store.State, c *collector) error {
	st, err := statementOf(s, c)
	if err != nil {
		return s.CallError("", err)
	}
	if none, err := s.MatchesNothing(st); none || err != nil {
		return err
	}
	if c.g.RootOnly {
		return c.exec(ctx, st, s.Model.Name)
	}
	return s.InTransaction(ctx, true, func(ctx context.Context) error {
		q := *s.Query.OrderBy(nil).Unrelated()
		q.Prefetched, q.Mask = nil, nil
		if !c.g.Root.AllColumns {
			q.Mask = &query.Mask{Names: store.ColumnNames(c.g.Root.Reads())}
		}
		st, err := s.Compiled(ctx, &q)
		if err != nil {
			return err
		}
		objs, err := s.Structs(ctx, st)
		if err != nil || len(objs) == 0 {
			return err
		}
		if err = c.addRows(ctx, c.g.Root, objs); err == nil {
			err = c.walk(ctx)
		}
		if err != nil {
			return err
		}
		return c.apply(ctx)
	})
}

// statementOf returns the statement that deletes, marks or restores the rows of
// the state alone.
func statementOf(s *store.State, c *collector) (*compile.Stmt, error) {
	if c.g.Mode == Hard {
		return compile.Delete(s.Query)
	}
	sets, err := c.marks(s.Model)
	if err != nil {
		return nil, err
	}
	if f := s.Model.Version; f != nil {
		sets = append(sets, compile.Set{Field: f, Next: true})
	}
	return compile.Update(s.Query, sets)
}

// Statement returns the statement that removes the rows of the state, or marks
// them.
func Statement(s *store.State) (*compile.Stmt, error) {
	if s.Model.SoftDelete != nil && s.Query.Deleted == query.Live {
		sets, err := MarkSets(s.DB, s.Model, s.DB.NowFunc())
		if err != nil {
			return nil, err
		}
		return compile.Update(s.Query, sets)
	}
	return compile.Delete(s.Query)
}

// CheckRootOnly returns an error if a delete would have to change or read rows
// of another model.
func CheckRootOnly(s *store.State) error {
	keys, err := s.Registry.Referrers(s.Model)
	if err != nil {
		return err
	}
	for _, k := range keys {
		switch {
		case k.Link:
			return s.CallError("", fmt.Errorf("rows cannot be returned by the delete, since links of %s.%s go with them (read them first, or use Delete)", k.Many[0].From.Name, k.Many[0].Name))
		case k.OnDelete != models.DoNothing && k.OnDelete.Action() == "":
			return s.CallError("", fmt.Errorf("rows cannot be returned by the delete, since %s is %s (read them first, or use Delete)", k.Name(), k.OnDelete))
		}
	}
	return nil
}
