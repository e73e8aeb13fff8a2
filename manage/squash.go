package manage

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/gormango/gormango/migrate"
)

// squash is the command squash.
func squash(p *program) *cobra.Command {
	var name string
	var asJSON bool
	c := &cobra.Command{
		Use:   "squash from to",
		Short: "Write one migration that replaces several",
		Long: `Squash writes a migration that does what those from the first to the last do.
A database that has applied all or none of them takes it in their place. The old
files stay until every database has it.`,
		Args: cobra.ExactArgs(2),
		RunE: func(_ *cobra.Command, args []string) error {
			a, err := p.app(name)
			if err != nil {
				return err
			}
			set, err := p.onDisk(a)
			if err != nil {
				return err
			}
			var ids [2]migrate.ID
			for i, arg := range args {
				m, err := set.Migration(migrate.ID(arg))
				if err != nil {
					return usageError{err}
				}
				ids[i] = m.ID
			}
			migrations, err := migrate.Squash(set, ids[0], ids[1])
			if err != nil {
				return err
			}
			if err := migrate.Write(a.dir, migrations...); err != nil {
				return err
			}
			m := maker{json: asJSON}
			return m.print(p, a.dir, migrations)
		},
	}
	c.Flags().StringVar(&name, "app", "", "the app; needed if there are several")
	jsonFlag(c, &asJSON)
	return c
}

// importCommand is the command import.
func importCommand(p *program) *cobra.Command {
	var name string
	var asJSON bool
	c := &cobra.Command{
		Use:   "import directory",
		Short: "Take over the files of goose or golang-migrate",
		Long: `Import writes the migrations of a directory of goose or golang-migrate into the
app's folder. Their names stay. They are taken to lead to the models, which
"verify" proves; write what is missing by makemigrations.`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			a, err := p.app(name)
			if err != nil {
				return err
			}
			if same(a.dir, args[0]) {
				return usageError{fmt.Errorf("%s is the folder of the app itself", args[0])}
			}
			after, err := a.set.Models(nil)
			if err != nil {
				return err
			}
			migrations, err := migrate.Import(os.DirFS(args[0]), a.name(), after)
			if err != nil {
				return err
			}
			if err := migrate.Write(a.dir, migrations...); err != nil {
				return err
			}
			m := maker{json: asJSON}
			return m.print(p, a.dir, migrations)
		},
	}
	c.Flags().StringVar(&name, "app", "", "the app; needed if there are several")
	jsonFlag(c, &asJSON)
	return c
}

// same reports whether two paths lead to one folder.
func same(a, b string) bool {
	x, err1 := filepath.Abs(a)
	y, err2 := filepath.Abs(b)
	return err1 == nil && err2 == nil && x == y
}
