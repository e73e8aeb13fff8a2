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

// State is the query of a QuerySet. It does not change once it is shared.
type State struct {
	DB       *gorm.DB
	Conn     exec.Conn // of db
	Registry *modelinfo.Registry
	Model    *modelinfo.Model
	Query    *query.Query
	Err      error
	// SkipHooks is the SkipHooks setting of db.
	SkipHooks bool
	// Settings are the repository's settings for writes.
	Settings settings
	// scopedFrom is the query that Scoped narrowed, nil without Scoped.
	scopedFrom *query.Query
	// Owner is the owner that the objects belong to, nil without one.
	Owner *Owner
	// Extensible reports whether the last call was Filter or Exclude, which And extends.
	Extensible bool
	// Manager reports whether the rows are those of New, Scoped or Related, which
	// no call of a chain has narrowed.
	Manager bool
	// Public turns an error of the engine into the type that programs test for.
	Public func(error) error
	// Related reports whether the rows belong to the owner of a RelatedManager.
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

// Refined returns s changed by fn, or with the error of fn, which gets model and
// line here. After an error nothing changes any more.
func (s *State) Refined(fn func(s *State) error) *State {
	if s.Mistake() != nil {
		return s
	}
	next := *s
	next.Extensible, next.Manager = false, false
	if err := fn(&next); err != nil {
		next = *s
		next.Err = s.Mistaken("", err)
	}
	return &next
}

// Unsliced returns an error for a call that must precede a slice.
func (s *State) Unsliced(verb string) error {
	if s.Query.Sliced() {
		return Misuse(ErrSliced, "%s cannot be %s any more (do that first)", s.Model.Name, verb)
	}
	return nil
}

// Single returns an error for a call that must not follow a set operation.
func (s *State) Single(method string) error {
	if s.Query.Set != nil {
		return Misuse(ErrCombined, "%s of %s is not possible after %s (use it on the parts)", method, s.Model.Name, s.Query.Set.Op)
	}
	return nil
}

// Objects returns an error for a call that needs objects, not columns.
func (s *State) Objects(method string) error {
	if s.Query.Columns != nil {
		return Misuse(ErrGrouped, "%s of %s is for objects, and its rows hold columns", method, s.Model.Name)
	}
	return nil
}

// New returns the state of every row of a model; nil without a db. The
// errors that its calls return are made by public.
func New(db *gorm.DB, model reflect.Type, public func(error) error) *State {
	if db == nil {
		return nil
	}
	own := db.Clauses() // the statement that db's next call would use
	fresh := db.Session(&gorm.Session{NewDB: true})
	s := &State{Manager: true, Public: public, DB: fresh, Conn: exec.On(fresh, gormango.Translate), Registry: modelinfo.Of(db), SkipHooks: own.Statement.SkipHooks, Query: &query.Query{High: -1}}
	if s.Err = usable(own); s.Err == nil {
		s.Model, s.Err = s.Registry.Model(model)
	}
	if s.Err == nil {
		s.Query = query.New(s.Model)
		if own.Statement.Unscoped {
			s.Query = s.Query.Seeing(query.WithDeleted)
		}
	}
	return s
}

// usable refuses a *gorm.DB with settings that a repository would not follow.
func usable(db *gorm.DB) error {
	st := db.Statement
	switch {
	case db.Config.DryRun:
		return errors.New("repo: the *gorm.DB is a dry run, and a repository writes (use SQL to see statements)")
	case len(st.Clauses) > 0 || len(st.Joins) > 0 || len(st.Preloads) > 0 || len(st.Selects) > 0 || len(st.Omits) > 0 || st.Table != "" || st.Distinct:
		return errors.New("repo: the *gorm.DB carries conditions, which a repository does not take over (give New a db without them, and use Filter)")
	}
	return nil
}

// Bound refuses a verb of objects where rows hold columns, by Columns or by a
// set operation.
func (s *State) Bound(method string) error {
	if err := s.Mistake(); err != nil {
		return err
	}
	return errors.Join(s.Single(method), s.Objects(method))
}

// creating is bound for a verb that makes rows. It refuses those of a
// RelatedManager too, which would be made without an owner: the manager's own
// verbs tie rows to their owner.
func (s *State) creating(method string) error {
	if err := s.Bound(method); err != nil {
		return err
	}
	if s.Related {
		return s.Mistaken("", errors.New(method+" would not tie its objects to the owner of a RelatedManager (use the manager's Create, or "+method+" of a repository and Add)"))
	}
	return nil
}

// Named returns the columns of the names, or all those that ok allows when
// there are no names. A named column that is not allowed is an error.
func (s *State) Named(names []string, ok func(*modelinfo.Field) bool) ([]*modelinfo.Field, error) {
	var out []*modelinfo.Field
	if len(names) == 0 {
		for _, f := range s.Model.Fields {
			if ok(f) {
				out = append(out, f)
			}
		}
		return out, nil
	}
	seen := map[*modelinfo.Field]bool{}
	for _, name := range names {
		f, err := s.column(name)
		if err == nil && !ok(f) {
			err = errors.New(s.Model.Name + "." + f.Column + " cannot be written (it is the key, computed, or read-only)")
		}
		if err != nil {
			return nil, s.Mistaken(name, err)
		}
		if !seen[f] {
			seen[f] = true
			out = append(out, f)
		}
	}
	return out, nil
}

// Using moves the rows to another database with the same tables.
func (s *State) Using(db *gorm.DB) *State {
	manager := s != nil && s.Manager
	return s.Refined(func(s *State) error {
		if db == nil {
			return &misused{ErrUnbound}
		}
		own := db.Clauses()
		if err := usable(own); err != nil {
			return &misused{err}
		}
		if to := modelinfo.Of(db); to != s.Registry {
			q, err := s.Query.Rebound(to.Model)
			if err != nil {
				return err
			}
			s.Query, s.Model, s.Registry = q, q.Model, to
		}
		s.Manager = manager
		s.DB, s.SkipHooks = db.Session(&gorm.Session{NewDB: true}), own.Statement.SkipHooks
		s.Conn = exec.On(s.DB, gormango.Translate)
		return nil
	})
}

// Base returns a state that keeps its rows for unscoped.
func (s *State) Base() *State {
	if s.Mistake() == ErrUnbound || s.scopedFrom != nil {
		return s
	}
	b := *s
	b.scopedFrom = s.Query
	return &b
}

// Managed returns a state that is a manager where from is one.
func (s *State) Managed(from *State) *State {
	if s.Mistake() == ErrUnbound {
		return s
	}
	m := *s
	m.Manager = from.Manager
	return &m
}

// Unscoped returns the rows without the scopes of Scoped.
func (s *State) Unscoped() *State {
	if s.Mistake() == ErrUnbound || s.scopedFrom == nil {
		return s
	}
	all := *s
	all.Query, all.scopedFrom, all.Extensible = s.scopedFrom, nil, false
	return &all
}

// settings is a repository's settings for its writes.
type settings struct {
	// defaults are the columns that the database fills when rows are made.
	defaults []string
	// KeepTimes leaves UpdatedAt as it is.
	KeepTimes bool
}

// Defaults leaves the named columns to the database when it creates objects.
func (s *State) Defaults(names []string) *State {
	return s.configured(func(s *State) error {
		s.Settings.defaults = nil
		if len(names) == 0 {
			return nil
		}
		columns, err := s.Named(names, func(f *modelinfo.Field) bool { return !f.Generated && f.Readable })
		if err != nil {
			return err
		}
		s.Settings.defaults = ColumnNames(columns)
		return nil
	})
}

// KeepTimes makes saves not move UpdatedAt.
func (s *State) KeepTimes() *State {
	return s.configured(func(s *State) error { s.Settings.KeepTimes = true; return nil })
}

// configured returns s with its writing settings changed by fn; the rows stay
// the same.
func (s *State) configured(fn func(s *State) error) *State {
	manager := s != nil && s.Manager
	return s.Refined(func(s *State) error {
		s.Manager = manager
		return fn(s)
	})
}

// byDefault reports whether the database fills a column when a row is made.
func (s *State) byDefault(f *modelinfo.Field) bool {
	return slices.Contains(s.Settings.defaults, f.Column)
}

// touches reports whether a save moves the column.
func (s *State) touches(f *modelinfo.Field) bool {
	return f.AutoUpdateTime > 0 && !s.Settings.KeepTimes
}

// loadedColumns returns the columns that a save without names writes: all, or
// those that the repository's Only or Defer loads. partial reports whether some
// are missing.
func (s *State) loadedColumns() (columns []*modelinfo.Field, partial bool, err error) {
	all, err := s.Named(nil, updatable)
	if err != nil {
		return nil, false, err
	}
	for _, f := range all {
		if !f.Readable || s.Query.Mask.Loads(nil, f) {
			columns = append(columns, f)
		}
	}
	if len(columns) == 0 && len(all) > 0 {
		return nil, false, s.Mistaken("", errors.New("nothing to save: Only or Defer loads no column but the key"))
	}
	return columns, len(columns) < len(all), nil
}

// savesHeard reports whether saves of the model have receivers.
func (s *State) savesHeard() bool { return s.listens(signal.PreSave) || s.listens(signal.PostSave) }

// Absent reports whether obj, a pointer to an object, is nil.
func Absent(obj any) bool {
	rv := reflect.ValueOf(obj)
	return !rv.IsValid() || rv.IsNil()
}

// Structs reads a statement's rows, each into a pointer to a new struct.
func (s *State) Structs(ctx context.Context, st *compile.Stmt) ([]reflect.Value, error) {
	rows, err := exec.Objects(ctx, s.Conn, st, nil, false)
	out := make([]reflect.Value, len(rows))
	for i, r := range rows {
		out[i] = r.Object
	}
	return out, err
}
