package store

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

// Create checks and inserts objects.
func (s *State) Create(ctx context.Context, objs []any) error {
	if err := s.creating("Create"); err != nil {
		return err
	}
	return CreateAll(ctx, s, objs)
}

// Save checks an object and writes its row.
func (s *State) Save(ctx context.Context, obj any, names []string) error {
	if err := s.Bound("Save"); err != nil {
		return err
	}
	return SaveNamed(ctx, s, obj, names)
}

// Refresh reads the row of an object into it.
func (s *State) Refresh(ctx context.Context, obj any, names []string) error {
	if err := s.Bound("Refresh"); err != nil {
		return err
	}
	return refresh(ctx, s, obj, names)
}

// Together runs fn in a transaction when several statements or hooks belong
// together; one statement needs none.
func (s *State) Together(ctx context.Context, several bool, fn func(ctx context.Context) error) error {
	if !several {
		return fn(ctx)
	}
	return txutil.Atomic(ctx, s.DB, fn)
}

// check runs the model's Clean on an object that is about to be written.
func (s *State) check(ctx context.Context, obj any) error {
	if rv := reflect.ValueOf(obj); !rv.IsValid() || rv.IsNil() {
		return ErrNil(s.Model.Name)
	}
	if !s.Model.Cleans {
		return nil
	}
	return obj.(models.Cleaner).Clean(ctx)
}

func ErrNil(model string) error {
	return fmt.Errorf("repo: %s: a nil object", model)
}

func NoKey(model, fact string) error { return fmt.Errorf("%w: %s: %s", ErrNoKey, model, fact) }

// missing turns "no row" into ErrDoesNotExist.
func missing(model string, err error) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return DoesNotExist{model}
	}
	return err
}

// HasKey reports whether the primary key is set: no part that the database or a
// mixin makes is zero. A part that the application sets may be zero, as 0 or ""
// can be a key.
func (s *State) HasKey(ctx context.Context, rv reflect.Value) bool {
	for _, f := range s.Model.Key {
		if _, zero := f.ValueOf(ctx, rv); zero && (f.Auto || f.FuncDefault || f == s.Model.UUIDKey) {
			return false
		}
	}
	return len(s.Model.Key) > 0
}

func updatable(f *modelinfo.Field) bool { return f.Updatable && !f.Generated && !f.PrimaryKey }

// CreateAll checks and inserts objects.
func CreateAll(ctx context.Context, s *State, objs []any) error {
	for _, o := range objs {
		if Absent(o) {
			return ErrNil(s.Model.Name)
		}
		if err := takeKeys(ctx, s.Model, reflect.ValueOf(o).Elem()); err != nil {
			return err
		}
		if err := s.check(ctx, o); err != nil {
			return err
		}
	}
	return s.Together(ctx, len(objs) > 1 || s.createHooks() || s.savesHeard(), func(ctx context.Context) error {
		for _, o := range objs {
			if err := create(ctx, s, o); err != nil {
				return err
			}
		}
		return nil
	})
}

// create inserts one object that has been checked.
func create(ctx context.Context, s *State, obj any) error {
	hooks := s.Hooks(ctx, obj)
	if err := hooks.Run(beforeSave, beforeCreate); err != nil {
		return err
	}
	rv := reflect.ValueOf(obj).Elem()
	undo := s.Remember(ctx, rv, s.filledAtCreation())
	if err := insert(ctx, s, hooks, rv, obj); err != nil {
		undo()
		return err
	}
	if err := s.sendSave(ctx, signal.PostSave, obj, true, nil); err != nil {
		return err
	}
	return hooks.Run(afterCreate, afterSave)
}

// insert fills an object, sends PreSave and inserts the object's row.
func insert(ctx context.Context, s *State, hooks *Hooks, rv reflect.Value, obj any) error {
	if err := s.Model.Fill(ctx, rv); err != nil {
		return err
	}
	if err := s.sendSave(ctx, signal.PreSave, obj, true, nil); err != nil {
		return err
	}
	if err := s.prepare(ctx, rv); err != nil {
		return err
	}
	if !hooks.Rewritten() {
		columns, back := s.insertColumns(ctx, rv)
		return send(ctx, s, compile.Insert(s.Model, compile.Values{Columns: columns, Args: param.Values(ctx, rv, columns), Rows: 1}, nil, back), obj)
	}
	omit := append([]string{clause.Associations}, s.Settings.defaults...)
	err := hooks.ByGORM(func(tx *gorm.DB) *gorm.DB { return tx.Omit(omit...).Create(obj) })
	switch {
	case errors.Is(err, pgx.ErrNoRows): // ON CONFLICT DO NOTHING skipped the row
		return nil
	case err != nil || len(s.Settings.defaults) == 0:
		return err
	}
	back, err := s.Named(s.Settings.defaults, func(*modelinfo.Field) bool { return true })
	if err != nil {
		return err
	}
	return exec.Row(ctx, s.Conn, compile.SelectRow(s.Model, back, param.Values(ctx, rv, s.Model.Key)), obj)
}

