package manage

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/gormango/gormango/migrate"
)

// set returns the migrations of all apps, as they are in the program.
func (p *program) set() (*migrate.Set, error) {
	sets := make([]*migrate.Set, len(p.Apps))
	for i, a := range p.Apps {
		var err error
		if sets[i], err = a.Load(); err != nil {
			return nil, err
		}
	}
	return migrate.Join(sets...)
}

// app is an app that a command writes files of.
type app struct {
	App
	set *migrate.Set // without migrations if Load refused the files
	dir string
}

func (a app) name() string { return a.set.App() }

// app returns the app of a name, and the only one for "". Mistakes in its files
// are no error.
func (p *program) app(name string) (app, error) {
	var names []string
	for _, one := range p.Apps {
		set, err := one.Load()
		if set == nil {
			return app{}, err
		}
		if set.App() == name || name == "" && len(p.Apps) == 1 {
			a := app{App: one, set: set}
			a.dir, err = a.folder()
			return a, err
		}
		names = append(names, set.App())
	}
	if name == "" {
		return app{}, usageError{fmt.Errorf("several apps (name one by --app: %s)", strings.Join(names, ", "))}
	}
	return app{}, usageError{fmt.Errorf("no app %q (choices are %s)", name, strings.Join(names, ", "))}
}

// folder returns the folder of the app's files.
func (a app) folder() (string, error) {
	if a.Dir == "" {
		return "", fmt.Errorf("the app %q has no folder (set App.Dir in manage.Options)", a.name())
	}
	if _, err := os.Stat(a.Dir); err == nil || filepath.IsAbs(a.Dir) {
		return a.Dir, err
	}
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			whole := filepath.Join(dir, a.Dir)
			_, err := os.Stat(whole)
			return whole, err
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("the files of the app %q are in %q, which is not here (run the command in the module's folder)", a.name(), a.Dir)
		}
	}
}

// onDisk returns the migrations of all apps for work on one of them, whose own
// are as they are in the folder now. They may be later than those in the
// program.
func (p *program) onDisk(a app) (*migrate.Set, error) {
	var sets []*migrate.Set
	for _, other := range p.Apps {
		one, err := other.Load()
		if one != nil && one.App() == a.name() {
			one, err = one.Reload(os.DirFS(a.dir))
		}
		if err != nil {
			return nil, err
		}
		sets = append(sets, one)
	}
	set, err := migrate.Join(sets...)
	if err != nil {
		return nil, err
	}
	return set.ForApp(a.name())
}
