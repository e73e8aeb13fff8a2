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
	"github.com/gormango/gormango/txutil"
)

// Create checks and inserts objects.
func (s *State) Create(ctx context.Context, objs []any) error {
	if err := s.checkCreating("Create"); err != nil {
		return err
	}
	return CreateAll(ctx, s, objs)
}

// Save checks an object and writes its row.
func (s *State) Save(ctx context.Context, obj any, names []string) error {
	if err := s.CheckBound("Save"); err != nil {
		return err
	}
	return SaveNamed(ctx, s, obj, names)
}

// Refresh reads the row of an object into it.
func (s *State) Refresh(ctx context.Context, obj any, names []string) error {
	if err := s.CheckBound("Refresh"); err != nil {
		return err
	}
	return refresh(ctx, s, obj, names)
}

// InTransaction runs fn, in a transaction if needed is set.
func (s *State) InTransaction(ctx context.Context, several bool, fn func(ctx context.Context) error) error {
	if !several {
		return fn(ctx)
	}
	return txutil.Atomic(ctx, s.DB, fn)
}

// check is Check for a pointer that is of the model.
func (s *State) check(ctx context.Context, obj any) error {
	if !s.Model.Cleans && s.Registry.Validator == nil && !IsNil(obj) {
		return nil
	}
	return s.Check(ctx, obj)
}

// NilObject returns the error for a nil object.
func NilObject(model string) error {
	return fmt.Errorf("repo: %s: a nil object", model)
}

// NoKey returns ErrNoKey with a fact about the object.
func NoKey(model, fact string) error { return fmt.Errorf("%w: %s: %s", ErrNoKey, model, fact) }

// notFound returns err, or DoesNotExist in place of pgx.ErrNoRows.
func notFound(model string, err error) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return DoesNotExist{model}
	}
	return err
}

// HasKey reports whether the primary key is set: no part that the database or a
// mixin fills is zero. A part that the application sets may be zero.
func (s *State) HasKey(ctx context.Context, rv reflect.Value) bool {
	for _, f := range s.Model.Key {
		if (f.Auto || f.FuncDefault || f == s.Model.UUIDKey) && param.Zero(ctx, rv, f) {
			return false
		}
	}
	return len(s.Model.Key) > 0
}

// updatable reports whether a save may write a column.
func updatable(f *modelinfo.Field) bool { return f.Updatable && !f.Generated && !f.PrimaryKey }