// prepare sets the fields that are filled before an insert: keys and versions
// of mixins, times.
func (s *State) prepare(ctx context.Context, rv reflect.Value) error {
	if err := s.Model.Fill(ctx, rv); err != nil {
		return err
	}
	return param.Stamp(ctx, rv, s.Model.Fields, s.DB.NowFunc(), true)
}

// filledAtCreation returns the fields that a create may fill.
func (s *State) filledAtCreation() []*modelinfo.Field {
	var fields []*modelinfo.Field
	for _, f := range s.Model.Fields {
		if f.Auto || f.FuncDefault || f.Generated || f == s.Model.UUIDKey || f == s.Model.Version || f.AutoCreateTime > 0 || f.AutoUpdateTime > 0 || s.byDefault(f) {
			fields = append(fields, f)
		}
	}
	return fields
}

// FilledAtUpdate returns the fields that a save fills, and with deleted, a soft
// delete.
func (s *State) FilledAtUpdate(deleted bool) []*modelinfo.Field {
	var fields []*modelinfo.Field
	for _, f := range s.Model.Fields {
		if f.Generated || f == s.Model.Version || f.AutoUpdateTime > 0 || deleted && f == s.Model.SoftDelete {
			fields = append(fields, f)
		}
	}
	return fields
}

// Remember returns a function that restores the fields that a write fills, and
// arranges for the transaction to do the same when it rolls back: with a key
// that no row has, the next Save would look for that row.
func (s *State) Remember(ctx context.Context, rv reflect.Value, fields []*modelinfo.Field) (undo func()) {
	if len(fields) == 0 {
		return func() {}
	}
	before := s.keep(ctx, rv, fields, nil)
	undo = func() { s.putBack(ctx, rv, fields, before) }
	s.Conn.OnRollback(ctx, undo)
	return undo
}

