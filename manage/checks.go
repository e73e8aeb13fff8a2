package manage

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
	"gorm.io/gorm"

	"github.com/gormango/gormango/migrate"
)

// drift is the command drift.
func drift(p *program) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "drift",
		Short: "List what differs between the database and its migrations",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.withRunner(cmd.Context(), func(r *migrate.Runner) error {
				found, err := r.Drift(cmd.Context())
				if err != nil {
					return err
				}
				return p.differences(found, asJSON)
			})
		},
	}
	jsonFlag(c, &asJSON)
	return c
}

func (p *program) withRunner(ctx context.Context, fn func(*migrate.Runner) error) error {
	return p.with(ctx, func(db *gorm.DB) error {
		r, err := p.runner(db, waits{})
		if err != nil {
			return err
		}
		return fn(r)
	})
}

func (p *program) differences(found []migrate.Difference, asJSON bool) error {
	switch {
	case asJSON:
		if err := p.json(append([]migrate.Difference{}, found...)); err != nil {
			return err
		}
	case len(found) == 0:
		fmt.Fprintln(p.Out, "no drift: the database is what its migrations make")
	default:
		for _, d := range found {
			fmt.Fprintln(p.Out, d)
		}
	}
	if len(found) > 0 {
		return foundError{fmt.Sprintf("%d differences", len(found))}
	}
	return nil
}

// verify is the command verify.
func verify(p *program) *cobra.Command {
	return &cobra.Command{
		Use:   "verify",
		Short: "Prove on an empty copy that the files do what they say",
		Long: `Verify runs every file up, down and up in an empty schema, in a transaction
that is rolled back. It compares the results with the operations that the files
name, with what was there before, and at the end with the models.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.withRunner(cmd.Context(), func(r *migrate.Runner) error {
				if err := r.Verify(cmd.Context()); err != nil {
					return err
				}
				fmt.Fprintln(p.Out, "verified: the files make the models")
				return nil
			})
		},
	}
}

// adopt records what the database has already.
func (p *program) adopt(ctx context.Context, r *migrate.Runner, asJSON bool) error {
	report, err := r.Adopt(ctx)
	return p.reported(report, err, asJSON)
}

// fake records migrations without running them.
func (p *program) fake(ctx context.Context, r *migrate.Runner, to []migrate.ID, asJSON bool) error {
	report, err := r.Fake(ctx, to...)
	return p.reported(report, err, asJSON)
}
