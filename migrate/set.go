package migrate

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
)

// Set is a chain of migrations, checked and immutable.
type Set struct {
	apps    map[string][]any // the models of each app
	byID    map[ID]*Migration
	absent  map[ID][]ID // parents in apps that the set does not have yet, with those that name them
	err     error       // of an option
	app     string      // of Load
	options []SetOption // of Load
	// squashed are what migrations replace whose files may be gone.
	squashed map[ID][]ID
}

// SetOption is an option of Load.
type SetOption func(*Set)

// App sets the name of the app, the first part of each ID, and its models,
// which makemigrations and Set.Check compare with the migrations. Without
// models they are those of Config.Models.
func App(name string, models ...any) SetOption {
	return func(s *Set) {
		if name == "" || strings.ContainsAny(name, "/ ,\t\r\n") {
			s.err = fmt.Errorf("migrate: App: %q is no name of an app (want letters, digits and underscores)", name)
		}
		s.app = name
		s.apps = map[string][]any{name: models}
	}
}

// WithGo adds data migrations in Go, whose places in the chain are in their
// After.
func WithGo(ms ...GoMigration) SetOption {
	return func(s *Set) {
		for _, g := range ms {
			s.add(g.migration())
		}
	}
}

// add adds a migration and records a second one of the same ID as an error.
func (s *Set) add(m *Migration) {
	switch old := s.byID[m.ID]; {
	case m.ID == "":
		s.err = errors.Join(s.err, &ChainError{IDs: []ID{""}, Text: "a migration without an ID"})
	case m.Code != nil && m.Code.Up == nil:
		s.err = errors.Join(s.err, &ChainError{IDs: []ID{m.ID}, Text: "a migration in Go without a function Up"})
	case old != nil:
		s.err = errors.Join(s.err, &ChainError{IDs: []ID{m.ID}, Text: "two migrations have this ID"})
	default:
		s.byID[m.ID] = m
		if s.squashed == nil {
			s.squashed = map[ID][]ID{}
		}
		maps.Copy(s.squashed, m.squashed)
	}
}

// Must returns s and panics if err is not nil. It serves tests and examples. A
// program whose package variable panics, after a merge of two branches, cannot
// run the command that mends its files: manage.App takes a function.
func Must(s *Set, err error) *Set {
	if err != nil {
		panic(err)
	}
	return s
}

// Load reads the migrations of one app: the files *.sql in the root of files,
// and those of WithGo. A file without a line id comes after the file before it.
//
// Load returns a *ChecksumError if the files are not those of migrations.sum
// (Rehash writes it), a *FileError for a mistake in a file, a *ConflictError if
// two migrations come last, and a *ChainError if one is missing, is there twice
// or the migrations are after each other. A migration may be after one of
// another app: Join makes one set of both.
//
// With an error of the files the set is not nil. It has the app and the
// migrations in Go, for the commands that mend files: Merge, Rehash.
func Load(files fs.FS, opts ...SetOption) (*Set, error) {
	s := &Set{apps: map[string][]any{"": nil}, byID: map[ID]*Migration{}, options: opts}
	for _, o := range opts {
		o(s)
	}
	if s.err != nil {
		return nil, s.err
	}
	empty := *s
	empty.byID = maps.Clone(s.byID)
	texts, err := checkedFiles(files)
	if err == nil {
		err = s.parse(texts)
	}
	if err == nil {
		s, err = s.checked()
	}
	if err != nil {
		return &empty, err
	}
	return s, nil
}

// parse adds the migrations of files, by their names.
func (s *Set) parse(texts map[string]string) error {
	var last ID
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		m, err := parseFile(s.app, name, texts[name])
		if err != nil {
			return err
		}
		if !m.hasID && last != "" {
			m.After = []ID{last}
		}
		s.add(m)
		last = m.ID
	}
	return nil
}

// Join returns the set of the migrations of several apps.
func Join(sets ...*Set) (*Set, error) {
	out := &Set{apps: map[string][]any{}, byID: map[ID]*Migration{}}
	for _, s := range sets {
		for name, models := range s.apps {
			if _, twice := out.apps[name]; twice {
				return nil, fmt.Errorf("migrate: Join: two sets have the app %q", name)
			}
			out.apps[name] = models
		}
		for _, m := range s.byID {
			out.add(m)
		}
	}
	return out.checked()
}

