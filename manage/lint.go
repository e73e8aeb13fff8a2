package manage

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/gormside"
	"github.com/gormango/gormango/migrate"
)

// linter is the command lint with its flags.
type linter struct {
	since             []string
	live, requireBack bool
	format, dir, on   string
	words             bool
}

// lint is the command lint.
func lint(p *program) *cobra.Command {
	var l linter
	c := &cobra.Command{
		Use:   "lint [target]",
		Short: "Find statements that stop or harm a running application",
		Long: `Lint runs the statements of the migrations that the database lacks on an empty
copy of its tables, asks the server which locks, rewrites and reads they need,
and names the safe form of those that harm. The copy is dropped again. A role that
may not create schemas needs another database for the copy (--on), else the
statements are judged by their words, which the findings say.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			set, err := l.set(p)
			if err != nil {
				return err
			}
			return l.with(cmd.Context(), p, func(db, on *gorm.DB) error {
				opts, err := l.options(set)
				if err != nil {
					return err
				}
				if on != nil {
					opts = append(opts, migrate.LintOn(on))
				}
				r, err := migrate.New(db, set, opts...)
				if err != nil {
					return err
				}
				var to []migrate.ID
				for _, a := range args {
					m, err := set.Migration(migrate.ID(a))
					if err != nil {
						return usageError{err}
					}
					to = append(to, m.ID)
				}
				found, err := r.Lint(cmd.Context(), to...)
				if err != nil {
					return err
				}
				return l.print(p, found)
			})
		},
	}
	f := c.Flags()
	f.StringArrayVar(&l.since, "since", nil, `look at the migrations after this one, whatever the database has; "zero" for all`)
	f.BoolVar(&l.live, "live", false, "ask the database for the sizes of its tables: what is an error becomes a warning for a small one")
	f.BoolVar(&l.requireBack, "require-back", false, "a migration without a way back is an error")
	f.StringVar(&l.format, "format", "text", "text, json or github (annotations of GitHub's workflows)")
	f.StringVar(&l.on, "on", "", "make the copy in the database of this URL, a development server's say")
	f.BoolVar(&l.words, "words", false, "judge statements by their words and run none; with --since no database is needed")
	f.StringVar(&l.dir, "dir", "", "lint the files of this folder")
	return c
}

// with calls fn with the database and that of --on, nil without one.
func (l *linter) with(ctx context.Context, p *program, fn func(db, on *gorm.DB) error) error {
	switch {
	case l.words && l.on != "":
		return usageError{errors.New("--words runs nothing on the database of --on (leave one out)")}
	case l.words && len(l.since) > 0 && !l.live:
		db, err := gormside.Offline()
		if err != nil {
			return err
		}
		return fn(db, nil)
	case l.on == "":
		return p.with(ctx, func(db *gorm.DB) error { return fn(db, nil) })
	}
	on, err := gormango.Open(ctx, gormango.Config{URL: l.on})
	if err != nil {
		return fmt.Errorf("--on: %w", err)
	}
	defer func() { _ = gormango.Close(on) }()
	return p.with(ctx, func(db *gorm.DB) error { return fn(db, on) })
}

func (l *linter) set(p *program) (*migrate.Set, error) {
	switch l.format {
	case "text", "json", "github":
	default:
		return nil, usageError{fmt.Errorf("--format %q (choices are text, json and github)", l.format)}
	}
	switch {
	case l.dir != "":
		return migrate.Load(os.DirFS(l.dir))
	case len(p.Apps) == 0:
		return nil, usageError{fmt.Errorf("name the folder of the files by --dir")}
	}
	return p.set()
}

func (l *linter) options(set *migrate.Set) ([]migrate.Option, error) {
	var out []migrate.Option
	if len(l.since) > 0 {
		var ids []migrate.ID
		for _, s := range l.since {
			if s == "zero" {
				continue
			}
			m, err := set.Migration(migrate.ID(s))
			if err != nil {
				return nil, usageError{err}
			}
			ids = append(ids, m.ID)
		}
		out = append(out, migrate.Since(ids...))
	}
	if l.live {
		out = append(out, migrate.LintLive())
	}
	if l.words {
		out = append(out, migrate.LintWords())
	}
	if l.requireBack {
		out = append(out, migrate.RequireBack())
	}
	return out, nil
}

func (l *linter) print(p *program, found []migrate.Finding) error {
	errs := 0
	for _, f := range found {
		if f.Level == migrate.Error && f.Reason == "" {
			errs++
		}
	}
	switch l.format {
	case "json":
		if err := p.json(append([]migrate.Finding{}, found...)); err != nil {
			return err
		}
	case "github":
		dirs := l.dirs(p)
		for _, f := range found {
			fmt.Fprintln(p.Out, annotation(dirs[f.ID.App()], f))
		}
	default:
		c := paint(p.Out)
		for _, f := range found {
			colour := c.yellow
			if f.Level == migrate.Error && f.Reason == "" {
				colour = c.red
			}
			fmt.Fprintln(p.Out, strings.Replace(f.String(), f.Level.String(), colour(f.Level.String()), 1))
			if f.Rewrite != "" && f.Reason == "" {
				fmt.Fprintf(p.Out, "    safe: %s\n", strings.ReplaceAll(f.Rewrite, "\n", "\n          "))
			}
		}
		if len(found) == 0 {
			fmt.Fprintln(p.Out, "nothing found")
		}
	}
	if errs > 0 {
		return foundError{fmt.Sprintf("%d statements are dangerous", errs)}
	}
	return nil
}

// dirs returns the folder of each app's files.
func (l *linter) dirs(p *program) map[string]string {
	if l.dir != "" {
		return map[string]string{"": l.dir}
	}
	dirs := map[string]string{}
	for _, a := range p.Apps {
		if set, _ := a.Load(); set != nil {
			dirs[set.App()] = a.Dir
		}
	}
	return dirs
}

// annotation returns a finding as a workflow command of GitHub.
func annotation(dir string, f migrate.Finding) string {
	level := "warning"
	if f.Level == migrate.Error && f.Reason == "" {
		level = "error"
	}
	text := f.Text
	if f.Rewrite != "" {
		text += "\nsafe: " + f.Rewrite
	}
	data := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	return fmt.Sprintf("::%s file=%s,line=%d,title=%s::%s", level,
		property.Replace(filepath.ToSlash(filepath.Join(dir, f.ID.Name()+".sql"))), max(f.Stmt.Line, 1),
		property.Replace(f.Rule+" "+f.Name), data.Replace(text))
}
