package store

import (
	"context"
	"errors"
	"reflect"
	"slices"

	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/exec"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/internal/signal"
)

// State is the query of a QuerySet and the database that it belongs to. A
// method that refines it returns a changed copy.
type State struct {
	DB       *gorm.DB
	Conn     exec.Conn // of DB
	Registry *modelinfo.Registry
	Model    *modelinfo.Model
	Query    *query.Query
	Err      error // the first error of the chain
	// SkipHooks is the SkipHooks setting of DB.
	SkipHooks bool
	// Settings are the repository's settings for writes.
	Settings settings
	// scopedFrom is the query that Scoped narrowed, nil without Scoped.
	scopedFrom *query.Query
	// Owner is the owner that the objects belong to, nil without one.
	Owner *Owner
	// Extensible reports whether the last call was Filter or Exclude, which And
	// extends.
	Extensible bool
	// Manager reports whether the rows are those of New, Scoped or Related, which
	// no call of a chain has narrowed.
	Manager bool
	// Public returns an error of the engine as the type that programs test for.
	Public func(error) error
	// Related reports whether the rows are those of a RelatedManager.
	Related bool
}

// Mistake returns the first error of the chain, ErrUnbound for a nil or zero
// state.
func (s *State) Mistake() error {
	if s == nil || s.Err == nil && s.Model == nil {
		return ErrUnbound
	}
	return s.Err
}

// Refined returns s changed by fn, or with the error of fn, to which it adds
// the model and the line of the call. A state with an error is returned
// unchanged.
func (s *State) Refined(fn func(s *State) error) *State {
	if s.Mistake() != nil {
		return s
	}
	next := new(State)
	s.refine(next, fn)
	return next
}

// refine sets next to what Refined returns for a state without an error.
func (s *State) refine(next *State, fn func(s *State) error) {
	*next = *s
	next.Extensible, next.Manager = false, false
	err := fn(next)
	if err == nil {
		err = next.Query.CheckSize()
	}
	if err != nil {
		*next = *s
		next.Err = s.CallError("", err)
	}
}

// WithQuery returns the state of another query in the same database, without
// the owner, the settings and the scopes of s. The fence of s holds for it too.
func (s *State) WithQuery(q *query.Query) *State {
	return &State{DB: s.DB, Conn: s.Conn, Registry: s.Registry, SkipHooks: s.SkipHooks, Public: s.Public, Model: q.Model, Query: q.Within(s.Query.Fence)}
}

// CheckUnsliced returns an error if the rows are sliced. verb describes the
// call, which must precede the slice.
func (s *State) CheckUnsliced(verb string) error {
	if s.Query.Sliced() {
		return Misuse(ErrSliced, "%s cannot be %s any more (do that first)", s.Model.Name, verb)
	}
	return nil
}

// CheckUncombined returns an error if the rows are those of a set operation,
// which method must not follow.
func (s *State) CheckUncombined(method string) error {
	if s.Query.Set != nil {
		return Misuse(ErrCombined, "%s of %s is not possible after %s (use it on the parts)", method, s.Model.Name, s.Query.Set.Op)
	}
	return nil
}

// CheckObjects returns an error if the rows hold columns, since method needs
// objects.
func (s *State) CheckObjects(method string) error {
	if s.Query.Columns != nil {
		return Misuse(ErrGrouped, "%s of %s needs objects", method, s.Model.Name)
	}
	return nil
}

// New returns the state of every row of a model, or nil if db is nil. public
// becomes the state's Public.
func New(db *gorm.DB, model reflect.Type, public func(error) error) *State {
	if db == nil {
		return nil
	}
	next := db.Clauses() // the statement that db's next call would use
	fresh := db.Session(&gorm.Session{NewDB: true})
	s := &State{Manager: true, Public: public, DB: fresh, Conn: exec.On(fresh, gormango.Translate), Registry: modelinfo.Of(db), SkipHooks: next.Statement.SkipHooks, Query: &query.Query{High: -1}}
	if s.Err = checkDB(next); s.Err == nil {
		s.Model, s.Err = s.Registry.Model(model)
	}
	if s.Err == nil && s.Model.Unsupported != nil {
		s.Err = s.CallError(s.Model.Unsupported.Field, s.Model.Unsupported)
	}
	if s.Err == nil {
		s.Query = query.New(s.Model)
		if next.Statement.Unscoped {
			s.Query = s.Query.Seeing(query.WithDeleted)
		}
	}
	return s
}

