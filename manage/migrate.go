package manage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"gorm.io/gorm"

	"github.com/gormango/gormango/migrate"
)

// waits are the flags of commands that wait for others.
type waits struct{ lock, all time.Duration }

func (w *waits) flags(c *cobra.Command) {
	c.Flags().DurationVar(&w.lock, "lock-timeout", 2*time.Second, "how long a statement waits for a table in use before it is retried")
	c.Flags().DurationVar(&w.all, "max-wait", 15*time.Minute, "how long to wait for other processes and tables in use in sum")
}

func (p *program) runner(db *gorm.DB, w waits, opts ...migrate.Option) (*migrate.Runner, error) {
	set, err := p.set()
	if err != nil {
		return nil, err
	}
	opts = append(opts, migrate.OnEvent(p.progress()))
	if w.lock > 0 {
		opts = append(opts, migrate.LockTimeout(w.lock))
	}
	if w.all > 0 {
		opts = append(opts, migrate.MaxWait(w.all))
	}
	return migrate.New(db, set, opts...)
}

// up is the command migrate.
func up(p *program) *cobra.Command {
	var w waits
	var plan, check, dry, wait, fake, adopt, lose, asJSON bool
	var allow []string
	var pace string
	c := &cobra.Command{
		Use:   "migrate [target]",
		Short: "Apply the migrations that the database lacks",
		Long: `Migrate applies the migrations that the database lacks, up to the target if
there is one. A target that is applied already undoes what came after it, and
"zero" everything, as "back" does. Any number of processes may run it at once.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return p.with(ctx, func(db *gorm.DB) error {
				opts, err := allowed(allow)
				if err != nil {
					return err
				}
				if lose {
					opts = append(opts, migrate.LoseData())
				}
				if pace != "" {
					share, err := percent(pace)
					if err != nil {
						return err
					}
					opts = append(opts, migrate.BatchPace(migrate.Pace{Share: share}))
				}
				r, err := p.runner(db, w, opts...)
				if err != nil {
					return err
				}
				if adopt {
					return p.adopt(ctx, r, asJSON)
				}
				to, isBack, err := p.target(ctx, r, args)
				switch {
				case err != nil:
					return err
				case wait:
					return r.Wait(ctx)
				case isBack && fake:
					return usageError{errors.New("--fake does not go back (delete nothing by hand: back undoes)")}
				case isBack:
					return p.back(ctx, r, to[0], plan || check || dry, asJSON)
				case plan || check:
					return p.plan(ctx, r, to, check, asJSON)
				case dry:
					report, err := r.DryRun(ctx, to...)
					return p.reported(report, err, asJSON)
				case fake:
					return p.fake(ctx, r, to, asJSON)
				}
				report, err := r.Up(ctx, to...)
				return p.reported(report, err, asJSON)
			})
		},
	}
	w.flags(c)
	c.Flags().BoolVar(&plan, "plan", false, "print the statements that would run, and run none")
	c.Flags().BoolVar(&check, "check", false, "exit with 3 if a migration is not applied, and run none")
	c.Flags().BoolVar(&dry, "dry-run", false, "run everything on the database in one transaction, and roll it back")
	c.Flags().BoolVar(&wait, "wait", false, "wait until another process has applied everything")
	c.Flags().BoolVar(&fake, "fake", false, "record the migrations as applied without running them")
	c.Flags().BoolVar(&adopt, "adopt", false, "record the migrations whose result the database has already")
	c.Flags().BoolVar(&adopt, "fake-initial", false, "the same as --adopt")
	c.Flags().BoolVar(&lose, "lose-data", false, "let steps back delete data")
	c.Flags().StringArrayVar(&allow, "allow", nil, `accept a finding of the linter for this run: "L13=the table has 40 rows"`)
	c.Flags().StringVar(&pace, "pace", "", "the part of the time that batches of data migrations in Go may take, as 25%")
	jsonFlag(c, &asJSON)
	c.MarkFlagsMutuallyExclusive("plan", "check", "dry-run", "wait", "fake", "adopt", "fake-initial")
	return c
}

// target returns the migrations to go to, and whether that is a way back: the
// migration is applied, or "zero".
func (p *program) target(ctx context.Context, r *migrate.Runner, args []string) (to []migrate.ID, isBack bool, err error) {
	if len(args) == 0 {
		return nil, false, nil
	}
	set, err := p.set()
	if err != nil {
		return nil, false, err
	}
	id := migrate.ID(args[0])
	if id.Name() == "zero" {
		return []migrate.ID{id}, true, nil
	}
	m, err := set.Migration(id)
	if err != nil {
		return nil, false, usageError{err}
	}
	applied, err := r.Status(ctx)
	if err != nil {
		return nil, false, err
	}
	there := slices.ContainsFunc(applied, func(a migrate.Applied) bool { return a.ID == m.ID })
	return []migrate.ID{m.ID}, there, nil
}

func (p *program) plan(ctx context.Context, r *migrate.Runner, to []migrate.ID, check, asJSON bool) error {
	steps, err := r.Plan(ctx, to...)
	if err != nil {
		return err
	}
	if err := p.steps(steps, asJSON); err != nil {
		return err
	}
	if check && len(steps) > 0 {
		return foundError{fmt.Sprintf("not applied: %d of the migrations", len(steps))}
	}
	return nil
}

// steps prints a plan.
func (p *program) steps(steps []migrate.PlanStep, asJSON bool) error {
	if asJSON {
		type step struct {
			ID         migrate.ID     `json:"id"`
			Back       bool           `json:"back,omitempty"`
			Recorded   bool           `json:"recorded,omitempty"`
			Statements []migrate.Stmt `json:"statements"`
			Losses     []string       `json:"losses,omitempty"`
		}
		out := []step{}
		for _, s := range steps {
			one := step{ID: s.Migration.ID, Back: s.Back, Recorded: s.Recorded, Statements: append([]migrate.Stmt{}, s.Statements()...)}
			for _, l := range s.Losses {
				one.Losses = append(one.Losses, l.String())
			}
			out = append(out, one)
		}
		return p.json(out)
	}
	c := paint(p.Out)
	if len(steps) == 0 {
		fmt.Fprintln(p.Out, "no step: the database has every migration")
	}
	for _, s := range steps {
		direction := "up"
		if s.Back {
			direction = "back"
		}
		fmt.Fprintf(p.Out, "%s %s\n", direction, c.bold(string(s.Migration.ID)))
		switch {
		case s.Recorded:
			fmt.Fprintln(p.Out, "  recorded: the database has what it replaces")
		case s.Migration.Code != nil:
			fmt.Fprintln(p.Out, "  code in Go")
		case !s.Migration.Tx:
			fmt.Fprintln(p.Out, "  outside of transactions")
		}
		for _, stmt := range s.Statements() {
			fmt.Fprintf(p.Out, "  %s;\n", strings.ReplaceAll(stmt.SQL, "\n", "\n  "))
		}
		for _, l := range s.Losses {
			fmt.Fprintf(p.Out, "  %s %s\n", c.red("loses"), l)
		}
	}
	return nil
}

// reported prints what a run did, also that of a run that failed.
func (p *program) reported(report migrate.Report, err error, asJSON bool) error {
	if asJSON {
		return errors.Join(p.json(report), err)
	}
	if err == nil {
		fmt.Fprintln(p.Out, report)
	}
	return err
}

// backCommand is the command back.
func backCommand(p *program) *cobra.Command {
	var w waits
	var plan, lose, asJSON bool
	c := &cobra.Command{
		Use:   "back target",
		Short: "Undo the migrations after the target",
		Long: `Back undoes the applied migrations after the target, the last one first. The
target "zero" undoes all, "shop/zero" those of an app. If a step deletes data
that is there, back lists it and runs nothing without --lose-data.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.with(cmd.Context(), func(db *gorm.DB) error {
				var opts []migrate.Option
				if lose {
					opts = append(opts, migrate.LoseData())
				}
				r, err := p.runner(db, w, opts...)
				if err != nil {
					return err
				}
				id := migrate.ID(args[0])
				if id.Name() != "zero" {
					set, err := p.set()
					if err != nil {
						return err
					}
					m, err := set.Migration(id)
					if err != nil {
						return usageError{err}
					}
					id = m.ID
				}
				return p.back(cmd.Context(), r, id, plan, asJSON)
			})
		},
	}
	w.flags(c)
	c.Flags().BoolVar(&plan, "plan", false, "print the statements and the data that would be lost, and run none")
	c.Flags().BoolVar(&lose, "lose-data", false, "let the steps delete data")
	jsonFlag(c, &asJSON)
	return c
}

func (p *program) back(ctx context.Context, r *migrate.Runner, to migrate.ID, plan, asJSON bool) error {
	if plan {
		steps, err := r.PlanBack(ctx, to)
		if err != nil {
			return err
		}
		return p.steps(steps, asJSON)
	}
	report, err := r.Back(ctx, to)
	return p.reported(report, err, asJSON)
}

// allowed parses "L13=reason".
func allowed(texts []string) ([]migrate.Option, error) {
	var out []migrate.Option
	for _, text := range texts {
		rule, reason, ok := strings.Cut(text, "=")
		if !ok || strings.TrimSpace(reason) == "" {
			return nil, usageError{fmt.Errorf("--allow %q has no reason (write --allow 'L13=the table has 40 rows')", text)}
		}
		out = append(out, migrate.Allow(rule, reason))
	}
	return out, nil
}

// percent returns the share that a text like "25%" names.
func percent(text string) (float64, error) {
	n, err := strconv.ParseFloat(strings.TrimSuffix(text, "%"), 64)
	if err != nil || !strings.HasSuffix(text, "%") || !(n > 0 && n <= 100) {
		return 0, usageError{fmt.Errorf("--pace %q (write --pace 25%%)", text)}
	}
	return n / 100, nil
}
