package manage

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"gorm.io/gorm"

	"github.com/gormango/gormango/fixtures"
	"github.com/gormango/gormango/txutil"
)

// dumpdata is the command dumpdata.
func dumpdata(p *program) *cobra.Command {
	var except []string
	var natural bool
	var output string
	c := &cobra.Command{
		Use:   "dumpdata [model...]",
		Short: "Write the rows of models, by default of all, as JSON",
		Long: `Dumpdata writes the rows of models as a JSON array with one object a line, as
package fixtures describes. Models are named by their tables or Go types.`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			opts := []fixtures.DumpOption{fixtures.Only(args...), fixtures.Except(except...)}
			if natural {
				opts = append(opts, fixtures.Natural())
			}
			return p.with(cmd.Context(), func(db *gorm.DB) error {
				if output == "" || output == "-" {
					return fixtures.Dump(cmd.Context(), db, p.Out, opts...)
				}
				return dumpTo(cmd.Context(), db, output, opts)
			})
		},
	}
	c.Flags().StringSliceVar(&except, "exclude", nil, "leave out these `models`")
	c.Flags().BoolVar(&natural, "natural", false, "name rows by their natural keys where models have them")
	c.Flags().StringVarP(&output, "output", "o", "", "write to this `file`, when the dump is complete")
	return c
}

// dumpTo writes a dump to a file, which changes only if the dump is complete.
func dumpTo(ctx context.Context, db *gorm.DB, name string, opts []fixtures.DumpOption) error {
	partial := name + ".partial"
	f, err := os.Create(partial)
	if err != nil {
		return err
	}
	err = fixtures.Dump(ctx, db, f, opts...)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(partial, name)
	}
	if err != nil {
		_ = os.Remove(partial) // the first error counts
	}
	return err
}

// loaddata is the command loaddata.
func loaddata(p *program) *cobra.Command {
	var ignore bool
	c := &cobra.Command{
		Use:   "loaddata file...",
		Short: "Insert or update rows from files of dumpdata, in one transaction",
		Long: `Loaddata inserts the objects of files, or updates the rows with their keys, all
in one transaction. "-" is the standard input. Neither hooks, signals nor Clean
run.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var opts []fixtures.LoadOption
			if ignore {
				opts = append(opts, fixtures.IgnoreUnknown())
			}
			return p.with(cmd.Context(), func(db *gorm.DB) error {
				var n int64
				err := txutil.Atomic(cmd.Context(), db, func(ctx context.Context) error {
					for _, name := range args {
						more, err := p.load(ctx, db, name, opts)
						if err != nil {
							return fmt.Errorf("%s: %w", name, err)
						}
						n += more
					}
					return nil
				})
				if err != nil {
					return err
				}
				fmt.Fprintf(p.Out, "loaded %d objects from %d files\n", n, len(args))
				return nil
			})
		},
	}
	c.Flags().BoolVar(&ignore, "ignore-unknown", false, "pass over models and columns that the program does not have")
	return c
}

// load loads one file.
func (p *program) load(ctx context.Context, db *gorm.DB, name string, opts []fixtures.LoadOption) (int64, error) {
	var r io.Reader = p.In
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return 0, err
		}
		defer f.Close()
		r = f
	}
	return fixtures.Load(ctx, db, r, opts...)
}
