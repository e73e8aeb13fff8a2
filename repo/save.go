package repo

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/exec"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/param"
	"github.com/gormango/gormango/internal/signal"
	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/txutil"
)

// together runs fn in a transaction when several statements or hooks belong
// together; one statement needs none.
func (s *state) together(ctx context.Context, several bool, fn func(ctx context.Context) error) error {
	if !several {
		return fn(ctx)
	}
	return txutil.Atomic(ctx, s.db, fn)
}

// check runs the model's Clean on an object that is about to be written.
func (s *state) check(ctx context.Context, obj any) error {
	if rv := reflect.ValueOf(obj); !rv.IsValid() || rv.IsNil() {
		return errNil(s.model.Name)
	}
	if !s.model.Cleans {
		return nil
	}
	return obj.(models.Cleaner).Clean(ctx)
}

func errNil(model string) error {
	return fmt.Errorf("repo: %s: a nil object", model)
}

func noKey(model, fact string) error { return fmt.Errorf("%w: %s: %s", errNoKey, model, fact) }

// missing turns "no row" into ErrDoesNotExist.
func missing(model string, err error) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return doesNotExist{model}
	}
	return err
}

// hasKey reports whether the primary key is set: no part that the database or a
// mixin makes is zero. A part that the application sets may be zero, as 0 or ""
// can be a key.
func (s *state) hasKey(ctx context.Context, rv reflect.Value) bool {
	for _, f := range s.model.Key {
		if _, zero := f.ValueOf(ctx, rv); zero && (f.Auto || f.FuncDefault || f == s.model.UUIDKey) {
			return false
		}
	}
	return len(s.model.Key) > 0
}

func updatable(f *modelinfo.Field) bool { return f.Updatable && !f.Generated && !f.PrimaryKey }

// createAll checks and inserts objects.
func createAll(ctx context.Context, s *state, objs []any) error {
	for _, o := range objs {
		if absent(o) {
			return errNil(s.model.Name)
		}
		if err := takeKeys(ctx, s.model, reflect.ValueOf(o).Elem()); err != nil {
			return err
		}
		if err := s.check(ctx, o); err != nil {
			return err
		}
	}
	return s.together(ctx, len(objs) > 1 || s.createHooks() || s.savesHeard(), func(ctx context.Context) error {
		for _, o := range objs {
			if err := create(ctx, s, o); err != nil {
				return err
			}
		}
		return nil
	})
}

// create inserts one object that has been checked.
func create(ctx context.Context, s *state, obj any) error {
	hooks := s.hooks(ctx, obj)
	if err := hooks.run(beforeSave, beforeCreate); err != nil {
		return err
	}
	rv := reflect.ValueOf(obj).Elem()
	undo := s.remember(ctx, rv, s.filledAtCreation())
	if err := insert(ctx, s, hooks, rv, obj); err != nil {
		undo()
		return err
	}
	if err := s.sendSave(ctx, signal.PostSave, obj, true, nil); err != nil {
		return err
	}
	return hooks.run(afterCreate, afterSave)
}

// insert fills an object, sends PreSave and inserts the object's row.
func insert(ctx context.Context, s *state, hooks *hooked, rv reflect.Value, obj any) error {
	if err := s.model.Fill(ctx, rv); err != nil {
		return err
	}
	if err := s.sendSave(ctx, signal.PreSave, obj, true, nil); err != nil {
		return err
	}
	if err := s.prepare(ctx, rv); err != nil {
		return err
	}
	if !hooks.rewritten() {
		columns, back := s.insertColumns(ctx, rv)
		return send(ctx, s, compile.Insert(s.model, compile.Values{Columns: columns, Args: param.Values(ctx, rv, columns), Rows: 1}, nil, back), obj)
	}
	omit := append([]string{clause.Associations}, s.writing.defaults...)
	err := hooks.byGORM(func(tx *gorm.DB) *gorm.DB { return tx.Omit(omit...).Create(obj) })
	switch {
	case errors.Is(err, pgx.ErrNoRows): // ON CONFLICT DO NOTHING skipped the row
		return nil
	case err != nil || len(s.writing.defaults) == 0:
		return err
	}
	back, err := s.named(s.writing.defaults, func(*modelinfo.Field) bool { return true })
	if err != nil {
		return err
	}
	return exec.Row(ctx, s.conn, compile.SelectRow(s.model, back, param.Values(ctx, rv, s.model.Key)), obj)
}

