package manage

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/gormango/gormango/migrate"
)

// sqlmigrate is the command sqlmigrate.
func sqlmigrate(p *program) *cobra.Command {
	var back, asJSON bool
	c := &cobra.Command{
		Use:   "sqlmigrate migration",
		Short: "Print the statements of a migration",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			set, err := p.set()
			if err != nil {
				return err
			}
			m, err := set.Migration(migrate.ID(args[0]))
			if err != nil {
				return usageError{err}
			}
			stmts := m.Forward
			if back {
				stmts = m.Back
			}
			if asJSON {
				return p.json(append([]migrate.Stmt{}, stmts...))
			}
			switch {
			case m.Code != nil:
				fmt.Fprintf(p.Out, "-- %s is code in Go\n", m.ID)
			case back && m.Irreversible != "":
				fmt.Fprintf(p.Out, "-- %s has no way back: %s\n", m.ID, m.Irreversible)
			}
			for _, s := range stmts {
				fmt.Fprintf(p.Out, "%s;\n", s.SQL)
			}
			return nil
		},
	}
	c.Flags().BoolVar(&back, "back", false, "print the statements of the way back")
	jsonFlag(c, &asJSON)
	return c
}