// checked returns s after it has checked the chain.
func (s *Set) checked() (*Set, error) {
	if s.err != nil {
		return nil, s.err
	}
	s.absent = map[ID][]ID{}
	replaced := map[ID]bool{}
	for _, m := range s.byID {
		for _, id := range s.parts(m.ID) {
			replaced[id] = true
		}
	}
	for _, id := range slices.Sorted(maps.Keys(s.byID)) {
		m := s.byID[id]
		for _, parent := range m.After {
			if s.byID[parent] != nil || replaced[parent] {
				continue
			}
			if _, ours := s.apps[parent.App()]; ours {
				return nil, &ChainError{IDs: []ID{id}, Text: fmt.Sprintf("it is after %q, which does not exist%s", parent, s.like(parent))}
			}
			s.absent[parent] = append(s.absent[parent], id)
		}
	}
	if _, err := s.order(nil); err != nil {
		return nil, err
	}
	for app := range s.apps {
		if leaves := s.leaves(app); len(leaves) > 1 {
			return nil, &ConflictError{App: app, Leaves: leaves}
		}
	}
	return s, nil
}

// like returns the migration whose name is most similar, as a hint.
func (s *Set) like(id ID) string {
	number, _, _ := strings.Cut(id.Name(), "_")
	for _, other := range slices.Sorted(maps.Keys(s.byID)) {
		if n, _, _ := strings.Cut(other.Name(), "_"); n == number && other.App() == id.App() {
			return fmt.Sprintf(" (%s does)", other)
		}
	}
	return ""
}

// leaves returns the migrations of an app that no other of the app is after, in
// a database that has applied none.
func (s *Set) leaves(app string) []ID {
	active, alias, err := s.active(nil)
	if err != nil {
		return nil
	}
	parent := map[ID]bool{}
	for _, m := range active {
		if m.ID.App() == app {
			for _, id := range parents(m, alias) {
				parent[id] = true
			}
		}
	}
	var out []ID
	for _, m := range active {
		if m.ID.App() == app && !parent[m.ID] {
			out = append(out, m.ID)
		}
	}
	slices.Sort(out)
	return out
}

// complete returns an error if a migration is after one of an app that the set
// does not have.
func (s *Set) complete() error {
	for _, id := range slices.Sorted(maps.Keys(s.absent)) {
		return &ChainError{IDs: s.absent[id], Text: fmt.Sprintf("it is after %q of another app (join the set of that app with this one by migrate.Join)", id)}
	}
	return nil
}

// IDs returns the migrations in the order in which an empty database applies
// them.
func (s *Set) IDs() []ID {
	var out []ID
	for _, m := range s.list() {
		out = append(out, m.ID)
	}
	return out
}

// Migration returns the migration of an ID. The ID may be its name without the
// app, or the beginning of the name, if only one migration has it.
func (s *Set) Migration(id ID) (*Migration, error) {
	if m := s.byID[id]; m != nil {
		return m, nil
	}
	var found []ID
	for _, other := range slices.Sorted(maps.Keys(s.byID)) {
		if strings.HasPrefix(string(other), string(id)) || !strings.Contains(string(id), "/") && strings.HasPrefix(other.Name(), string(id)) {
			found = append(found, other)
		}
	}
	switch len(found) {
	case 1:
		return s.byID[found[0]], nil
	case 0:
		return nil, &ChainError{IDs: []ID{id}, Text: fmt.Sprintf("no migration has this ID (choices: %s)", joinIDs(slices.Sorted(maps.Keys(s.byID))))}
	}
	return nil, &ChainError{IDs: []ID{id}, Text: fmt.Sprintf("the ID begins several: %s", joinIDs(found))}
}

// list returns the migrations in the order of an empty database.
func (s *Set) list() []*Migration {
	out, _ := s.order(nil) // Load has checked it
	return out
}

// State returns the state after the migrations at and all that they are after;
// after all migrations without an argument. It replays the operations and needs
// no database. An operation that the state refuses is a *FileError.
func (s *Set) State(at ...ID) (*State, error) {
	if err := s.complete(); err != nil {
		return nil, err
	}
	list, err := s.upTo(nil, at...)
	if err != nil {
		return nil, err
	}
	return replay(list)
}

// replay returns the state after the migrations in list.
func replay(list []*Migration) (*State, error) {
	state := newState()
	for _, m := range list {
		if err := m.apply(state); err != nil {
			return nil, err
		}
	}
	return state, nil
}

// apply changes the state as the migration does.
func (m *Migration) apply(state *State) error {
	for i, op := range m.Ops {
		if err := op.Apply(state); err != nil {
			at := &FileError{File: m.file, Text: strings.TrimPrefix(err.Error(), "migrate: "), Err: err}
			if at.File == "" {
				at.File = string(m.ID)
			}
			if i < len(m.opLines) {
				at.Line = m.opLines[i]
			}
			return at
		}
	}
	return nil
}
