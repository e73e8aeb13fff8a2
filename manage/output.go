package manage

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/gormango/gormango/migrate"
)

func jsonFlag(c *cobra.Command, asJSON *bool) {
	c.Flags().BoolVar(asJSON, "json", false, "print JSON")
}

func (p *program) json(v any) error {
	e := json.NewEncoder(p.Out)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// progress returns a function that prints the events of a run to the standard
// error: each migration with its time, and what it waits for.
func (p *program) progress() func(migrate.Event) {
	c := paint(p.Err)
	return func(e migrate.Event) {
		direction := "applied"
		if e.Back {
			direction = "undone"
		}
		took := e.Took.Round(time.Millisecond)
		switch e.Kind {
		case "start":
			if terminal(p.Err) {
				fmt.Fprintf(p.Err, "%s …\r", e.ID)
			}
		case "done":
			fmt.Fprintf(p.Err, "%s %s (%v)\n", c.green(direction), e.ID, took)
		case "failed":
			fmt.Fprintf(p.Err, "%s %s (%v)\n", c.red("failed"), e.ID, took)
		case "retry", "wait", "heal", "skip":
			fmt.Fprintf(p.Err, "%s %s\n", c.yellow(e.Kind), strings.TrimSpace(fmt.Sprintf("%s %s", e.ID, reason(e))))
		}
	}
}

// reason returns why a run waits or repeats itself.
func reason(e migrate.Event) string {
	switch {
	case e.Err != nil:
		return strings.TrimPrefix(e.Err.Error(), "migrate: ")
	case e.Stmt != "":
		return strings.Join(strings.Fields(e.Stmt), " ")
	}
	return ""
}
