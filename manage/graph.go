package manage

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/gormango/gormango/internal/diagram"
	"github.com/gormango/gormango/internal/gormside"
	"github.com/gormango/gormango/migrate"
)

// graph is the command graph.
func graph(p *program) *cobra.Command {
	var appName, format, output string
	var bare bool
	c := &cobra.Command{
		Use:   "graph [model...]",
		Short: "Draw models and their relations, by default all, as Mermaid or SVG",
		Long: `Graph draws models and the relations between them, without a database. Models
are named by their Go types or tables.`,
		Args: cobra.ArbitraryArgs,
		RunE: func(_ *cobra.Command, args []string) error {
			set, err := p.set()
			if err == nil && appName != "" {
				var one app
				if one, err = p.app(appName); err == nil {
					set = one.set
				}
			}
			if err != nil {
				return err
			}
			db, err := gormside.Offline()
			if err != nil {
				return err
			}
			d, err := diagram.New(db, migrate.ModelsOf(set.AppModels()), args, bare)
			if err != nil {
				return err
			}
			text := ""
			switch {
			case format == "svg" || format == "" && strings.HasSuffix(output, ".svg"):
				text = d.SVG()
			case format == "mermaid" || format == "":
				text = d.Mermaid()
			default:
				return usageError{fmt.Errorf("no format %q (choices are mermaid and svg)", format)}
			}
			if output == "" {
				_, err = fmt.Fprint(p.Out, text)
				return err
			}
			return os.WriteFile(output, []byte(text), 0o644)
		},
	}
	c.Flags().StringVar(&appName, "app", "", "draw the models of this app alone")
	c.Flags().StringVar(&format, "format", "", "mermaid, the default, or svg, the default for a file *.svg")
	c.Flags().BoolVar(&bare, "no-fields", false, "leave out the columns")
	c.Flags().StringVarP(&output, "output", "o", "", "write to this `file`")
	return c
}
