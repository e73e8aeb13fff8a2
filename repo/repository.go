package repo

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

// Repository is a QuerySet of every row of T, Django's Manager. New makes one.
// Programs hold a *Repository[T], and its methods are those of [QuerySetOf]. A
// custom manager is a struct that embeds one.
type Repository[T any] = QuerySetOf[*T]

// New returns the repository of T in db. It runs no statement; a model that
// cannot be read is the error of every terminal, and of Err. db may be a
// transaction of GORM's, in a hook for example: then everything runs in it. Its
// SkipHooks holds; Unscoped shows deleted rows, which Delete then removes. A db
// with other conditions, or one of DryRun, is an error of the chain.
func New[T any](db *gorm.DB) *Repository[T] {
	return rowsOf[*T](stateOf(db, reflect.TypeFor[T](), public))
}

// stateOf returns the state of every row of a model; nil without a db. The
// errors that its calls return are made by public.
func stateOf(db *gorm.DB, model reflect.Type, public func(error) error) *state {
	if db == nil {
		return nil
	}
	own := db.Clauses() // the statement that db's next call would use
	fresh := db.Session(&gorm.Session{NewDB: true})
	s := &state{manager: true, public: public, db: fresh, conn: exec.On(fresh, gormango.Translate), reg: modelinfo.Of(db), skipHooks: own.Statement.SkipHooks, q: &query.Query{High: -1}}
	if s.err = usable(own); s.err == nil {
		s.model, s.err = s.reg.Model(model)
	}
	if s.err == nil {
		s.q = query.New(s.model)
		if own.Statement.Unscoped {
			s.q = s.q.Seeing(query.WithDeleted)
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

// ByPK reads the row with that primary key, within the rows of the repository.
// No row is ErrDoesNotExist.
//
//go:noinline
func (qs *QuerySetOf[P]) ByPK(ctx context.Context, key any) (P, error) {
	return objectOf[P](qs.st().filtered("pk", plainValue(key), false).get(ctx))
}

// Create checks the objects (Clean), inserts them and fills in the values that
// the database chose: keys that it counts up, columns that it computes. Zero
// values are written, except for a key that the database counts up and a column
// whose default is a function. A zero CreatedAt and UpdatedAt become now.
// GORM's create hooks run and signals are sent. It runs one statement for each
// object, in one transaction when there are several objects, hooks or
// receivers. Relations are not saved; a foreign key that is zero is taken from
// its loaded object.
//
// Errors: *models.ValidationError, *gormango.IntegrityError. Then nothing is
// stored.
//
//go:noinline
func (qs *QuerySetOf[P]) Create(ctx context.Context, obj P, more ...P) error {
	return qs.st().create(ctx, with(obj, more))
}

// Save checks the object (Clean) and writes it: an object without a key is
// created, one with a key changes its row, every column or the named ones. It
// never inserts a row under a key that is set: a row that does not exist is
// ErrDoesNotExist. Zero values are written. UpdatedAt becomes now. GORM's
// update hooks run and signals are sent, then in a transaction. Relations are
// not saved: the columns of foreign keys are written, and a loaded object is
// dropped where its foreign key names another. Only a key that is zero where it
// cannot be NULL is taken from its object, and an object without a key is
// ErrNoKey.
//
// No names mean every column, including those that Only or Defer left zero:
// save such an object by names, or through a repository that has the same Only,
// which saves the columns it loads.
//
// Errors are those of Create, and *FieldError for a name that is no column.
//
//go:noinline
func (qs *QuerySetOf[P]) Save(ctx context.Context, obj P, fields ...NameOf[P]) error {
	return qs.st().save(ctx, obj, texts(fields))
}

// Refresh reads the object's row again, every column or the named ones, into
// the object. A row that does not exist is ErrDoesNotExist. A loaded object
// behind a foreign key that has changed is dropped.
//
//go:noinline
func (qs *QuerySetOf[P]) Refresh(ctx context.Context, obj P, fields ...NameOf[P]) error {
	return qs.st().refresh(ctx, obj, texts(fields))
}

// bound refuses a verb of objects where rows hold columns, by Columns or by a
// set operation.
func (s *state) bound(method string) error {
	if err := s.mistake(); err != nil {
		return err
	}
	return errors.Join(s.single(method), s.objects(method))
}

// creating is bound for a verb that makes rows. It refuses those of a
// RelatedManager too, which would be made without an owner: the manager's own
// verbs tie rows to their owner.
func (s *state) creating(method string) error {
	if err := s.bound(method); err != nil {
		return err
	}
	if s.related {
		return s.mistaken("", errors.New(method+" would not tie its objects to the owner of a RelatedManager (use the manager's Create, or "+method+" of a repository and Add)"))
	}
	return nil
}

// create checks and inserts objects.
func (s *state) create(ctx context.Context, objs []any) error {
	if err := s.creating("Create"); err != nil {
		return err
	}
	return createAll(ctx, s, objs)
}

// save checks an object and writes its row.
func (s *state) save(ctx context.Context, obj any, names []string) error {
	if err := s.bound("Save"); err != nil {
		return err
	}
	return saveNamed(ctx, s, obj, names)
}

// refresh reads the row of an object into it.
func (s *state) refresh(ctx context.Context, obj any, names []string) error {
	if err := s.bound("Refresh"); err != nil {
		return err
	}
	return refresh(ctx, s, obj, names)
}

// named returns the columns of the names, or all those that ok allows when
// there are no names. A named column that is not allowed is an error.
func (s *state) named(names []string, ok func(*modelinfo.Field) bool) ([]*modelinfo.Field, error) {
	var out []*modelinfo.Field
	if len(names) == 0 {
		for _, f := range s.model.Fields {
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
			err = errors.New(s.model.Name + "." + f.Column + " cannot be written (it is the key, computed, or read-only)")
		}
		if err != nil {
			return nil, s.mistaken(name, err)
		}
		if !seen[f] {
			seen[f] = true
			out = append(out, f)
		}
	}
	return out, nil
}