// checkDB returns an error if a *gorm.DB has settings that a repository would
// not follow.
func checkDB(db *gorm.DB) error {
	st := db.Statement
	switch {
	case db.Config.DryRun:
		return errors.New("repo: the *gorm.DB is a dry run, and a repository writes (use SQL to see statements)")
	case len(st.Clauses) > 0 || len(st.Joins) > 0 || len(st.Preloads) > 0 || len(st.Selects) > 0 || len(st.Omits) > 0 || st.Table != "" || st.Distinct:
		return errors.New("repo: the *gorm.DB has conditions, which a repository does not use (pass New a db without them, and use Filter)")
	}
	return nil
}

// CheckBound returns the first error of the chain, or an error if the rows hold
// columns or are those of a set operation. method is a verb that takes objects.
func (s *State) CheckBound(method string) error {
	if err := s.Mistake(); err != nil {
		return err
	}
	return errors.Join(s.CheckUncombined(method), s.CheckObjects(method))
}

// checkCreating is CheckBound for a verb that creates rows. It returns an error
// for the rows of a RelatedManager too: the verb would not set their owner.
func (s *State) checkCreating(method string) error {
	if err := s.CheckBound(method); err != nil {
		return err
	}
	if s.Related {
		return s.CallError("", errors.New(method+" would not set the owner of its objects, which a RelatedManager needs (use the manager's Create, or "+method+" of a repository and Add)"))
	}
	return nil
}

// NamedColumns returns the columns of the names; without names it returns all
// columns that ok allows. A named column that ok does not allow is an error.
func (s *State) NamedColumns(names []string, ok func(*modelinfo.Field) bool) ([]*modelinfo.Field, error) {
	var out []*modelinfo.Field
	if len(names) == 0 {
		for _, f := range s.Model.Fields {
			if ok(f) {
				out = append(out, f)
			}
		}
		return out, nil
	}
	out = make([]*modelinfo.Field, 0, len(names)+1) // a save adds the time
	for _, name := range names {
		f, err := s.column(name)
		if err == nil && !ok(f) {
			err = errors.New(s.Model.Name + "." + f.Column + " cannot be written (it is the key, computed, or read-only)")
		}
		if err != nil {
			return nil, s.CallError(name, err)
		}
		if !slices.Contains(out, f) {
			out = append(out, f)
		}
	}
	return out, nil
}

// Using returns the state for another database with the same tables.
func (s *State) Using(db *gorm.DB) *State {
	manager := s != nil && s.Manager
	return s.Refined(func(s *State) error {
		if db == nil {
			return &usageError{ErrUnbound}
		}
		next := db.Clauses()
		if err := checkDB(next); err != nil {
			return &usageError{err}
		}
		if to := modelinfo.Of(db); to != s.Registry {
			q, err := s.Query.Rebound(to.Model)
			if err != nil {
				return err
			}
			s.Query, s.Model, s.Registry = q, q.Model, to
		}
		s.Manager = manager
		s.DB, s.SkipHooks = db.Session(&gorm.Session{NewDB: true}), next.Statement.SkipHooks
		s.Conn = exec.On(s.DB, gormango.Translate)
		return nil
	})
}

// ScopeBase returns a state whose refinements Unscoped undoes.
func (s *State) ScopeBase() *State {
	if s.Mistake() == ErrUnbound || s.scopedFrom != nil {
		return s
	}
	b := *s
	b.scopedFrom = s.Query
	return &b
}