// prepare sets the fields that are filled before an insert: keys and versions
// of mixins, times.
func (s *state) prepare(ctx context.Context, rv reflect.Value) error {
	if err := s.model.Fill(ctx, rv); err != nil {
		return err
	}
	return param.Stamp(ctx, rv, s.model.Fields, s.db.NowFunc(), true)
}

// filledAtCreation returns the fields that a create may fill.
func (s *state) filledAtCreation() []*modelinfo.Field {
	var fields []*modelinfo.Field
	for _, f := range s.model.Fields {
		if f.Auto || f.FuncDefault || f.Generated || f == s.model.UUIDKey || f == s.model.Version || f.AutoCreateTime > 0 || f.AutoUpdateTime > 0 || s.byDefault(f) {
			fields = append(fields, f)
		}
	}
	return fields
}

// filledAtUpdate returns the fields that a save fills, and with deleted, a soft
// delete.
func (s *state) filledAtUpdate(deleted bool) []*modelinfo.Field {
	var fields []*modelinfo.Field
	for _, f := range s.model.Fields {
		if f.Generated || f == s.model.Version || f.AutoUpdateTime > 0 || deleted && f == s.model.SoftDelete {
			fields = append(fields, f)
		}
	}
	return fields
}

// remember returns a function that restores the fields that a write fills, and
// arranges for the transaction to do the same when it rolls back: with a key
// that no row has, the next Save would look for that row.
func (s *state) remember(ctx context.Context, rv reflect.Value, fields []*modelinfo.Field) (undo func()) {
	if len(fields) == 0 {
		return func() {}
	}
	before := s.keep(ctx, rv, fields, nil)
	undo = func() { s.putBack(ctx, rv, fields, before) }
	s.conn.OnRollback(ctx, undo)
	return undo
}

// keep adds to kept the values of fields, nil for a zero.
func (s *state) keep(ctx context.Context, rv reflect.Value, fields []*modelinfo.Field, kept []any) []any {
	for _, f := range fields {
		var was any
		if !param.Zero(ctx, rv, f) {
			was, _ = f.ValueOf(ctx, rv)
		}
		kept = append(kept, was)
	}
	return kept
}

// putBack sets fields to the values that were kept.
func (s *state) putBack(ctx context.Context, rv reflect.Value, fields []*modelinfo.Field, kept []any) {
	ctx = context.WithoutCancel(ctx)
	for i, f := range fields {
		if kept[i] == nil {
			f.ReflectValueOf(ctx, rv).SetZero()
			continue
		}
		// The value came out of the field, so it fits.
		_ = f.Set(ctx, rv, kept[i])
	}
}

// send runs a statement that writes one row, and reads what comes back into the
// object. The error is pgx.ErrNoRows when no row was written.
func send(ctx context.Context, s *state, st *compile.Stmt, obj any) error {
	if len(st.Objects) > 0 {
		return exec.Row(ctx, s.conn, st, obj)
	}
	n, err := s.conn.Exec(ctx, st)
	if err == nil && n == 0 {
		err = pgx.ErrNoRows
	}
	return err
}

// insertColumns returns the columns that are written and those that the
// database fills: a zero key that it counts up, a zero value whose default is a
// function, columns that it computes, columns that Defaults named.
func (s *state) insertColumns(ctx context.Context, rv reflect.Value) (columns, back []*modelinfo.Field) {
	for _, f := range s.model.Fields {
		_, zero := f.ValueOf(ctx, rv)
		switch {
		case f.Generated, zero && (f.Auto || f.FuncDefault), s.byDefault(f):
			if f.Readable {
				back = append(back, f)
			}
		case f.Creatable:
			columns = append(columns, f)
		}
	}
	return columns, back
}

// takeKeys fills a foreign key that is zero from the object it belongs to:
// Track{Album: album} means Track{AlbumID: album.ID}.
func takeKeys(ctx context.Context, m *modelinfo.Model, rv reflect.Value) error {
	return keysTaken(ctx, m, rv, func(*modelinfo.Field) bool { return true })
}

