package manage

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"gorm.io/gorm"

	"github.com/gormango/gormango/migrate"
)

// inspectdb is the command inspectdb.
func inspectdb(p *program) *cobra.Command {
	var schema, pkg, out string
	var tables []string
	c := &cobra.Command{
		Use:   "inspectdb",
		Short: "Write models for the tables of a database",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd.Context(), func(db *gorm.DB) error {
				catalog, err := migrate.InspectDB(cmd.Context(), db.Statement.ConnPool, schema)
				if err != nil {
					return err
				}
				var text bytes.Buffer
				if err := migrate.WriteModels(&text, catalog, pkg, tables...); err != nil {
					return err
				}
				if out == "" {
					_, err := text.WriteTo(p.Out)
					return err
				}
				return writeWhole(out, text.Bytes())
			})
		},
	}
	c.Flags().StringVar(&schema, "schema", "", "the schema (default: the first of the search path)")
	c.Flags().StringVar(&pkg, "package", "models", "the name of the package")
	c.Flags().StringSliceVar(&tables, "tables", nil, "these tables alone, with commas between them")
	c.Flags().StringVarP(&out, "out", "o", "", "the file to write (default: the standard output)")
	return c
}

// writeWhole writes a file so that it exists whole or not at all.
func writeWhole(path string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	if _, err = f.Write(text); err == nil {
		err = f.Chmod(0o644)
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return os.Rename(f.Name(), path)
}
