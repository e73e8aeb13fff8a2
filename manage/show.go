package manage

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"gorm.io/gorm"

	"github.com/gormango/gormango/migrate"
)

// show is the command show.
func show(p *program) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "show",
		Short: "List the migrations and which of them the database has",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd.Context(), func(db *gorm.DB) error {
				r, err := p.runner(db, waits{})
				if err != nil {
					return err
				}
				applied, err := r.Status(cmd.Context())
				if err != nil {
					return err
				}
				set, err := p.set()
				if err != nil {
					return err
				}
				return p.show(set, applied, asJSON)
			})
		},
	}
	jsonFlag(c, &asJSON)
	return c
}

// shown is a line of show.
type shown struct {
	ID      migrate.ID `json:"id"`
	Applied bool       `json:"applied"`
	State   string     `json:"state,omitempty"`
	At      time.Time  `json:"at,omitzero"`
	By      string     `json:"by,omitempty"`
	// Unknown reports that the database has it and the files have not.
	Unknown bool `json:"unknown,omitempty"`
}

func (p *program) show(set *migrate.Set, applied []migrate.Applied, asJSON bool) error {
	rows := map[migrate.ID]migrate.Applied{}
	for _, a := range applied {
		rows[a.ID] = a
	}
	lines := []shown{}
	for _, id := range set.IDs() {
		a, there := rows[id]
		lines = append(lines, shown{ID: id, Applied: there && a.State != "running", State: a.State, At: a.At, By: a.By})
		delete(rows, id)
	}
	for _, a := range applied {
		if _, unknown := rows[a.ID]; unknown {
			lines = append(lines, shown{ID: a.ID, Applied: true, State: a.State, At: a.At, By: a.By, Unknown: true})
		}
	}
	if asJSON {
		return p.json(lines)
	}
	c := paint(p.Out)
	for _, l := range lines {
		mark, note := " ", ""
		switch {
		case l.Unknown:
			mark, note = "?", "no file"
		case l.Applied:
			mark, note = "X", l.At.Format("2006-01-02 15:04:05")
			if l.State == "faked" {
				note += ", recorded without being run"
			}
		case l.State != "":
			mark, note = "…", l.State
		}
		fmt.Fprintf(p.Out, "[%s] %s", mark, c.bold(string(l.ID)))
		if note != "" {
			fmt.Fprintf(p.Out, "  (%s)", note)
		}
		fmt.Fprintln(p.Out)
	}
	if len(lines) == 0 {
		fmt.Fprintln(p.Out, "no migrations (makemigrations writes the first)")
	}
	return nil
}
