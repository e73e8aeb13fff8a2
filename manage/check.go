package manage

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"gorm.io/gorm"

	"github.com/gormango/gormango/checks"
	"github.com/gormango/gormango/migrate"
)

// checker is the command check with its flags.
type checker struct {
	asJSON, database, list bool
	silenced               []string
	failLevel              string
}

// check is the command check.
func check(p *program) *cobra.Command {
	var k checker
	c := &cobra.Command{
		Use:   "check",
		Short: "Find mistakes in models, and changes that no migration makes",
		Long: `Check tests the models against each other and against their migrations, without
a database. With --database it also tests the database: tables, indexes and
constraints, and the rows of columns with choices and of polymorphic relations,
which it reads. The exit code is 3 if it finds something of the level
--fail-level or above.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return k.run(cmd, p) },
	}
	jsonFlag(c, &k.asJSON)
	c.Flags().BoolVar(&k.database, "database", false, "test the database too")
	c.Flags().BoolVar(&k.list, "list", false, "list the checks")
	c.Flags().StringSliceVar(&k.silenced, "silence", nil, "leave out checks by their `IDs`")
	c.Flags().StringVar(&k.failLevel, "fail-level", "error", "the level that fails: info, warning or error")
	return c
}

func (k checker) run(cmd *cobra.Command, p *program) error {
	if k.list {
		for _, c := range checks.All() {
			fmt.Fprintf(p.Out, "%s  %s\n", c.ID, c.Finds)
		}
		return nil
	}
	var fail checks.Level
	if err := fail.UnmarshalText([]byte(k.failLevel)); err != nil {
		return usageError{err}
	}
	silenced := append(k.silenced, p.Silenced...)
	for _, id := range silenced {
		if !checks.Known(id) && id != changesID {
			return usageError{fmt.Errorf("no check %q (--list names them)", id)}
		}
	}
	found, err := k.find(cmd, p)
	if err != nil {
		return err
	}
	return k.report(p, checks.Without(found, silenced...), fail)
}

// changesID is the ID of changes that no migration makes.
const changesID = "migrations.E001"

// find returns what the checks find.
func (k checker) find(cmd *cobra.Command, p *program) ([]checks.Finding, error) {
	set, err := p.set()
	if err != nil {
		return nil, err
	}
	found := checks.Models(set.AppModels()...)
	broken := len(found) > 0 && strings.HasPrefix(found[0].ID, "models.E")
	if !broken {
		var changes *migrate.ChangesError
		switch err := set.Check(); {
		case errors.As(err, &changes):
			found = append([]checks.Finding{{ID: changesID, Level: checks.Error, Text: strings.TrimPrefix(err.Error(), "migrate: ")}}, found...)
		case err != nil:
			return nil, err
		}
	}
	if k.database && !broken {
		err = p.with(cmd.Context(), func(db *gorm.DB) error {
			more, err := checks.Database(cmd.Context(), db)
			found = append(found, more...)
			return err
		})
	}
	return found, err
}

// report prints findings and returns an error if one is of the level fail.
func (k checker) report(p *program, found []checks.Finding, fail checks.Level) error {
	failed := 0
	for _, f := range found {
		if f.Level >= fail {
			failed++
		}
	}
	switch {
	case k.asJSON:
		if err := p.json(append([]checks.Finding{}, found...)); err != nil {
			return err
		}
	case len(found) == 0:
		fmt.Fprintln(p.Out, "the models are right, and the migrations lead to them")
	default:
		c := paint(p.Out)
		for _, f := range found {
			colour := c.yellow
			if f.Level == checks.Error {
				colour = c.red
			}
			level, rest, _ := strings.Cut(f.String(), " ")
			fmt.Fprintln(p.Out, colour(level), rest)
		}
	}
	if failed > 0 {
		return foundError{fmt.Sprintf("%d findings", failed)}
	}
	return nil
}
