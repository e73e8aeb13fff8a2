package migrate

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// ChangesError lists changes of models that no migration makes. It matches
// ErrPending in errors.Is.
type ChangesError struct {
	App string
	Ops []Op
}

// Error describes the changes.
func (e *ChangesError) Error() string {
	texts := make([]string, len(e.Ops))
	for i, op := range e.Ops {
		texts[i] = op.Describe()
	}
	app := ""
	if e.App != "" {
		app = fmt.Sprintf(" of app %q", e.App)
	}
	return fmt.Sprintf("migrate: the models%s have changes that no migration makes (write them by makemigrations): %s", app, strings.Join(texts, "; "))
}

// Is reports whether target is ErrPending.
func (e *ChangesError) Is(target error) bool { return target == ErrPending }

// Check compares the models of each app with its migrations and returns a
// *ChangesError if they differ. The models of a GoMigration that do not fit its
// place in the chain are a *ChainError. Load has checked the files and the
// chain. Check needs no database, so that it serves a test. An app whose models
// are not in App is an error: see Changes.
func (s *Set) Check() error {
	if err := s.checkCode(); err != nil {
		return err
	}
	for _, app := range slices.Sorted(maps.Keys(s.apps)) {
		if len(s.apps[app]) == 0 {
			return fmt.Errorf("migrate: Check: App names no models of app %q (hand them to migrate.App, or compare by Changes with a database)", app)
		}
		own, err := s.ForApp(app)
		if err != nil {
			return err
		}
		ops, err := own.Changes(nil, nil)
		if err != nil {
			return err
		}
		if len(ops) > 0 {
			return &ChangesError{App: app, Ops: ops}
		}
	}
	return nil
}
