package migrate

import (
	"context"
	"errors"
	"slices"
	"strings"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/sqltext"
)

// VerifyError reports a migration that does not do what it says, or migrations
// that do not arrive at the models. It matches ErrDrift in errors.Is.
type VerifyError struct {
	// ID is the migration, "" if all of them together differ from the models.
	ID ID
	// Part is what differs: "operations" if the statements do something else than
	// the operations say, "back" if the way back does not restore what was before,
	// "again" if the way forward does something else the second time, "models".
	Part string
	// Differences are from what the part should lead to.
	Differences []Difference
}

var verifyTexts = map[string]string{
	"operations": "the statements do something else than the operations say (correct the line op, or the statement)",
	"back":       "the part Down does not restore what was before",
	"again":      "the part Up does something else after Down",
	"models":     "the migrations do not arrive at the models (write a migration by makemigrations)",
}

// Error names the migration, the part and every difference.
func (e *VerifyError) Error() string {
	where := "migrate: "
	if e.ID != "" {
		where += string(e.ID) + ": "
	}
	return where + verifyTexts[e.Part] + ": " + joined(e.Differences)
}

// Is reports whether target is ErrDrift.
func (e *VerifyError) Is(target error) bool { return target == ErrDrift }

// Verify replays the set from its beginning and compares: what the statements
// of each migration do with what its operations say, what the way back leaves
// with what was before, the way forward after it with the first one, and at the
// end the tables with the models. The models are those of App, else those of
// Config.Models; without any the end is not compared. The first that differs is
// returned as a *VerifyError. A statement that the server refuses is a
// *MigrationError.
//
// Everything happens in two empty schemas that Verify creates in a transaction
// and rolls back, so that the database needs no table and keeps none. Neither
// the code of a GoMigration is run nor statements that no transaction can run.
// The error is a *RightError if the role may not create schemas.
func (r *Runner) Verify(ctx context.Context) error {
	if r.set == nil {
		return errNoSet
	}
	list := r.set.list()
	schemas, end, err := schemasAlong(list)
	if err != nil {
		return err
	}
	want, err := r.set.modelState(r.db, end)
	if err != nil {
		return err
	}
	return scratches(ctx, r.db, schemas, func(c *copied) error {
		if c.temporary {
			return c.right("CREATE")
		}
		v := &verification{schemas: schemas, files: c, state: newState()}
		var err error
		if v.ops, err = c.twin(schemas); err != nil {
			return err
		}
		if v.was, err = v.look(ctx, v.files); err != nil {
			return err
		}
		for _, m := range list {
			if err := v.migration(ctx, m); err != nil {
				return err
			}
		}
		if want == nil {
			return nil
		}
		last, err := v.files.twin(schemas)
		if err != nil {
			return err
		}
		if err := last.run(ctx, createAll(want)); err != nil {
			return err
		}
		models, err := v.look(ctx, last)
		if err != nil {
			return err
		}
		return v.compare("", "models", models, v.was)
	})
}

// schemasAlong returns the schemas that the states after each of the migrations
// name, and the last state.
func schemasAlong(list []*Migration) (names []string, state *State, err error) {
	state = newState()
	for _, m := range list {
		if err := m.apply(state); err != nil {
			return nil, nil, err
		}
		names = append(names, state.namedSchemas()...)
	}
	slices.Sort(names)
	return slices.Compact(names), state, nil
}

// modelState returns the state of the set's models, nil without models. end is
// the state of its migrations, which may hold what models do not declare: the
// defaults of columns that were added to tables with rows, and objects.
func (s *Set) modelState(db *gorm.DB, end *State) (*State, error) {
	var all []any
	for _, models := range s.apps {
		all = append(all, models...)
	}
	if len(all) == 0 && len(modelinfo.Of(db).Models()) == 0 {
		return nil, nil
	}
	want, err := FromModels(db, all...)
	if err != nil {
		return nil, err
	}
	for name, t := range want.Tables {
		have := end.Tables[name]
		if have == nil {
			continue
		}
		for i, c := range t.Columns {
			if old, ok := have.Column(c.Name); ok && c.Default == "" {
				t.Columns[i].Fill = old.Fill
			}
		}
	}
	for key, o := range end.Objects {
		if want.Objects[key] == nil {
			if want.Objects == nil {
				want.Objects = map[string]*SQLObject{}
			}
			want.Objects[key] = o
		}
	}
	return want, nil
}

// verification is a replay of migrations in two copies, one by their statements
// and one by their operations.
type verification struct {
	schemas    []string
	files, ops *copied
	state      *State   // after the migrations so far
	was        *Catalog // of files
}

// look reads a copy.
func (v *verification) look(ctx context.Context, c *copied) (*Catalog, error) {
	if err := c.use(); err != nil {
		return nil, err
	}
	return c.inspect(ctx, v.schemas)
}

func (v *verification) compare(id ID, part string, want, got *Catalog) error {
	if found := differences(want, got, nil); len(found) > 0 {
		return &VerifyError{ID: id, Part: part, Differences: found}
	}
	return nil
}

