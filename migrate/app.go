package migrate

import (
	"io/fs"
	"maps"
	"slices"
)

// App returns the name of the app whose models and files Changes, Generate and
// Squash work on: that of Load's option, "" without one.
func (s *Set) App() string { return s.app }

// AppModels returns the models and declarations of all apps, in the order of
// their names, as the options App have them.
func (s *Set) AppModels() []any {
	var all []any
	for _, app := range slices.Sorted(maps.Keys(s.apps)) {
		all = append(all, s.apps[app]...)
	}
	return all
}

// ModelsOf returns models without the declarations among them: enums,
// extensions and SQL objects.
func ModelsOf(all []any) []any {
	return slices.DeleteFunc(slices.Clone(all), func(m any) bool {
		switch m.(type) {
		case Enum, *Enum, Extension, *Extension, SQLObject, *SQLObject:
			return true
		}
		return false
	})
}

// Code returns the migrations in Go, in the order of their IDs.
func (s *Set) Code() []GoMigration {
	var out []GoMigration
	for _, id := range slices.Sorted(maps.Keys(s.byID)) {
		if m := s.byID[id]; m.Code != nil {
			out = append(out, *m.Code)
		}
	}
	return out
}

// Reload returns the set of other files, with the options of Load. It serves a
// program whose files are embedded and which reads the folder, where there may
// be later ones.
func (s *Set) Reload(files fs.FS) (*Set, error) { return Load(files, s.options...) }
