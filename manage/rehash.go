package manage

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/gormango/gormango/migrate"
)

// rehash is the command rehash.
func rehash(p *program) *cobra.Command {
	var name string
	c := &cobra.Command{
		Use:   "rehash",
		Short: "Write migrations.sum again, after files were edited on purpose",
		Long: `Rehash writes the checksums of the files again. A file that a database has
applied must not change: migrate refuses it there.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			a, err := p.app(name)
			if err != nil {
				return err
			}
			if err := migrate.Rehash(a.dir); err != nil {
				return err
			}
			fmt.Fprintf(p.Out, "wrote the checksums of %s\n", a.dir)
			return nil
		},
	}
	c.Flags().StringVar(&name, "app", "", "the app; needed if there are several")
	return c
}