// migration runs one migration in both copies, and its way back in that of the
// files.
func (v *verification) migration(ctx context.Context, m *Migration) error {
	before := v.state.Clone()
	if err := v.operations(ctx, m); err != nil {
		return err
	}
	said, err := v.look(ctx, v.ops)
	if err != nil {
		return err
	}
	if m.Code != nil {
		return nil
	}
	if err := v.forward(ctx, m, before); err != nil {
		return err
	}
	done, err := v.look(ctx, v.files)
	if err != nil {
		return err
	}
	if err := v.compare(m.ID, "operations", said, done); err != nil {
		return err
	}
	if m.reversible() == nil {
		if err := v.back(ctx, m, before, done); err != nil {
			return err
		}
	}
	v.was = done
	return nil
}

// back goes back and forward again.
func (v *verification) back(ctx context.Context, m *Migration, before *State, done *Catalog) error {
	added := slices.ContainsFunc(m.Ops, func(op Op) bool { _, adds := op.(AddEnumValue); return adds })
	if added { // there is no way back for a value of an enum
		return nil
	}
	if err := v.run(ctx, m, true, m.Back); err != nil {
		return err
	}
	back, err := v.look(ctx, v.files)
	if err != nil {
		return err
	}
	if err := v.compare(m.ID, "back", v.was, back); err != nil {
		return err
	}
	if err := v.forward(ctx, m, before); err != nil {
		return err
	}
	again, err := v.look(ctx, v.files)
	if err != nil {
		return err
	}
	return v.compare(m.ID, "again", done, again)
}

// operations does what the operations of a migration say.
func (v *verification) operations(ctx context.Context, m *Migration) error {
	if err := v.ops.use(); err != nil {
		return err
	}
	for i, op := range m.Ops {
		sql, err := settled(op, v.state).forward(v.state)
		if err == nil {
			err = v.ops.run(ctx, replayable(sql))
		}
		if err == nil {
			err = op.Apply(v.state)
		}
		if err != nil {
			line := 0
			if i < len(m.opLines) {
				line = m.opLines[i]
			}
			return &FileError{File: m.file, Line: line, Text: strings.TrimPrefix(err.Error(), "migrate: "), Err: err}
		}
	}
	return nil
}

// settled returns the operation in a form that one transaction can run: a new
// value of an enum cannot be used before the commit, a new type can.
func settled(op Op, s *State) Op {
	add, ok := op.(AddEnumValue)
	if !ok {
		return op
	}
	after := s.Clone()
	if err := add.Apply(after); err != nil {
		return op
	}
	return AlterEnum{Name: add.Name, Values: after.Enums[add.Name].Values}
}

// forward runs the statements of a migration.
func (v *verification) forward(ctx context.Context, m *Migration, before *State) error {
	list := m.Forward
	state := before.Clone()
	for _, op := range m.Ops {
		plain, err := op.forward(state)
		instead, other := settled(op, state).forward(state)
		if err == nil && other == nil && len(plain) == 1 {
			for i, s := range list {
				if plain[0] != instead[0] && sameSQL(s.SQL, plain[0]) {
					list = slices.Concat(list[:i], inPlaceOf(instead, s), list[i+1:])
					break
				}
			}
		}
		if err := op.Apply(state); err != nil {
			return err
		}
	}
	return v.run(ctx, m, false, list)
}

func inPlaceOf(sql []string, like Stmt) []Stmt {
	out := make([]Stmt, len(sql))
	for i, text := range sql {
		out[i] = Stmt{SQL: text, Line: like.Line}
	}
	return out
}

// run runs statements of a file, without those that no transaction can run and
// those that reach beyond the schemas.
func (v *verification) run(ctx context.Context, m *Migration, back bool, list []Stmt) error {
	if err := v.files.use(); err != nil {
		return err
	}
	for _, s := range list {
		if passedOver(s.SQL) {
			continue
		}
		if err := v.files.run(ctx, replayable([]string{s.SQL})); err != nil {
			if refused, ok := errors.AsType[*CopyError](err); ok {
				err = refused.Err
			}
			return &MigrationError{ID: m.ID, Back: back, Stmt: s, Err: err}
		}
	}
	return nil
}

// passedOver reports whether a statement cannot be run in a copy.
func passedOver(sql string) bool {
	var words []string
	for w := range sqltext.Words(sql) {
		if words = append(words, strings.ToUpper(w)); len(words) == 2 {
			break
		}
	}
	head := strings.Join(words, " ")
	return strings.HasPrefix(head, "VACUUM") || slices.Contains([]string{
		"DROP EXTENSION", "ALTER EXTENSION", "ALTER SYSTEM", "ALTER DATABASE", "CREATE DATABASE", "DROP DATABASE",
		"REINDEX DATABASE", "REINDEX SCHEMA", "REINDEX SYSTEM",
	}, head)
}

// replayable returns statements in a form that a transaction can run, in a
// database that has the extensions.
func replayable(list []string) []string {
	out := make([]string, len(list))
	for i, sql := range list {
		pieces := sqltext.Pieces(sql)
		extension := false
		for j, p := range pieces {
			switch {
			case strings.EqualFold(p, "concurrently"):
				pieces[j] = ""
			case strings.EqualFold(p, "extension") && !extension && strings.EqualFold(neighbour(pieces, j, -1), "create"):
				if extension = true; !strings.EqualFold(neighbour(pieces, j, 1), "if") {
					pieces[j] = "EXTENSION IF NOT EXISTS"
				}
			}
		}
		out[i] = strings.Join(pieces, "")
	}
	return out
}