// takeSavedKeys is takeKeys for an object whose row exists, and the columns
// that are written. A foreign key that holds NULL stays so beside an object
// that has a key, since that object may have been loaded before the key was
// cleared; an object without a key was never loaded, and NULL is not what is
// meant.
func takeSavedKeys(ctx context.Context, m *modelinfo.Model, rv reflect.Value, columns []*modelinfo.Field) error {
	return keysTaken(ctx, m, rv, func(f *modelinfo.Field) bool {
		v, _ := f.ValueOf(ctx, rv)
		_, null := param.Plain(v)
		return slices.Contains(columns, f) && !null
	})
}

// keysTaken takes the keys for the columns that fill allows; an owner without a
// key is an error for any.
func keysTaken(ctx context.Context, m *modelinfo.Model, rv reflect.Value, fill func(f *modelinfo.Field) bool) error {
	for _, rel := range m.Relations {
		if rel.Kind != modelinfo.BelongsTo {
			continue
		}
		owner, ok := rel.Loaded(ctx, rv)
		if !ok {
			continue
		}
		for _, p := range rel.Pairs {
			if _, zero := p.From.ValueOf(ctx, rv); !zero {
				continue
			}
			key, zero := p.To.ValueOf(ctx, owner)
			if zero {
				return noKey(rel.To.Name, fmt.Sprintf("%s.%s was not saved before %s (create it first)", m.Name, rel.Name, m.Name))
			}
			if !fill(p.From) {
				continue
			}
			if err := p.From.Set(ctx, rv, key); err != nil {
				return err
			}
		}
	}
	return nil
}

// saveNamed checks an object and updates its row, every column or the named
// ones, or creates it.
func saveNamed(ctx context.Context, s *state, obj any, names []string) error {
	var columns []*modelinfo.Field
	var err error
	named := len(names) > 0
	if named {
		columns, err = s.named(names, updatable)
	} else {
		columns, named, err = s.loadedColumns()
	}
	if err != nil {
		return err
	}
	if absent(obj) {
		return errNil(s.model.Name)
	}
	rv := reflect.ValueOf(obj).Elem()
	if !s.hasKey(ctx, rv) {
		if len(names) > 0 {
			return noKey(s.model.Name, "named fields can be saved only of a row that exists")
		}
		return createAll(ctx, s, []any{obj})
	}
	if err := takeSavedKeys(ctx, s.model, rv, columns); err != nil {
		return err
	}
	if err := s.check(ctx, obj); err != nil {
		return err
	}
	return s.together(ctx, s.updateHooks() || s.savesHeard(), func(ctx context.Context) error {
		return save(ctx, s, obj, columns, named)
	})
}

// refresh reads an object's row into it, every column or the named ones.
func refresh(ctx context.Context, s *state, obj any, names []string) error {
	columns, err := s.named(names, func(f *modelinfo.Field) bool { return f.Readable })
	if err != nil {
		return err
	}
	if absent(obj) {
		return errNil(s.model.Name)
	}
	rv := reflect.ValueOf(obj).Elem()
	if !s.hasKey(ctx, rv) {
		return noKey(s.model.Name, "there is no row to read")
	}
	err = exec.Row(ctx, s.conn, compile.SelectRow(s.model, columns, param.Values(ctx, rv, s.model.Key)), obj)
	if err != nil {
		return missing(s.model.Name, err)
	}
	dropStale(ctx, s.model, rv)
	return nil
}

// save updates the row of one object that has been checked.
func save(ctx context.Context, s *state, obj any, columns []*modelinfo.Field, named bool) error {
	hooks := s.hooks(ctx, obj)
	if err := hooks.run(beforeSave, beforeUpdate); err != nil {
		return err
	}
	rv := reflect.ValueOf(obj).Elem()
	var told []string
	if named { // a named save moves UpdatedAt too
		for _, f := range s.model.Fields {
			if s.touches(f) && updatable(f) && !slices.Contains(columns, f) {
				columns = append(columns, f)
			}
		}
		told = columnNames(columns)
	}
	undo := s.remember(ctx, rv, s.filledAtUpdate(false))
	if err := s.sendSave(ctx, signal.PreSave, obj, false, told); err != nil {
		return err
	}
	if err := s.stamp(ctx, rv, columns); err != nil {
		undo()
		return err
	}
	var back []*modelinfo.Field
	for _, f := range s.model.Fields {
		if f.Generated && f.Readable {
			back = append(back, f)
		}
	}
	err := s.updateRow(ctx, rv, columns, func(w rowWrite) error {
		if hooks.rewritten() {
			return hooks.byGORM(func(tx *gorm.DB) *gorm.DB {
				return w.sameVersion(tx).Select(columnNames(w.columns)).Omit(clause.Associations).Updates(obj)
			})
		}
		return send(ctx, s, compile.UpdateRow(s.model, w.columns, w.by, w.args, back), obj)
	})
	if err != nil {
		undo()
		return err
	}
	dropStale(ctx, s.model, rv)
	if err := s.sendSave(ctx, signal.PostSave, obj, false, told); err != nil {
		return err
	}
	return hooks.run(afterUpdate, afterSave)
}

