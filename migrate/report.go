package migrate

import (
	"strings"
	"time"
)

// Report is the result of a run.
type Report struct {
	// Applied are the migrations that the run has applied or, of Back, undone.
	Applied []ID
	// Statements are the executed changes in order. It is empty if nothing was
	// missing.
	Statements []string
	// Waited is how long the run waited for another process or for a table in use.
	Waited time.Duration
	// Healed is what the run has repaired of what an earlier one left behind, in
	// words.
	Healed []string
	// Newer reports that the database was brought to a later state by a newer
	// program, and that this program can work with it. Nothing was changed.
	Newer bool
	// Extra is what is in the database and not in the models: columns,
	// constraints, indexes, and tables if the models are those of Config.Models.
	// Nothing of it is changed. A constraint goes on refusing rows.
	Extra []Difference
	// Steps are the names of the steps of Run that were carried out.
	Steps []string
}

// String returns a text for people, with a line for each statement.
func (r Report) String() string {
	var b strings.Builder
	if len(r.Statements) == 0 {
		b.WriteString("nothing to do")
	} else {
		b.WriteString("changed:")
		for _, s := range r.Statements {
			b.WriteString("\n  " + strings.Join(strings.Fields(s), " ") + ";")
		}
	}
	for _, what := range r.Healed {
		b.WriteString("\nrepaired: " + what)
	}
	if r.Newer {
		b.WriteString("\nthe database is newer than this program, which can work with it")
	}
	if len(r.Steps) > 0 {
		b.WriteString("\nsteps: " + strings.Join(r.Steps, ", "))
	}
	for _, d := range r.Extra {
		b.WriteString("\n" + notInModels + ": " + d.extra())
	}
	if r.Waited > 0 {
		b.WriteString("\nwaited " + r.Waited.Round(time.Millisecond).String() + " for another process")
	}
	return b.String()
}

// extra returns what is in the database, in one line: kind, name and
// definition.
func (d Difference) extra() string {
	if d.Name == "" {
		return d.Kind + " " + d.Table
	}
	return d.Kind + " " + d.Table + "." + d.Name + " (" + d.Is + ")"
}
