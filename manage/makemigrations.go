package manage

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/gormango/gormango/migrate"
)

// makemigrations is the command makemigrations.
func makemigrations(p *program) *cobra.Command {
	var m maker
	c := &cobra.Command{
		Use:   "makemigrations",
		Short: "Write migrations for what has changed in the models",
		Long: `Makemigrations compares the models with the state after the last migration, and
writes files for the difference. It needs no database. A table or column that
may have been renamed is a question on a terminal. Without one, --rename
answers, or the tag renamed_from; else the answer is no.

A column that becomes NOT NULL without a default is a question too: which value
do the rows get that hold NULL. Without a terminal, --fill must answer.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return m.run(p) },
	}
	f := c.Flags()
	f.StringVar(&m.app, "app", "", "the app; needed if there are several")
	f.StringVar(&m.name, "name", "", "the name after the number (default: from what changes)")
	f.BoolVar(&m.check, "check", false, "exit with 3 if something has changed, and write nothing")
	f.BoolVar(&m.dryRun, "dry-run", false, "print the files, and write nothing")
	f.BoolVar(&m.empty, "empty", false, "write a migration without statements, to be filled by hand")
	f.BoolVar(&m.merge, "merge", false, "put two branches of migrations in one order")
	f.BoolVar(&m.yes, "yes", false, "answer every question with yes")
	f.StringArrayVar(&m.renames, "rename", nil, "a rename: users.name=users.full_name, or users=people for a table")
	f.StringArrayVar(&m.fills, "fill", nil, `the SQL value of NULL in a column that becomes NOT NULL: users.name="''", or users.name=- if no row holds NULL`)
	f.StringSliceVar(&m.code, "go", nil, "write a data migration in Go with structs of these tables as they are at the end of the chain; needs --name")
	jsonFlag(c, &m.json)
	c.MarkFlagsMutuallyExclusive("check", "empty", "merge", "go")
	c.MarkFlagsMutuallyExclusive("check", "dry-run", "empty", "merge")
	return c
}

// maker makes the migrations of an app.
type maker struct {
	app, name                              string
	check, dryRun, empty, merge, yes, json bool
	renames, fills, code                   []string
}

func (m *maker) run(p *program) error {
	a, err := p.app(m.app)
	if err != nil {
		return err
	}
	if m.merge {
		return m.merged(p, a)
	}
	set, err := p.onDisk(a)
	if err != nil {
		return err
	}
	if len(m.code) > 0 {
		return m.writeCode(p, a, set)
	}
	ask, unused, err := m.asker(p)
	if err != nil {
		return err
	}
	fill, unfilled, err := m.filler(p)
	if err != nil {
		return err
	}
	ops, err := set.Changes(nil, ask, migrate.FillNulls(fill))
	if err != nil {
		return err
	}
	if left := unfilled(); len(left) > 0 {
		return usageError{fmt.Errorf("--fill %s: no such column becomes NOT NULL without a default", strings.Join(left, ", "))}
	}
	if left := unused(); len(left) > 0 {
		return usageError{fmt.Errorf("--rename %s: no such rename is possible (the old name must be in the migrations alone, the new one in the models alone)", strings.Join(left, ", "))}
	}
	if m.empty {
		ops = nil
	} else if len(ops) == 0 {
		if m.json {
			return p.json([]made{})
		}
		fmt.Fprintln(p.Out, "no changes: the models are those of the last migration")
		return nil
	}
	migrations, err := migrate.Generate(set, ops, m.name)
	if err != nil {
		return err
	}
	if !m.check && !m.dryRun {
		if err := migrate.Write(a.dir, migrations...); err != nil {
			return err
		}
	}
	if err := m.print(p, a.dir, migrations); err != nil {
		return err
	}
	if m.check {
		return foundError{"the models have changed since the last migration (makemigrations writes the files)"}
	}
	return nil
}

// made is a migration in JSON.
type made struct {
	ID   migrate.ID `json:"id"`
	File string     `json:"file"`
	Ops  []string   `json:"ops"`
}

func (m *maker) print(p *program, dir string, migrations []migrate.Migration) error {
	var list []made
	for _, one := range migrations {
		file := made{ID: one.ID, File: filepath.Join(dir, one.ID.Name()+".sql"), Ops: []string{}}
		for _, op := range one.Ops {
			file.Ops = append(file.Ops, op.Describe())
		}
		list = append(list, file)
	}
	if m.json {
		return p.json(list)
	}
	c := paint(p.Out)
	for i, file := range list {
		fmt.Fprintln(p.Out, c.bold(file.File))
		for _, text := range file.Ops {
			fmt.Fprintf(p.Out, "  - %s\n", text)
		}
		if m.dryRun {
			text, err := migrations[i].Text()
			if err != nil {
				return err
			}
			fmt.Fprintf(p.Out, "%s\n", text)
		}
	}
	return nil
}

func (m *maker) merged(p *program, a app) error {
	renamed, err := migrate.Merge(a.dir, a.name(), a.set.Code()...)
	if err != nil {
		return err
	}
	if m.json {
		return p.json(append([]migrate.Renamed{}, renamed...))
	}
	if len(renamed) == 0 {
		fmt.Fprintln(p.Out, "one branch: nothing to merge")
	}
	for _, r := range renamed {
		fmt.Fprintf(p.Out, "%s is now %s\n", r.From, r.To)
	}
	return nil
}

// asker returns the answers to questions of renames. unused returns the flags
// that no question was about.
func (m *maker) asker(p *program) (ask migrate.Asker, unused func() []string, err error) {
	answers := map[string]bool{}
	for _, text := range m.renames {
		old, new, ok := strings.Cut(text, "=")
		if !ok || old == "" || new == "" {
			return nil, nil, usageError{fmt.Errorf("--rename %q (write --rename users.name=users.full_name)", text)}
		}
		answers[old+"="+new] = false
	}
	ask = func(q migrate.Question) (bool, error) {
		old, new := q.Old, q.New
		if q.Kind == "column" {
			old, new = q.Table+"."+old, q.Table+"."+new
		}
		for key := range answers {
			from, to, _ := strings.Cut(key, "=")
			// The table of a renamed column may be written by its old name too.
			if to == new && (from == old || strings.HasSuffix(from, "."+q.Old) && q.Kind == "column") {
				answers[key] = true
				return true, nil
			}
		}
		switch {
		case m.yes:
			return true, nil
		case !p.interactive():
			return false, nil
		}
		return p.ask(q.String())
	}
	unused = func() []string {
		var left []string
		for _, text := range m.renames {
			if !answers[text] {
				left = append(left, text)
			}
		}
		return left
	}
	return ask, unused, nil
}