// keep adds to kept the values of fields, nil for a zero.
func (s *State) keep(ctx context.Context, rv reflect.Value, fields []*modelinfo.Field, kept []any) []any {
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
func (s *State) putBack(ctx context.Context, rv reflect.Value, fields []*modelinfo.Field, kept []any) {
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
func send(ctx context.Context, s *State, st *compile.Stmt, obj any) error {
	if len(st.Objects) > 0 {
		return exec.Row(ctx, s.Conn, st, obj)
	}
	n, err := s.Conn.Exec(ctx, st)
	if err == nil && n == 0 {
		err = pgx.ErrNoRows
	}
	return err
}

// insertColumns returns the columns that are written and those that the
// database fills: a zero key that it counts up, a zero value whose default is a
// function, columns that it computes, columns that Defaults named.
func (s *State) insertColumns(ctx context.Context, rv reflect.Value) (columns, back []*modelinfo.Field) {
	for _, f := range s.Model.Fields {
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
				return NoKey(rel.To.Name, fmt.Sprintf("%s.%s was not saved before %s (create it first)", m.Name, rel.Name, m.Name))
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

// SaveNamed checks an object and updates its row, every column or the named
// ones, or creates it.
func SaveNamed(ctx context.Context, s *State, obj any, names []string) error {
	var columns []*modelinfo.Field
	var err error
	named := len(names) > 0
	if named {
		columns, err = s.Named(names, updatable)
	} else {
		columns, named, err = s.loadedColumns()
	}
	if err != nil {
		return err
	}
	if Absent(obj) {
		return ErrNil(s.Model.Name)
	}
	rv := reflect.ValueOf(obj).Elem()
	if !s.HasKey(ctx, rv) {
		if len(names) > 0 {
			return NoKey(s.Model.Name, "named fields can be saved only of a row that exists")
		}
		return CreateAll(ctx, s, []any{obj})
	}
	if err := takeSavedKeys(ctx, s.Model, rv, columns); err != nil {
		return err
	}
	if err := s.check(ctx, obj); err != nil {
		return err
	}
	return s.Together(ctx, s.updateHooks() || s.savesHeard(), func(ctx context.Context) error {
		return save(ctx, s, obj, columns, named)
	})
}

// refresh reads an object's row into it, every column or the named ones.
func refresh(ctx context.Context, s *State, obj any, names []string) error {
	columns, err := s.Named(names, func(f *modelinfo.Field) bool { return f.Readable })
	if err != nil {
		return err
	}
	if Absent(obj) {
		return ErrNil(s.Model.Name)
	}
	rv := reflect.ValueOf(obj).Elem()
	if !s.HasKey(ctx, rv) {
		return NoKey(s.Model.Name, "there is no row to read")
	}
	err = exec.Row(ctx, s.Conn, compile.SelectRow(s.Model, columns, param.Values(ctx, rv, s.Model.Key)), obj)
	if err != nil {
		return missing(s.Model.Name, err)
	}
	DropStale(ctx, s.Model, rv)
	return nil
}

// save updates the row of one object that has been checked.
func save(ctx context.Context, s *State, obj any, columns []*modelinfo.Field, named bool) error {
	hooks := s.Hooks(ctx, obj)
	if err := hooks.Run(beforeSave, beforeUpdate); err != nil {
		return err
	}
	rv := reflect.ValueOf(obj).Elem()
	var told []string
	if named { // a named save moves UpdatedAt too
		for _, f := range s.Model.Fields {
			if s.touches(f) && updatable(f) && !slices.Contains(columns, f) {
				columns = append(columns, f)
			}
		}
		told = ColumnNames(columns)
	}
	undo := s.Remember(ctx, rv, s.FilledAtUpdate(false))
	if err := s.sendSave(ctx, signal.PreSave, obj, false, told); err != nil {
		return err
	}
	if err := s.stamp(ctx, rv, columns); err != nil {
		undo()
		return err
	}
	var back []*modelinfo.Field
	for _, f := range s.Model.Fields {
		if f.Generated && f.Readable {
			back = append(back, f)
		}
	}
	err := s.updateRow(ctx, rv, columns, func(w RowWrite) error {
		if hooks.Rewritten() {
			return hooks.ByGORM(func(tx *gorm.DB) *gorm.DB {
				return w.SameVersion(tx).Select(ColumnNames(w.columns)).Omit(clause.Associations).Updates(obj)
			})
		}
		return send(ctx, s, compile.UpdateRow(s.Model, w.columns, w.by, w.args, back), obj)
	})
	if err != nil {
		undo()
		return err
	}
	DropStale(ctx, s.Model, rv)
	if err := s.sendSave(ctx, signal.PostSave, obj, false, told); err != nil {
		return err
	}
	return hooks.Run(afterUpdate, afterSave)
}

// stamp moves the times that a save moves, among the columns that it writes.
func (s *State) stamp(ctx context.Context, rv reflect.Value, columns []*modelinfo.Field) error {
	if s.Settings.KeepTimes {
		columns = slices.DeleteFunc(slices.Clone(columns), func(f *modelinfo.Field) bool { return f.AutoUpdateTime > 0 })
	}
	return param.Stamp(ctx, rv, columns, s.DB.NowFunc(), false)
}

// RowWrite is an update of one row: the columns that are written, the columns
// that the row is found by, and the arguments of both.
type RowWrite struct {
	columns, by []*modelinfo.Field
	args        []any
	Version     *modelinfo.Field
	Was         any // the version that the row must have
}

// SameVersion puts the version into a statement of GORM's.
func (w RowWrite) SameVersion(tx *gorm.DB) *gorm.DB {
	if w.Version == nil {
		return tx
	}
	return tx.Where(clause.Eq{Column: clause.Column{Table: clause.CurrentTable, Name: w.Version.Column}, Value: w.Was})
}

// updateRow writes columns of the object's row by its key and, when the model
// has one, its version, which it raises.
func (s *State) updateRow(ctx context.Context, rv reflect.Value, columns []*modelinfo.Field, run func(w RowWrite) error) error {
	w := RowWrite{columns: columns, by: s.Model.Key, Version: s.Model.Version}
	if w.Version != nil {
		w.Was, _ = w.Version.ValueOf(ctx, rv)
		w.columns = append(without(columns, w.Version), w.Version)
		w.by = append(slices.Clip(w.by), w.Version)
		if err := w.Version.Set(ctx, rv, w.Was.(int64)+1); err != nil {
			return err
		}
	}
	if len(w.columns) == 0 {
		w.columns = s.Model.Key // a row of nothing but its key: find out whether it exists
	}
	w.args = append(param.Values(ctx, rv, w.columns), param.Values(ctx, rv, s.Model.Key)...)
	if w.Version != nil {
		w.args = append(w.args, w.Was)
	}
	return s.Vanished(ctx, rv, run(w))
}

// Vanished returns the reason why a write found no row: the row does not exist,
// or has another version.
func (s *State) Vanished(ctx context.Context, rv reflect.Value, err error) error {
	if !errors.Is(err, pgx.ErrNoRows) {
		return err
	}
	if s.Model.Version != nil {
		there, askErr := exec.Exists(ctx, s.Conn, compile.SelectOne(s.Model, param.Values(ctx, rv, s.Model.Key)))
		if askErr != nil {
			return askErr
		}
		if there {
			return StaleObject{s.Model.Name}
		}
	}
	return DoesNotExist{s.Model.Name}
}

func ColumnNames(fields []*modelinfo.Field) []string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Column
	}
	return names
}

func without(fields []*modelinfo.Field, f *modelinfo.Field) []*modelinfo.Field {
	return slices.DeleteFunc(slices.Clone(fields), func(x *modelinfo.Field) bool { return x == f })
}

// DropStale drops loaded objects whose foreign key now names another one.
func DropStale(ctx context.Context, m *modelinfo.Model, rv reflect.Value) {
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