// Managed returns s with the Manager of from.
func (s *State) Managed(from *State) *State {
	if s.Mistake() == ErrUnbound {
		return s
	}
	m := *s
	m.Manager = from.Manager
	return &m
}

// Unscoped returns the state without the refinements since ScopeBase.
func (s *State) Unscoped() *State {
	if s.Mistake() == ErrUnbound || s.scopedFrom == nil {
		return s
	}
	all := *s
	all.Query, all.scopedFrom, all.Extensible = s.scopedFrom, nil, false
	return &all
}

// settings are a repository's settings for its writes.
type settings struct {
	// defaults are the columns that the database fills in new rows.
	defaults []string
	// KeepTimes reports whether saves leave UpdatedAt unchanged.
	KeepTimes bool
}

// Defaults returns a state that leaves the named columns to the database when
// it creates objects.
func (s *State) Defaults(names []string) *State {
	return s.configured(func(s *State) error {
		s.Settings.defaults = nil
		if len(names) == 0 {
			return nil
		}
		columns, err := s.NamedColumns(names, func(f *modelinfo.Field) bool { return !f.Generated && f.Readable })
		if err != nil {
			return err
		}
		s.Settings.defaults = ColumnNames(columns)
		return nil
	})
}

// KeepTimes returns a state whose saves leave UpdatedAt unchanged.
func (s *State) KeepTimes() *State {
	return s.configured(func(s *State) error { s.Settings.KeepTimes = true; return nil })
}

// configured returns s with its settings changed by fn; the rows stay the same.
func (s *State) configured(fn func(s *State) error) *State {
	manager := s != nil && s.Manager
	return s.Refined(func(s *State) error {
		s.Manager = manager
		return fn(s)
	})
}

// leftToDatabase reports whether the repository's Defaults leave a column to
// the database.
func (s *State) leftToDatabase(f *modelinfo.Field) bool {
	return slices.Contains(s.Settings.defaults, f.Column)
}

// movesTime reports whether a save sets the column to the present time.
func (s *State) movesTime(f *modelinfo.Field) bool {
	return f.AutoUpdateTime > 0 && !s.Settings.KeepTimes
}

// loadedColumns returns the columns that a save without names writes: all
// columns, or those that Only or Defer loads.
func (s *State) loadedColumns() (columns []*modelinfo.Field, how saving, err error) {
	all, err := s.NamedColumns(nil, updatable)
	if err != nil {
		return nil, saveAll, err
	}
	for _, f := range all {
		if !f.Readable || s.mayHold(f) {
			columns = append(columns, f)
		}
	}
	if len(columns) == 0 && len(all) > 0 {
		return nil, saveAll, s.CallError("", errors.New("nothing to save: Only or Defer loads no column but the key"))
	}
	if len(columns) < len(all) {
		how = saveLoaded
	}
	return columns, how, nil
}

// mayHold reports whether the state's objects hold a column: it is loaded, or
// the model alone defers it and the program has set it.
func (s *State) mayHold(f *modelinfo.Field) bool {
	return s.Query.Mask.Loads(nil, f) || f.Deferred && s.Query.Mask == nil
}

// hasSaveReceivers reports whether PreSave or PostSave of the model has
// receivers.
func (s *State) hasSaveReceivers() bool {
	return s.hasReceivers(signal.PreSave) || s.hasReceivers(signal.PostSave)
}

// Absent reports whether obj, a pointer to an object, is nil.
func IsNil(obj any) bool {
	rv := reflect.ValueOf(obj)
	return !rv.IsValid() || rv.IsNil()
}

// Structs returns a statement's rows as pointers to new structs.
func (s *State) Structs(ctx context.Context, st *compile.Stmt) ([]reflect.Value, error) {
	rows, err := exec.Objects(ctx, s.Conn, st, nil, false)
	out := make([]reflect.Value, len(rows))
	for i, r := range rows {
		out[i] = r.Object
	}
	return out, err
}
