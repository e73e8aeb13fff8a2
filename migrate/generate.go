package migrate

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/gormside"
)

// Changes returns the operations that lead from the migrations of the set to
// the models of its app, and none if they agree. The models are those of App,
// Config.Models without any. It runs no query and needs no server; db may be
// nil if App has the models and they need no options of gorm.Config. Tables
// that migrations of other apps create are not compared.
func (s *Set) Changes(db *gorm.DB, ask Asker, opts ...DiffOption) ([]Op, error) {
	own, others, err := s.ownState()
	if err != nil {
		return nil, err
	}
	to, err := s.Models(db)
	if err != nil {
		return nil, err
	}
	maps.DeleteFunc(to.Tables, func(name string, _ *Table) bool { return others.Tables[name] != nil })
	maps.DeleteFunc(to.Enums, func(name string, _ *Enum) bool { return others.Enums[name] != nil })
	maps.DeleteFunc(to.Objects, func(name string, _ *SQLObject) bool { return others.Objects[name] != nil })
	elsewhere := func(list, other []string) []string {
		return slices.DeleteFunc(list, func(n string) bool { return slices.Contains(other, n) })
	}
	to.Schemas, to.Extensions = elsewhere(to.Schemas, others.Schemas), elsewhere(to.Extensions, others.Extensions)
	return Diff(own, to, ask, opts...)
}

// Models returns the tables of the models of the set's app, as Changes compares
// them.
func (s *Set) Models(db *gorm.DB) (*State, error) {
	if db == nil {
		var err error
		if db, err = gormside.Offline(); err != nil {
			return nil, fmt.Errorf("migrate: %w", err)
		}
	}
	return FromModels(db, s.apps[s.app]...)
}

// ForApp returns the set of Join for writing migrations of one of its apps.
func (s *Set) ForApp(name string) (*Set, error) {
	if _, ok := s.apps[name]; !ok {
		return nil, fmt.Errorf("migrate: ForApp: the set has no app %q (choices are %s)", name, strings.Join(slices.Sorted(maps.Keys(s.apps)), ", "))
	}
	out := *s
	out.app = name
	return &out, nil
}

// ownState returns the state of the app's migrations, and that of the others.
func (s *Set) ownState() (own, others *State, err error) {
	if err := s.complete(); err != nil {
		return nil, nil, err
	}
	own, others = newState(), newState()
	for _, m := range s.list() {
		state := others
		if m.ID.App() == s.app {
			state = own
		}
		if err := m.apply(state); err != nil {
			return nil, nil, err
		}
	}
	return own, others, nil
}

// Generate returns the migrations of operations that follow those of the set,
// with their SQL both ways. name is the name of the first file behind its
// number, "" to make one of the operations.
//
// Each file is of one danger. What is cheap is in transactions, one for each
// existing table; what reads or rewrites a whole table comes later, in its safe
// form: indexes are built concurrently, foreign keys and checks are added
// without a check of rows and validated in the next file, NOT NULL rests on a
// validated check, a unique constraint on an index, a default that differs by
// row is filled in batches. A new table takes everything at once. What has no
// safe form, as most changes of a type, has a file of its own.
//
// Without operations it returns one migration without statements, to be filled
// by hand.
func Generate(s *Set, ops []Op, name string) ([]Migration, error) {
	if len(ops) == 0 {
		ops = []Op{Nothing{Note: name}}
	}
	at, _, err := s.ownState()
	if err != nil {
		return nil, err
	}
	after := s.leaves(s.app)
	if len(after) > 1 {
		return nil, &ConflictError{App: s.app, Leaves: after}
	}
	units, err := split(at, ops)
	if err != nil {
		return nil, err
	}
	number := s.lastNumber()
	initial := number == 0 // the first that makes tables is named so
	var out []Migration
	for i, u := range units {
		m, err := u.migration(at)
		if err != nil {
			return nil, err
		}
		number++
		_, extension := u.ops[0].(CreateExtension)
		file := fileName(number, u.ops, initial && !extension)
		initial = initial && extension
		if name != "" {
			file = fmt.Sprintf("%04d_%s", number, name)
			if i > 0 {
				file += "_" + strconv.Itoa(i+1)
			}
		}
		m.ID, m.After = s.id(file), after
		for _, id := range s.creators(u.ops) {
			if !slices.Contains(m.After, id) {
				m.After = append(slices.Clone(m.After), id)
			}
		}
		after = []ID{m.ID}
		out = append(out, *m)
	}
	return out, nil
}

// id returns the ID of a file of the set.
func (s *Set) id(file string) ID {
	if s.app == "" {
		return ID(file)
	}
	return ID(s.app + "/" + file)
}

// lastNumber returns the greatest number of the app's migrations, 0 without
// any.
func (s *Set) lastNumber() int {
	last := 0
	for id := range s.byID {
		if id.App() == s.app {
			last = max(last, numberOf(id))
		}
	}
	return last
}

func numberOf(id ID) int {
	text, _, _ := strings.Cut(id.Name(), "_")
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return n
}

// creators returns the migrations of other apps that create the tables that
// foreign keys of the operations refer to.
func (s *Set) creators(ops []Op) []ID {
	var refs []string
	for _, op := range ops {
		switch o := op.(type) {
		case CreateTable:
			for _, fk := range o.Table.ForeignKeys {
				refs = append(refs, fk.Ref)
			}
		case AddForeignKey:
			refs = append(refs, o.ForeignKey.Ref)
		}
	}
	var out []ID
	for _, m := range s.list() {
		if m.ID.App() == s.app {
			continue
		}
		for _, op := range m.Ops {
			name := ""
			switch o := op.(type) {
			case CreateTable:
				name = o.Table.Name
			case RenameTable:
				name = o.To
			}
			if name != "" && slices.Contains(refs, name) && !slices.Contains(out, m.ID) {
				out = append(out, m.ID)
			}
		}
	}
	return out
}

// migration returns the file's migration without its name. at becomes the state
// after it.
func (u unit) migration(at *State) (*Migration, error) {
	forward, back, loses, err := statements(at, u.ops)
	if err != nil {
		return nil, err
	}
	m := &Migration{Tx: !u.noTx, Ops: u.ops, Loses: loses, hasBack: true}
	for _, sql := range forward {
		m.Forward = append(m.Forward, Stmt{SQL: sql})
	}
	for _, sql := range back {
		m.Back = append(m.Back, Stmt{SQL: sql})
	}
	return m, nil
}