// CreateAll is State.Create without its check of the state.
func CreateAll(ctx context.Context, s *State, objs []any) error {
	for _, o := range objs {
		if IsNil(o) {
			return NilObject(s.Model.Name)
		}
		if err := fillKeys(ctx, s.Model, reflect.ValueOf(o).Elem()); err != nil {
			return err
		}
		if err := s.fillFence(ctx, reflect.ValueOf(o).Elem()); err != nil {
			return err
		}
		if err := s.check(ctx, o); err != nil {
			return err
		}
	}
	return s.InTransaction(ctx, len(objs) > 1 || s.hasCreateHooks() || s.hasSaveReceivers(), func(ctx context.Context) error {
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
	var filled []*modelinfo.Field
	if c := s.creation(); c != nil {
		filled = c.filled
	} else {
		filled = s.filledAtCreation()
	}
	undo := s.Remember(ctx, rv, filled)
	if err := insert(ctx, s, hooks, rv, obj); err != nil {
		undo()
		if errors.Is(err, pgx.ErrNoRows) {
			err = NotWritten{Model: s.Model.Name, Rows: 0, Want: 1}
		}
		return err
	}
	if err := s.sendSave(ctx, signal.PostSave, obj, true, nil, nil); err != nil {
		return err
	}
	return hooks.Run(afterCreate, afterSave)
}

// insert fills an object, sends PreSave and inserts the object's row.
func insert(ctx context.Context, s *State, hooks *Hooks, rv reflect.Value, obj any) error {
	if err := s.Model.Fill(ctx, rv); err != nil {
		return err
	}
	if err := s.sendSave(ctx, signal.PreSave, obj, true, nil, nil); err != nil {
		return err
	}
	if err := s.prepare(ctx, rv); err != nil {
		return err
	}
	if s.Query.Fence != nil {
		if err := s.fenceInsert(ctx, []reflect.Value{rv}); err != nil {
			return err
		}
	}
	if !hooks.ChangedStatement() {
		columns, returned := s.insertColumns(ctx, rv)
		return writeRow(ctx, s, compile.Insert(s.Model, compile.Values{Columns: columns, Args: s.appendArgs(ctx, make([]any, 0, len(columns)), rv, columns), Rows: 1}, nil, returned), obj)
	}
	omit := append([]string{clause.Associations}, s.Settings.defaults...)
	err := hooks.WriteByGORM(func(tx *gorm.DB) *gorm.DB { return tx.Omit(omit...).Create(obj) })
	switch {
	case errors.Is(err, pgx.ErrNoRows): // ON CONFLICT DO NOTHING skipped the row
		return nil
	case err != nil || len(s.Settings.defaults) == 0:
		return err
	}
	returned, err := s.NamedColumns(s.Settings.defaults, func(*modelinfo.Field) bool { return true })
	if err != nil {
		return err
	}
	return exec.Row(ctx, s.Conn, compile.SelectRow(s.Model, returned, param.Values(ctx, rv, s.Model.Key)), obj)
}

// prepare sets the fields that are filled before an insert: keys and versions
// of mixins, times.
func (s *State) prepare(ctx context.Context, rv reflect.Value) error {
	if err := s.Model.Fill(ctx, rv); err != nil {
		return err
	}
	return param.Stamp(ctx, rv, s.Model.Fields, s.DB.NowFunc(), true)
}

// creation is what the insert of an object of a model writes, if the database
// fills no other columns than those that it always fills.
type creation struct {
	filled            []*modelinfo.Field // fields that a create may fill
	counted           []*modelinfo.Field // columns that the database fills if they are zero
	columns, returned []*modelinfo.Field // of an object whose counted columns are zero
}

// creation returns what inserts write, nil if the program has named columns
// that the database fills.
func (s *State) creation() *creation {
	if len(s.Settings.defaults) > 0 {
		return nil
	}
	if c, ok := s.Model.Creation.Load().(*creation); ok {
		return c
	}
	c := &creation{filled: slices.Clip(s.filledAtCreation())}
	for _, f := range s.Model.Fields {
		if (f.Auto || f.FuncDefault) && !f.Generated {
			c.counted = append(c.counted, f)
		}
	}
	c.columns, c.returned = s.sortedColumns(func(*modelinfo.Field) bool { return true })
	s.Model.Creation.Store(c)
	return c
}

// filledAtCreation returns the fields that a create may fill.
func (s *State) filledAtCreation() []*modelinfo.Field {
	var fields []*modelinfo.Field
	for _, f := range s.Model.Fields {
		if f.Auto || f.FuncDefault || f.Generated || f == s.Model.UUIDKey || f == s.Model.Version || f.AutoCreateTime > 0 || f.AutoUpdateTime > 0 || s.leftToDatabase(f) {
			fields = append(fields, f)
		}
	}
	return fields
}

// FilledAtUpdate returns the fields that a save fills; if deleted is set, those
// of a soft delete.
func (s *State) FilledAtUpdate(deleted bool) []*modelinfo.Field {
	var fields []*modelinfo.Field
	for _, f := range s.Model.Fields {
		if f.Generated || f == s.Model.Version || f.AutoUpdateTime > 0 || deleted && slices.Contains(s.Model.DeleteMarks, f) {
			fields = append(fields, f)
		}
	}
	return fields
}

// writeRow runs a statement that writes one row, and reads the returned columns
// into the object. The error is pgx.ErrNoRows if no row was written.
func writeRow(ctx context.Context, s *State, st *compile.Stmt, obj any) error {
	if len(st.Objects) > 0 {
		return exec.Row(ctx, s.Conn, st, obj)
	}
	n, err := s.Conn.Exec(ctx, st)
	if err == nil && n == 0 {
		err = pgx.ErrNoRows
	}
	return err
}

// appendArgs appends the parameters for columns of an object. They may be read
// from the object when the statement is sent.
func (s *State) appendArgs(ctx context.Context, args []any, rv reflect.Value, columns []*modelinfo.Field) []any {
	if s.Conn.Opened() {
		return param.AppendCells(ctx, args, rv, columns)
	}
	return param.AppendValues(ctx, args, rv, columns)
}

// insertColumns returns the columns that are written and those that the
// database fills: a zero key that it counts up, a zero value whose default is a
// function, columns that it computes, columns that Defaults named.
func (s *State) insertColumns(ctx context.Context, rv reflect.Value) (columns, returned []*modelinfo.Field) {
	zero := func(f *modelinfo.Field) bool { return param.Zero(ctx, rv, f) }
	if c := s.creation(); c != nil && !slices.ContainsFunc(c.counted, func(f *modelinfo.Field) bool { return !zero(f) }) {
		return c.columns, c.returned
	}
	return s.sortedColumns(zero)
}

// sortedColumns returns the columns that an insert writes and those that the
// database fills. zero reports whether a column that it can fill is zero.
func (s *State) sortedColumns(zero func(f *modelinfo.Field) bool) (columns, returned []*modelinfo.Field) {
	columns = make([]*modelinfo.Field, 0, len(s.Model.Fields))
	for _, f := range s.Model.Fields {
		switch {
		case f.Generated, (f.Auto || f.FuncDefault) && zero(f), s.leftToDatabase(f):
			if f.Readable {
				returned = append(returned, f)
			}
		case f.Creatable:
			columns = append(columns, f)
		}
	}
	return slices.Clip(columns), slices.Clip(returned)
}

// fillKeys sets each foreign key that is zero to the key of the object it
// belongs to: Track{Album: album} means Track{AlbumID: album.ID}.
func fillKeys(ctx context.Context, m *modelinfo.Model, rv reflect.Value) error {
	return fillForeignKeys(ctx, m, rv, func(*modelinfo.Field) bool { return true })
}

// fillSavedKeys is fillKeys for an object whose row exists, limited to columns.
// It leaves a foreign key NULL, since the object beside it may have been loaded
// before the key was cleared. An object without a key was never loaded, and is
// an error.
func fillSavedKeys(ctx context.Context, m *modelinfo.Model, rv reflect.Value, columns []*modelinfo.Field) error {
	return fillForeignKeys(ctx, m, rv, func(f *modelinfo.Field) bool {
		v, _ := f.ValueOf(ctx, rv)
		return slices.Contains(columns, f) && param.Key(f.Type, v) != nil
	})
}

// fillForeignKeys sets the zero foreign keys that fill allows. An object
// without a key is an error for each of them.
func fillForeignKeys(ctx context.Context, m *modelinfo.Model, rv reflect.Value, fill func(f *modelinfo.Field) bool) error {
	for _, rel := range m.Relations {
		if rel.Kind != modelinfo.BelongsTo {
			continue
		}
		owner, ok := rel.Loaded(ctx, rv)
		if !ok {
			continue
		}
		for _, p := range rel.Pairs {
			if !param.Zero(ctx, rv, p.From) {
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
	how := saveNamed
	if len(names) > 0 {
		columns, err = s.NamedColumns(names, updatable)
	} else {
		columns, how, err = s.loadedColumns()
	}
	if err != nil {
		return err
	}
	if IsNil(obj) {
		return NilObject(s.Model.Name)
	}
	rv := reflect.ValueOf(obj).Elem()
	if !s.HasKey(ctx, rv) {
		if len(names) > 0 {
			return NoKey(s.Model.Name, "named fields can be saved only of a row that exists")
		}
		return CreateAll(ctx, s, []any{obj})
	}
	if err := fillSavedKeys(ctx, s.Model, rv, columns); err != nil {
		return err
	}
	if err := s.check(ctx, obj); err != nil {
		return err
	}
	return s.InTransaction(ctx, s.hasUpdateHooks() || s.hasSaveReceivers(), func(ctx context.Context) error {
		return save(ctx, s, obj, columns, how)
	})
}

// withoutUnread returns columns without those that are never read, or that the
// model defers, where the object has their zero value: nothing shows that the
// program has set it.
func (s *State) withoutUnread(ctx context.Context, rv reflect.Value, columns []*modelinfo.Field) []*modelinfo.Field {
	unread := func(f *modelinfo.Field) bool {
		return (!f.Readable || !s.Query.Mask.Loads(nil, f)) && param.Zero(ctx, rv, f)
	}
	if !slices.ContainsFunc(columns, unread) {
		return columns
	}
	return slices.DeleteFunc(slices.Clone(columns), unread)
}

// refresh reads an object's row into it, every column or the named ones.
func refresh(ctx context.Context, s *State, obj any, names []string) error {
	columns, err := s.NamedColumns(names, func(f *modelinfo.Field) bool { return f.Readable })
	if err != nil {
		return err
	}
	if IsNil(obj) {
		return NilObject(s.Model.Name)
	}
	rv := reflect.ValueOf(obj).Elem()
	if !s.HasKey(ctx, rv) {
		return NoKey(s.Model.Name, "there is no row to read")
	}
	if s.Query.Fence != nil {
		if err := s.CheckObjectsInside(ctx, s.Model, []reflect.Value{rv}); err != nil {
			return err
		}
	}
	err = exec.Row(ctx, s.Conn, compile.SelectRow(s.Model, columns, param.Values(ctx, rv, s.Model.Key)), obj)
	if err != nil {
		return notFound(s.Model.Name, err)
	}
	ClearStale(ctx, s.Model, rv)
	return nil
}

// saving is how the columns of a save were chosen.
type saving uint8

const (
	saveAll    saving = iota // every column
	saveLoaded               // those that Only or Defer loads
	saveNamed                // those that the program names
)

// save updates the row of one object that has been checked.
func save(ctx context.Context, s *State, obj any, columns []*modelinfo.Field, how saving) error {
	hooks := s.Hooks(ctx, obj)
	if err := hooks.Run(beforeSave, beforeUpdate); err != nil {
		return err
	}
	rv := reflect.ValueOf(obj).Elem()
	var signalFields []string
	if how != saveAll { // a save of named columns sets UpdatedAt too
		for _, f := range s.Model.Fields {
			if s.movesTime(f) && updatable(f) && !slices.Contains(columns, f) {
				columns = append(columns, f)
			}
		}
		if s.hasSaveReceivers() {
			signalFields = ColumnNames(columns)
		}
	}
	undo := s.Remember(ctx, rv, s.FilledAtUpdate(false))
	changes := s.newChanges(obj, columns, false)
	if err := s.sendSave(ctx, signal.PreSave, obj, false, signalFields, changes); err != nil {
		return err
	}
	if how != saveNamed {
		columns = s.withoutUnread(ctx, rv, columns)
	}
	err := s.stamp(ctx, rv, columns)
	if err == nil && s.Query.Fence != nil {
		err = s.fenceUpdate(ctx, []reflect.Value{rv}, columns)
	}
	if err != nil {
		undo()
		return err
	}
	var returned []*modelinfo.Field
	for _, f := range s.Model.Fields {
		if f.Generated && f.Readable {
			returned = append(returned, f)
		}
	}
	err = s.updateRow(ctx, rv, RowWrite{columns: columns, Narrowed: hooks.ChangedStatement()}, func(w RowWrite) error {
		if hooks.ChangedStatement() {
			return hooks.WriteByGORM(func(tx *gorm.DB) *gorm.DB {
				return w.WhereVersion(tx).Select(ColumnNames(w.columns)).Omit(clause.Associations).Updates(obj)
			})
		}
		return writeRow(ctx, s, compile.UpdateRow(s.Model, w.columns, w.keyColumns, w.args, returned), obj)
	})
	if err != nil {
		undo()
		return err
	}
	ClearStale(ctx, s.Model, rv)
	if err := s.sendSave(ctx, signal.PostSave, obj, false, signalFields, changes); err != nil {
		return err
	}
	return hooks.Run(afterUpdate, afterSave)
}

// stamp sets those of the columns that hold the time of the last save.
func (s *State) stamp(ctx context.Context, rv reflect.Value, columns []*modelinfo.Field) error {
	if s.Settings.KeepTimes {
		columns = slices.DeleteFunc(slices.Clone(columns), func(f *modelinfo.Field) bool { return f.AutoUpdateTime > 0 })
	}
	return param.Stamp(ctx, rv, columns, s.DB.NowFunc(), false)
}

// RowWrite is an update of one row: the columns that are written, the columns
// by which the row is found, and the arguments of both.
type RowWrite struct {
	columns, keyColumns []*modelinfo.Field
	args                []any
	Version             *modelinfo.Field
	OldVersion          any // the version that the row must have
	// Narrowed reports whether a hook may have added conditions.
	Narrowed bool
}

// WhereVersion adds the condition on the version to a statement of GORM.
func (w RowWrite) WhereVersion(tx *gorm.DB) *gorm.DB {
	if w.Version == nil {
		return tx
	}
	return tx.Where(clause.Eq{Column: clause.Column{Table: clause.CurrentTable, Name: w.Version.Column}, Value: w.OldVersion})
}

// updateRow calls run with an update of the object's row, which is found by its
// key and, if the model has one, its version. It increments the version.
func (s *State) updateRow(ctx context.Context, rv reflect.Value, w RowWrite, run func(w RowWrite) error) error {
	w.keyColumns, w.Version = s.Model.Key, s.Model.Version
	if w.Version != nil {
		w.OldVersion, _ = w.Version.ValueOf(ctx, rv)
		w.columns = append(withoutField(w.columns, w.Version), w.Version)
		w.keyColumns = append(slices.Clip(w.keyColumns), w.Version)
		if err := s.Model.RaiseVersion(ctx, rv); err != nil {
			return err
		}
	}
	if len(w.columns) == 0 {
		w.columns = s.Model.Key // the model has no other columns; the update finds out whether the row exists
	}
	w.args = make([]any, 0, len(w.columns)+len(w.keyColumns))
	w.args = s.appendArgs(ctx, w.args, rv, w.columns)
	w.args = s.appendArgs(ctx, w.args, rv, s.Model.Key)
	if w.Version != nil {
		w.args = append(w.args, w.OldVersion)
	}
	return s.MissingRow(ctx, rv, w, run(w))
}

// MissingRow returns err, or in place of pgx.ErrNoRows the reason why a write
// of the object wrote no row: the row does not exist, has another version, or
// was dropped by a trigger.
func (s *State) MissingRow(ctx context.Context, rv reflect.Value, w RowWrite, err error) error {
	if !errors.Is(err, pgx.ErrNoRows) {
		return err
	}
	columns := s.Model.Key
	if w.Version != nil {
		columns = append(slices.Clip(columns), w.Version)
	}
	row := reflect.New(s.Model.Type)
	err = exec.Row(ctx, s.Conn, compile.SelectRow(s.Model, columns, param.Values(ctx, rv, s.Model.Key)), row.Interface())
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return DoesNotExist{s.Model.Name}
	case err != nil:
		return err
	case w.Version != nil && param.Key(w.Version.Type, w.OldVersion) != param.Key(w.Version.Type, s.Model.VersionOf(ctx, row.Elem())):
		return StaleObject{s.Model.Name}
	case w.Narrowed:
		return DoesNotExist{s.Model.Name}
	}
	return NotWritten{Model: s.Model.Name, Rows: 0, Want: 1}
}

// ColumnNames returns the names of columns.
func ColumnNames(fields []*modelinfo.Field) []string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Column
	}
	return names
}

// withoutField returns fields without f.
func withoutField(fields []*modelinfo.Field, f *modelinfo.Field) []*modelinfo.Field {
	return slices.DeleteFunc(slices.Clone(fields), func(x *modelinfo.Field) bool { return x == f })
}

// ClearStale sets loaded objects to nil where their foreign key refers to
// another row.
func ClearStale(ctx context.Context, m *modelinfo.Model, rv reflect.Value) {
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