// stamp moves the times that a save moves, among the columns that it writes.
func (s *state) stamp(ctx context.Context, rv reflect.Value, columns []*modelinfo.Field) error {
	if s.writing.keepTimes {
		columns = slices.DeleteFunc(slices.Clone(columns), func(f *modelinfo.Field) bool { return f.AutoUpdateTime > 0 })
	}
	return param.Stamp(ctx, rv, columns, s.db.NowFunc(), false)
}

// rowWrite is an update of one row: the columns that are written, the columns
// that the row is found by, and the arguments of both.
type rowWrite struct {
	columns, by []*modelinfo.Field
	args        []any
	version     *modelinfo.Field
	was         any // the version that the row must have
}

// sameVersion puts the version into a statement of GORM's.
func (w rowWrite) sameVersion(tx *gorm.DB) *gorm.DB {
	if w.version == nil {
		return tx
	}
	return tx.Where(clause.Eq{Column: clause.Column{Table: clause.CurrentTable, Name: w.version.Column}, Value: w.was})
}

// updateRow writes columns of the object's row by its key and, when the model
// has one, its version, which it raises.
func (s *state) updateRow(ctx context.Context, rv reflect.Value, columns []*modelinfo.Field, run func(w rowWrite) error) error {
	w := rowWrite{columns: columns, by: s.model.Key, version: s.model.Version}
	if w.version != nil {
		w.was, _ = w.version.ValueOf(ctx, rv)
		w.columns = append(without(columns, w.version), w.version)
		w.by = append(slices.Clip(w.by), w.version)
		if err := w.version.Set(ctx, rv, w.was.(int64)+1); err != nil {
			return err
		}
	}
	if len(w.columns) == 0 {
		w.columns = s.model.Key // a row of nothing but its key: find out whether it exists
	}
	w.args = append(param.Values(ctx, rv, w.columns), param.Values(ctx, rv, s.model.Key)...)
	if w.version != nil {
		w.args = append(w.args, w.was)
	}
	return s.vanished(ctx, rv, run(w))
}

// vanished returns the reason why a write found no row: the row does not exist,
// or has another version.
func (s *state) vanished(ctx context.Context, rv reflect.Value, err error) error {
	if !errors.Is(err, pgx.ErrNoRows) {
		return err
	}
	if s.model.Version != nil {
		there, askErr := exec.Exists(ctx, s.conn, compile.SelectOne(s.model, param.Values(ctx, rv, s.model.Key)))
		if askErr != nil {
			return askErr
		}
		if there {
			return staleObject{s.model.Name}
		}
	}
	return doesNotExist{s.model.Name}
}

func columnNames(fields []*modelinfo.Field) []string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Column
	}
	return names
}

func without(fields []*modelinfo.Field, f *modelinfo.Field) []*modelinfo.Field {
	return slices.DeleteFunc(slices.Clone(fields), func(x *modelinfo.Field) bool { return x == f })
}

// dropStale drops loaded objects whose foreign key now names another one.
func dropStale(ctx context.Context, m *modelinfo.Model, rv reflect.Value) {
	for _, rel := range m.Relations {
		if rel.Kind != modelinfo.BelongsTo {
			continue
		}
		owner, ok := rel.Loaded(ctx, rv)
		if !ok {
			continue
		}
		for _, p := range rel.Pairs {
			fk, _ := p.From.ValueOf(ctx, rv)
			key, _ := p.To.ValueOf(ctx, owner)
			if param.Key(p.From.Type, fk) != param.Key(p.To.Type, key) {
				at, _ := rel.In(rv)
				at.SetZero()
				break
			}
		}
	}
}
