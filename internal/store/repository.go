package store

import (
	"context"
	"errors"
	"reflect"

	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/exec"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
)

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
